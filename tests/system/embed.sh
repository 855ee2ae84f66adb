#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# libassay from another program: builds one against the library of the build
# tree and lets it inspect two messages. Prints TAP.
set -u
top=${top_srcdir:-.}
build=${top_builddir:-.}
work=$(mktemp -d "${TMPDIR:-/tmp}/assay-embed.XXXXXX")
trap 'rm -rf "$work"' EXIT

cat >"$work/embed.c" <<'END'
#include <assay/assay.h>
#include <stdio.h>
#include <string.h>

static int inspect(struct assay_engine *engine, const char *body, enum assay_action expected)
{
	struct assay_verdict verdict;
	char message[512];
	int rc;

	snprintf(message, sizeof(message), "From: a@example.org\r\nSubject: test\r\n\r\n%s\r\n", body);
	rc = assay_scan_memory(engine, as_span_text(message), NULL, &verdict);
	if (rc < 0)
		return printf("# assay_scan_memory: %d\n", rc), 1;
	if (verdict.action != expected || !verdict.complete ||
	    strlen(verdict.json) != verdict.json_size)
		return printf("# %s\n", verdict.json), 1;
	assay_verdict_free(&verdict);
	return 0;
}

int main(int argc, char **argv)
{
	struct assay_engine *engine;
	char eicar[80], error[512];
	int failed;

	if (argc > 1)
		return assay_open(argv[1], &engine, error, sizeof(error)) < 0 ? puts(error), 3 : 0;
	if (assay_open(NULL, &engine, error, sizeof(error)) < 0)
		return printf("# %s\n", error), 2;
	snprintf(eicar, sizeof(eicar), "X5O!P%%@AP[4\\PZX54(P^)7CC)7}$%s-ANTIVIRUS-TEST-FILE!$H+H*",
		 "EICAR-STANDARD");
	failed = inspect(engine, "hello", ASSAY_ACTION_ACCEPT);
	failed |= inspect(engine, eicar, ASSAY_ACTION_REJECT);
	assay_close(engine);
	return failed;
}
END

mkdir -p "$build/tests/system"
echo 1..3
if ${CC:-cc} -D_GNU_SOURCE -I"$top/engine/include" "$work/embed.c" -o "$build/tests/system/embed" \
	-L"$build/.libs" -lassay -Wl,-rpath,"$(cd "$build/.libs" && pwd)" >"$work/out" 2>&1; then
	echo "ok 1 - a program builds against libassay"
else
	sed 's/^/# /' "$work/out"
	echo "not ok 1 - a program builds against libassay"
fi
if "$build/tests/system/embed"; then
	echo "ok 2 - messages are inspected through libassay"
else
	echo "not ok 2 - messages are inspected through libassay"
fi
text=$("$build/tests/system/embed" "$work/missing.conf")
case $text in
*missing.conf*) echo "ok 3 - a configuration that is not there is named" ;;
*) echo "# $text"; echo "not ok 3 - a configuration that is not there is named" ;;
esac
rm -f "$build/tests/system/embed"
