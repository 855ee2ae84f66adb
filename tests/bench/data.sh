# SPDX-License-Identifier: BSD-2-Clause
# Read by the scripts beside it, which set here, build and python: makes corpus
# and signatures where they are missing, and sets data and corpus.
count=${BENCH_COUNT:-600}
repeat=${BENCH_REPEAT:-30}
mkdir -p "${BENCH_DATA:-$build/bench-data}"
data=$(cd "${BENCH_DATA:-$build/bench-data}" && pwd)
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
