/* SPDX-License-Identifier: BSD-2-Clause */
#include "extension.h"
#include "name_checks.h"
#include "points.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define S(literal) literal, sizeof(literal) - 1

static struct att_name name;
static struct att_text text;

static struct att_view load(const char *octets, size_t size)
{
	att_name_load(&name, as_span_make(octets, size));
	return att_name_view(&name);
}

static void encoded_words_decode_as_clients_do(void **state)
{
	static const struct {
		const char *from, *to; /* to NULL: nothing changes */
	} cases[] = {
		{"plain", NULL},
		{"=?utf-8?Q?a=2Eb_c?=", "a.b c"},
		{"=?utf-8?b?YS5i?=", "a.b"},
		{"x=?utf-8?B?YS5i?=y", "xa.by"},
		{"=?a?Q?1?= \r\n\t=?a?Q?2?=", "12"},
		{"=?a?Q?1?= x =?a?Q?2?=", "1 x 2"},
		{"=?utf-8?B?YQ==LmI=?=", "a.b"},
		{"=?utf-8?B?Y S 5 i?=", "a.b"},
		{"=?utf-8?Q?open", "open"},
		{"=?utf-8?Q?=4?=", "=4"},
		{"=?utf-16?B?//5hAC4AYgA=?=", "a.b"},
		{"=?UTF-32LE?B?YQAAAC4AAABiAAAA?=", "a.b"},
		{"=?utf-16be?B?2D3eAA==?=", "\xf0\x9f\x98\x80"},
		{"=?utf-7?Q?a+AC4-b+-c?=", "a.b+c"},
		{"=??Q?a?=", "a"},
		{"=?a?X?b?=", NULL},
		{"=?a?Q", NULL},
		{"=?", NULL},
		{"=?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?Q?b?=",
		 NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool changed = att_decode_words(as_span_text(cases[i].from), &text);
		const char *to = cases[i].to != NULL ? cases[i].to : cases[i].from;

		print_message("case: %zu\n", i);
		assert_int_equal(changed, cases[i].to != NULL);
		assert_int_equal(text.size, strlen(to));
		assert_memory_equal(text.data, to, text.size);
	}
}

static void percent_escapes_decode_once(void **state)
{
	static const struct {
		const char *from, *to;
		bool changed;
	} cases[] = {
		{"a%2Eb", "a.b", true}, {"a%252Eb", "a%2Eb", true}, {"100%", "100%", false},
		{"%", "%", false},	{"%4", "%4", false},	    {"%zz", "%zz", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(att_decode_percent(as_span_text(cases[i].from), &text),
				 cases[i].changed);
		assert_int_equal(text.size, strlen(cases[i].to));
		assert_memory_equal(text.data, cases[i].to, text.size);
	}
}

static void decoding_that_grows_stops_at_the_limit(void **state)
{
	static char octets[ATT_NAME_OCTETS];
	(void)state;

	/* Two octets of UTF-16 are three of UTF-8. */
	memset(octets, 'k', sizeof(octets));
	memcpy(octets, "=?utf-16?Q?", 11);
	assert_true(att_decode_words(as_span_make(octets, sizeof(octets)), &text));
	assert_true(text.cut);
	assert_int_equal(text.size, ATT_NAME_OCTETS);
}

static void malformed_utf8_reads_as_single_octets(void **state)
{
	static const struct {
		const char *octets;
		size_t size, count;
		uint32_t first;
	} cases[] = {
		{S("a"), 1, 'a'},
		{S("\xc3\xa9"), 1, 0xe9},
		{S("\xe2\x80\xae"), 1, 0x202e},
		{S("\xf0\x9f\x98\x80"), 1, 0x1f600},
		{S("\xc0\xae"), 1, '.'},
		{S("\xe0\x80\xae"), 1, '.'},
		{S("\xe9"), 1, 0xe9},
		{S("\xe2\x80"), 2, 0xe2},
		{S("\x80\x80"), 2, 0x80},
		{S("\xff"), 1, 0xff},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct att_view view = load(cases[i].octets, cases[i].size);

		print_message("case: %zu\n", i);
		assert_int_equal(view.count, cases[i].count);
		assert_int_equal(view.points[0], cases[i].first);
	}
}

static void the_component_is_what_windows_keeps(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{"a.b", "a.b"},	 {"x/a.b", "a.b"},	     {"x\\a.b", "a.b"}, {"a.b. . .", "a.b"},
		{"a.b/", "a.b"}, {"a.b//. /", "a.b"},	     {"a.b;12", "a.b"}, {"a.b;x", "a.b;x"},
		{"/", ""},	 {"a.b\xe2\x80\x8b", "a.b"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		char quoted[64];

		att_view_quote(att_view_component(load(cases[i].from, strlen(cases[i].from))),
			       quoted, sizeof(quoted));
		assert_string_equal(quoted, cases[i].to);
	}
}

static void extensions_are_found_as_system_and_reader_see_them(void **state)
{
	static const struct {
		const char *from, *exact, *folded; /* NULL: none */
	} cases[] = {
		{"a.exe", "exe", NULL},
		{"a.ExE", "exe", NULL},
		{"a", NULL, NULL},
		{"a.b.c", "c", NULL},
		{"a.\xd0\x95\xd0\xa5\xd0\x95", "\xd0\xb5\xd1\x85\xd0\xb5", "exe"},
		{"a\xef\xbc\x8e"
		 "exe",
		 NULL, "exe"},
		{"a.\xf0\x9d\x90\x9e\xf0\x9d\x90\xb1\xf0\x9d\x90\x9e",
		 "\xf0\x9d\x90\x9e\xf0\x9d\x90\xb1\xf0\x9d\x90\x9e", "exe"},
		{"a.\xe2\x93\x94\xe2\x93\xa7\xe2\x93\x94", "\xe2\x93\x94\xe2\x93\xa7\xe2\x93\x94",
		 "exe"},
		{"a.\xe2\x80\x8b"
		 "exe",
		 "exe", NULL},
		{"a.\xd0\xb4\xd0\xbe\xd0\xba", "\xd0\xb4\xd0\xbe\xd0\xba", NULL},
		{"\xd1\x84.\xd0\xbc\xd0\xb0\xd1\x82", "\xd0\xbc\xd0\xb0\xd1\x82", NULL},
		{"f.\xd0\xbc\xd0\xb0\xd1\x82", "\xd0\xbc\xd0\xb0\xd1\x82", "mat"},
		{"a.this extension is longer than any other one", NULL, NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct att_view view = load(cases[i].from, strlen(cases[i].from));
		struct att_ext ext;

		print_message("case: %zu\n", i);
		assert_int_equal(att_ext_exact(view, &ext), cases[i].exact != NULL);
		if (cases[i].exact != NULL)
			assert_string_equal(ext.text, cases[i].exact);
		assert_int_equal(att_ext_folded(view, &ext), cases[i].folded != NULL);
		if (cases[i].folded != NULL)
			assert_string_equal(ext.text, cases[i].folded);
	}
}

static void nested_directions_beyond_reason_are_the_worst(void **state)
{
	char octets[40 * 3 + 1];
	(void)state;

	for (size_t i = 0; i < 40; i++)
		memcpy(octets + 3 * i, "\xe2\x80\xaa", 3);
	octets[120] = 'a';
	assert_int_equal(att_check_order(load(octets, sizeof(octets))), ATT_ORDER_REVERSED);
}

static void an_override_over_nothing_reverses_nothing(void **state)
{
	(void)state;
	assert_int_equal(att_check_order(load(S("a\xe2\x80\xae\xe2\x80\xac"
						"b"))),
			 ATT_ORDER_MARKED);
	assert_int_equal(att_check_order(load(S("\xe2\x80\xae\xd7\x90\xd7\x91"))),
			 ATT_ORDER_MARKED);
	assert_int_equal(att_check_order(load(S("a\xe2\x80\x8f"
						"b"))),
			 ATT_ORDER_PLAIN);
	assert_int_equal(att_check_order(load(S("\xe2\x80\xac\xe2\x81\xa9"))), ATT_ORDER_MARKED);
}

static void padding_counts_only_in_front_of_the_last_dot(void **state)
{
	size_t blanks, line;
	(void)state;

	att_check_padding(load(S("a   b.c        d")), &blanks, &line);
	assert_int_equal(blanks, 3);
	att_check_padding(load(S("a\xe2\x80\x8b\xc2\xa0 .c")), &blanks, &line);
	assert_int_equal(blanks, 3);
	att_check_padding(load(S("a____.c_______")), &blanks, &line);
	assert_int_equal(blanks, 0);
	assert_int_equal(line, 5);
	att_check_padding(load(S("no dot          at all")), &blanks, &line);
	assert_int_equal(blanks, 0);
}

static void a_class_number_counts_only_at_the_end(void **state)
{
	(void)state;
	assert_true(att_check_clsid(load(S("a.{00000000-0000-0000-0000-00000000000f}"))));
	assert_true(att_check_clsid(load(S(".{00000000-0000-0000-0000-00000000000F}"))));
	assert_false(att_check_clsid(load(S("a{00000000-0000-0000-0000-00000000000f}"))));
	assert_false(att_check_clsid(load(S("a.{00000000-0000-0000-0000-00000000000f}.log"))));
	assert_false(att_check_clsid(load(S("a.{00000000-0000-0000-0000-00000000000g}"))));
	assert_false(att_check_clsid(load(S(""))));
}

static void quoting_keeps_the_tail_and_the_buffer(void **state)
{
	static char octets[3000];
	char out[48];
	(void)state;

	memset(octets, 'a', sizeof(octets));
	memcpy(octets + sizeof(octets) - 4, ".exe", 4);
	for (size_t size = 16; size <= sizeof(out); size++) {
		att_view_quote(load(octets, sizeof(octets)), out, size);
		assert_true(strlen(out) < size);
	}
	memset(octets, 1, sizeof(octets));
	att_view_quote(load(octets, sizeof(octets)), out, sizeof(out));
	assert_true(strlen(out) < sizeof(out));
	assert_memory_equal(out, "<U+0001>", 8);
}

static void the_tables_of_look_alikes_are_in_order(void **state)
{
	(void)state;
	/* First, middle and last entries of the table, and what is beside it. */
	assert_int_equal(att_point_fold(0xaa, true), 'a');
	assert_int_equal(att_point_fold(0x430, false), 'a');
	assert_int_equal(att_point_fold(0xff61, false), '.');
	assert_int_equal(att_point_fold(0x442, false), 0x442);
	assert_int_equal(att_point_fold(0x442, true), 't');
	assert_int_equal(att_point_fold(0x4e00, true), 0x4e00);
	assert_int_equal(att_point_fold(0x1d7ff, false), '9');
	assert_int_equal(att_point_fold('x', false), 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encoded_words_decode_as_clients_do),
		cmocka_unit_test(percent_escapes_decode_once),
		cmocka_unit_test(decoding_that_grows_stops_at_the_limit),
		cmocka_unit_test(malformed_utf8_reads_as_single_octets),
		cmocka_unit_test(the_component_is_what_windows_keeps),
		cmocka_unit_test(extensions_are_found_as_system_and_reader_see_them),
		cmocka_unit_test(nested_directions_beyond_reason_are_the_worst),
		cmocka_unit_test(an_override_over_nothing_reverses_nothing),
		cmocka_unit_test(padding_counts_only_in_front_of_the_last_dot),
		cmocka_unit_test(a_class_number_counts_only_at_the_end),
		cmocka_unit_test(quoting_keeps_the_tail_and_the_buffer),
		cmocka_unit_test(the_tables_of_look_alikes_are_in_order),
	};

	return cmocka_run_group_tests_name("attachment names", tests, NULL, NULL);
}
