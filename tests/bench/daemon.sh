#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes corpus and signatures once, then measures assayd. `make bench-daemon`
# calls it in the build folder; see README.md for what the figures mean.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${top_builddir:-.}
export top_srcdir="${top_srcdir:-$here/../..}" top_builddir="$build"
python=${PYTHON:-python3}
PATH=$PATH:/usr/sbin
. "$here/data.sh"

for program in "$build/assayd" "$build/tests/bench/load"; do
	[ -x "$program" ] || {
		echo "daemon.sh: $program is missing: run \`make bench-daemon\`" >&2
		exit 2
	}
done
clamd=$(command -v clamd) || echo "daemon.sh: there is no clamd; assayd is measured alone" >&2
exec "$python" "$here/measure-daemon" --load "$build/tests/bench/load" \
	${clamd:+--clamd "$clamd"} --corpus "$corpus" --signatures "$data/250k" \
	--large "$data/1000k" --rounds "${BENCH_ROUNDS:-3}" \
	--parts "${BENCH_PARTS:-compare,hop,reload,memory}"
