/* SPDX-License-Identifier: BSD-2-Clause */
/* assay.conf: the sections smime and smime_rule. */

#include "test_policy_file_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Every file begins with this line, so that the second is the test's. */
#define HEAD "plugins = {}\n"

static int load_text(const char *text)
{
	return load_file(HEAD, text);
}

static const struct as_smime_settings *load_smime(const char *text)
{
	int rc = load_text(text);

	print_message("told: %.500s\n", error.text);
	assert_int_equal(rc, 0);
	return &config->engine.smime;
}

static void without_a_section_signatures_are_looked_at_and_nobody_is_trusted(void **state)
{
	const struct as_smime_settings *smime;
	(void)state;

	smime = load_smime("");
	assert_true(smime->enabled);
	assert_int_equal(smime->anchor_count + smime->cert_count + smime->crl_count +
				 smime->key_count + smime->policy_count,
			 0);
	assert_false(smime->system_anchors || smime->partial_chain || smime->explicit_policy ||
		     smime->inhibit_any || smime->inhibit_mapping || smime->at_set);
	assert_int_equal(smime->revocation, AS_SMIME_REVOCATION_SOFT);
	assert_int_equal(smime->allow, 0);
	assert_null(smime->password);
	assert_true(smime->password_file == NULL || smime->password_file[0] == '\0');
	assert_int_equal(config->smime_rule_count, 0);
	assert_int_equal(config->policy_count, 0);
	assert_ptr_equal(config->policy, as_policy_builtin());
}

#define EVERYTHING                                                                                 \
	"smime {\n enabled = false\n anchors = { \"/a\", \"/b\" }\n system_anchors = true\n"       \
	" certs = { \"/c\" }\n crls = { \"/d\", \"/e\", \"/f\" }\n keys = { \"/g\" }\n"            \
	" password_file = \"/h\"\n revocation = \"hard\"\n"                                        \
	" allow = { \"sha1\", \"no-address\" }\n partial_chain = true\n"                           \
	" policies = { \"2.5.29.32.0\", \"any\" }\n explicit_policy = true\n inhibit_any = true\n" \
	" inhibit_mapping = true\n}\n"

static void every_option_is_taken(void **state)
{
	const struct as_smime_settings *smime;
	(void)state;

	smime = load_smime(EVERYTHING);
	assert_false(smime->enabled);
	assert_int_equal(smime->anchor_count, 2);
	assert_string_equal(smime->anchors[1], "/b");
	assert_true(smime->system_anchors);
	assert_int_equal(smime->cert_count, 1);
	assert_string_equal(smime->certs[0], "/c");
	assert_int_equal(smime->crl_count, 3);
	assert_string_equal(smime->crls[2], "/f");
	assert_int_equal(smime->key_count, 1);
	assert_string_equal(smime->keys[0], "/g");
	assert_string_equal(smime->password_file, "/h");
	assert_int_equal(smime->revocation, AS_SMIME_REVOCATION_HARD);
	assert_int_equal(smime->allow, AS_SMIME_ALLOW_SHA1 | AS_SMIME_ALLOW_NO_ADDRESS);
	assert_true(smime->partial_chain && smime->explicit_policy && smime->inhibit_any &&
		    smime->inhibit_mapping);
	assert_int_equal(smime->policy_count, 2);
	assert_string_equal(smime->policies[0], "2.5.29.32.0");
}

static void each_word_means_what_it_says(void **state)
{
	static const struct {
		const char *text;
		enum as_smime_revocation_mode revocation;
		uint32_t allow;
	} cases[] = {
		{"revocation = \"soft\"", AS_SMIME_REVOCATION_SOFT, 0},
		{"revocation = \"hard\"", AS_SMIME_REVOCATION_HARD, 0},
		{"revocation = \"off\"", AS_SMIME_REVOCATION_NONE, 0},
		{"allow = { \"sha1\" }", AS_SMIME_REVOCATION_SOFT, AS_SMIME_ALLOW_SHA1},
		{"allow = { \"rsa1024\" }", AS_SMIME_REVOCATION_SOFT, AS_SMIME_ALLOW_RSA1024},
		{"allow = { \"dsa\" }", AS_SMIME_REVOCATION_SOFT, AS_SMIME_ALLOW_DSA},
		{"allow = { \"no-address\" }", AS_SMIME_REVOCATION_SOFT, AS_SMIME_ALLOW_NO_ADDRESS},
		{"allow = { \"dsa\", \"dsa\" }", AS_SMIME_REVOCATION_SOFT, AS_SMIME_ALLOW_DSA},
	};
	char text[100];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_smime_settings *smime;

		snprintf(text, sizeof(text), "smime {\n%s\n}\n", cases[i].text);
		smime = load_smime(text);
		assert_int_equal(smime->revocation, cases[i].revocation);
		assert_int_equal(smime->allow, cases[i].allow);
	}
}

static void paths_are_meant_from_where_the_file_stands(void **state)
{
	const struct as_smime_settings *smime;
	char expected[100];
	(void)state;

	smime = load_smime("smime {\n anchors = { \"a.pem\", \"/b.pem\" }\n certs = { \"c/d\" }\n"
			   " crls = { \"../e\" }\n keys = { \"f\" }\n password_file = \"g\"\n}\n");
	snprintf(expected, sizeof(expected), "%s/a.pem", folder);
	assert_string_equal(smime->anchors[0], expected);
	assert_string_equal(smime->anchors[1], "/b.pem");
	snprintf(expected, sizeof(expected), "%s/c/d", folder);
	assert_string_equal(smime->certs[0], expected);
	snprintf(expected, sizeof(expected), "%s/../e", folder);
	assert_string_equal(smime->crls[0], expected);
	snprintf(expected, sizeof(expected), "%s/f", folder);
	assert_string_equal(smime->keys[0], expected);
	snprintf(expected, sizeof(expected), "%s/g", folder);
	assert_string_equal(smime->password_file, expected);
}

#define RULE(text) "smime_rule \"r\" {\n require = { \"signed\" }\n" text "\n}\n"

static void every_fault_is_told_with_its_line(void **state)
{
	static const struct {
		const char *name, *text;
		int line;
		const char *words[2];
	} cases[] = {
		{"unknown option", "smime {\n anchor = { \"a\" }\n}\n", 3, {"anchors"}},
		{"no boolean",
		 "smime {\n anchors = {}\n enabled = maybe\n}\n",
		 4,
		 {"boolean", "enabled"}},
		{"revocation",
		 "smime {\n\n revocation = \"maybe\"\n}\n",
		 4,
		 {"revocation = \"maybe\"", "expected soft, hard or off"}},
		{"empty revocation", "smime {\n revocation = \"\"\n}\n", 3, {"expected soft"}},
		{"allow",
		 "smime {\n allow = { \"sha1\", \"md5\" }\n}\n",
		 3,
		 {"md5", "expected sha1, rsa1024, dsa or no-address"}},
		{"letter case", "smime {\n allow = { \"SHA1\" }\n}\n", 3, {"SHA1"}},
		{"policy", "smime {\n policies = { \"1.2.\" }\n}\n", 3, {"1.2.", "or any"}},
		{"policy that is a name",
		 "smime {\n policies = { \"strict\" }\n}\n",
		 3,
		 {"strict"}},
		{"policy of one arc", "smime {\n policies = { \"2\" }\n}\n", 3, {"\"2\""}},
		{"policy beyond all", "smime {\n policies = { \"3.1\" }\n}\n", 3, {"3.1"}},
		{"rule without a name", "smime_rule {\n}\n", 2, {""}},
		{"two rules of a name", RULE("") RULE(""), 6, {"duplicate"}},
		{"require",
		 "smime_rule \"r\" {\n require = { \"vaild\" }\n}\n",
		 3,
		 {"vaild", "expected signed, valid, whole, author"}},
		{"forbid",
		 RULE("forbid = { \"opened\", \"closed\" }"),
		 4,
		 {"closed", "or not_revoked"}},
		{"allow of a rule", RULE("allow = { \"md5\" }"), 4, {"md5", "no-address"}},
		{"policies of a rule",
		 RULE("policies = { \"defalut\" }"),
		 4,
		 {"defalut", "did you mean \"default\""}},
		{"from without a domain",
		 RULE("from = { \"boss\" }"),
		 4,
		 {"boss", "a domain with @ before it"}},
		{"domain without at", RULE("from = { \"bank.example\" }"), 4, {"bank.example"}},
		{"nothing behind at", RULE("signers = { \"boss@\" }"), 4, {"boss@"}},
		{"only an at", RULE("signers = { \"@\" }"), 4, {"\"@\""}},
		{"empty address", RULE("signers = { \"\" }"), 4, {"\"\""}},
		{"action", RULE("action = \"block\""), 4, {"block", "or tempfail"}},
		{"strip", RULE("action = \"strip\""), 4, {"strip", "quarantine"}},
		{"rule without a condition",
		 "smime_rule \"idle\" {\n action = \"tag\"\n}\n",
		 0,
		 {"idle", "at least one of require, forbid and signers"}},
		{"second rule",
		 RULE("") "smime_rule \"s\" {\n forbid = { \"x\" }\n}\n",
		 7,
		 {"\"x\""}},
		{"unknown option of a rule", RULE("signer = { \"a@b.example\" }"), 4, {"signers"}},
	};
	char place[100];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_not_equal(load_text(cases[i].text), 0);
		print_message("text: %.500s\n", error.text);
		if (cases[i].line > 0)
			snprintf(place, sizeof(place), "%s:%d: ", file, cases[i].line);
		else
			snprintf(place, sizeof(place), "%s:", file);
		assert_non_null(strstr(error.text, place));
		for (size_t w = 0; w < 2 && cases[i].words[w] != NULL; w++)
			assert_non_null(strstr(error.text, cases[i].words[w]));
	}
}

static void all_faults_of_a_rule_are_told_at_once(void **state)
{
	size_t lines = 1;
	(void)state;

	assert_int_not_equal(load_text("smime_rule \"r\" {\n from = { \"x\" }\n"
				       " require = { \"y\" }\n signers = { \"@z.example\" }\n"
				       " action = \"w\"\n}\n"),
			     0);
	print_message("told: %.500s\n", error.text);
	for (const char *p = error.text; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	assert_int_equal(lines, 3);
}

static void a_rule_is_taken_with_all_it_says(void **state)
{
	const struct as_smime_rule *rule;
	(void)state;

	assert_int_equal(load_text("policy \"strict\" {\n}\n"
				   "smime_rule \"bank\" {\n policies = { \"strict\" }\n"
				   " from = { \"a@bank.example\", \"@BANK.example\" }\n"
				   " signers = { \"@bank.example\" }\n"
				   " require = { \"signed\", \"valid\", \"whole\", \"author\","
				   " \"encrypted\", \"opened\", \"authenticated\","
				   " \"not_revoked\" }\n forbid = { \"unopened\" }\n"
				   " allow = { \"sha1\" }\n action = \"reject\"\n}\n"),
			 0);
	assert_int_equal(config->smime_rule_count, 1);
	rule = &config->smime_rules[0];
	assert_string_equal(rule->name, "bank");
	assert_int_equal(rule->policy_count, 1);
	assert_int_equal(rule->from.count, 2);
	assert_string_equal(rule->from.texts[1], "@BANK.example");
	assert_int_equal(rule->from.keys[1].size, 13);
	assert_memory_equal(rule->from.keys[1].data, "@bank.example", 13);
	assert_int_equal(rule->signers.count, 1);
	assert_int_equal(rule->require | rule->forbid, 0x1ff);
	assert_int_equal(rule->forbid, AS_FACT_UNOPENED);
	assert_int_equal(rule->allow, AS_SMIME_ALLOW_SHA1);
	assert_int_equal(rule->action, ASSAY_ACTION_REJECT);
	assert_string_equal(rule->finding.code, "policy.smime");
	assert_string_equal(rule->finding.text, "bank");
	assert_string_equal(rule->finding.object->path, "bank");
	assert_int_equal(rule->finding.severity, ASSAY_MEDIUM);
}

static void a_rule_quarantines_unless_it_says_otherwise(void **state)
{
	(void)state;
	assert_int_equal(load_text(RULE("")), 0);
	assert_int_equal(config->smime_rules[0].action, ASSAY_ACTION_QUARANTINE);
	assert_int_equal(config->smime_rules[0].from.count, 0);
	assert_int_equal(config->smime_rules[0].signers.count, 0);
}

static const struct as_policy *named(const char *name)
{
	return as_policy_named(config->policies, config->policy_count, name);
}

static void rules_are_given_to_the_policies_that_they_name(void **state)
{
	(void)state;
	assert_int_equal(load_text("policy \"a\" {\n}\npolicy \"b\" {\n}\n" RULE(
				 "policies = { \"b\" }") "smime_rule \"s\" {\n signers = { "
							 "\"@x.example\" }\n}\n"),
			 0);
	assert_int_equal(named("a")->smime_rule_count, 1);
	assert_string_equal(named("a")->smime_rules[0]->name, "s");
	assert_int_equal(named("b")->smime_rule_count, 2);
	assert_string_equal(named("b")->smime_rules[0]->name, "r");
}

static void the_built_in_policy_has_rules_too(void **state)
{
	(void)state;
	assert_int_equal(load_text(RULE("policies = { \"default\" }")), 0);
	assert_int_equal(config->policy_count, 1);
	assert_string_equal(config->policy->name, "default");
	assert_int_equal(config->policy->smime_rule_count, 1);
	assert_int_equal(as_policy_builtin()->smime_rule_count, 0);
	assert_int_equal(config->policy->by_severity[ASSAY_CRITICAL], ASSAY_ACTION_REJECT);
	/* It stays the one for everybody beside others, and can be chosen. */
	assert_int_equal(load_text("policy_in_force = \"a\"\npolicy \"a\" {\n}\n" RULE("")), 0);
	assert_string_equal(config->policy->name, "a");
	assert_int_equal(as_config_use_policy(config, "default", &error), 0);
	assert_int_equal(config->policy->smime_rule_count, 1);
}

static void a_policy_called_default_takes_the_place_of_the_built_in_one(void **state)
{
	(void)state;
	assert_int_equal(load_text("policy \"default\" {\n high = \"tag\"\n}\n" RULE("")), 0);
	assert_int_equal(config->policy_count, 1);
	assert_int_equal(config->policy->smime_rule_count, 1);
	assert_int_equal(config->policy->by_severity[ASSAY_HIGH], ASSAY_ACTION_TAG);
}

static void a_thousand_rules_are_enough(void **state)
{
	struct as_buffer text;
	(void)state;

	as_buffer_init(&text, 0);
	as_buffer_text(&text, HEAD);
	for (unsigned int i = 0; i < 1000; i++)
		as_buffer_printf(&text, "smime_rule \"r%u\" {\n forbid = { \"signed\" }\n}\n", i);
	as_buffer_byte(&text, 0);
	assert_int_equal(load_file("", (const char *)text.data), 0);
	assert_int_equal(config->policy->smime_rule_count, 1000);
	text.size--;
	as_buffer_text(&text, "smime_rule \"last\" {\n forbid = { \"signed\" }\n}\n");
	as_buffer_byte(&text, 0);
	assert_int_not_equal(load_file("", (const char *)text.data), 0);
	assert_non_null(strstr(error.text, "more than 1000 sections smime_rule"));
	as_buffer_deinit(&text);
}

static char *shown(void)
{
	struct as_buffer out;
	char *text;

	as_buffer_init(&out, 0);
	as_config_show(config, &out);
	as_buffer_byte(&out, 0);
	text = strdup((const char *)out.data);
	as_buffer_deinit(&out);
	assert_non_null(text);
	return text;
}

static void what_is_shown_loads_to_the_same(void **state)
{
	static const char *const texts[] = {
		"",
		EVERYTHING,
		RULE(""),
		"policy \"strict\" {\n}\n" EVERYTHING
		"smime_rule \"a \\\"name\\\" with \\\\ and \\${HOME}\" {\n"
		" policies = { \"strict\", \"default\" }\n"
		" from = { \"@b\xc3\xbc"
		"cher.example\", \"\\\"a b\\\"@bank.example\" }\n"
		" signers = { \"x@y.example\" }\n require = { \"author\", \"not_revoked\" }\n"
		" forbid = { \"unopened\" }\n allow = { \"dsa\" }\n action = \"tempfail\"\n}\n"
		"smime_rule \"second\" {\n forbid = { \"encrypted\" }\n}\n",
		"smime {\n anchors = { \"relative.pem\" }\n password_file = \"secret\"\n}\n",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		char *first, *second;

		print_message("case: %zu\n", i);
		load_smime(texts[i]);
		first = shown();
		print_message("shown: %.300s\n", strstr(first, "smime {"));
		assert_int_equal(load_file("", first), 0);
		second = shown();
		assert_string_equal(strstr(second, "smime {"), strstr(first, "smime {"));
		free(first);
		free(second);
	}
}

static void what_was_not_set_is_marked(void **state)
{
	static const char *const lines[] = {
		"    enabled = true",
		"    anchors = {}",
		"    system_anchors = false",
		"    certs = {}",
		"    crls = {}",
		"    keys = {}",
		"    password_file = \"\"",
		"    revocation = \"soft\"",
		"    allow = {}",
		"    partial_chain = false",
		"    policies = {}",
		"    explicit_policy = false",
		"    inhibit_any = false",
		"    inhibit_mapping = false",
	};
	char *text;
	(void)state;

	load_smime("");
	text = shown();
	for (size_t i = 0; i < COUNT(lines); i++) {
		const char *line = strstr(strstr(text, "\nsmime {"), lines[i]);

		assert_non_null(line);
		assert_memory_equal(strstr(line, "# default") + 9, "\n", 1);
		assert_true(strstr(line, "# default") < strchr(line, '\n'));
	}
	assert_null(strstr(text, "smime_rule"));
	free(text);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, forget)
	const struct CMUnitTest tests[] = {
		TEST(without_a_section_signatures_are_looked_at_and_nobody_is_trusted),
		TEST(every_option_is_taken),
		TEST(each_word_means_what_it_says),
		TEST(paths_are_meant_from_where_the_file_stands),
		TEST(every_fault_is_told_with_its_line),
		TEST(all_faults_of_a_rule_are_told_at_once),
		TEST(a_rule_is_taken_with_all_it_says),
		TEST(a_rule_quarantines_unless_it_says_otherwise),
		TEST(rules_are_given_to_the_policies_that_they_name),
		TEST(the_built_in_policy_has_rules_too),
		TEST(a_policy_called_default_takes_the_place_of_the_built_in_one),
		TEST(a_thousand_rules_are_enough),
		TEST(what_is_shown_loads_to_the_same),
		TEST(what_was_not_set_is_marked),
	};
	return cmocka_run_group_tests_name("policy/config_smime", tests, set_up, tear_down);
}
