/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/field_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void lines_end_as_writers_end_them(void **state)
{
	static const struct {
		const char *name;
		struct as_span text;
		const char *lines[4];
	} cases[] = {
		{"LF", {(const void *)"a\nb\n", 4}, {"a", "b"}},
		{"CRLF", {(const void *)"a\r\nb\r\n", 6}, {"a", "b"}},
		{"CR", {(const void *)"a\rb\r", 4}, {"a", "b"}},
		{"no end", {(const void *)"a\nb", 3}, {"a", "b"}},
		{"blank lines", {(const void *)"\n\r\n\r", 4}, {"", "", ""}},
		{"LF CR", {(const void *)"a\n\rb", 4}, {"a", "", "b"}},
		{"CR CR LF", {(const void *)"a\r\r\nb", 5}, {"a", "", "b"}},
		{"nothing", {(const void *)"", 0}, {NULL}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_span text = cases[i].text;
		size_t count = 0;

		print_message("case: %s\n", cases[i].name);
		while (text.size > 0) {
			struct as_span line = as_field_line_take(&text);

			assert_non_null(cases[i].lines[count]);
			assert_true(as_span_equal(line, as_span_text(cases[i].lines[count])));
			count++;
		}
		assert_null(cases[i].lines[count]);
	}
}

static void a_field_has_a_name_and_a_colon(void **state)
{
	static const struct {
		const char *name, *line;
		size_t size;
	} cases[] = {
		{"usual", "Subject: x", 7},
		{"no value", "Subject:", 7},
		{"blanks before the colon", "Subject \t : x", 7},
		{"every octet a name may have", "!~a: x", 3},
		{"the longest name", "12345678: x", 8},
		{"a name that is too long", "123456789: x", 0},
		{"no name", ": x", 0},
		{"blank in front", " Subject: x", 0},
		{"two words", "Subject of: x", 0},
		{"no colon", "Subject", 0},
		{"no colon behind blanks", "Subject  ", 0},
		{"no ASCII", "S\xc3\xbcject: x", 0},
		{"DEL", "S\x7f: x", 0},
		{"nothing", "", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_field_line_name(as_span_text(cases[i].line), 8), cases[i].size);
	}
	assert_int_equal(as_field_line_name(as_span_make("a\0b: x", 6), 8), 0);
}

static void names_are_compared_whole_and_without_case(void **state)
{
	static const char *const names[] = {"from", "subject"};

	(void)state;
	assert_true(as_field_line_is_any(as_span_text("SubJect"), names, COUNT(names)));
	assert_true(as_field_line_is_any(as_span_text("from"), names, COUNT(names)));
	assert_false(as_field_line_is_any(as_span_text("subjec"), names, COUNT(names)));
	assert_false(as_field_line_is_any(as_span_text("subjects"), names, COUNT(names)));
	assert_false(as_field_line_is_any(as_span_make("from\0", 5), names, COUNT(names)));
	assert_false(as_field_line_is_any(as_span_make(NULL, 0), names, COUNT(names)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_as_writers_end_them),
		cmocka_unit_test(a_field_has_a_name_and_a_colon),
		cmocka_unit_test(names_are_compared_whole_and_without_case),
	};
	return cmocka_run_group_tests_name("base field line", tests, NULL, NULL);
}
