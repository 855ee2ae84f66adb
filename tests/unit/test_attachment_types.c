/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define S(literal) literal, sizeof(literal) - 1

static struct probe probe;

static int open_shipped(void **state)
{
	(void)state;
	if (getenv("top_srcdir") == NULL)
		setenv("top_srcdir", ".", 1);
	memset(&probe, 0, sizeof(probe));
	return probe_open(&probe, &assay_plugin);
}

static int close_shipped(void **state)
{
	(void)state;
	probe_close(&probe);
	return 0;
}

static void assert_wish(const char *code, enum assay_severity severity, enum assay_action wish)
{
	const struct probe_finding *finding = probe_find(&probe, code);

	if (finding == NULL)
		fail_msg("%s is missing", code);
	print_message("  %s: %s\n", finding->code, finding->text);
	assert_int_equal(finding->severity, severity);
	assert_int_equal(finding->wish, wish);
}

struct type_case {
	const char *name; /* of the file, or NULL */
	const char *declared, *type, *type_name;
	enum assay_class type_class;
	uint32_t confidence, flags;
	const char *via, *code; /* code NULL: nothing is found */
	enum assay_severity severity;
	enum assay_action wish;
	const char *data;
	size_t size;
};

static void run_type_case(const struct type_case *c)
{
	struct assay_object object =
		probe_object(as_span_make(c->data, c->size), c->name, c->declared);

	object.type = c->type;
	object.type_name = c->type_name;
	object.type_class = c->type_class;
	object.type_confidence = c->confidence;
	object.flags = c->flags;
	object.via = c->via;
	print_message("case: %s as %s, %s\n", c->type_name, c->name != NULL ? c->name : "-",
		      c->declared != NULL ? c->declared : "-");
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	if (c->code != NULL)
		assert_wish(c->code, c->severity, c->wish);
	else
		assert_int_equal(probe.finding_count, 0);
}

#define BINARY S("MZ\x90\0\3\0\0\0")
#define WORDS  S("some text\n")
#define NOTED  ASSAY_INFO, ASSAY_ACTION_NONE
#define ACTS   ASSAY_HIGH, ASSAY_ACTION_REJECT
#define HOLDS  ASSAY_HIGH, ASSAY_ACTION_QUARANTINE
#define QUIET  NULL, ASSAY_SEVERITY_DEFAULT, ASSAY_ACTION_NONE

static void what_a_file_is_counts_whatever_it_is_called(void **state)
{
	static const char pe[] = "application/vnd.microsoft.portable-executable";
	static const struct type_case cases[] = {
		{"photo.jpg", "image/jpeg", pe, "EXE", ASSAY_CLASS_EXECUTABLE, 100, 0, "",
		 "policy.ext.executable", ACTS, BINARY},
		{NULL, NULL, pe, "EXE", ASSAY_CLASS_EXECUTABLE, 100, ASSAY_FLAG_BODY, "",
		 "policy.ext.executable", ACTS, BINARY},
		{"x", NULL, pe, "EXE", ASSAY_CLASS_EXECUTABLE, 100, 0, "tar",
		 "policy.ext.executable", ACTS, BINARY},
		{"a.txt", "text/plain", "application/x-ms-shortcut", "LNK", ASSAY_CLASS_SHORTCUT,
		 100, 0, "", "policy.ext.shortcut", ACTS, BINARY},
		{"a.dat", NULL, "application/x-msi", "MSI", ASSAY_CLASS_INSTALLER, 100, 0, "zip",
		 "policy.ext.installer", ACTS, BINARY},
		{"a.dat", NULL, "application/x-iso9660-image", "ISO", ASSAY_CLASS_DISK_IMAGE, 100,
		 0, "", "policy.ext.disk_image", ACTS, BINARY},
		{"a.docx", NULL, "application/vnd.ms-word.document.macroenabled.12", "DOCM",
		 ASSAY_CLASS_OFFICE_MACRO, 100, 0, "", "policy.ext.macro", HOLDS, BINARY},
		{"a.pdf", NULL, "application/onenote", "ONE", ASSAY_CLASS_ONENOTE, 100, 0, "",
		 "policy.ext.macro", HOLDS, BINARY},
		{"a.zip", NULL, "application/x-ace-compressed", "ACE", ASSAY_CLASS_ARCHIVE_UNUSUAL,
		 100, 0, "", "policy.ext.archive", HOLDS, BINARY},
		{"a.txt", NULL, "application/vnd.ms-htmlhelp", "CHM", ASSAY_CLASS_HELP, 100, 0, "",
		 "policy.ext.help", ACTS, BINARY},
		{"a.txt", NULL, "text/html", "HTML", ASSAY_CLASS_HTML, 100, 0, "",
		 "policy.ext.html", NOTED, WORDS},
		{NULL, "text/html", "text/html", "HTML", ASSAY_CLASS_HTML, 100, ASSAY_FLAG_BODY, "",
		 QUIET, WORDS},
		{NULL, "text/plain", "text/x-ms-regedit", "REG", ASSAY_CLASS_SHORTCUT, 100,
		 ASSAY_FLAG_BODY, "", QUIET, WORDS},
		{"a.txt", "text/plain", "text/x-ms-regedit", "REG", ASSAY_CLASS_SHORTCUT, 100, 0,
		 "", "policy.ext.shortcut", ACTS, WORDS},
		{"a.txt", "text/plain", "application/x-sylk", "SLK", ASSAY_CLASS_SHORTCUT, 50, 0,
		 "", "policy.ext.shortcut", NOTED, WORDS},
		{"a.deb", NULL, "application/vnd.debian.binary-package", "DEB",
		 ASSAY_CLASS_INSTALLER, 100, 0, "", "policy.ext.installer", NOTED, BINARY},
		{"a.jpg", "image/jpeg", "image/jpeg", "JPEG", ASSAY_CLASS_IMAGE, 100, 0, "", QUIET,
		 BINARY},
		{"a.xyz", "foo/bar", "application/octet-stream", "BINARY", ASSAY_CLASS_UNKNOWN, 0,
		 0, "", QUIET, BINARY},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		run_type_case(&cases[i]);
}

static void script_content_alone_never_acts(void **state)
{
	static const struct type_case cases[] = {
		{"a.txt", "text/plain", "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 95, 0, "",
		 "policy.ext.script", NOTED, WORDS},
		{"a.dat", "application/octet-stream", "text/vbscript", "VBS", ASSAY_CLASS_SCRIPT,
		 95, 0, "", "policy.ext.script", NOTED, WORDS},
		{"a.dat", NULL, "text/vbscript", "VBS", ASSAY_CLASS_SCRIPT, 95, 0, "zip",
		 "policy.ext.script", NOTED, WORDS},
		{"a.jpg", "image/jpeg", "text/vbscript", "VBS", ASSAY_CLASS_SCRIPT, 60, 0, "",
		 "policy.ext.script", NOTED, WORDS},
		{"a.jpg", "image/jpeg", "application/x-vbscript-encoded", "VBE", ASSAY_CLASS_SCRIPT,
		 95, 0, "", "policy.ext.script", ACTS, WORDS},
		{"a.js", "text/plain", "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 60, 0, "",
		 "policy.ext.script", ACTS, WORDS},
		{"a.txt", "application/javascript", "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 60,
		 0, "", "policy.ext.script", ACTS, WORDS},
		{NULL, "text/plain", "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 95,
		 ASSAY_FLAG_BODY, "", QUIET, WORDS},
		{NULL, NULL, "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 95, 0, "", QUIET, WORDS},
		{"a.py", "text/x-python", "text/x-python", "PY", ASSAY_CLASS_SCRIPT, 95, 0, "",
		 "policy.ext.script", NOTED, WORDS},
		{"a.js", NULL, "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 95, 0, "tar",
		 "policy.ext.script", NOTED, WORDS},
		{"a.js", NULL, "text/javascript", "JS", ASSAY_CLASS_SCRIPT, 95, 0, "zip",
		 "policy.ext.script", ACTS, WORDS},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		run_type_case(&cases[i]);
}

static void declared_types_are_believed_when_they_confess(void **state)
{
	static const struct {
		const char *declared, *code;
		enum assay_severity severity;
		enum assay_action wish;
	} cases[] = {
		{"application/x-msdownload", "policy.ext.executable", ACTS},
		{"application/x-msdos-program", "policy.ext.executable", ACTS},
		{"application/hta", "policy.ext.script", ACTS},
		{"application/x-javascript", "policy.ext.script", ACTS},
		{"text/scriptlet", "policy.ext.script", ACTS},
		{"application/x-internet-signup", "policy.ext.shortcut", ACTS},
		{"application/java-archive", "policy.ext.installer", ACTS},
		{"application/msaccess", "policy.ext.access_db", ACTS},
		{"application/vnd.ms-excel.sheet.macroenabled.12", "policy.ext.macro", HOLDS},
		{"text/x-python", "policy.ext.script", NOTED},
		{"application/pdf", QUIET},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct type_case c = {
			"a.bin",
			cases[i].declared,
			"application/octet-stream",
			"BINARY",
			ASSAY_CLASS_UNKNOWN,
			0,
			0,
			"",
			cases[i].code,
			cases[i].severity,
			cases[i].wish,
			BINARY,
		};

		run_type_case(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_is_counts_whatever_it_is_called),
		cmocka_unit_test(script_content_alone_never_acts),
		cmocka_unit_test(declared_types_are_believed_when_they_confess),
	};

	return cmocka_run_group_tests_name("attachment types", tests, open_shipped, close_shipped);
}
