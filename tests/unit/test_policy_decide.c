/* SPDX-License-Identifier: BSD-2-Clause */
/* From findings to actions, and the nearest word. */
#include "policy/nearest.h"
#include "policy/policy.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct assay_object somewhere = {.path = "1/a.zip"};

static struct as_finding make(const char *code, enum assay_action wish)
{
	const struct as_code_info *info = as_code_find(code);

	assert_non_null(info);
	return (struct as_finding){.code = code,
				   .info = info,
				   .severity = info->severity,
				   .wish = wish,
				   .text = "",
				   .plugin = "p",
				   .object = &somewhere};
}

static struct as_policy with_rules(const struct as_policy_rule *rules, size_t count)
{
	struct as_policy policy = *as_policy_builtin();

	policy.rules = rules;
	policy.rule_count = count;
	return policy;
}

static void the_builtin_policy_goes_by_severity(void **state)
{
	static const struct {
		const char *code;
		enum assay_action action;
	} cases[] = {
		{"type.mismatch", ASSAY_ACTION_ACCEPT},
		{"name.padding", ASSAY_ACTION_ACCEPT},
		{"name.conflict", ASSAY_ACTION_TAG},
		{"type.executable.pe", ASSAY_ACTION_QUARANTINE},
		{"malware.eicar", ASSAY_ACTION_REJECT},
		{"malware.Any.Name", ASSAY_ACTION_REJECT},
		{"yara.rule", ASSAY_ACTION_TAG},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_finding finding = make(cases[i].code, ASSAY_ACTION_NONE);

		print_message("case: %s\n", cases[i].code);
		assert_int_equal(as_policy_finding(as_policy_builtin(), &finding), cases[i].action);
	}
}

static void the_most_specific_pattern_wins(void **state)
{
	static const struct as_policy_rule rules[] = {
		{"*", ASSAY_ACTION_TAG},
		{"type.*", ASSAY_ACTION_STRIP},
		{"type.script.js", ASSAY_ACTION_ACCEPT},
		{"type.script.*", ASSAY_ACTION_DISCARD},
		{"name.rtlo", ASSAY_ACTION_TAG},
		{"name.rtlo", ASSAY_ACTION_REJECT},
		{"name.rtlo", ASSAY_ACTION_STRIP},
	};
	static const struct {
		const char *code;
		enum assay_action action;
	} cases[] = {
		{"type.script.js", ASSAY_ACTION_ACCEPT}, {"type.script.vbs", ASSAY_ACTION_DISCARD},
		{"type.chm", ASSAY_ACTION_STRIP},	 {"malware.eicar", ASSAY_ACTION_TAG},
		{"name.rtlo", ASSAY_ACTION_REJECT},
	};
	const struct as_policy policy = with_rules(rules, COUNT(rules));
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		/* A pattern counts more than the plugin's wish. */
		const struct as_finding finding = make(cases[i].code, ASSAY_ACTION_QUARANTINE);

		print_message("case: %s\n", cases[i].code);
		assert_int_equal(as_policy_finding(&policy, &finding), cases[i].action);
	}
}

static void wishes_are_capped(void **state)
{
	static const struct {
		enum assay_action wish, cap, action;
	} cases[] = {
		{ASSAY_ACTION_REJECT, ASSAY_ACTION_REJECT, ASSAY_ACTION_REJECT},
		{ASSAY_ACTION_REJECT, ASSAY_ACTION_TAG, ASSAY_ACTION_TAG},
		{ASSAY_ACTION_DISCARD, ASSAY_ACTION_REJECT, ASSAY_ACTION_REJECT},
		{ASSAY_ACTION_ACCEPT, ASSAY_ACTION_REJECT, ASSAY_ACTION_ACCEPT},
		/* Temporary failure is for our own faults: no wish gets it,
		 * and none that asked for it loses mail. */
		{ASSAY_ACTION_TEMPFAIL, ASSAY_ACTION_REJECT, ASSAY_ACTION_REJECT},
		{ASSAY_ACTION_TEMPFAIL, ASSAY_ACTION_DISCARD, ASSAY_ACTION_QUARANTINE},
		{ASSAY_ACTION_NONE, ASSAY_ACTION_ACCEPT, ASSAY_ACTION_REJECT},
	};
	struct as_policy policy = *as_policy_builtin();
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_finding finding = make("malware.eicar", cases[i].wish);

		print_message("case: %zu\n", i);
		policy.max_wish = cases[i].cap;
		assert_int_equal(as_policy_finding(&policy, &finding), cases[i].action);
	}
}

static struct as_decision decide(const struct as_policy *policy, struct as_finding *findings,
				 size_t count)
{
	struct as_finding *list[8];
	const struct assay_scan scan = {.findings = list, .finding_count = count};

	for (size_t i = 0; i < count; i++)
		list[i] = &findings[i];
	return as_policy_decide(policy, &scan);
}

static void a_message_gets_the_strictest_action_and_its_reason(void **state)
{
	struct as_finding findings[] = {
		make("name.conflict", ASSAY_ACTION_NONE),
		make("type.executable.pe", ASSAY_ACTION_NONE),
		make("yara.high", ASSAY_ACTION_REJECT),
		make("malware.eicar", ASSAY_ACTION_NONE),
	};
	struct as_decision decision;
	(void)state;

	decision = decide(as_policy_builtin(), findings, 0);
	assert_int_equal(decision.action, ASSAY_ACTION_ACCEPT);
	assert_null(decision.reason);
	decision = decide(as_policy_builtin(), findings, 2);
	assert_int_equal(decision.action, ASSAY_ACTION_QUARANTINE);
	assert_ptr_equal(decision.reason, &findings[1]);
	/* Of two that reject the graver one is the reason. */
	decision = decide(as_policy_builtin(), findings, 4);
	assert_int_equal(decision.action, ASSAY_ACTION_REJECT);
	assert_ptr_equal(decision.reason, &findings[3]);
}

static void what_was_not_inspected_gets_at_least_its_own_action(void **state)
{
	static const struct as_policy_rule rules[] = {{"*", ASSAY_ACTION_ACCEPT}};
	struct as_policy policy = with_rules(rules, COUNT(rules));
	struct as_finding findings[] = {make("limit.time", ASSAY_ACTION_NONE),
					make("malware.eicar", ASSAY_ACTION_NONE)};
	(void)state;

	assert_int_equal(decide(&policy, findings, 2).action, ASSAY_ACTION_QUARANTINE);
	assert_ptr_equal(decide(&policy, findings, 2).reason, &findings[0]);
	policy.incomplete = ASSAY_ACTION_TAG;
	assert_int_equal(decide(&policy, findings, 2).action, ASSAY_ACTION_TAG);
	policy.incomplete = ASSAY_ACTION_ACCEPT;
	assert_int_equal(decide(&policy, findings, 2).action, ASSAY_ACTION_ACCEPT);
}

static void recipients_choose_their_policy(void **state)
{
	static const char *const sales[] = {"@sales.example", "boss@example.org"};
	static const char *const all[] = {"@example.org"};
	const struct as_policy policies[] = {
		{.name = "sales", .recipients = sales, .recipient_count = 2},
		{.name = "named"},
		{.name = "all", .recipients = all, .recipient_count = 1},
	};
	static const struct {
		const char *recipient, *policy;
	} cases[] = {
		{"x@sales.example", "sales"},
		{"X@SALES.Example", "sales"},
		{"boss@example.org", "sales"},
		{"x@example.org", "all"},
		{"x@sub.example.org", "default"},
		{"x@sales.example.com", "default"},
		{"sales.example", "default"},
		{"", "default"},
		{"a@example.org@other", "default"},
		{"\"a@b\"@example.org", "all"},
		{"@example.org", "all"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].recipient);
		assert_string_equal(as_policy_for(policies, COUNT(policies), as_policy_builtin(),
						  cases[i].recipient)
					    ->name,
				    cases[i].policy);
	}
}

static void strip_and_what_is_stricter_protects(void **state)
{
	(void)state;
	for (int a = ASSAY_ACTION_NONE; a <= ASSAY_ACTION_TEMPFAIL; a++)
		assert_int_equal(as_action_protects((enum assay_action)a),
				 a == ASSAY_ACTION_STRIP || a == ASSAY_ACTION_QUARANTINE ||
					 a == ASSAY_ACTION_REJECT || a == ASSAY_ACTION_DISCARD);
}

static void the_nearest_word_is_near(void **state)
{
	static const char *const words[] = {"workers", "sandbox", "cache", "cache_size",
					    "log_level"};
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{"worker", "workers"},
		{"wrokers", "workers"},
		{"sandobx", "sandbox"},
		{"cache-size", "cache_size"},
		{"loglevel", "log_level"},
		{"cahe", "cache"},
		{"cache", "cache"},
		{"", NULL},
		{"x", NULL},
		{"quarantine", NULL},
		{"sxxxxxx", NULL},
		{"0123456789012345678901234567890123456789012345678901234567890123456789", NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *nearest = as_nearest(cases[i].word, words, COUNT(words));

		print_message("case: %s\n", cases[i].word);
		if (cases[i].nearest == NULL)
			assert_null(nearest);
		else
			assert_string_equal(nearest, cases[i].nearest);
	}
	assert_null(as_nearest("x", NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_builtin_policy_goes_by_severity),
		cmocka_unit_test(the_most_specific_pattern_wins),
		cmocka_unit_test(wishes_are_capped),
		cmocka_unit_test(a_message_gets_the_strictest_action_and_its_reason),
		cmocka_unit_test(what_was_not_inspected_gets_at_least_its_own_action),
		cmocka_unit_test(recipients_choose_their_policy),
		cmocka_unit_test(strip_and_what_is_stricter_protects),
		cmocka_unit_test(the_nearest_word_is_near),
	};
	return cmocka_run_group_tests_name("policy decide", tests, NULL, NULL);
}
