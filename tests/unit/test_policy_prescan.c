/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/prescan.h"

#include "policy/prescan_tokens.h"
#include "policy/prescan_walk.h"

#include <stdlib.h>
#include <string.h>

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
		{"one value, then a section", "plugin_path = \"x\" a { }", "plugin_path = \"x\""},
		{"one value, then a titled section",
		 "plugin_path = x a \"plugins\" { plugins = {} }", "plugin_path = x"},
		{"quoted name", "\"plugins\" = {\"a\"} x = 1", "\"plugins\" = {\"a\"}"},
		{"as a value", "x = plugins y = plugin_path", ""},
		{"as a title", "a plugins { } b \"plugins\" { }", ""},
		{"variable with a brace in quotes", "plugins = { \"${A:-}\" } x = 1",
		 "plugins = { \"${A:-}\" }"},
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

static void tokens_are_those_of_libconfuse(void **state)
{
	/* One letter a token: Text, Set, Add, { } Comma Paren # Quote. */
	static const struct {
		const char *text, *tokens;
	} cases[] = {
		{"", ""},
		{"a", "T"},
		{"a = 1", "TST"},
		{"a+=b", "TAT"},
		{"a + = b", "TST"},
		{"a{b=\"c\",'d'}", "T{TSTCT}"},
		{"f(x)", "TPTP"},
		{"# a { }\nb", "#T"},
		{"// a\n//b\nc", "##T"},
		{"a//b", "T"},
		{"a/*c*/", "TTT"},
		{"/* a\n*/b/**/", "#TT"},
		{"/* a", "#"},
		{"\"a\\\"b\" c", "TT"},
		{"'a\\'b' c", "TT"},
		{"\"a", "Q"},
		{"'a\"", "Q"},
		{"\"a\\", "Q"},
		{"\"${A:-\"x\"}\" b", "TT"},
		{"\"${A\" b", "TT"},
		{"${A b} c", "TT"},
		{"a${B}", "T{T}"},
		{"a;b", "T"},
		{"a\rb", "TT"},
		{"* + a", "T"},
	};
	static const char letters[] = "?TSA{}CP#Q";
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_tokens tokens;
		struct as_token token;
		char found[32] = "";

		print_message("# case: %s\n", cases[i].text);
		as_tokens_start(&tokens, as_span_text(cases[i].text));
		while ((token = as_tokens_next(&tokens)).kind != AS_TOKEN_END) {
			assert_true(token.size > 0 && strlen(found) + 1 < sizeof(found));
			assert_true(token.at + token.size <= strlen(cases[i].text));
			strncat(found, &letters[token.kind], 1);
		}
		assert_string_equal(found, cases[i].tokens);
	}
}

static bool is_open(const void *context, const char *section)
{
	return strcmp(section, context) == 0;
}

/* What is left of a text, and what was wrong with it. */
struct walked {
	struct as_arena arena;
	struct as_faults faults;
	struct as_buffer left;
	const struct as_line *lines;
};

static void walk(struct walked *walked, const char *text)
{
	static cfg_opt_t section[] = {CFG_INT("n", 0, CFGF_NONE), CFG_END()};
	static cfg_opt_t options[] = {
		CFG_INT("n", 0, CFGF_NONE),
		CFG_STR_LIST("list", NULL, CFGF_NONE),
		CFG_SEC("plain", section, CFGF_NONE),
		CFG_SEC("open", section, CFGF_NONE),
		CFG_SEC("many", section, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_END(),
	};
	const struct as_walk walk = {options, is_open, "open", &walked->faults};

	walked->lines = NULL;
	as_arena_init(&walked->arena, 1u << 20);
	as_faults_start(&walked->faults, &walked->arena, "f");
	as_buffer_init(&walked->left, 0);
	assert_true(as_prescan_walk(&walk, as_span_text(text), &walked->left, &walked->lines));
	assert_int_equal(walked->left.size, strlen(text));
}

static void forget(struct walked *walked)
{
	as_buffer_deinit(&walked->left);
	as_arena_deinit(&walked->arena);
}

static void what_does_not_exist_is_taken_out_and_told(void **state)
{
	static const struct {
		const char *text, *left; /* without blanks */
		size_t faults;
	} cases[] = {
		{"n = 1 list = { \"a\" } plain { n = 2 }", "n=1list={\"a\"}plain{n=2}", 0},
		{"x = 1 n = 2", "n=2", 1},
		{"x = { a, \"}\" } n = 2", "n=2", 1},
		{"x += 3 n = 2", "n=2", 1},
		{"x { y { } } n = 2", "n=2", 1},
		{"x \"t\" { y = 1 } n = 2", "n=2", 1},
		{"plain { x = 1 n = 2 y = 3 } z = 4", "plain{n=2}", 3},
		{"many a { x = 1 } many a { x = 1 }", "manya{}", 2},
		{"open { x = 1 y { } }", "open{x=1y{}}", 0},
		{"n += 1 n = 2", "n=2", 1},
		{"/* n = 1 */ n = 2 # n = 3", "n=2", 0},
		/* Not understood: left to libconfuse. */
		{"n 1 x = 2", "n1x=2", 0},
		{"x 1 n = 2", "x1n=2", 0},
		{"x = { a", "x={a", 0},
		{"x { a", "x{a", 0},
		{"x = \"a", "x=\"a", 0},
		{"plain = 1 x = 2", "plain=1x=2", 0},
		{"n { } x = 2", "n{}x=2", 0},
		{"many { } x = 2", "many{}x=2", 0},
		{"plain t { } x = 2", "plaint{}x=2", 0},
		{"\"x\\n\" = 1 y = 2", "\"x\\n\"=1y=2", 0},
		{"} x = 2", "}x=2", 0},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct walked walked;
		char left[128];
		size_t used = 0;

		print_message("# case: %s\n", cases[i].text);
		walk(&walked, cases[i].text);
		for (size_t at = 0; at < walked.left.size; at++)
			if (walked.left.data[at] != ' ')
				left[used++] = (char)walked.left.data[at];
		left[used] = '\0';
		assert_string_equal(left, cases[i].left);
		assert_int_equal(walked.faults.total, cases[i].faults);
		forget(&walked);
	}
}

static void lines_of_statements_are_remembered(void **state)
{
	struct walked walked;
	(void)state;

	walk(&walked, "n = 1\n# c\nn = 2\nmany a {\n}\nmany b {\n\nn = 1 }\nmany a { }\n"
		      "many c { }\n");
	assert_int_equal(as_lines_find(walked.lines, "", 0, "n"), 3);
	assert_int_equal(as_lines_find(walked.lines, "", 0, "list"), 0);
	assert_int_equal(as_lines_find(walked.lines, "many", 0, ""), 4);
	assert_int_equal(as_lines_find(walked.lines, "many", 0, "n"), 4);
	assert_int_equal(as_lines_find(walked.lines, "many", 1, "n"), 8);
	/* The second "a" is taken out and does not count. */
	assert_int_equal(as_lines_find(walked.lines, "many", 2, ""), 10);
	assert_int_equal(as_lines_find(walked.lines, "many", 3, ""), 0);
	forget(&walked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_statements_that_name_plugins_are_kept),
		cmocka_unit_test(lines_keep_their_numbers),
		cmocka_unit_test(an_open_brace_is_found),
		cmocka_unit_test(tokens_are_those_of_libconfuse),
		cmocka_unit_test(what_does_not_exist_is_taken_out_and_told),
		cmocka_unit_test(lines_of_statements_are_remembered),
	};
	return cmocka_run_group_tests_name("policy prescan", tests, NULL, NULL);
}
