/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"
#include "mime/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static int setup(void **state)
{
	(void)state;
	return as_charset_init();
}

static void a_second_init_does_nothing(void **state)
{
	size_t count = as_charset_count();
	(void)state;

	assert_true(count >= 26);
	assert_int_equal(as_charset_init(), 0);
	assert_int_equal(as_charset_count(), count);
}

static const struct {
	const char *charset, *in;
	size_t size;
	const char *out;
	enum as_charset_result result;
} texts[] = {
	{"us-ascii", "abc", 3, "abc", AS_CHARSET_OK},
	{"ANSI_X3.4-1968", "abc", 3, "abc", AS_CHARSET_OK},
	{"", "\xc3\xa4", 2, "\xc3\xa4", AS_CHARSET_DAMAGED},
	{"us-ascii", "\xe4", 1, "\xc3\xa4", AS_CHARSET_DAMAGED},
	{"UTF8", "\xc3\xa4", 2, "\xc3\xa4", AS_CHARSET_OK},
	{"utf-8",
	 "\xef\xbb\xbf"
	 "a",
	 4, "a", AS_CHARSET_OK},
	{"utf-8",
	 "a\xff"
	 "b\xc3",
	 4, "a" BAD "b" BAD, AS_CHARSET_DAMAGED},
	{"ISO-8859-1", "\xe4\x80", 2, "\xc3\xa4\xe2\x82\xac", AS_CHARSET_OK},
	{"cp1252", "\x81", 1, "\xc2\x81", AS_CHARSET_OK},
	{"windows-1251", "\xc4", 1, "\xd0\x94", AS_CHARSET_OK},
	{"ibm037", "\xc1\xf1\x5b", 3, "A1$", AS_CHARSET_OK},
	{"IBM01140", "\xc1\x9f", 2, "A\xe2\x82\xac", AS_CHARSET_OK},
	{"koi8-r", "\xe4", 1, "\xd0\x94", AS_CHARSET_OK},
	{"iso-8859-8-i", "\xe0", 1, "\xd7\x90", AS_CHARSET_OK},
	{"x-sjis", "\x83\x41", 2, "\xe3\x82\xa2", AS_CHARSET_OK},
	{"iso-2022-jp", "\x1b$B%\"\x1b(B", 8, "\xe3\x82\xa2", AS_CHARSET_OK},
	{"euc-jp", "\xa5\xa2", 2, "\xe3\x82\xa2", AS_CHARSET_OK},
	{"gb2312", "\xc4\xe3", 2, "\xe4\xbd\xa0", AS_CHARSET_OK},
	{"big5", "\xa7\x41", 2, "\xe4\xbd\xa0", AS_CHARSET_OK},
	{"ks_c_5601-1987", "\xb0\xa1", 2, "\xea\xb0\x80", AS_CHARSET_OK},
	{"macintosh", "\x8a", 1, "\xc3\xa4", AS_CHARSET_OK},
	{"tis-620", "\xa1", 1, "\xe0\xb8\x81", AS_CHARSET_OK},
	{"unicode-1-1-utf-7", "+AOQ-", 5, "\xc3\xa4", AS_CHARSET_OK},
	{"utf-7", "+ADw-script", 11, "<script", AS_CHARSET_OK},
	{"utf-7", "a+-b+ACY-c", 10, "a+b&c", AS_CHARSET_OK},
	{"utf_7", "+ADwAcwBj-ript+AD4", 18, "<script>", AS_CHARSET_OK},
	{"UTF 7", "+AD4.", 5, ">.", AS_CHARSET_OK},
	{"utf-7", "+/v8-a+/v8-", 11, "a\xef\xbb\xbf", AS_CHARSET_OK},
	{"utf-7", "+2D3eAA-", 8, "\xf0\x9f\x98\x80", AS_CHARSET_OK},
	{"utf-7", "+2D0-a", 6, BAD "a", AS_CHARSET_DAMAGED},
	{"utf-7", "+2D0AYQ-", 8, BAD "a", AS_CHARSET_DAMAGED},
	{"utf-7", "a+!b", 4, "a+!b", AS_CHARSET_DAMAGED},
	{"utf-7", "a+", 2, "a+", AS_CHARSET_DAMAGED},
	{"utf-7", "+A-b", 4, "b", AS_CHARSET_DAMAGED},
	{"utf-7", "a\xe4+ADw-", 7, "a" BAD "<", AS_CHARSET_DAMAGED},
	{"utf-16",
	 "\xff\xfe"
	 "a\0",
	 4, "a", AS_CHARSET_OK},
	{"x-utf-16", "\0a\0b", 4, "ab", AS_CHARSET_OK},
	{"UTF_16 (LE)", "a\0b\0", 4, "ab", AS_CHARSET_OK},
	{"utf-16le",
	 "\xff\xfe"
	 "a\0",
	 4, "a", AS_CHARSET_OK},
	{"utf-16be",
	 "\xff\xfe"
	 "a\0",
	 4, "a", AS_CHARSET_OK},
	{"csUTF16BE", "\0a", 2, "a", AS_CHARSET_OK},
	{"utf-32", "\0\0\0a", 4, "a", AS_CHARSET_OK},
	{"utf-32", "a\0\0\0", 4, "a", AS_CHARSET_OK},
	{"utf-32le", "\xff\xfe\0\0a\0\0\0", 8, "a", AS_CHARSET_OK},
	{"utf-32be", "\0\0\xfe\xff\0\0\0a", 8, "a", AS_CHARSET_OK},
	{"utf-16", "\xfe\xff\0a", 4, "a", AS_CHARSET_OK},
	{"utf-16", "\0a\0b", 4, "ab", AS_CHARSET_OK},
	{"utf-16", "a\0b\0", 4, "ab", AS_CHARSET_OK},
	{"utf-16be", "\xd8\x3d\xde\x00", 4, "\xf0\x9f\x98\x80", AS_CHARSET_OK},
	{"utf-16le",
	 "\x00\xd8"
	 "a\0",
	 4, BAD "a", AS_CHARSET_DAMAGED},
	{"utf-16le", "a\0b", 3, "a" BAD, AS_CHARSET_DAMAGED},
	{"utf-32be", "\0\x01\xf6\0", 4, "\xf0\x9f\x98\x80", AS_CHARSET_OK},
	{"utf-32", "\xff\xfe\0\0a\0\0\0", 8, "a", AS_CHARSET_OK},
	{"utf-32le", "\xff\xff\xff\xff", 4, BAD, AS_CHARSET_DAMAGED},
	{"shift_jis",
	 "a\xff"
	 "b",
	 3, "a" BAD "b", AS_CHARSET_DAMAGED},
	{"euc-kr", "a\xb0", 2, "a" BAD, AS_CHARSET_DAMAGED},
	{"klingon", "a", 1, "", AS_CHARSET_UNKNOWN},
	{"utf-8utf-8utf-8utf-8utf-8utf-8utf-8utf-8utf-8", "a", 1, "", AS_CHARSET_UNKNOWN},
	{"-", "a", 1, "", AS_CHARSET_UNKNOWN},
};

static void text_becomes_utf8(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct as_buffer out;

		print_message("case: %s %zu\n", texts[i].charset, i);
		as_buffer_init(&out, 0);
		assert_int_equal(as_charset_to_utf8(texts[i].charset,
						    as_span_make(texts[i].in, texts[i].size), &out),
				 texts[i].result);
		assert_int_equal(out.size, strlen(texts[i].out));
		if (out.size > 0)
			assert_memory_equal(out.data, texts[i].out, out.size);
		as_buffer_deinit(&out);
	}
}

static void only_some_charsets_write_ascii_in_other_octets(void **state)
{
	static const struct {
		const char *charset;
		bool hides;
	} cases[] = {
		{"utf-7", true},      {"unicode-1-1-utf-7", true},
		{"UTF-16LE", true},   {"ucs-4", true},
		{"IBM037", true},     {"ebcdic-cp-us", true},
		{"", false},	      {"us-ascii", false},
		{"utf-8", false},     {"cp1252", false},
		{"cp437", false},     {"iso-2022-jp", false},
		{"x-unknown", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (as_charset_hides_ascii(cases[i].charset) != cases[i].hides)
			fail_msg("%s", cases[i].charset);
}

static void a_full_buffer_ends_between_two_characters(void **state)
{
	static const char *const charsets[] = {"utf-8", "iso-8859-1", "koi8-r", "utf-16le"};
	(void)state;

	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		for (size_t cap = 1; cap < 12; cap++) {
			struct as_buffer out;
			enum as_charset_result result;

			as_buffer_init(&out, cap);
			result = as_charset_to_utf8(
				charsets[i], as_span_make("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 8),
				&out);
			assert_true(out.size <= cap);
			assert_true(as_utf8_valid(as_buffer_span(&out)));
			if (out.failed)
				assert_int_equal(result, AS_CHARSET_DAMAGED);
			as_buffer_deinit(&out);
		}
	}
}

static void what_follows_bad_octets_is_not_lost(void **state)
{
	size_t size = 200000;
	unsigned char *in = malloc(size);
	struct as_buffer out;
	(void)state;

	assert_non_null(in);
	memset(in, 0xff, size);
	memcpy(in + size - 4, "tail", 4);
	as_buffer_init(&out, 0);
	assert_int_equal(as_charset_to_utf8("euc-jp", as_span_make(in, size), &out),
			 AS_CHARSET_DAMAGED);
	assert_true(as_utf8_valid(as_buffer_span(&out)));
	assert_true(out.size <= 3 * size);
	assert_memory_equal(out.data + out.size - 4, "tail", 4);
	as_buffer_deinit(&out);
	free(in);
}

static void garbage_becomes_valid_utf8_of_any_charset(void **state)
{
	static const char *const charsets[] = {
		"utf-7",	"utf-8",	"utf-16",    "utf-32",	    "iso-8859-7",
		"windows-1255", "windows-1258", "shift_jis", "iso-2022-jp", "euc-jp",
		"gb18030",	"big5",		"euc-kr",    "iso-2022-kr", "johab",
		"tcvn",		"viscii",	"koi8-u",    "macintosh",   "cp437",
		"us-ascii",
	};
	uint32_t seed = 3;
	(void)state;

	for (int round = 0; round < 4000; round++) {
		const char *charset =
			charsets[(size_t)round % (sizeof(charsets) / sizeof(charsets[0]))];
		unsigned char in[64];
		struct as_buffer out;
		size_t size;

		for (size_t i = 0; i < sizeof(in); i++) {
			seed = seed * 1664525u + 1013904223u;
			in[i] = (unsigned char)(seed >> 16);
		}
		size = seed >> 8 & 63;
		as_buffer_init(&out, 0);
		as_charset_to_utf8(charset, as_span_make(in, size), &out);
		assert_true(as_utf8_valid(as_buffer_span(&out)));
		assert_true(out.size <= 3 * size + 4);
		as_buffer_deinit(&out);
	}
}

static void a_converter_forgets_the_text_before(void **state)
{
	struct as_buffer out;
	(void)state;

	as_buffer_init(&out, 0);
	as_charset_to_utf8("iso-2022-jp", as_span_text("\x1b$B"), &out);
	out.size = 0;
	assert_int_equal(as_charset_to_utf8("iso-2022-jp", as_span_text("%\""), &out),
			 AS_CHARSET_OK);
	assert_int_equal(out.size, 2);
	assert_memory_equal(out.data, "%\"", 2);
	as_buffer_deinit(&out);
}

static void text_of_an_undeclared_charset_is_recognised(void **state)
{
	static const struct {
		const char *name, *text;
		size_t size;
		const char *charset;
	} cases[] = {
		{"plain text", "Hello, 1+1=2, C++ and +49 30 1234567.", 37, NULL},
		{"nothing", "", 0, NULL},
		{"plus signs alone", "++++++++ + + + +", 16, NULL},
		{"an escaped plus", "1 +- 2 +- 3", 11, NULL},
		{"honest UTF-7", "gr+APwA3w-e und T+APw-r", 23, NULL},
		{"base64", "QUJD+ERFRkdI/SUpLTE1OT1BRUlNU+VVZXWFla", 38, NULL},
		{"UTF-16LE with a mark", "\xff\xfe\x2d\x4e", 4, "utf-16le"},
		{"UTF-16BE with a mark", "\xfe\xff\x4e\x2d", 4, "utf-16be"},
		{"UTF-32LE with a mark", "\xff\xfe\0\0a\0\0\0", 8, "utf-32le"},
		{"UTF-32BE with a mark", "\0\0\xfe\xff\0\0\0a", 8, "utf-32be"},
		{"UTF-16LE", "<\0p\0>\0a\0", 8, "utf-16le"},
		{"UTF-16BE", "\0<\0p\0>\0a", 8, "utf-16be"},
		{"UTF-16LE of two scripts", "<\0\x2d\x4e>\0\x2d\x4e", 8, "utf-16le"},
		{"UTF-32LE", "<\0\0\0p\0\0\0", 8, "utf-32le"},
		{"UTF-32BE", "\0\0\0<\0\0\0p", 8, "utf-32be"},
		{"zeros", "\0\0\0\0\0\0\0\0", 8, NULL},
		{"a program", "MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", 16, NULL},
		{"one zero", "abcd\0fgh", 8, NULL},
		{"UTF-7 with a mark", "+/v8-abc", 8, "utf-7"},
		{"UTF-7 markup", "+ADw-script+AD4-", 16, "utf-7"},
		{"UTF-7 markup without ends", "+ADw.+AD4.", 10, "utf-7"},
		{"one such run", "a +ADw- b", 9, NULL},
		{"UTF-7 letters", "+AHMAYwByAGkAcAB0AHMA-", 22, NULL},
		{"eight letters", "+AHMAYwByAGkAcAB0AHMAcw-", 24, "utf-7"},
	};
	char name[AS_CHARSET_NAME_SIZE];
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span text = as_span_make(cases[i].text, cases[i].size);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_charset_sniff(text, name), cases[i].charset != NULL);
		if (cases[i].charset != NULL)
			assert_string_equal(name, cases[i].charset);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_second_init_does_nothing),
		cmocka_unit_test(text_becomes_utf8),
		cmocka_unit_test(only_some_charsets_write_ascii_in_other_octets),
		cmocka_unit_test(a_full_buffer_ends_between_two_characters),
		cmocka_unit_test(what_follows_bad_octets_is_not_lost),
		cmocka_unit_test(garbage_becomes_valid_utf8_of_any_charset),
		cmocka_unit_test(a_converter_forgets_the_text_before),
		cmocka_unit_test(text_of_an_undeclared_charset_is_recognised),
	};
	return cmocka_run_group_tests_name("mime charset", tests, setup, NULL);
}
