#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Makes corpus and signatures once, then measures. `make bench` calls it in
# the build folder; see README.md for what the figures mean.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${top_builddir:-.}
data=${BENCH_DATA:-$build/bench-data}
python=${PYTHON:-python3}
count=${BENCH_COUNT:-600}
repeat=${BENCH_REPEAT:-30}
rounds=${BENCH_ROUNDS:-3}

for program in "$build/assay" "$build/tests/bench/floor"; do
	[ -x "$program" ] || {
		echo "run.sh: $program is missing: run \`make bench\`" >&2
		exit 2
	}
done
mkdir -p "$data"
corpus=$data/mail-$count-$repeat
if [ ! -d "$corpus" ]; then
	"$python" "$here/make-bench-corpus" --count "$count" --repeat "$repeat" "$corpus.new"
	mv "$corpus.new" "$corpus"
fi
signatures() {
	[ -d "$data/$1" ] && return
	"$python" "$here/make-bench-signatures" --hashes "$2" --bodies "$3" "$data/$1.new"
	mv "$data/$1.new" "$data/$1"
}
signatures 250k 200000 50000
signatures 1000k 900000 100000
exec "$python" "$here/measure" --assay "$build/assay" --floor "$build/tests/bench/floor" \
	--corpus "$corpus" --signatures "$(cd "$data" && pwd)/250k" \
	--large "$(cd "$data" && pwd)/1000k" --shipped "$here/../../signatures" --rounds "$rounds"
