/* SPDX-License-Identifier: BSD-2-Clause */
/* The registry of codes and the words of the interface. */
#include "inspect/codes.h"
#include "inspect/words.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void every_code_is_there_once_and_well_formed(void **state)
{
	(void)state;
	for (size_t i = 0; i < as_code_count; i++) {
		const struct as_code_info *info = as_code_at(i);
		size_t length = strlen(info->sentence);

		print_message("code: %s\n", info->code);
		assert_int_equal(strspn(info->code, "abcdefghijklmnopqrstuvwxyz0123456789_."),
				 strlen(info->code));
		assert_in_range(info->severity, ASSAY_INFO, ASSAY_CRITICAL);
		assert_true(length > 10 && info->sentence[length - 1] == '.');
		/* The first of that code is this one. */
		assert_ptr_equal(as_code_find(info->code), info);
	}
	assert_null(as_code_at(as_code_count));
	assert_null(as_code_at(SIZE_MAX));
}

static void every_family_has_its_codes(void **state)
{
	static const struct {
		const char *pattern;
		size_t count;
	} families[] = {
		{"malware.*", 1}, {"type.*", 24},      {"shortcut.*", 6}, {"policy.ext.*", 10},
		{"name.*", 8},	  {"archive.*", 8},    {"bomb.*", 5},	  {"limit.*", 7},
		{"office.*", 11}, {"rtf.*", 5},	       {"onenote.*", 1},  {"pdf.*", 4},
		{"html.*", 10},	  {"svg.*", 1},	       {"ics.*", 2},	  {"qr.*", 1},
		{"image.*", 1},	  {"polyglot", 1},     {"mime.*", 21},	  {"openpgp.*", 2},
		{"scan.*", 5},	  {"policy.smime", 1},
	};
	size_t sum = 0;
	(void)state;

	for (size_t i = 0; i < COUNT(families); i++) {
		size_t count = 0;

		for (size_t c = 0; c < as_code_count; c++)
			count += as_code_matches(as_code_at(c)->code, families[i].pattern);
		print_message("family: %s %zu\n", families[i].pattern, count);
		assert_int_equal(count, families[i].count);
		sum += count;
	}
	for (size_t c = 0; c < as_code_count; c++)
		sum += as_code_matches(as_code_at(c)->code, "smime.*");
	assert_int_equal(sum, as_code_count);
}

static void what_was_not_inspected_makes_a_verdict_incomplete(void **state)
{
	static const char *const families[] = {"limit.*", "bomb.*", "scan.*"};
	static const char *const others[] = {"archive.unsupported", "archive.malformed"};
	(void)state;

	for (size_t i = 0; i < as_code_count; i++)
		for (size_t f = 0; f < COUNT(families); f++)
			if (as_code_matches(as_code_at(i)->code, families[f]) &&
			    strcmp(as_code_at(i)->code, "scan.plugin_missing") != 0)
				assert_int_equal(as_code_at(i)->effect, AS_EFFECT_INCOMPLETE);
	/* Only optional plugins can be missing: an administrator said that
	 * inspection is whole without them. */
	assert_int_equal(as_code_find("scan.plugin_missing")->effect, AS_EFFECT_NONE);
	for (size_t i = 0; i < COUNT(others); i++)
		assert_int_equal(as_code_find(others[i])->effect, AS_EFFECT_INCOMPLETE);
}

static void patterns_match_codes_and_families(void **state)
{
	static const struct {
		const char *code, *pattern;
		bool matches;
	} cases[] = {
		{"type.script.js", "type.script.js", true},
		{"type.script.js", "type.script.*", true},
		{"type.script.js", "type.*", true},
		{"type.script.js", "*", true},
		{"type.script.js", "type.script", false},
		{"type.script.js", "type.scr.*", false},
		{"type.script.js", "type.scr*", false},
		{"type.script", "type.script.*", false},
		{"type.script.js", "", false},
		{"type.script.js", ".*", false},
		{"type.script.js", "*.js", false},
		{"typewriter", "type.*", false},
		{"malware.Win.X", "malware.*", true},
		{"malware.Win.X", "malware.Win.*", true},
		{"malware.Win.X", "malware.win.*", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s %s\n", cases[i].code, cases[i].pattern);
		assert_int_equal(as_code_matches(cases[i].code, cases[i].pattern),
				 cases[i].matches);
	}
}

static void open_families_take_names_of_rules_only(void **state)
{
	static const struct {
		const char *name, *code;
		bool known;
	} cases[] = {
		{"signature", "malware.Win.Trojan.Agent-1234", true},
		{"rule", "yara.my_rule", true},
		{"no name", "yara.", false},
		{"family alone", "malware", false},
		{"blank", "malware.a b", false},
		{"line end", "malware.a\n", false},
		{"slash", "malware.a/b", false},
		{"star", "yara.*", false},
		{"not ASCII", "yara.\xc3\xa9", false},
		{"upper-case family", "YARA.x", false},
		{"another family", "rule.x", false},
		{"quote", "yara.\"", false},
	};
	char code[256] = "malware.";
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_code_find(cases[i].code) != NULL, cases[i].known);
	}
	memset(code + 8, 'x', 200);
	assert_non_null(as_code_find(code));
	code[208] = 'x';
	assert_null(as_code_find(code));
	/* The test file has an entry of its own in its family. */
	assert_string_equal(as_code_find("malware.eicar")->code, "malware.eicar");
	assert_int_equal(as_code_find("malware.x")->severity, ASSAY_CRITICAL);
}

static void words_come_back_as_what_they_were(void **state)
{
	(void)state;
	for (int i = 0; i < ASSAY_CLASS_COUNT; i++)
		assert_int_equal(as_class_find(as_class_name((enum assay_class)i)), i);
	for (int i = ASSAY_INFO; i <= ASSAY_CRITICAL; i++) {
		enum assay_severity back = ASSAY_SEVERITY_DEFAULT;

		assert_true(as_severity_find(as_severity_name((enum assay_severity)i), &back));
		assert_int_equal(back, i);
	}
	for (int i = ASSAY_ACTION_ACCEPT; i <= ASSAY_ACTION_TEMPFAIL; i++) {
		enum assay_action back = ASSAY_ACTION_NONE;

		assert_true(as_action_find(as_action_name((enum assay_action)i), &back));
		assert_int_equal(back, i);
	}
	for (unsigned int bit = 0; bit < 8; bit++)
		assert_true(as_origin_name((enum assay_origin)(1u << bit))[0] != '\0');
}

static void what_is_no_word_is_not_found(void **state)
{
	static const char *const words[] = {"", "none", "default", "Reject", "reject ", "block"};
	enum assay_action action = ASSAY_ACTION_NONE;
	enum assay_severity severity = ASSAY_SEVERITY_DEFAULT;
	(void)state;

	for (size_t i = 0; i < COUNT(words); i++) {
		assert_false(as_action_find(words[i], &action));
		assert_false(as_severity_find(words[i], &severity));
		assert_int_equal(as_class_find(words[i]), ASSAY_CLASS_UNKNOWN);
	}
}

static void every_flag_has_its_own_name(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 9; bit++)
		for (unsigned int other = 0; other < bit; other++)
			assert_string_not_equal(as_flag_name(bit), as_flag_name(other));
	assert_string_equal(as_flag_name(8), "unread");
	assert_null(as_flag_name(9));
	assert_null(as_flag_name(31));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_is_there_once_and_well_formed),
		cmocka_unit_test(every_family_has_its_codes),
		cmocka_unit_test(what_was_not_inspected_makes_a_verdict_incomplete),
		cmocka_unit_test(patterns_match_codes_and_families),
		cmocka_unit_test(open_families_take_names_of_rules_only),
		cmocka_unit_test(words_come_back_as_what_they_were),
		cmocka_unit_test(what_is_no_word_is_not_found),
		cmocka_unit_test(every_flag_has_its_own_name),
	};
	return cmocka_run_group_tests_name("inspect codes", tests, NULL, NULL);
}
