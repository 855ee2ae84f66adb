#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes corpus and signatures once, then measures. `make bench` calls it in
# the build folder; see README.md for what the figures mean.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${top_builddir:-.}
python=${PYTHON:-python3}
. "$here/data.sh"

for program in "$build/assay" "$build/tests/bench/floor"; do
	[ -x "$program" ] || {
		echo "run.sh: $program is missing: run \`make bench\`" >&2
		exit 2
	}
done
exec "$python" "$here/measure" --assay "$build/assay" --floor "$build/tests/bench/floor" \
	--corpus "$corpus" --signatures "$data/250k" --large "$data/1000k" \
	--shipped "$here/../../signatures" --rounds "${BENCH_ROUNDS:-3}"
