/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static struct as_arena arena;

static int setup(void **state)
{
	(void)state;
	as_arena_init(&arena, (size_t)64 << 20);
	return as_charset_init();
}

static int teardown(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	return 0;
}

static void collect(struct as_span block, const struct assay_name **names, size_t *count)
{
	assert_int_equal(as_names_collect(&arena, block, 200, names, count), 0);
	for (size_t i = 0; i < *count; i++) {
		assert_true(as_utf8_valid(as_span_make((*names)[i].text, (*names)[i].length)));
		assert_true(as_utf8_valid(as_span_text((*names)[i].shell)));
	}
}

static const struct {
	const char *name, *block;
	const char *names[6];
} readings[] = {
	{"none", "Subject: filename=a.exe\n", {NULL}},
	{"ranks",
	 "Content-Type: a/b; name=d.txt; name*=utf-8''c.txt\n"
	 "Content-Disposition: attachment; filename=b.txt; filename*=utf-8''a.txt\n",
	 {"a.txt", "b.txt", "c.txt", "d.txt", NULL}},
	{"equal ones once",
	 "Content-Type: a/b; name=\"a.txt\"\n"
	 "Content-Disposition: attachment; filename=a.txt\n",
	 {"a.txt", NULL}},
	{"repeated: first, last, rest",
	 "Content-Type: a/b; name=1.a; name=2.b; name=3.c\n",
	 {"1.a", "3.c", "2.b", NULL}},
	{"two fields",
	 "Content-Disposition: attachment; filename=a.txt\n"
	 "content-disposition: inline; filename=b.exe\n",
	 {"a.txt", "b.exe", NULL}},
	{"encoded word in quotes",
	 "Content-Type: a/b; name=\"=?utf-8?Q?a=2Eexe?=\"\n",
	 {"=?utf-8?Q?a=2Eexe?=", "a.exe", NULL}},
	{"split encoded word",
	 "Content-Type: a/b; name=\"=?utf-8?Q?a.e?=\r\n =?utf-8?Q?xe?=\"\n",
	 {"=?utf-8?Q?a.e?= =?utf-8?Q?xe?=", "a.exe", NULL}},
	{"UTF-16 encoded word",
	 "Content-Type: a/b; name=\"=?utf-16?B?AGEALgBlAHgAZQ==?=\"\n",
	 {"=?utf-16?B?AGEALgBlAHgAZQ==?=", "a.exe", NULL}},
	{"percent", "Content-Type: a/b; name=a%2Eexe\n", {"a%2Eexe", "a.exe", NULL}},
	{"raw 8-bit", "Content-Type: a/b; name=\"\xe4.exe\"\n", {"\xc3\xa4.exe", NULL}},
	{"raw UTF-8", "Content-Type: a/b; name=\"\xc3\xa4.exe\"\n", {"\xc3\xa4.exe", NULL}},
	{"reordered sections",
	 "Content-Disposition: attachment; filename*1=.exe; filename*0=a\n",
	 {"a.exe", ".exea", ".exe", NULL}},
	{"gap",
	 "Content-Disposition: attachment; filename*0=a.exe; filename*2=.txt\n",
	 {"a.exe.txt", "a.exe", NULL}},
	{"section twice",
	 "Content-Disposition: attachment; filename*0=a.txt; filename*0=a.exe\n",
	 {"a.txt", "a.exe", "a.txta.exe", NULL}},
	{"backslash", "Content-Type: a/b; name=\"a.\\e\\x\\e\"\n", {"a.exe", "a.\\e\\x\\e", NULL}},
	{"comment", "Content-Type: a/b; name=a(.txt).exe\n", {"a.exe", "a(.txt).exe", NULL}},
	{"tail", "Content-Type: a/b; name=\"a\".exe\n", {"a", "a.exe", NULL}},
	{"unclosed quote", "Content-Type: a/b; name=\"a;.exe\n", {"a", "a;.exe", NULL}},
	{"no quotes", "Content-Type: a/b; name=my b=c.exe\n", {"my", "my b=c.exe", NULL}},
	{"stream", "Content-Type: a/b; name=\"a.txt:.exe\"\n", {"a.txt:.exe", "a.txt_.exe", NULL}},
	{"comment in the parameter's name",
	 "Content-Disposition: attachment; filena(x(y))me=a.exe\n",
	 {"a.exe", NULL}},
	{"comment behind the parameter's name",
	 "Content-Disposition: attachment; filename()=a.exe\n",
	 {"a.exe", NULL}},
	{"star behind a blank",
	 "Content-Disposition: attachment; filename *=utf-8''a%2Eexe\n",
	 {"a.exe", NULL}},
	{"a colon for the equals sign",
	 "Content-Disposition: attachment; filename:\"a.exe\"\n",
	 {"a.exe", NULL}},
	{"sections with a blank in their names",
	 "Content-Disposition: attachment; filename *0=a.e; filename *1=xe\n",
	 {"a.exe", "a.e", NULL}},
	{"what Windows forbids", "Content-Type: a/b; name=<a.exe>\n", {"<a.exe>", "a.exe", NULL}},
	{"an escape across two encoded words",
	 "Content-Type: a/b; name=\"=?utf-8?Q?a.e=7?= =?UTF-8?q?8e?=\"\n",
	 {"=?utf-8?Q?a.e=7?= =?UTF-8?q?8e?=", "a.exe", "a.e=78e", NULL}},
	{"a name across a lone CR", "Content-Type: a/b; name=\"a.\rexe\"\n", {"a.", "a.exe", NULL}},
	{"bare and a semicolon", "Content-Type: a/b; name=a;.exe\n", {"a", "a;.exe", NULL}},
	{"quoted and a semicolon",
	 "Content-Type: a/b; name=\"a.png;.exe\"\n",
	 {"a.png;.exe", "a.png", NULL}},
	{"single quotes", "Content-Type: a/b; name='a.exe'\n", {"'a.exe'", "a.exe", NULL}},
	{"fold in quotes", "Content-Type: a/b; name=\"a.\r\n exe\"\n", {"a. exe", "a.exe", NULL}},
	{"bare with a blank",
	 "Content-Type: a/b; name=a.png .exe\n",
	 {"a.png .exe", "a.png", NULL}},
	{"sections in two fields",
	 "Content-Disposition: attachment; filename*1=exe\n"
	 "Content-Type: a/b; filename*0=a.\n",
	 {"exe", "a.", "exea.", "a.exe", NULL}},
	{"first section",
	 "Content-Disposition: attachment; filename*0=a.png; filename*1=.exe\n",
	 {"a.png.exe", "a.png", NULL}},
	{"a parameter that nobody knows",
	 "Content-Disposition: attachment; foo=a.png; filename=a.exe\n",
	 {"a.exe", "a.png", NULL}},
	{"parameters that everybody knows",
	 "Content-Type: a/b; type=x.png; x-foo=y.png; url=z.png; name=a.exe\n",
	 {"a.exe", NULL}},
	{"Content-Location",
	 "Content-Type: image/gif\nContent-Location: http://a.com/b/c%20d.gif?e=f.exe\n",
	 {"c d.gif", NULL}},
	{"Content-Location without a path",
	 "Content-Type: image/gif\nContent-Location: http://a.com\n",
	 {NULL}},
	{"Content-Location of a text that is displayed",
	 "Content-Type: text/html\nContent-Location: http://a.com/b.html\n",
	 {NULL}},
	{"Content-Description",
	 "Content-Type: a/b\nContent-Description: =?utf-8?Q?a=2Eexe?=\n",
	 {"a.exe", NULL}},
	{"Content-Description beside a name",
	 "Content-Type: a/b; name=b.txt\nContent-Description: a.exe\n",
	 {"b.txt", NULL}},
	{"Content-Description that is a sentence",
	 "Content-Type: a/b\nContent-Description: From example.com. Hello.\n",
	 {NULL}},
};

static void every_reading_of_a_name_is_collected_best_first(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		const struct assay_name *names = NULL;
		size_t count = 0, k;

		print_message("case: %s\n", readings[i].name);
		collect(as_span_text(readings[i].block), &names, &count);
		for (k = 0; readings[i].names[k] != NULL; k++) {
			assert_true(k < count);
			assert_string_equal(names[k].text, readings[i].names[k]);
		}
		assert_int_equal(count, k);
	}
}

/* Marks of the name of that text. */
static uint32_t marks_of(const char *block, const char *text)
{
	const struct assay_name *names = NULL;
	size_t count = 0;

	collect(as_span_text(block), &names, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i].text, text) == 0)
			return names[i].marks;
	fail_msg("no such name: %s", text);
	return 0;
}

#define LONG_TEXT "a name of ASCII that does not fit into one parameter, and is "

static void honest_forms_have_no_mark(void **state)
{
	static const struct {
		const char *name, *field, *text;
	} cases[] = {
		{"token", "name=a.zip", "a.zip"},
		{"quoted", "name=\"a.zip\";", "a.zip"},
		{"fold", "\r\n name=a.zip", "a.zip"},
		{"two folds", "\r\n \r\n name=a.zip", "a.zip"},
		{"quoted quote", "name=\"a\\\".zip\"", "a\".zip"},
		{"extended", "name*=utf-8''a.zip", "a.zip"},
		{"extended with a language", "name*=utf-8'de-AT'%C3%A4.zip", "\xc3\xa4.zip"},
		{"escapes that are needed", "name*=utf-8''%C3%A4%2Ezip", "\xc3\xa4.zip"},
		{"escapes of ISO-2022", "name*=iso-2022-jp''%1B%24%42%46%7C%1B%28%42%2E%7A%69%70",
		 "\xe6\x97\xa5.zip"},
		{"one section", "name*0=a.zip", "a.zip"},
		{"one extended section", "name*0*=''a.zip", "a.zip"},
		{"a long name in sections", "name*0=\"" LONG_TEXT ".z\"; name*1=ip",
		 LONG_TEXT ".zip"},
		{"word", "name=\"=?utf-8?B?YS56aXA=?=\"", "a.zip"},
		{"word in Q", "name=\"=?utf-8?Q?=C3=A4=2Ezip?=\"", "\xc3\xa4.zip"},
		{"word of US-ASCII in Q", "name=\"=?us-ascii?Q?a_b.zip?=\"", "a b.zip"},
		{"word without quotes", "name==?utf-8?Q?a.zip?=", "a.zip"},
		{"word and text", "name=\"=?utf-8?Q?a?= b.zip\"", "a b.zip"},
		{"long words", "name=\"=?utf-8?Q?" LONG_TEXT ".z?= =?utf-8?Q?ip?=\"",
		 LONG_TEXT ".zip"},
		{"bare with blanks", "name=my report (1).zip", "my report .zip"},
		{"semicolon in quotes", "name=\"a; b.zip\"", "a; b.zip"},
		{"apostrophes", "name=\"John's 'a'.zip\"", "John's 'a'.zip"},
		{"flag behind it", "name=a.zip; inline", "a.zip"},
		{"octets", "name=\"\xc3\xa4.zip\"", "\xc3\xa4.zip"},
		{"beside a loose one", "name=a.zip; na()me=a.zip", "a.zip"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char block[512];

		print_message("case: %s\n", cases[i].name);
		snprintf(block, sizeof(block), "Content-Type: a/b; %s\r\n", cases[i].field);
		assert_int_equal(marks_of(block, cases[i].text), 0);
	}
}

static void forms_of_few_readers_are_marked(void **state)
{
	static const struct {
		const char *name, *field, *text;
		uint32_t marks;
	} cases[] = {
		{"blank in front of '='", "name =a.zip", "a.zip", ASSAY_NAME_ODD},
		{"blank behind '='", "name= a.zip", "a.zip", ASSAY_NAME_ODD},
		{"fold behind '='", "name=\r\n a.zip", "a.zip", ASSAY_NAME_ODD},
		{"comment in front of '='", "name(x)=a.zip", "a.zip", ASSAY_NAME_ODD},
		{"comment behind it", "name=\"a.zip\" (x)", "a.zip", ASSAY_NAME_ODD},
		{"short sections", "name*0=a; name*1=.zip", "a.zip", ASSAY_NAME_ODD},
		{"sections out of order", "name*1=\".zip\"; name*0=\"" LONG_TEXT "\"",
		 LONG_TEXT ".zip", ASSAY_NAME_ODD},
		{"escaped extension", "name*=''a.%7Aip", "a.zip", ASSAY_NAME_ODD},
		{"escaped extension in a section", "name*0*=''a.%7Aip", "a.zip", ASSAY_NAME_ODD},
		{"UTF-16", "name*=utf-16''%00a%00.%00z%00i%00p", "a.zip", ASSAY_NAME_ODD},
		{"word of UTF-16", "name=\"=?utf-16?B?AGEALgB6AGkAcA==?=\"", "a.zip",
		 ASSAY_NAME_ODD},
		{"word of UTF-7", "name=\"=?utf-7?Q?a+AC4-zip?=\"", "a.zip", ASSAY_NAME_ODD},
		{"word of US-ASCII in B", "name=\"=?us-ascii?B?YS56aXA=?=\"", "a.zip",
		 ASSAY_NAME_ODD},
		{"escaped extension in a word", "name=\"=?utf-8?Q?a.=7Aip?=\"", "a.zip",
		 ASSAY_NAME_ODD},
		{"short words", "name=\"=?utf-8?Q?a.z?= =?utf-8?Q?ip?=\"", "a.zip", ASSAY_NAME_ODD},
		{"half a word", "name=\"a.=?utf-8?Q?zip?=\"", "a.zip", ASSAY_NAME_ODD},
		{"the other half", "name=\"=?utf-8?Q?a.?=zip\"", "a.zip", ASSAY_NAME_ODD},
		{"quoted letters", "name=\"a.z\\ip\"", "a.zip", ASSAY_NAME_ODD},
		{"semicolon at the dot", "name=\"a;.zip\"", "a;.zip", ASSAY_NAME_ODD},
		{"gap", "name*0=a.; name*2=zip", "a.zip", ASSAY_NAME_LOOSE},
		{"no section 0", "name*1=a.; name*2=zip", "a.zip", ASSAY_NAME_LOOSE},
		{"section twice", "name*0=a.zip; name*0=b", "a.zip", ASSAY_NAME_LOOSE},
		{"comment in the name", "na()me=a.zip", "a.zip", ASSAY_NAME_LOOSE},
		{"comment in the extension", "name=a.z()ip", "a.zip", ASSAY_NAME_LOOSE},
		{"comment behind the extension", "name=a.zip(.gif)", "a.zip", ASSAY_NAME_LOOSE},
		{"blank at the dot", "name=a .zip", "a .zip", ASSAY_NAME_LOOSE},
		{"junk", "name=\"a\".zip", "a.zip", ASSAY_NAME_LOOSE},
		{"quote that does not close", "name=\"a.zip", "a.zip", ASSAY_NAME_LOOSE},
		{"quote in the middle", "name=a\".zip", "a\".zip", ASSAY_NAME_LOOSE},
		{"single quotes", "name='a.zip'", "a.zip", ASSAY_NAME_LOOSE},
		{"behind a semicolon", "name=a;.zip", "a;.zip", ASSAY_NAME_LOOSE},
		{"percent without star", "name=a.%7Aip", "a.zip", ASSAY_NAME_LOOSE},
		{"comma", "x=y, name=a.zip", "a.zip", ASSAY_NAME_LOOSE},
		{"undecoded word", "name=\"=?utf-8?Q?a.zip?=\"",
		 "=?utf-8?Q?a.zip?=", ASSAY_NAME_UNDECODED},
		{"unknown parameter", "foo=a.zip", "a.zip", ASSAY_NAME_WEAK},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char block[512];

		print_message("case: %s\n", cases[i].name);
		snprintf(block, sizeof(block), "Content-Type: a/b; %s\r\n", cases[i].field);
		assert_int_equal(marks_of(block, cases[i].text), cases[i].marks);
	}
}

static void a_nul_cuts_the_shell_form_and_not_the_text(void **state)
{
	static const char block[] = "Content-Type: a/b; name*=utf-8''a.txt%00.exe\n";
	const struct assay_name *names;
	size_t count;
	(void)state;

	collect(as_span_make(block, sizeof(block) - 1), &names, &count);
	assert_int_equal(count, 2);
	assert_int_equal(names[0].length, 10);
	assert_string_equal(names[0].shell, "a.txt");
	assert_string_equal(names[1].shell, "a.txt.exe");
}

static void the_source_of_a_name_is_kept(void **state)
{
	const struct assay_name *names;
	size_t count;
	(void)state;

	collect(as_span_text(
			"Content-Disposition: x; filename=\"=?utf-8?q?a?=\"; filename*=utf-8''b\n"
			"Content-Type: x/y; name*0=c; name=d\n"),
		&names, &count);
	assert_int_equal(count, 5);
	assert_int_equal(names[0].source, ASSAY_NAME_FILENAME_EXT);
	assert_int_equal(names[1].source, ASSAY_NAME_FILENAME);
	assert_int_equal(names[2].source, ASSAY_NAME_ENCODED_WORD);
	assert_int_equal(names[3].source, ASSAY_NAME_NAME_EXT);
	assert_int_equal(names[4].source, ASSAY_NAME_NAME);
}

static void a_flood_of_harmless_names_does_not_hide_an_extension(void **state)
{
	const struct assay_name *names;
	struct as_buffer block;
	bool found = false;
	size_t count;
	(void)state;

	as_buffer_init(&block, 0);
	as_buffer_text(&block, "Content-Type: a/b");
	for (int i = 0; i < 150; i++)
		as_buffer_printf(&block, "; name=%d.%s", i, i == 77 ? "exe" : "txt");
	as_buffer_text(&block, "\n");
	collect(as_buffer_span(&block), &names, &count);
	assert_true(count > 2 && count <= AS_NAMES_MAX);
	assert_string_equal(names[0].text, "0.txt");
	assert_string_equal(names[1].text, "149.txt");
	for (size_t i = 0; i < count; i++)
		found |= strcmp(names[i].text, "77.exe") == 0;
	assert_true(found);
	as_buffer_deinit(&block);
}

static void shell_forms_are_what_windows_makes_of_names(void **state)
{
	static const struct {
		const char *name, *in, *out;
	} cases[] = {
		{"plain", "a.exe", "a.exe"},
		{"empty", "", ""},
		{"path", "/tmp/x\\a.exe", "a.exe"},
		{"ends with a separator", "x/a.exe/", "a.exe"},
		{"drive", "C:a.exe", "a.exe"},
		{"drive and path", "C:\\x\\a.exe", "a.exe"},
		{"stream", "a.exe::$DATA", "a.exe"},
		{"trailing dots and blanks", "a.exe. . ", "a.exe"},
		{"leading blanks", "  a.exe", "a.exe"},
		{"right to left override",
		 "a\xe2\x80\xae"
		 "fdp.exe",
		 "afdp.exe"},
		{"zero width", "a.e\xe2\x80\x8bxe\xef\xbb\xbf", "a.exe"},
		{"soft hyphen", "a.e\xc2\xadxe", "a.exe"},
		{"control", "a.\r\n\texe\x7f", "a.exe"},
		{"C1", "a.exe\xc2\x85", "a.exe"},
		{"tag characters", "a.exe\xf3\xa0\x81\x81", "a.exe"},
		{"full-width", "a\xef\xbc\x8e\xef\xbd\x85\xef\xbd\x98\xef\xbd\x85", "a.exe"},
		{"full-width colon is no stream", "a.txt\xef\xbc\x9a.exe", "a.txt:.exe"},
		{"blanks of Unicode", "a.exe\xc2\xa0\xe3\x80\x80", "a.exe"},
		{"not UTF-8", "a\xff.exe", "a\xef\xbf\xbd.exe"},
		{"only dots", "...", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_string_equal(as_name_shell(&arena, as_span_text(cases[i].in)), cases[i].out);
	}
}

static void a_long_shell_form_keeps_its_end(void **state)
{
	struct as_buffer text;
	const char *shell;
	(void)state;

	as_buffer_init(&text, 0);
	for (int i = 0; i < 1000; i++)
		as_buffer_text(&text, "\xc3\xa4");
	as_buffer_text(&text, "x.exe");
	shell = as_name_shell(&arena, as_buffer_span(&text));
	assert_true(strlen(shell) <= AS_NAME_SHELL_MAX);
	assert_true(as_utf8_valid(as_span_text(shell)));
	assert_string_equal(shell + strlen(shell) - 5, "x.exe");
	as_buffer_deinit(&text);
}

static void the_cut_of_a_long_shell_form_bares_no_blank(void **state)
{
	struct as_buffer text;
	const char *shell;
	(void)state;

	as_buffer_init(&text, 0);
	as_buffer_text(&text, "x ");
	for (unsigned int i = 0; i < AS_NAME_SHELL_MAX - 1; i++)
		as_buffer_byte(&text, 'a');
	shell = as_name_shell(&arena, as_buffer_span(&text));
	assert_int_equal(strlen(shell), AS_NAME_SHELL_MAX - 1);
	assert_int_equal(shell[0], 'a');
	as_buffer_deinit(&text);
}

static void octets_of_unknown_charset_become_a_name(void **state)
{
	struct assay_name name;
	(void)state;

	assert_int_equal(
		as_name_make(&arena, as_span_text("dir/\x84.exe"), ASSAY_NAME_MEMBER, &name), 0);
	assert_string_equal(name.text, "dir/\xe2\x80\x9e.exe");
	assert_string_equal(name.shell, "\xe2\x80\x9e.exe");
	assert_int_equal(name.source, ASSAY_NAME_MEMBER);
	assert_int_equal(name.length, strlen(name.text));
}

static void extensions_are_lower_case_with_their_dot(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"a.EXE", ".exe"},
		{"a.pdf.Js", ".js"},
		{".bat", ".bat"},
		{"a", ""},
		{"a.", ""},
		{"", ""},
		{"a.123456789012345678901234567890", ".123456789012345678901234567890"},
		{"a.1234567890123456789012345678901", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char extension[AS_NAME_EXTENSION_SIZE];

		as_name_extension(cases[i].in, extension);
		assert_string_equal(extension, cases[i].out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reading_of_a_name_is_collected_best_first),
		cmocka_unit_test(honest_forms_have_no_mark),
		cmocka_unit_test(forms_of_few_readers_are_marked),
		cmocka_unit_test(a_nul_cuts_the_shell_form_and_not_the_text),
		cmocka_unit_test(the_source_of_a_name_is_kept),
		cmocka_unit_test(a_flood_of_harmless_names_does_not_hide_an_extension),
		cmocka_unit_test(shell_forms_are_what_windows_makes_of_names),
		cmocka_unit_test(a_long_shell_form_keeps_its_end),
		cmocka_unit_test(the_cut_of_a_long_shell_form_bares_no_blank),
		cmocka_unit_test(octets_of_unknown_charset_become_a_name),
		cmocka_unit_test(extensions_are_lower_case_with_their_dot),
	};
	return cmocka_run_group_tests_name("mime names", tests, setup, teardown);
}
