#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make install into a folder: what is there, what must not be there, that it
# runs from its real paths, and that make uninstall takes it all away.
set -u
build=${top_builddir:-.}
root=$(mktemp -d "${TMPDIR:-/tmp}/assay-install.XXXXXX") || exit 99
trap 'rm -rf "$root"' EXIT
trap 'exit 99' HUP INT TERM
number=0
failed=0
# The jobs of the make that runs the tests are not ours.
unset MAKEFLAGS MFLAGS MAKELEVEL
make=${MAKE:-make}

# result STATUS NAME [FILE]: the file says what was wrong.
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
		return
	fi
	failed=1
	echo "not ok $number - $2"
	if [ -n "${3:-}" ]; then
		head -n 20 "$3" | sed 's/^/# /'
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# The value of a variable of the Makefile.
variable() {
	printf 'include Makefile\nassay-show-variable:\n\t@echo $(%s)\n' "$1" |
		$make -s -C "$build" -f - assay-show-variable
}

prefix=$(variable prefix)
sysconfdir=$(variable sysconfdir)
bindir=$(variable bindir)
sbindir=$(variable sbindir)
plugindir=$(variable plugindir)
signaturedir=$(variable signaturedir)
includedir=$(variable includedir)
libdir=$(variable libdir)
mandir=$(variable mandir)

$make -s -C "$build" install DESTDIR="$root" >"$root.log" 2>&1
result $? "make install with DESTDIR" "$root.log"

present() {
	for path in "$@"; do
		[ -s "$root$path" ] || echo "$path"
	done
}
present "$bindir/assay" "$sbindir/assayd" "$sysconfdir/assay/assay.conf" \
	"$includedir/assay/plugin.h" "$includedir/assay/span.h" "$includedir/assay/assay.h" \
	"$libdir/libassay.so" "$libdir/pkgconfig/assay.pc" "$libdir/pkgconfig/assay-plugin.pc" \
	"$signaturedir/policy/extensions.list" "$signaturedir/clamav/assay-test.ndb" \
	"$mandir/man1/assay.1" >"$root.log"
for folder in "$build"/plugins/*/.libs; do
	plugin=$(basename "$(dirname "$folder")")
	[ -f "$folder/$plugin.so" ] && present "$plugindir/$plugin.so" >>"$root.log"
done
[ ! -s "$root.log" ]
result $? "programs, plugins, data, headers and manual pages are there" "$root.log"

find "$root" -type f ! -path "$root$prefix/*" ! -path "$root$sysconfdir/*" >"$root.log"
[ ! -s "$root.log" ]
result $? "nothing stands outside prefix and sysconfdir" "$root.log"

find "$root" \( -type f -o -type d \) \( -perm -4000 -o -perm -2000 -o -perm -0002 \) \
	! -path "$root" >"$root.log"
[ ! -s "$root.log" ]
result $? "nothing is set-user-id or writable for everybody" "$root.log"

find "$root" -name 'assay.build' -o -name 'make-corpus' -o -name '*.o' -o -name '*.py' >"$root.log"
[ ! -s "$root.log" ]
result $? "nothing of the build or of the tests is installed" "$root.log"

# Assertions name their source file; any other path of the build is a fault.
: >"$root.log"
for file in "$root$bindir/assay" "$root$sbindir/assayd" "$root$plugindir"/*.so; do
	readelf -d "$file" 2>/dev/null | grep -E 'R(UN)?PATH' >>"$root.log"
	readelf -p .rodata "$file" 2>/dev/null | grep -F -e "$build" -e "$top_srcdir" |
		grep -v '\.[ch]$' >>"$root.log"
done
[ ! -s "$root.log" ]
result $? "no program looks into the build tree" "$root.log"

# The paths are compiled in, so the folder is put where they lead, in a mount
# namespace that nobody else sees.
mail=$root/mail.eml
{
	printf 'From: a@example.org\r\nTo: b@example.org\r\nSubject: test\r\n\r\n'
	# In two pieces: whole, it would make other scanners remove this file.
	printf '%s%s\r\n' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-' 'ANTIVIRUS-TEST-FILE!$H+H*'
} >"$mail"
inside() {
	unshare -rm sh -c '
		mount --bind "$1$2" "$2" || exit 125
		case $3 in
		"$2"/*) ;;
		*) [ ! -d "$3" ] || mount --bind "$1$3/assay" "$3/assay" 2>/dev/null || true ;;
		esac
		shift 3
		cd / && exec "$@"' sh "$root" "$prefix" "$sysconfdir" "$@"
}
if [ -d "$prefix" ] && inside true 2>/dev/null; then
	inside "$bindir/assay" status --format json >"$root.log" 2>&1 &&
		grep -q "\"path\": *\"$plugindir/" "$root.log" && ! grep -qF "$build/" "$root.log"
	result $? "the installed assay loads the installed plugins" "$root.log"
	inside "$bindir/assay" scan "$mail" >"$root.log" 2>&1
	[ $? = 1 ] && grep -q malware.eicar "$root.log"
	result $? "the installed assay finds the test virus" "$root.log"
	printf 'user = "%s"\nrun_dir = "%s"\nquarantine_dir = "%s"\n' "$(id -un)" "$root/run" \
		"$root/quarantine" >"$root.conf"
	inside "$sbindir/assayd" --check --config "$root.conf" >"$root.log" 2>&1
	result $? "the installed assayd checks its configuration" "$root.log"
else
	skip "the installed assay runs from its paths" "no mount namespace, or no $prefix"
fi
rm -f "$mail" "$root.conf"

$make -s -C "$build" uninstall DESTDIR="$root" >"$root.log" 2>&1
result $? "make uninstall" "$root.log"
find "$root" ! -type d >"$root.log"
[ ! -s "$root.log" ]
result $? "make uninstall leaves no file" "$root.log"

rm -f "$root.log"
echo "1..$number"
exit $failed
