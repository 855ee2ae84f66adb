#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The plugin of docs/plugin-example builds outside the tree with pkg-config
# alone, is loaded and found to work; modules that cannot be used are start-up
# errors with file and reason, or warnings where they are optional.
set -u
unset MAKEFLAGS MAKELEVEL MFLAGS
builddir=$(cd "$top_builddir" && pwd)
sourcedir=$(cd "$top_srcdir" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/assay-example.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
root=$work/root
out=$work/out
count=0
failed=0

# result STATUS TITLE: one line of TAP; on failure with what was printed last.
result() {
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		failed=1
		echo "not ok $count - $2"
		sed 's/^/# /' "$out"
	fi
}

finish() {
	echo "1..$count"
	exit $failed
}

# start CONFIG WANTED-STATUS PATTERN...: tries a configuration; all patterns
# must be in what is printed.
start() {
	config=$1
	wanted=$2
	shift 2
	"$builddir/assay" status --config "$config" >"$out" 2>&1
	status=$?
	[ "$status" = "$wanted" ] || return 1
	for pattern in "$@"; do
		grep -q -e "$pattern" "$out" || { echo "missing: $pattern" >>"$out"; return 1; }
	done
}

# module NAME: builds $work/NAME.c as a module in $work/modules.
module() {
	# shellcheck disable=SC2046,SC2086
	${CC:-cc} -std=c11 -D_GNU_SOURCE -fPIC -shared $("$PKG_CONFIG" --cflags assay-plugin) \
		-o "$work/modules/$1.so" "$work/$1.c" >"$out" 2>&1
}

PKG_CONFIG=${PKG_CONFIG:-pkg-config}
export PKG_CONFIG

make -s -C "$builddir" DESTDIR="$root" install-dist_assayincludeHEADERS \
	install-pkgconfigDATA >"$out" 2>&1
result $? "headers and assay-plugin.pc can be installed"
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name assay-plugin.pc)")
PKG_CONFIG_SYSROOT_DIR=$root
PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_ALLOW_SYSTEM_CFLAGS

mkdir -p "$work/modules" "$work/hashlist"
cp "$sourcedir/docs/plugin-example/Makefile" "$sourcedir/docs/plugin-example/hashlist.c" \
	"$work/hashlist"
chmod -R u+w "$work/hashlist"
make -C "$work/hashlist" CFLAGS='-O2 -Wall -Wextra -Werror' >"$out" 2>&1
result $? "the example builds with pkg-config alone"
[ -f "$work/hashlist/hashlist.so" ] || finish
cp "$work/hashlist/hashlist.so" "$work/modules/hashlist.so"

printf 'a sample that the list names\n' >"$work/sample"
digest=$(sha256sum "$work/sample" | cut -d ' ' -f 1)
cat >"$work/test.list" <<END
# digest, name
$digest Test.Sample-1
END
cat >"$work/good.conf" <<END
plugins = { "filetype", "archive", "hashlist" }
plugin_path = { "modules" }
hashlist {
	list = "test.list"
}
END
start "$work/good.conf" 0 hashlist
result $? "assay status shows the example"

# message FILE: a message with this file attached.
message() {
	printf 'From: a@example.org\nTo: b@example.org\nSubject: list\nMIME-Version: 1.0\n'
	printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello.\n--b\n'
	printf 'Content-Type: application/octet-stream; name=sample\n'
	printf 'Content-Transfer-Encoding: base64\n\n'
	base64 "$1"
	printf -- '--b--\n'
}

message "$work/sample" >"$work/listed.eml"
"$builddir/assay" scan --format jsonl --config "$work/good.conf" "$work/listed.eml" >"$out" 2>&1
[ $? = 1 ] && grep -q '"code": *"malware.Test.Sample-1"' "$out" &&
	grep -q '"plugin": *"hashlist"' "$out" && grep -q '"action": *"reject"' "$out"
result $? "a listed attachment is reported by the example"

printf 'another sample\n' >"$work/other"
message "$work/other" >"$work/unlisted.eml"
"$builddir/assay" scan --format jsonl --config "$work/good.conf" "$work/unlisted.eml" >"$out" 2>&1
[ $? = 0 ] && ! grep -q 'malware' "$out"
result $? "another attachment is not"

# A list with a mistake.
printf 'abc Test\n' >"$work/bad.list"
sed 's/test\.list/bad.list/' "$work/good.conf" >"$work/bad-list.conf"
start "$work/bad-list.conf" 2 'plugin hashlist: .*bad.list:1: expected a SHA-256 digest'
result $? "a mistake in its list is a start-up error with file and line"

# A plugin that misses its own canary.
sed 's/the canary of hashlist/another canary/' "$work/hashlist/hashlist.c" >"$work/hashlist.c"
mkdir "$work/blind"
# shellcheck disable=SC2046
${CC:-cc} -std=c11 -D_GNU_SOURCE -fPIC -shared $("$PKG_CONFIG" --cflags assay-plugin) \
	-o "$work/blind/hashlist.so" "$work/hashlist.c" >"$out" 2>&1
sed 's/"modules"/"blind"/' "$work/good.conf" >"$work/blind.conf"
start "$work/blind.conf" 2 'plugin hashlist does not report malware.hashlist-canary'
result $? "a plugin that misses its canary is refused"

# Modules that cannot be used.
printf 'this is no shared object\n' >"$work/modules/broken.so"
printf 'int something_else;\n' >"$work/stranger.c"
sed -e 's/\.abi = ASSAY_PLUGIN_ABI/.abi = ASSAY_PLUGIN_ABI + 1/' -e 's/"hashlist"/"version"/' \
	"$work/hashlist/hashlist.c" >"$work/version.c"
cp "$work/hashlist/hashlist.c" "$work/renamed.c"
sed -e 's/"hashlist"/"phaseless"/' -e '/\.inspect = /d' "$work/hashlist/hashlist.c" >"$work/phaseless.c"
for name in stranger version renamed phaseless; do
	module "$name" || result 1 "module $name builds"
done

# refused NAME REASON: without and with `optional`.
refused() {
	printf 'plugins = { "filetype", "%s" }\nplugin_path = { "modules" }\n' "$1" \
		>"$work/$1.conf"
	start "$work/$1.conf" 2 "$1" "$2"
	result $? "a $1 module is a start-up error that names file and reason"
	printf '%s {\n\toptional = true\n}\n' "$1" >>"$work/$1.conf"
	start "$work/$1.conf" 0 filetype "$2"
	result $? "a $1 module that is optional is a warning"
}
refused missing 'missing\.so is neither in'
refused broken 'modules/broken\.so: '
refused stranger 'modules/stranger\.so: has no symbol assay_plugin'
refused version 'modules/version\.so: made for plugin interface'
refused renamed 'modules/renamed\.so: calls itself "hashlist"'
refused phaseless 'modules/phaseless\.so: names phases that it has no function for'
finish
