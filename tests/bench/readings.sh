#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What further readings cost. `make bench-readings` calls it in the build
# folder; see README.md for what the figures mean.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${top_builddir:-.}
python=${PYTHON:-python3}
. "$here/data.sh"
exec "$python" "$here/measure-readings" --assay "$build/assay" --corpus "$corpus" \
	--signatures "$data/250k" --rounds "${BENCH_ROUNDS:-5}"
