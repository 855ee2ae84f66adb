/* SPDX-License-Identifier: BSD-2-Clause */
/* Conditions on S/MIME: what is true of a message, and which rules it breaks. */
#include "policy/policy.h"
#include "test_policy_smime_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BOSS	     "boss@bank.example"
#define MESSAGE	     "From: Boss <" BOSS ">\r\nSubject: x\r\n\r\nbody\r\n"

static struct made made;
static struct as_arena keys;

static int set_up(void **state)
{
	(void)state;
	made_init(&made);
	as_arena_init(&keys, 1u << 20);
	made_message(&made, MESSAGE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_deinit(&made);
	as_arena_deinit(&keys);
	return 0;
}

static uint32_t facts(uint32_t allow)
{
	struct as_smime_case own;
	uint32_t result;

	as_smime_case_init(&own, made.fixture.scan);
	result = as_smime_facts(&own, allow);
	as_smime_case_deinit(&own);
	return result;
}

static bool is_broken(const struct as_smime_rule *rule)
{
	struct as_smime_case own;
	bool result;

	as_smime_case_init(&own, made.fixture.scan);
	result = as_smime_rule_broken(rule, &own);
	as_smime_case_deinit(&own);
	return result;
}

/* Of one entry. */
static struct as_smime_names naming(const char *entry)
{
	const char **texts = as_arena_array(&keys, 1, sizeof(*texts));
	struct as_span *forms = as_arena_array(&keys, 1, sizeof(*forms));
	struct as_buffer form;

	as_buffer_init(&form, 0);
	assert_true(as_smime_name_key(&form, entry));
	texts[0] = entry;
	forms[0] = as_span_make(as_arena_copy(&keys, as_buffer_span(&form)), form.size);
	as_buffer_deinit(&form);
	return (struct as_smime_names){texts, forms, 1};
}

static struct as_smime_layer *encrypted(enum as_smime_state state, enum as_smime_opening opening)
{
	struct as_smime_layer *layer = made_layer(&made, made.own, state);

	layer->opening = opening;
	layer->authenticated = state == AS_SMIME_AUTHENVELOPED;
	return layer;
}

static void each_word_is_one_bit(void **state)
{
	uint32_t bit = 0;
	(void)state;

	for (size_t i = 0; as_smime_fact_names[i] != NULL; i++) {
		assert_true(as_smime_fact_find(as_smime_fact_names[i], &bit));
		assert_int_equal(bit, 1u << i);
	}
	assert_int_equal(bit, AS_FACT_NOT_REVOKED);
	assert_false(as_smime_fact_find("trusted", &bit));
	assert_false(as_smime_fact_find("", &bit));
	assert_false(as_smime_fact_find("Signed", &bit));
}

static void nothing_is_true_of_a_plain_message(void **state)
{
	(void)state;
	assert_int_equal(facts(0), 0);
	made_layer(&made, made.own, AS_SMIME_CERTS_ONLY);
	made_layer(&made, made.own, AS_SMIME_COMPRESSED);
	made_layer(&made, made.own, AS_SMIME_DIGESTED);
	made_layer(&made, made.own, AS_SMIME_MALFORMED);
	assert_int_equal(facts(0), 0);
}

static void a_good_signature_is_all_that_can_be_asked(void **state)
{
	(void)state;
	made_signed(&made, BOSS);
	assert_int_equal(facts(0), AS_FACT_SIGNED | AS_FACT_VALID | AS_FACT_WHOLE | AS_FACT_AUTHOR |
					   AS_FACT_NOT_REVOKED);
}

static void an_opaque_signature_is_one(void **state)
{
	(void)state;
	made_signed(&made, BOSS)->state = AS_SMIME_SIGNED_OPAQUE;
	assert_true((facts(0) & AS_FACT_SIGNED) != 0);
}

static void a_bad_signature_covers_nothing_and_is_nobodys(void **state)
{
	(void)state;
	made_fault(made_signed(&made, BOSS), AS_SMIME_FAULT_UNTRUSTED, "x");
	assert_int_equal(facts(0), AS_FACT_SIGNED | AS_FACT_NOT_REVOKED);
}

static void a_signature_that_cannot_be_judged_is_not_valid(void **state)
{
	(void)state;
	made_fault(made_signed(&made, BOSS), AS_SMIME_FAULT_UNSUPPORTED, "x");
	assert_int_equal(facts(0), AS_FACT_SIGNED | AS_FACT_NOT_REVOKED);
}

static void signed_data_without_a_signer_is_not_valid(void **state)
{
	struct as_smime_layer *layer;
	(void)state;

	layer = made_layer(&made, made.own, AS_SMIME_SIGNED_CLEAR);
	layer->coverage = AS_SMIME_WHOLE;
	assert_int_equal(facts(0), AS_FACT_SIGNED);
}

static void one_bad_signature_of_two_makes_the_message_not_valid(void **state)
{
	(void)state;
	made_signed(&made, BOSS);
	made_fault(made_signed(&made, "x@example.org"), AS_SMIME_FAULT_EXPIRED, "x");
	assert_int_equal(facts(0),
			 AS_FACT_SIGNED | AS_FACT_WHOLE | AS_FACT_AUTHOR | AS_FACT_NOT_REVOKED);
}

static void a_part_is_not_the_whole(void **state)
{
	(void)state;
	made_signed(&made, BOSS)->coverage = AS_SMIME_PART;
	assert_int_equal(facts(0),
			 AS_FACT_SIGNED | AS_FACT_VALID | AS_FACT_AUTHOR | AS_FACT_NOT_REVOKED);
}

static void an_author_who_did_not_sign_is_no_author_that_did(void **state)
{
	struct as_smime_layer *layer;
	(void)state;

	layer = made_signed(&made, BOSS);
	as_smime_note(&made.own->notes, layer, "smime.from_mismatch", ASSAY_SEVERITY_DEFAULT, "x");
	assert_int_equal(facts(0) & AS_FACT_AUTHOR, 0);
}

static void the_revocation_of_every_signer_has_to_be_known(void **state)
{
	static const enum as_smime_revocation unknown[] = {
		AS_SMIME_REVOCATION_UNCHECKED, AS_SMIME_REVOCATION_OFF, AS_SMIME_REVOCATION_UNKNOWN,
		AS_SMIME_REVOCATION_REVOKED};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	made_signer(&made, layer, "x@example.org");
	assert_true((facts(0) & AS_FACT_NOT_REVOKED) != 0);
	for (size_t i = 0; i < COUNT(unknown); i++) {
		layer->signers[1].revocation = unknown[i];
		assert_int_equal(facts(0) & AS_FACT_NOT_REVOKED, 0);
	}
}

static void what_is_allowed_is_no_fault(void **state)
{
	static const struct {
		uint32_t fault, allow;
	} cases[] = {
		{AS_SMIME_FAULT_WEAK_SHA1, AS_SMIME_ALLOW_SHA1},
		{AS_SMIME_FAULT_WEAK_RSA1024, AS_SMIME_ALLOW_RSA1024},
		{AS_SMIME_FAULT_WEAK_DSA, AS_SMIME_ALLOW_DSA},
	};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	struct as_smime_settings *settings = &made.fixture.engine.settings.smime;
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		made_fault(layer, cases[i].fault, "x");
		settings->allow = 0;
		assert_int_equal(facts(0) & AS_FACT_VALID, 0);
		assert_int_equal(facts(cases[i].allow) & AS_FACT_VALID, AS_FACT_VALID);
		assert_int_equal(facts(~cases[i].allow) & AS_FACT_VALID, 0);
		settings->allow = cases[i].allow;
		assert_int_equal(facts(0) & AS_FACT_VALID, AS_FACT_VALID);
	}
}

static void encryption_is_told_in_every_kind_and_state(void **state)
{
	static const struct {
		const char *name;
		enum as_smime_state state;
		enum as_smime_opening opening;
		uint32_t facts;
	} cases[] = {
		{"opened", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_DONE,
		 AS_FACT_ENCRYPTED | AS_FACT_OPENED},
		{"authenticated", AS_SMIME_AUTHENVELOPED, AS_SMIME_OPEN_DONE,
		 AS_FACT_ENCRYPTED | AS_FACT_OPENED | AS_FACT_AUTHENTICATED},
		{"no key", AS_SMIME_AUTHENVELOPED, AS_SMIME_OPEN_NO_KEY,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED | AS_FACT_AUTHENTICATED},
		{"failed", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_FAILED,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
		{"unavailable", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_UNAVAILABLE,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
		{"limit", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_LIMIT,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
		{"malformed", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_MALFORMED,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
		{"unsupported", AS_SMIME_ENVELOPED, AS_SMIME_OPEN_UNSUPPORTED,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
		{"not tried", AS_SMIME_ENCRYPTED, AS_SMIME_OPEN_NONE,
		 AS_FACT_ENCRYPTED | AS_FACT_UNOPENED},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		made_message(&made, MESSAGE);
		encrypted(cases[i].state, cases[i].opening);
		assert_int_equal(facts(0), cases[i].facts);
	}
}

static void one_closed_layer_of_two_leaves_the_message_closed(void **state)
{
	(void)state;
	encrypted(AS_SMIME_AUTHENVELOPED, AS_SMIME_OPEN_DONE);
	encrypted(AS_SMIME_ENVELOPED, AS_SMIME_OPEN_NO_KEY);
	assert_int_equal(facts(0), AS_FACT_ENCRYPTED | AS_FACT_UNOPENED);
}

static void of_messages_inside_only_what_is_closed_counts(void **state)
{
	struct as_smime_layer *layer;
	(void)state;

	layer = made_signed(&made, BOSS);
	made.own->first = made.own->last = NULL;
	layer->mail = made_inner(&made, "2");
	layer->mail->first = layer;
	assert_int_equal(facts(0), 0);
	layer->state = AS_SMIME_ENVELOPED;
	layer->opening = AS_SMIME_OPEN_DONE;
	assert_int_equal(facts(0), 0);
	layer->opening = AS_SMIME_OPEN_NO_KEY;
	assert_int_equal(facts(0), AS_FACT_UNOPENED);
}

static void a_rule_is_broken_by_what_is_missing(void **state)
{
	const struct as_smime_rule rule = {.require = AS_FACT_SIGNED | AS_FACT_VALID};
	(void)state;

	assert_true(is_broken(&rule));
	made_signed(&made, BOSS);
	assert_false(is_broken(&rule));
	made_fault(made.own->first, AS_SMIME_FAULT_DIGEST, "x");
	assert_true(is_broken(&rule));
}

static void a_rule_is_broken_by_what_is_forbidden(void **state)
{
	const struct as_smime_rule rule = {.forbid = AS_FACT_UNOPENED | AS_FACT_SIGNED};
	(void)state;

	assert_false(is_broken(&rule));
	encrypted(AS_SMIME_ENVELOPED, AS_SMIME_OPEN_DONE);
	assert_false(is_broken(&rule));
	made.own->first->opening = AS_SMIME_OPEN_NO_KEY;
	assert_true(is_broken(&rule));
}

static void a_rule_may_allow_more_than_the_settings(void **state)
{
	struct as_smime_rule rule = {.require = AS_FACT_VALID, .signers = naming(BOSS)};
	(void)state;

	made_fault(made_signed(&made, BOSS), AS_SMIME_FAULT_WEAK_SHA1, "x");
	assert_true(is_broken(&rule));
	rule.allow = AS_SMIME_ALLOW_SHA1;
	assert_false(is_broken(&rule));
}

static void a_rule_for_authors_leaves_others_alone(void **state)
{
	static const struct {
		const char *name, *entry;
		bool about;
	} cases[] = {
		{"address", BOSS, true},
		{"domain", "@bank.example", true},
		{"letter case", "BOSS@Bank.EXAMPLE", true},
		{"domain, letter case", "@BANK.example", true},
		{"quotes", "\"boss\"@bank.example", true},
		{"final dot", "@bank.example.", true},
		{"other address", "bos@bank.example", false},
		{"other domain", "@ank.example", false},
		{"domain above", "@example", false},
		{"domain below", "@www.bank.example", false},
	};
	struct as_smime_rule rule = {.require = AS_FACT_SIGNED};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		rule.from = naming(cases[i].entry);
		assert_int_equal(is_broken(&rule), cases[i].about);
	}
}

static void no_way_to_write_from_escapes_a_rule(void **state)
{
	static const struct {
		const char *name, *from;
	} cases[] = {
		{"second mailbox", "From: a@example.org, " BOSS "\r\n"},
		{"second field", "From: a@example.org\r\nfrom: " BOSS "\r\n"},
		{"group", "From: Bank: a@example.org, Boss <" BOSS ">;\r\n"},
		{"folded", "From: Boss\r\n <boss\r\n @bank.example>\r\n"},
		{"comment", "From: boss(x)@(y)bank.example\r\n"},
		{"quoted", "From: \"boss\"@bank.example\r\n"},
		{"letter case", "FROM: BOSS@BANK.EXAMPLE\r\n"},
		{"bracket behind", "From: a@example.org <" BOSS ">\r\n"},
	};
	const struct as_smime_rule rule = {.require = AS_FACT_SIGNED,
					   .from = naming("@bank.example")};
	char message[300];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		snprintf(message, sizeof(message), "%s\r\nbody\r\n", cases[i].from);
		made_message(&made, message);
		assert_true(is_broken(&rule));
	}
	made_message(&made, "From: a@example.org\r\nX: " BOSS "\r\n\r\nFrom: " BOSS "\r\n");
	assert_false(is_broken(&rule));
}

static void international_domains_match_in_either_form(void **state)
{
	struct as_smime_rule rule = {.require = AS_FACT_SIGNED};
	(void)state;

	made_message(&made, "From: a@b\xc3\xbc"
			    "cher.example\r\n\r\nx\r\n");
	rule.from = naming("@xn--bcher-kva.example");
	assert_true(is_broken(&rule));
	made_message(&made, "From: a@xn--bcher-kva.example\r\n\r\nx\r\n");
	rule.from = naming("@B\xc3\x9c"
			   "CHER.example");
	assert_true(is_broken(&rule));
}

static void more_authors_than_are_read_are_held_against_every_rule(void **state)
{
	const struct as_smime_rule rule = {.require = AS_FACT_SIGNED, .from = naming(BOSS)};
	struct as_buffer message;
	(void)state;

	as_buffer_init(&message, 0);
	as_buffer_text(&message, "From: ");
	for (unsigned int i = 0; i < 100; i++)
		as_buffer_printf(&message, "%sa%u@example.org", i > 0 ? ",\r\n " : "", i);
	as_buffer_text(&message, "\r\n\r\nx\r\n");
	as_buffer_byte(&message, 0);
	made_message(&made, (const char *)message.data);
	assert_true(is_broken(&rule));
	as_buffer_deinit(&message);
}

static void one_of_the_signers_named_must_have_signed_validly(void **state)
{
	const struct as_smime_rule rule = {.signers = naming("@bank.example")};
	struct as_smime_layer *layer;
	(void)state;

	assert_true(is_broken(&rule));
	layer = made_signed(&made, "other@example.org");
	assert_true(is_broken(&rule));
	made_signer(&made, layer, "Chief@BANK.example");
	assert_false(is_broken(&rule));
	/* The other signer's fault is not his. */
	layer->signers[0].faults = AS_SMIME_FAULT_UNTRUSTED;
	assert_false(is_broken(&rule));
	layer->signers[1].faults = AS_SMIME_FAULT_UNTRUSTED;
	assert_true(is_broken(&rule));
}

static void hostile_addresses_of_certificates_name_nobody(void **state)
{
	static const char *const addresses[] = {
		"boss@bank.example\\x00.evil.example",
		"boss@evil.example@bank.example.evil",
		"\"x@bank.example",
		"bank.example",
		"@bank.example",
		"boss@",
		"",
		"x@\"@bank.example\"",
	};
	const struct as_smime_rule rule = {.signers = naming("@bank.example")};
	(void)state;

	for (size_t i = 0; i < COUNT(addresses); i++) {
		print_message("case: %s\n", addresses[i]);
		made_message(&made, MESSAGE);
		made_signed(&made, addresses[i]);
		assert_true(is_broken(&rule));
	}
}

static void a_signer_without_an_address_is_nobody(void **state)
{
	const struct as_smime_rule rule = {.signers = naming("@bank.example")};
	(void)state;

	made_signed(&made, NULL);
	assert_true(is_broken(&rule));
}

/* The old letter of the author is a part; a stranger signs all round it. */
static void two_signatures_do_not_add_up_to_one(void **state)
{
	const struct as_smime_rule rules[] = {
		{.require = AS_FACT_VALID | AS_FACT_WHOLE | AS_FACT_AUTHOR},
		{.require = AS_FACT_VALID | AS_FACT_WHOLE, .signers = naming(BOSS)},
	};
	struct as_smime_layer *outer, *inner;
	(void)state;

	outer = made_signed(&made, "stranger@example.org");
	outer->signers[0].from_match = false;
	inner = made_signed(&made, BOSS);
	inner->coverage = AS_SMIME_PART;
	for (size_t i = 0; i < COUNT(rules); i++)
		assert_true(is_broken(&rules[i]));
	inner->coverage = AS_SMIME_WHOLE;
	for (size_t i = 0; i < COUNT(rules); i++)
		assert_false(is_broken(&rules[i]));
}

static void what_an_inner_message_is_signed_with_does_not_help(void **state)
{
	const struct as_smime_rule rules[] = {
		{.require = AS_FACT_SIGNED},
		{.signers = naming(BOSS)},
	};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	made.own->first = made.own->last = NULL;
	layer->mail = made_inner(&made, "2");
	layer->mail->first = layer;
	for (size_t i = 0; i < COUNT(rules); i++)
		assert_true(is_broken(&rules[i]));
}

static void a_rule_is_for_the_policies_that_it_names(void **state)
{
	static const char *const names[] = {"strict", "default"};
	struct as_smime_rule rule = {.policies = names, .policy_count = COUNT(names)};
	(void)state;

	assert_true(as_smime_rule_is_for(&rule, "strict"));
	assert_true(as_smime_rule_is_for(&rule, "default"));
	assert_false(as_smime_rule_is_for(&rule, "Strict"));
	rule.policy_count = 0;
	assert_true(as_smime_rule_is_for(&rule, "anything"));
}

static void only_addresses_and_domains_have_a_form(void **state)
{
	static const char *const wrong[] = {"", "@", "bank.example", "boss@", "\"@bank.example"};
	struct as_buffer form;
	(void)state;

	as_buffer_init(&form, 0);
	for (size_t i = 0; i < COUNT(wrong); i++) {
		print_message("case: %s\n", wrong[i]);
		assert_false(as_smime_name_key(&form, wrong[i]));
		assert_int_equal(form.size, 0);
	}
	as_buffer_text(&form, "a ");
	assert_true(as_smime_name_key(&form, "@Bank.Example"));
	assert_int_equal(form.size, 2 + 13);
	assert_memory_equal(form.data, "a @bank.example", form.size);
	as_buffer_deinit(&form);
}

static const struct assay_object nowhere = {.path = "", .names = NULL};

static struct as_smime_rule acting(enum assay_action action)
{
	return (struct as_smime_rule){
		.require = AS_FACT_SIGNED,
		.action = action,
		.finding = {.code = "policy.smime",
			    .info = as_code_find("policy.smime"),
			    .severity = ASSAY_MEDIUM,
			    .text = "a rule",
			    .plugin = "",
			    .object = &nowhere},
	};
}

static void the_strictest_broken_rule_decides(void **state)
{
	const struct as_smime_rule rules[] = {acting(ASSAY_ACTION_TAG), acting(ASSAY_ACTION_REJECT),
					      acting(ASSAY_ACTION_ACCEPT)};
	const struct as_smime_rule *const own[] = {&rules[0], &rules[1], &rules[2]};
	struct as_policy policy = *as_policy_builtin();
	struct as_decision decision;
	(void)state;

	policy.smime_rules = own;
	policy.smime_rule_count = COUNT(own);
	decision = as_policy_decide(&policy, made.fixture.scan);
	assert_int_equal(decision.action, ASSAY_ACTION_REJECT);
	assert_ptr_equal(decision.reason, &rules[1].finding);
	made_signed(&made, BOSS);
	decision = as_policy_decide(&policy, made.fixture.scan);
	assert_int_equal(decision.action, ASSAY_ACTION_ACCEPT);
	assert_null(decision.reason);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_word_is_one_bit),
		TEST(nothing_is_true_of_a_plain_message),
		TEST(a_good_signature_is_all_that_can_be_asked),
		TEST(an_opaque_signature_is_one),
		TEST(a_bad_signature_covers_nothing_and_is_nobodys),
		TEST(a_signature_that_cannot_be_judged_is_not_valid),
		TEST(signed_data_without_a_signer_is_not_valid),
		TEST(one_bad_signature_of_two_makes_the_message_not_valid),
		TEST(a_part_is_not_the_whole),
		TEST(an_author_who_did_not_sign_is_no_author_that_did),
		TEST(the_revocation_of_every_signer_has_to_be_known),
		TEST(what_is_allowed_is_no_fault),
		TEST(encryption_is_told_in_every_kind_and_state),
		TEST(one_closed_layer_of_two_leaves_the_message_closed),
		TEST(of_messages_inside_only_what_is_closed_counts),
		TEST(a_rule_is_broken_by_what_is_missing),
		TEST(a_rule_is_broken_by_what_is_forbidden),
		TEST(a_rule_may_allow_more_than_the_settings),
		TEST(a_rule_for_authors_leaves_others_alone),
		TEST(no_way_to_write_from_escapes_a_rule),
		TEST(international_domains_match_in_either_form),
		TEST(more_authors_than_are_read_are_held_against_every_rule),
		TEST(one_of_the_signers_named_must_have_signed_validly),
		TEST(hostile_addresses_of_certificates_name_nobody),
		TEST(a_signer_without_an_address_is_nobody),
		TEST(two_signatures_do_not_add_up_to_one),
		TEST(what_an_inner_message_is_signed_with_does_not_help),
		TEST(a_rule_is_for_the_policies_that_it_names),
		TEST(only_addresses_and_domains_have_a_form),
		TEST(the_strictest_broken_rule_decides),
	};
	return cmocka_run_group_tests_name("policy/smime_rule", tests, NULL, NULL);
}
