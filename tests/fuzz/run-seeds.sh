#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs every fuzz target over its seeds, as TAP.
set -u
top=${top_srcdir:-.}
build=${top_builddir:-.}
number=0
for target in "$build"/tests/fuzz/fuzz_*; do
	case $target in
	*.o | *.lo | *.log | *.trs) continue ;;
	esac
	[ -x "$target" ] && [ -f "$target" ] || continue
	name=${target##*/fuzz_}
	number=$((number + 1))
	if [ ! -d "$top/tests/fuzz/seeds/$name" ]; then
		echo "not ok $number - $name has no seeds in tests/fuzz/seeds/$name"
	elif "$target" "$top/tests/fuzz/seeds/$name" >"$build/tests/fuzz/$name.out" 2>&1; then
		echo "ok $number - seeds of $name"
	else
		sed 's/^/# /' "$build/tests/fuzz/$name.out" | head -60
		echo "not ok $number - seeds of $name"
	fi
done
echo "1..$number"
[ "$number" -gt 0 ]
