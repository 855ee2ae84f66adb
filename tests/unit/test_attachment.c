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

static struct assay_object plain_object(const struct assay_name *names, size_t count)
{
	struct assay_object object = probe_object(as_span_make("text", 4), NULL, NULL);

	object.names = names;
	object.name_count = count;
	object.type = "text/plain";
	object.type_name = "TEXT";
	object.type_class = ASSAY_CLASS_TEXT;
	object.type_confidence = 90;
	return object;
}

static void judge_named(const char *text, size_t length)
{
	char *copy = calloc(1, length + 1);
	const struct assay_name name = {copy, length, copy, ASSAY_NAME_FILENAME, 0};
	struct assay_object object = plain_object(&name, 1);

	assert_non_null(copy);
	memcpy(copy, text, length);
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	free(copy);
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

static void every_spelling_of_a_listed_extension_is_found(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *code;
		enum assay_action wish;
	} cases[] = {
		{S("run.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("RUN.EXE"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S(".exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe."), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe...   . ."), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe\xc2\xa0"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe\""), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe;1"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe\0.jpg"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.jpg\0.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe::$DATA"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("a.txt:b.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("a.txt:b.exe:$DATA"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("C:run.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("C:\\Temp\\run.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("a/b.pdf/run.scr"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.exe/"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run%2Eexe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run%252Eexe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run%C0%AEexe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("utf-8''run%2E%65%78%65"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("=?utf-8?Q?run=2Eexe?="), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("=?utf-8?B?cnVuLmV4ZQ==?="), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("=?utf-8?B?cnVuLmV4ZQ"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("=?utf-8?B?cnVu?= =?utf-8?B?LmV4ZQ==?="), "policy.ext.executable",
		 ASSAY_ACTION_REJECT},
		{S("=?utf-8*en?q?run.ex?= =?x?Q?=65?="), "policy.ext.executable",
		 ASSAY_ACTION_REJECT},
		{S("=?utf-16?B?AHIAdQBuAC4AZQB4AGU=?="), "policy.ext.executable",
		 ASSAY_ACTION_REJECT},
		{S("=?utf-16le?B?cgB1AG4ALgBlAHgAZQA=?="), "policy.ext.executable",
		 ASSAY_ACTION_REJECT},
		{S("=?utf-7?Q?run+AC4-e+AHg-e?="), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("=?utf-8?Q?run%2Eexe?="), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.e\xe2\x80\x8bxe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.\xe2\x80\xae"
		   "exe"),
		 "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.ex\x01"
		   "e"),
		 "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run\xef\xbc\x8e\xef\xbd\x85\xef\xbd\x98\xef\xbd\x85"), "policy.ext.executable",
		 ASSAY_ACTION_REJECT},
		{S("run.\xd0\xb5\xd1\x85\xd0\xb5"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.\xd0\xb5xe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run\xe2\x80\xa4"
		   "exe"),
		 "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("invoice.pdf.exe"), "policy.ext.executable", ASSAY_ACTION_REJECT},
		{S("run.js"), "policy.ext.script", ASSAY_ACTION_REJECT},
		{S("run.Vbs"), "policy.ext.script", ASSAY_ACTION_REJECT},
		{S("page.hta"), "policy.ext.script", ASSAY_ACTION_REJECT},
		{S("x.lnk"), "policy.ext.shortcut", ASSAY_ACTION_REJECT},
		{S("x.searchConnector-ms"), "policy.ext.shortcut", ASSAY_ACTION_REJECT},
		{S("x.rdp"), "policy.ext.shortcut", ASSAY_ACTION_REJECT},
		{S("x.appinstaller"), "policy.ext.installer", ASSAY_ACTION_REJECT},
		{S("x.iso"), "policy.ext.disk_image", ASSAY_ACTION_REJECT},
		{S("x.docm"), "policy.ext.macro", ASSAY_ACTION_QUARANTINE},
		{S("x.one"), "policy.ext.macro", ASSAY_ACTION_QUARANTINE},
		{S("x.ace"), "policy.ext.archive", ASSAY_ACTION_QUARANTINE},
		{S("x.chm"), "policy.ext.help", ASSAY_ACTION_REJECT},
		{S("x.mde"), "policy.ext.access_db", ASSAY_ACTION_REJECT},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %zu\n", i);
		judge_named(cases[i].text, cases[i].length);
		assert_wish(cases[i].code, ASSAY_HIGH, cases[i].wish);
	}
}

static void noted_extensions_never_act(void **state)
{
	static const struct {
		const char *name, *code;
	} cases[] = {
		{"page.html", "policy.ext.html"},  {"logo.svg", "policy.ext.html"},
		{"tool.py", "policy.ext.script"},  {"build.sh", "policy.ext.script"},
		{"x.pl", "policy.ext.script"},	   {"pkg.deb", "policy.ext.installer"},
		{"ca.cer", "policy.ext.shortcut"}, {"mail.pst", "policy.ext.shortcut"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		judge_named(cases[i].name, strlen(cases[i].name));
		assert_wish(cases[i].code, ASSAY_INFO, ASSAY_ACTION_NONE);
		assert_int_equal(probe.finding_count, 1);
	}
}

static const char *const honest_names[] = {
	"Report 2024.10.12.pdf",
	"John.Smith.pdf",
	"archive.tar.gz",
	"no extension",
	"photo.JPG",
	"Q1.xlsx.pdf",
	"v1.2.pdf",
	"Release-3.14.159",
	"notes v2.0 final.docx",
	"a.b.c.d.txt",
	"image001.png",
	"IMG_20240501_101500.jpeg",
	"smime.p7s",
	"signature.asc",
	"invite.ics",
	"winmail.dat",
	"message.eml",
	"data.tar.xz",
	"linux-6.1.tar.zst",
	"foo.patch",
	"0001-fix-exe-handling.patch",
	"README",
	".gitignore",
	"50% off.pdf",
	"100%25.txt",
	"C++ notes.txt",
	"Re: meeting.txt",
	"Mr. X (copy) [1].pdf",
	"report_____final.pdf",
	"{3F2504E0-4F89-11D3-9A0C-0305E82C3301}.pdf",
	"Jan.2024.pdf",
	"Mon.Tue.xlsx",
	"invoice-2024-05.PDF",
	"e.g. example.pdf",
	"\xd0\x9e\xd1\x82\xd1\x87\xd1\x91\xd1\x82 \xd0\xb7\xd0\xb0 2024.pdf",
	"\xd0\xa1\xd1\x87\xd1\x91\xd1\x82.docx",
	"\xd1\x84\xd0\xb8\xd0\xb7.\xd0\xbc\xd0\xb0\xd1\x82",
	"\xd0\xb3. \xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0",
	"\xd0\xbf\xd0\xb8\xd1\x81\xd1\x8c\xd0\xbc\xd0\xbe \xd0\xba "
	"\xd0\x98.\xd0\x9e.\xd0\xa1\xd0\xbe\xd0\xbc",
	"\xce\x91\xce\xbd\xce\xb1\xcf\x86\xce\xbf\xcf\x81\xce\xac.pdf",
	"\xd7\x97\xd7\xa9\xd7\x91\xd7\x95\xd7\xa0\xd7\x99\xd7\xaa.pdf",
	"\xe2\x80\x8f\xd7\x97\xd7\xa9\xd7\x91\xe2\x80\x8f 12.pdf",
	"\xd9\x81\xd8\xa7\xd8\xaa\xd9\x88\xd8\xb1\xd8\xa9 \xe2\x80\x8e"
	"2024.pdf",
	"\xd8\xae\xd8\xa7\xd9\x86\xd9\x87\xe2\x80\x8c\xd9\x87\xd8\xa7.docx",
	"\xe8\xaf\xb7\xe6\x9f\xa5\xe6\x94\xb6\xe3\x80\x82.pdf",
	"\xe6\x8a\xa5\xe5\x91\x8a\xe3\x80\x82"
	"doc",
	"\xe3\x83\xac\xe3\x83\x9d\xe3\x83\xbc\xe3\x83\x88\xe3\x80\x80"
	"2024.xlsx",
	"\xed\x95\x9c\xea\xb5\xad\xec\x96\xb4.hwp",
	"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7.jpg",
	"\xe2\x9d\xa4\xef\xb8\x8f love.pdf",
	"\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae"
	"\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf.png",
	"M\xc3\xbcller Stra\xc3\x9f"
	"e.pdf",
	"caf\xc3\xa9.txt",
	"na\xc3\xafve.docx",
	"=?utf-8?Q?Rechnung_=C3=BCber_5.pdf?=",
	"utf-8''%E2%82%AC%20rates.pdf",
	"a=?b.pdf",
	"=?=.pdf",
	"=?utf-8?x?y?=.pdf",
	"..",
	".",
	"",
	"   ",
	"/",
	"a:b",
	"12:30",
};

static void honest_names_stay_quiet(void **state)
{
	(void)state;

	for (size_t i = 0; i < COUNT(honest_names); i++) {
		print_message("case: %s\n", honest_names[i]);
		judge_named(honest_names[i], strlen(honest_names[i]));
		for (size_t k = 0; k < probe.finding_count; k++)
			print_message("  %s: %s\n", probe.findings[k].code, probe.findings[k].text);
		assert_int_equal(probe.finding_count, 0);
	}
}

static void deceptive_names_are_reported(void **state)
{
	static const struct {
		const char *text;
		size_t length;
		const char *code;
		enum assay_severity severity;
		enum assay_action wish;
	} cases[] = {
		{S("invoice.pdf.exe"), "name.double_ext", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("invoice.pdf     .exe"), "name.double_ext", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("photo.jpg_____.scr"), "name.double_ext", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("photo.jpg\0.scr"), "name.double_ext", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("list.xls.xlsm"), "name.double_ext", ASSAY_HIGH, ASSAY_ACTION_QUARANTINE},
		{S("invoice.pdf.html"), "name.double_ext", ASSAY_INFO, ASSAY_ACTION_NONE},
		{S("ann\xe2\x80\xae"
		   "fdp.exe"),
		 "name.rtlo", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("ann\xe2\x80\xae"
		   "cod.txt"),
		 "name.rtlo", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("=?utf-8?Q?a=E2=80=AEfdp.exe?="), "name.rtlo", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("%E2%80%AEfdp.txt"), "name.rtlo", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("\xe2\x81\xa7\xe2\x81\xa6"
		   "exe\xe2\x81\xa9.\xe2\x81\xa6txt\xe2\x81\xa9\xe2\x81\xa9"),
		 "name.rtlo", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("\xe2\x81\xa7report.txt\xe2\x81\xa9"), "name.rtlo", ASSAY_MEDIUM,
		 ASSAY_ACTION_NONE},
		{S("\xe2\x81\xa7run.exe\xe2\x81\xa9"), "name.rtlo", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
		{S("\xe2\x80\xaareport.txt\xe2\x80\xac"), "name.rtlo", ASSAY_INFO,
		 ASSAY_ACTION_NONE},
		{S("\xe2\x80\xab\xd7\x97\xd7\xa9\xd7\x91.pdf\xe2\x80\xac"), "name.rtlo", ASSAY_INFO,
		 ASSAY_ACTION_NONE},
		{S("run.\xd0\xb5\xd1\x85\xd0\xb5"), "name.homoglyph", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
		{S("run.\xef\xbd\x85\xef\xbd\x98\xef\xbd\x85"), "name.homoglyph", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
		{S("run.\xce\xbfne"), "name.homoglyph", ASSAY_HIGH, ASSAY_ACTION_QUARANTINE},
		{S("run.\xd1\x81\xd0\xbem"), "name.homoglyph", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("\xd0\xa4\xd0\x98\xd0\x97.\xd0\x9c\xd0\x90\xd0\xa2"), "name.homoglyph",
		 ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{S("a.pdf                .exe"), "name.padding", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("a        b.pdf"), "name.padding", ASSAY_LOW, ASSAY_ACTION_NONE},
		{S("a\xe3\x80\x80\xc2\xa0\xe2\xa0\x80\xe2\x80\x8b\xe3\x85\xa4 "
		   "\xe2\x80\x83\xe2\x80\x80.js"),
		 "name.padding", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("a_______________________.exe"), "name.padding", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
		{S("a\0b.pdf"), "name.control_char", ASSAY_HIGH, ASSAY_ACTION_REJECT},
		{S("a.pdf\0\0"), "name.control_char", ASSAY_LOW, ASSAY_ACTION_NONE},
		{S("a\tb.pdf"), "name.control_char", ASSAY_LOW, ASSAY_ACTION_NONE},
		{S("a\r\n b.pdf"), "name.control_char", ASSAY_LOW, ASSAY_ACTION_NONE},
		{S("a\x08"
		   "b.pdf"),
		 "name.control_char", ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{S("a\x7f.pdf"), "name.control_char", ASSAY_MEDIUM, ASSAY_ACTION_NONE},
		{S("a\xc2\x96.pdf"), "name.control_char", ASSAY_LOW, ASSAY_ACTION_NONE},
		{S("pic.jpg.{3050F4D8-98B5-11CF-BB82-00AA00BDCE0B}"), "name.clsid", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
		{S("pic.{3050f4d8-98b5-11cf-bb82-00aa00bdce0b} ."), "name.clsid", ASSAY_HIGH,
		 ASSAY_ACTION_REJECT},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %zu\n", i);
		judge_named(cases[i].text, cases[i].length);
		assert_wish(cases[i].code, cases[i].severity, cases[i].wish);
	}
}

static void a_long_name_matters_by_what_lies_behind_it(void **state)
{
	static char name[20000];
	(void)state;

	memset(name, 'a', sizeof(name));
	judge_named(name, 150);
	assert_int_equal(probe.finding_count, 0);
	judge_named(name, 151);
	assert_wish("name.too_long", ASSAY_INFO, ASSAY_ACTION_NONE);
	judge_named(name, 300);
	assert_wish("name.too_long", ASSAY_LOW, ASSAY_ACTION_NONE);
	memcpy(name + 196, ".exe", 4);
	judge_named(name, 200);
	assert_wish("name.too_long", ASSAY_HIGH, ASSAY_ACTION_REJECT);
	memset(name, 'a', sizeof(name));
	memcpy(name + sizeof(name) - 5, ".exe", 5);
	judge_named(name, sizeof(name) - 1);
	assert_wish("name.too_long", ASSAY_HIGH, ASSAY_ACTION_REJECT);
	assert_wish("policy.ext.executable", ASSAY_HIGH, ASSAY_ACTION_REJECT);
}

static void a_finding_shows_no_raw_control_characters(void **state)
{
	const struct probe_finding *finding;
	(void)state;

	judge_named(S("a\xe2\x80\xae\x1b[2Jfdp.exe"));
	finding = probe_find(&probe, "name.rtlo");
	assert_non_null(finding);
	assert_non_null(strstr(finding->text, "<U+202E>"));
	assert_non_null(strstr(finding->text, "<U+001B>"));
	for (const char *p = finding->text; *p != '\0'; p++)
		assert_true((unsigned char)*p >= 0x20);
}

static void both_forms_of_every_name_are_judged(void **state)
{
	static const struct assay_name names[] = {
		{S("a.pdf"), "a.pdf", ASSAY_NAME_FILENAME, 0},
		{S("harmless"), "run.exe", ASSAY_NAME_RAW, 0},
	};
	struct assay_object object = plain_object(names, 2);
	(void)state;

	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_wish("policy.ext.executable", ASSAY_HIGH, ASSAY_ACTION_REJECT);
	assert_false(probe_has(&probe, "name.conflict"));
}

static void names_conflict_only_when_extensions_do(void **state)
{
	static const struct {
		const char *name, *a, *b;
		enum assay_severity severity;
	} cases[] = {
		{"a program and a picture", "a.exe", "a.jpg", ASSAY_HIGH},
		{"two programs", "a.exe", "a.scr", ASSAY_HIGH},
		{"two documents", "a.pdf", "a.docx", ASSAY_HIGH},
		{"a picture and an archive", "a.png", "a.zip", ASSAY_HIGH},
		{"equal", "a.pdf", "a.pdf", ASSAY_SEVERITY_DEFAULT},
		{"other case", "A.PDF", "a.pdf", ASSAY_SEVERITY_DEFAULT},
		{"other spelling", "a b.pdf", "a_b.pdf", ASSAY_SEVERITY_DEFAULT},
		{"encoded", "=?utf-8?Q?a=2Epdf?=", "a.pdf", ASSAY_SEVERITY_DEFAULT},
		{"percent", "a%2Epdf", "a.pdf", ASSAY_SEVERITY_DEFAULT},
		{"jpg and jpeg", "a.jpg", "a.jpeg", ASSAY_SEVERITY_DEFAULT},
		{"htm and html", "a.htm", "a.html", ASSAY_SEVERITY_DEFAULT},
		{"cut to three letters", "A~1.DOC", "a.docx", ASSAY_SEVERITY_DEFAULT},
		{"cut, and one holds macros", "a.xls", "a.xlsm", ASSAY_HIGH},
		{"date without extension", "Report 12.10.2024", "r.pdf", ASSAY_SEVERITY_DEFAULT},
		{"no extension", "Report", "r.pdf", ASSAY_SEVERITY_DEFAULT},
		{"surname", "J.Smith", "smith.pdf", ASSAY_SEVERITY_DEFAULT},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct assay_name names[] = {
			{cases[i].a, strlen(cases[i].a), cases[i].a, ASSAY_NAME_NAME, 0},
			{cases[i].b, strlen(cases[i].b), cases[i].b, ASSAY_NAME_FILENAME_EXT, 0},
		};
		struct assay_object object = plain_object(names, 2);
		const struct probe_finding *finding;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
		finding = probe_find(&probe, "name.conflict");
		assert_int_equal(finding != NULL ? finding->severity : ASSAY_SEVERITY_DEFAULT,
				 cases[i].severity);
	}
}

static void names_of_few_readers_count_by_what_they_hide(void **state)
{
	static const struct {
		const char *name;
		const char *a;
		uint32_t marks_a;
		const char *b;
		uint32_t marks_b;
		enum assay_severity severity;
	} cases[] = {
		{"only lenient readers find an archive", "a", 0, "a.zip", ASSAY_NAME_LOOSE,
		 ASSAY_HIGH},
		{"only lenient readers find a program", "a", 0, "a.exe", ASSAY_NAME_LOOSE,
		 ASSAY_HIGH},
		{"only lenient readers find a document", "a", 0, "a.pdf", ASSAY_NAME_LOOSE,
		 ASSAY_INFO},
		{"lenient readers agree", "a b.zip", 0, "a.zip", ASSAY_NAME_LOOSE,
		 ASSAY_SEVERITY_DEFAULT},
		{"lenient readers find another document", "a.png", 0, "a.pdf", ASSAY_NAME_LOOSE,
		 ASSAY_INFO},
		{"lenient readers find an archive", "a.png", 0, "a.zip", ASSAY_NAME_LOOSE,
		 ASSAY_HIGH},
		{"no mailer writes an archive so", "a", 0, "a.zip", ASSAY_NAME_ODD, ASSAY_HIGH},
		{"no mailer writes a document so", "a", 0, "a.pdf", ASSAY_NAME_ODD, ASSAY_INFO},
		{"odd beside the same", "a.zip", 0, "b.zip", ASSAY_NAME_ODD,
		 ASSAY_SEVERITY_DEFAULT},
		{"odd beside another", "a.png", 0, "b.pdf", ASSAY_NAME_ODD, ASSAY_HIGH},
		{"undecoded forms are no names", "a.png", ASSAY_NAME_UNDECODED, "a.zip", 0,
		 ASSAY_SEVERITY_DEFAULT},
		{"a parameter that nobody knows", "a.zip", 0, "a.png", ASSAY_NAME_WEAK, ASSAY_HIGH},
		{"the same under it", "a.zip", 0, "b.zip", ASSAY_NAME_WEAK, ASSAY_SEVERITY_DEFAULT},
		{"a weak name alone", "a", 0, "a.zip", ASSAY_NAME_WEAK, ASSAY_SEVERITY_DEFAULT},
		{"unknown extensions", "a", 0, "a.v2", ASSAY_NAME_LOOSE, ASSAY_SEVERITY_DEFAULT},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct assay_name names[] = {
			{cases[i].a, strlen(cases[i].a), cases[i].a, ASSAY_NAME_FILENAME,
			 cases[i].marks_a},
			{cases[i].b, strlen(cases[i].b), cases[i].b, ASSAY_NAME_FILENAME,
			 cases[i].marks_b},
		};
		struct assay_object object = plain_object(names, 2);
		const struct probe_finding *finding;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
		finding = probe_find(&probe, "name.conflict");
		assert_int_equal(finding != NULL ? finding->severity : ASSAY_SEVERITY_DEFAULT,
				 cases[i].severity);
	}
}

static void what_the_engine_has_decoded_is_not_decoded_into_controls(void **state)
{
	static const char word[] = "=?iso-2022-jp?B?GyRCRnxLXBsoQi56aXA=?=";
	const struct assay_name names[] = {
		{word, sizeof(word) - 1, word, ASSAY_NAME_NAME, ASSAY_NAME_UNDECODED},
		{S("\xe6\x97\xa5\xe6\x9c\xac.zip"), "\xe6\x97\xa5\xe6\x9c\xac.zip",
		 ASSAY_NAME_ENCODED_WORD, 0},
	};
	struct assay_object object = plain_object(names, 2);
	(void)state;

	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_false(probe_has(&probe, "name.control_char"));
	assert_false(probe_has(&probe, "name.conflict"));
}

static void an_object_with_a_full_list_of_names_hides_one(void **state)
{
	struct assay_name names[32];
	struct assay_object object;
	(void)state;

	for (size_t i = 0; i < COUNT(names); i++)
		names[i] = (struct assay_name){"a.pdf", 5, "a.pdf", ASSAY_NAME_FILENAME, 0};
	object = plain_object(names, COUNT(names));
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_wish("name.conflict", ASSAY_HIGH, ASSAY_ACTION_NONE);
	object.name_count = 31;
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_false(probe_has(&probe, "name.conflict"));
}

static void a_subject_that_names_a_host_is_no_program(void **state)
{
	struct assay_object object = probe_object(as_span_make("From: a\n\nx", 10),
						  "Welcome to example.com", "message/rfc822");
	(void)state;

	object.type = "message/rfc822";
	object.type_name = "EML";
	object.type_class = ASSAY_CLASS_MAIL;
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_wish("policy.ext.executable", ASSAY_INFO, ASSAY_ACTION_NONE);
	object.type_class = ASSAY_CLASS_EXECUTABLE;
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_wish("policy.ext.executable", ASSAY_HIGH, ASSAY_ACTION_REJECT);
}

static void a_member_known_by_name_only_is_judged_by_name(void **state)
{
	struct assay_object object = probe_object(as_span_make(NULL, 0), "run.exe", NULL);
	(void)state;

	object.origin = ASSAY_ORIGIN_MEMBER;
	object.flags = ASSAY_FLAG_UNREAD | ASSAY_FLAG_ENCRYPTED;
	object.depth = 7;
	object.via = "rar";
	assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
	assert_wish("policy.ext.executable", ASSAY_HIGH, ASSAY_ACTION_REJECT);
	assert_int_equal(probe.finding_count, 1);
}

static void the_canaries_are_found(void **state)
{
	const struct assay_canary *canaries;
	size_t count = assay_plugin.canaries(probe.state, &canaries);
	(void)state;

	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		struct assay_object object = probe_object(canaries[i].data, canaries[i].name, NULL);

		assert_int_equal(probe_run(&probe, &object, ASSAY_JUDGE), 0);
		assert_true(probe_has(&probe, canaries[i].code));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_of_a_listed_extension_is_found),
		cmocka_unit_test(noted_extensions_never_act),
		cmocka_unit_test(honest_names_stay_quiet),
		cmocka_unit_test(deceptive_names_are_reported),
		cmocka_unit_test(a_long_name_matters_by_what_lies_behind_it),
		cmocka_unit_test(a_finding_shows_no_raw_control_characters),
		cmocka_unit_test(both_forms_of_every_name_are_judged),
		cmocka_unit_test(names_conflict_only_when_extensions_do),
		cmocka_unit_test(names_of_few_readers_count_by_what_they_hide),
		cmocka_unit_test(what_the_engine_has_decoded_is_not_decoded_into_controls),
		cmocka_unit_test(an_object_with_a_full_list_of_names_hides_one),
		cmocka_unit_test(a_subject_that_names_a_host_is_no_program),
		cmocka_unit_test(a_member_known_by_name_only_is_judged_by_name),
		cmocka_unit_test(the_canaries_are_found),
	};

	return cmocka_run_group_tests_name("attachment", tests, open_shipped, close_shipped);
}
