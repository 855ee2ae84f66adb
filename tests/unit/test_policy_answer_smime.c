/* SPDX-License-Identifier: BSD-2-Clause */
/* The header fields Assay-SMIME and Authentication-Results. */
#include "policy/answer_smime.h"

#include "policy/answer_check.h"
#include "test_policy_smime_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BOSS	     "boss@bank.example"
#define MESSAGE	     "From: Boss <" BOSS ">\r\nSubject: x\r\n\r\nbody\r\n"
#define IDENTITY                                                                                   \
	"\n body.smime-part=1\n body.smime-identifier=\"" BOSS                                     \
	"\"\n body.smime-serial=\"1a2b\"\n body.smime-issuer=\"CN=Test Root\""

static struct made made;
static struct as_arena arena;

static int set_up(void **state)
{
	(void)state;
	made_init(&made);
	as_arena_init(&arena, 1u << 22);
	made_message(&made, MESSAGE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_deinit(&made);
	as_arena_deinit(&arena);
	return 0;
}

/* Both values, which the front must be able to take as they are. */
static const char *told_state(void)
{
	const struct as_edit edit = {AS_EDIT_INSERT, 0, "Assay-SMIME",
				     as_answer_smime_state(&arena, made.fixture.scan)};

	assert_non_null(edit.value);
	print_message("value: %.300s\n", edit.value);
	assert_true(as_answer_edit_valid(&edit));
	return edit.value;
}

static const char *told_results(void)
{
	const struct as_edit edit = {AS_EDIT_INSERT, 0, "Authentication-Results",
				     as_answer_smime_results(&arena, made.fixture.scan)};

	assert_non_null(edit.value);
	print_message("value: %.300s\n", edit.value);
	assert_true(as_answer_edit_valid(&edit));
	return edit.value;
}

static void a_message_without_layers_has_none(void **state)
{
	(void)state;
	assert_string_equal(told_state(), "none");
	assert_string_equal(told_results(), "%s; smime=none");
}

static void smime_that_is_switched_off_is_told(void **state)
{
	(void)state;
	made.fixture.scan->smime = (struct as_smime_session){.trust = NULL};
	assert_string_equal(told_state(), "off");
	assert_string_equal(told_results(),
			    "%s; smime=neutral reason=\"signatures were not looked at\"");
}

static void a_message_that_was_not_taken_apart_is_unknown(void **state)
{
	(void)state;
	made.fixture.engine.settings.limits.message_bytes = 10;
	made_message(&made, MESSAGE);
	made.fixture.scan->smime.first = NULL;
	assert_string_equal(told_state(), "unknown");
	assert_string_equal(told_results(),
			    "%s; smime=neutral reason=\"signatures were not looked at\"");
}

static void a_tree_that_a_limit_cut_may_have_had_a_signature(void **state)
{
	(void)state;
	made.fixture.engine.settings.limits.mime_parts = 2;
	made_message(&made, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"
			    "--b\r\n\r\ny\r\n--b--\r\n");
	assert_string_equal(told_state(), "unknown");
	assert_string_equal(told_results(),
			    "%s; smime=neutral reason=\"signatures were not looked at\"");
}

static void without_an_inspection_nothing_is_known(void **state)
{
	(void)state;
	assert_string_equal(as_answer_smime_state(&arena, NULL), "unknown");
	assert_string_equal(as_answer_smime_results(&arena, NULL),
			    "%s; smime=neutral reason=\"signatures were not looked at\"");
}

static void a_good_signature_passes(void **state)
{
	(void)state;
	made_signed(&made, BOSS);
	assert_string_equal(told_state(), "signed-clear; valid=yes; coverage=whole; author=yes;"
					  "\n signer=\"" BOSS "\"");
	assert_string_equal(told_results(), "%s; smime=pass" IDENTITY);
}

static void each_kind_of_layer_is_told(void **state)
{
	static const struct {
		enum as_smime_state state;
		enum as_smime_opening opening;
		const char *cipher, *told, *results;
	} cases[] = {
		{AS_SMIME_MALFORMED, AS_SMIME_OPEN_NONE, "", "malformed",
		 "%s; smime=permerror\n body.smime-part=1"},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_NO_KEY, "aes256-cbc",
		 "enveloped; opened=no-key; cipher=\"aes256-cbc\"", NULL},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_FAILED, "", "enveloped; opened=no", NULL},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_LIMIT, "", "enveloped; opened=no", NULL},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_MALFORMED, "", "enveloped; opened=no", NULL},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_UNSUPPORTED, "", "enveloped; opened=no", NULL},
		{AS_SMIME_ENVELOPED, AS_SMIME_OPEN_UNAVAILABLE, "", "enveloped; opened=unavailable",
		 NULL},
		{AS_SMIME_AUTHENVELOPED, AS_SMIME_OPEN_DONE, "aes128-gcm",
		 "authenveloped; opened=yes; cipher=\"aes128-gcm\"", NULL},
		{AS_SMIME_COMPRESSED, AS_SMIME_OPEN_DONE, "", "compressed; opened=yes", NULL},
		{AS_SMIME_CERTS_ONLY, AS_SMIME_OPEN_NONE, "", "certs-only", NULL},
		{AS_SMIME_ENCRYPTED, AS_SMIME_OPEN_NO_KEY, "", "encrypted; opened=no-key", NULL},
		{AS_SMIME_DIGESTED, AS_SMIME_OPEN_DONE, "", "digested; opened=yes", NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_smime_layer *layer;

		made_message(&made, MESSAGE);
		layer = made_layer(&made, made.own, cases[i].state);
		layer->opening = cases[i].opening;
		layer->cipher = cases[i].cipher;
		assert_string_equal(told_state(), cases[i].told);
		assert_string_equal(told_results(),
				    cases[i].results != NULL
					    ? cases[i].results
					    : "%s; smime=none reason=\"no signature was found\"");
	}
}

static void what_is_wrong_decides_the_result(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	made_fault(layer, AS_SMIME_FAULT_UNTRUSTED, "no path to an anchor");
	assert_string_equal(told_results(),
			    "%s; smime=fail reason=\"no path to an anchor\"" IDENTITY);
	assert_string_equal(told_state(), "signed-clear; valid=no; coverage=whole; author=yes;"
					  "\n signer=\"" BOSS "\";"
					  "\n reason=\"no path to an anchor\"");
	made_fault(layer, AS_SMIME_FAULT_UNSUPPORTED, "gost is not known");
	assert_string_equal(told_results(),
			    "%s; smime=neutral reason=\"gost is not known\"" IDENTITY);
}

static void a_valid_signature_that_is_not_the_authors_or_not_whole_is_policy(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	layer->coverage = AS_SMIME_PART;
	assert_string_equal(told_results(),
			    "%s; smime=policy "
			    "reason=\"the signature does not cover all of the message\"" IDENTITY);
	layer->coverage = AS_SMIME_WHOLE;
	layer->signers[0].from_match = false;
	assert_string_equal(told_results(),
			    "%s; smime=policy reason=\"the signer is not the author\"" IDENTITY);
	layer->signers[0].from_match = true;
	as_smime_note(&made.own->notes, layer, "smime.from_mismatch", ASSAY_SEVERITY_DEFAULT, "x");
	assert_string_equal(told_results(),
			    "%s; smime=policy reason=\"the signer is not the author\"" IDENTITY);
}

static void layers_stand_one_behind_the_other(void **state)
{
	struct as_smime_layer *inner;
	(void)state;

	made_layer(&made, made.own, AS_SMIME_ENVELOPED)->opening = AS_SMIME_OPEN_DONE;
	inner = made_signed(&made, BOSS);
	inner->state = AS_SMIME_SIGNED_OPAQUE;
	/* It stands in what was decrypted, whose parts are not the message's. */
	inner->tree = NULL;
	assert_string_equal(told_state(), "enveloped; opened=yes,"
					  "\n signed-opaque; valid=yes; coverage=whole; author=yes;"
					  "\n signer=\"" BOSS "\"");
	assert_string_equal(told_results(), "%s; smime=pass\n body.smime-identifier=\"" BOSS
					    "\"\n body.smime-serial=\"1a2b\""
					    "\n body.smime-issuer=\"CN=Test Root\"");
}

static void two_signatures_have_two_results(void **state)
{
	(void)state;
	made_signed(&made, BOSS);
	made_fault(made_signed(&made, BOSS), AS_SMIME_FAULT_REVOKED, "revoked");
	assert_string_equal(told_results(), "%s; smime=pass" IDENTITY
					    "\n ; smime=fail reason=\"revoked\"" IDENTITY);
}

static void messages_inside_say_nothing(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	made.own->first = made.own->last = NULL;
	layer->mail = made_inner(&made, "2");
	layer->mail->first = layer;
	assert_string_equal(told_state(), "none");
	assert_string_equal(told_results(), "%s; smime=none");
}

static void a_signer_who_is_not_known_has_no_name(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, NULL);
	(void)state;

	layer->signers[0].issuer = layer->signers[0].serial = "";
	made_fault(layer, AS_SMIME_FAULT_NO_CERT, "no certificate");
	assert_string_equal(told_state(), "signed-clear; valid=no; coverage=whole; author=yes;"
					  "\n reason=\"no certificate\"");
	assert_string_equal(told_results(),
			    "%s; smime=fail reason=\"no certificate\"\n body.smime-part=1");
}

static void signed_data_without_a_signer_fails(void **state)
{
	struct as_smime_layer *layer = made_layer(&made, made.own, AS_SMIME_SIGNED_OPAQUE);
	(void)state;

	layer->valid = AS_SMIME_NO;
	layer->reason = "nobody signed";
	assert_string_equal(told_state(), "signed-opaque; valid=no; coverage=none; author=no;"
					  "\n reason=\"nobody signed\"");
	assert_string_equal(told_results(),
			    "%s; smime=fail reason=\"nobody signed\"\n body.smime-part=1");
}

static void hostile_names_stay_in_their_quotes(void **state)
{
	static const struct {
		const char *name, *told;
	} cases[] = {
		{"a\"b\\c", "\"a\\\"b\\\\c\""},
		{"%s%n%", "\"?s?n?\""},
		{"b\xc3\xbc"
		 "cher",
		 "\"b?cher\""},
		{"a\r\nX-Evil: 1", NULL},
		{"a\tb\x7f\x01", NULL},
		{"\xff\xfe\xc0\xaf", NULL},
		{"\"; smime=pass", "\"\\\"; smime=pass\""},
		{"", "\"\""},
	};
	char expected[200];
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_smime_layer *layer;

		made_message(&made, MESSAGE);
		layer = made_signed(&made, cases[i].name);
		layer->signers[0].issuer = layer->signers[0].serial = cases[i].name;
		made_fault(layer, AS_SMIME_FAULT_DIGEST, cases[i].name);
		assert_null(strstr(told_state(), "\nX"));
		assert_null(strstr(told_results(), "\nX"));
		if (cases[i].told == NULL)
			continue;
		snprintf(expected, sizeof(expected), " signer=%s", cases[i].told);
		assert_non_null(strstr(told_state(), expected));
		snprintf(expected, sizeof(expected), "body.smime-identifier=%s", cases[i].told);
		assert_non_null(strstr(told_results(), expected));
	}
}

static char *repeated(const char *piece, size_t count)
{
	char *text = as_arena_alloc(&arena, strlen(piece) * count + 1);

	for (size_t i = 0; i < count; i++)
		memcpy(text + i * strlen(piece), piece, strlen(piece));
	return text;
}

static void very_long_names_are_cut_in_every_layer(void **state)
{
	static const char *const pieces[] = {"a", "\"", "\\", "%", "\xc3\xbc", "\n", " "};
	(void)state;

	for (size_t i = 0; i < COUNT(pieces); i++) {
		const char *text = repeated(pieces[i], 5000);

		made_message(&made, MESSAGE);
		for (unsigned int k = 0; k < 20; k++) {
			struct as_smime_layer *layer = made_signed(&made, text);

			layer->signers[0].issuer = layer->signers[0].serial = text;
			made_fault(layer, AS_SMIME_FAULT_DIGEST, text);
		}
		made_layer(&made, made.own, AS_SMIME_ENVELOPED)->cipher = text;
		assert_in_range(strlen(told_state()), 2000, AS_ANSWER_VALUE_MAX);
		assert_in_range(strlen(told_results()), 2000, AS_ANSWER_VALUE_MAX);
	}
}

static void only_the_first_layers_are_named(void **state)
{
	const char *told;
	size_t count = 0;
	(void)state;

	for (unsigned int i = 0; i < AS_ANSWER_LAYERS + 1; i++)
		made_signed(&made, BOSS);
	told = told_state();
	assert_string_equal(told + strlen(told) - 6, ",\n ...");
	for (const char *p = told; (p = strstr(p, "signed-clear")) != NULL; p++)
		count++;
	assert_int_equal(count, AS_ANSWER_LAYERS);
	count = 0;
	for (const char *p = told_results(); (p = strstr(p, "smime=pass")) != NULL; p++)
		count++;
	assert_int_equal(count, AS_ANSWER_LAYERS);
}

static void without_memory_there_is_no_value(void **state)
{
	struct as_arena small;
	(void)state;

	made_signed(&made, BOSS);
	as_arena_init(&small, 1);
	assert_null(as_answer_smime_state(&small, made.fixture.scan));
	assert_null(as_answer_smime_results(&small, made.fixture.scan));
	as_arena_deinit(&small);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_message_without_layers_has_none),
		TEST(smime_that_is_switched_off_is_told),
		TEST(a_message_that_was_not_taken_apart_is_unknown),
		TEST(a_tree_that_a_limit_cut_may_have_had_a_signature),
		TEST(without_an_inspection_nothing_is_known),
		TEST(a_good_signature_passes),
		TEST(each_kind_of_layer_is_told),
		TEST(what_is_wrong_decides_the_result),
		TEST(a_valid_signature_that_is_not_the_authors_or_not_whole_is_policy),
		TEST(layers_stand_one_behind_the_other),
		TEST(two_signatures_have_two_results),
		TEST(messages_inside_say_nothing),
		TEST(a_signer_who_is_not_known_has_no_name),
		TEST(signed_data_without_a_signer_fails),
		TEST(hostile_names_stay_in_their_quotes),
		TEST(very_long_names_are_cut_in_every_layer),
		TEST(only_the_first_layers_are_named),
		TEST(without_memory_there_is_no_value),
	};
	return cmocka_run_group_tests_name("policy/answer_smime", tests, NULL, NULL);
}
