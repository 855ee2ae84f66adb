/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void only_statements_that_name_plugins_are_kept(void **state)
{
	static const struct {
		const char *name, *text, *kept;
	} cases[] = {
		{"alone", "plugins = { \"a\", \"b\" }", "plugins = { \"a\", \"b\" }"},
		{"among others", "x = 1 plugins = {\"a\"} y = 2", "plugins = {\"a\"}"},
		{"path", "plugin_path = \"/a b\"\nx = 1", "plugin_path = \"/a b\""},
		{"added", "plugins += {\"a\"}", "plugins += {\"a\"}"},
		{"in a section", "yara { plugins = {\"a\"} }", ""},
		{"in a comment", "# plugins = {\"a\"}\n// plugins = {\"b\"}\n/* plugins = {} */",
		 ""},
		{"in quotes", "x = \"plugins = {a}\"", ""},
		{"comment within", "plugins = { /* \"x\", */ \"a\" }", "plugins = { \"a\" }"},
		{"brace in quotes", "plugins = { \"}\" } x = 1", "plugins = { \"}\" }"},
		{"behind a section", "a { b = { \"c\" } } plugins = {\"d\"}", "plugins = {\"d\"}"},
		{"unclosed", "plugins = { \"a\"", "plugins = { \"a\""},
		{"unclosed quote", "x = \"plugins = 1", ""},
		{"empty", "", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buffer out;
		char kept[256];
		size_t length = 0;

		print_message("# case: %s\n", cases[i].name);
		as_buffer_init(&out, 0);
		as_prescan(as_span_text(cases[i].text), &out);
		/* Blanks stand for what was taken out. */
		for (size_t at = 0; at < out.size; at++)
			if (out.data[at] != '\n' &&
			    (out.data[at] != ' ' || (length > 0 && kept[length - 1] != ' ')))
				kept[length++] = (char)out.data[at];
		while (length > 0 && kept[length - 1] == ' ')
			length--;
		kept[length] = '\0';
		assert_string_equal(kept, cases[i].kept);
		as_buffer_deinit(&out);
	}
}

static void lines_keep_their_numbers(void **state)
{
	struct as_span text =
		as_span_text("a = 1\n# c\n/* x\n\n*/\nplugins = {\n\"a\"\n}\nb { c = 1 }\n");
	struct as_buffer out;
	size_t lines = 0, wanted = 0;
	(void)state;

	as_buffer_init(&out, 0);
	as_prescan(text, &out);
	for (size_t i = 0; i < text.size; i++)
		wanted += text.data[i] == '\n';
	for (size_t i = 0; i < out.size; i++)
		lines += out.data[i] == '\n';
	assert_int_equal(lines, wanted);
	as_buffer_deinit(&out);
}

static void an_open_brace_is_found(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} cases[] = {
		{"a { b = 1 }", 0},   {"a {\n b = {\"x\"}\n}\n", 0},
		{"a {\n b = 1\n", 1}, {"a { }\n\nb {\n c {\n", 3},
		{"# {\n\"{\"", 0},    {"", 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buffer out;

		as_buffer_init(&out, 0);
		assert_int_equal(as_prescan(as_span_text(cases[i].text), &out), cases[i].line);
		as_buffer_deinit(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_statements_that_name_plugins_are_kept),
		cmocka_unit_test(lines_keep_their_numbers),
		cmocka_unit_test(an_open_brace_is_found),
	};
	return cmocka_run_group_tests_name("policy prescan", tests, NULL, NULL);
}
