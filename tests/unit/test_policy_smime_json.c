/* SPDX-License-Identifier: BSD-2-Clause */
/* The member "smime" of a verdict, held against docs/verdict.schema.json. */
#include "policy/smime_json.h"

#include "test_policy_smime_make.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BOSS	     "boss@bank.example"
#define MESSAGE	     "From: Boss <" BOSS ">\r\nSubject: x\r\n\r\nbody\r\n"

static struct made made;
static json_t *schema, *told;

static int set_up(void **state)
{
	(void)state;
	made_init(&made);
	made_message(&made, MESSAGE);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	made_deinit(&made);
	json_decref(told);
	told = NULL;
	return 0;
}

static int read_schema(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[4096];
	(void)state;

	snprintf(path, sizeof(path), "%s/docs/verdict.schema.json", top != NULL ? top : ".");
	schema = json_load_file(path, 0, NULL);
	return schema != NULL ? 0 : -1;
}

static int forget_schema(void **state)
{
	(void)state;
	json_decref(schema);
	return 0;
}

static const char *const type_names[] = {"object", "array",   "string",	 "integer",
					 "real",   "boolean", "boolean", "null"};

static bool has_type(const json_t *wanted, const json_t *value)
{
	const char *name = type_names[json_typeof(value)];
	bool found = json_is_string(wanted) && strcmp(json_string_value(wanted), name) == 0;

	for (size_t i = 0; i < json_array_size(wanted); i++)
		found = found || has_type(json_array_get(wanted, i), value);
	return found;
}

/* "^([0-9a-f]{64})?$" is the only pattern of these definitions. */
static void check_pattern(const json_t *rule, const json_t *value)
{
	const char *text = json_string_value(value);

	assert_string_equal(json_string_value(rule), "^([0-9a-f]{64})?$");
	assert_true(text[0] == '\0' ||
		    (strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64));
}

static void check(const json_t *rule, const json_t *value);

static void check_members(const json_t *rule, const json_t *value)
{
	const json_t *required = json_object_get(rule, "required");
	const json_t *properties = json_object_get(rule, "properties");
	const char *key;
	json_t *member;

	for (size_t i = 0; i < json_array_size(required); i++)
		assert_non_null(
			json_object_get(value, json_string_value(json_array_get(required, i))));
	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		if (json_object_get(properties, key) == NULL)
			fail_msg("%s is not in the schema", key);
		check(json_object_get(properties, key), member);
	}
}

static void check_enum(const json_t *words, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(words); i++)
		if (json_equal(json_array_get(words, i), value))
			return;
	fail_msg("%s is no word of the schema", json_string_value(value));
}

/* As far as the definitions of layers go. */
static void check(const json_t *rule, const json_t *value)
{
	const char *reference = json_string_value(json_object_get(rule, "$ref"));
	const json_t *items = json_object_get(rule, "items");

	if (reference != NULL)
		rule = json_object_get(json_object_get(schema, "$defs"),
				       strrchr(reference, '/') + 1);
	assert_non_null(rule);
	if (json_object_get(rule, "type") != NULL)
		assert_true(has_type(json_object_get(rule, "type"), value));
	if (json_object_get(rule, "enum") != NULL)
		check_enum(json_object_get(rule, "enum"), value);
	if (json_object_get(rule, "pattern") != NULL)
		check_pattern(json_object_get(rule, "pattern"), value);
	if (json_object_get(rule, "minimum") != NULL)
		assert_true(json_integer_value(value) >= 0);
	for (size_t i = 0; items != NULL && i < json_array_size(value); i++)
		check(items, json_array_get(value, i));
	if (json_is_object(value))
		check_members(rule, value);
}

static const json_t *layer_at(size_t index)
{
	json_decref(told);
	told = as_smime_json(made.fixture.scan);
	assert_non_null(told);
	check(json_object_get(json_object_get(schema, "properties"), "smime"), told);
	return json_array_get(told, index);
}

static const json_t *signer_of(const json_t *layer)
{
	return json_array_get(json_object_get(layer, "signers"), 0);
}

static void assert_text(const json_t *object, const char *key, const char *text)
{
	assert_string_equal(json_string_value(json_object_get(object, key)), text);
}

static void a_message_without_layers_has_an_empty_list(void **state)
{
	(void)state;
	assert_null(layer_at(0));
	assert_int_equal(json_array_size(told), 0);
}

static void a_signed_layer_has_all_its_members(void **state)
{
	static const char *const path[] = {"CN=Boss", "CN=Test Root"};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	const json_t *shown;
	(void)state;

	layer->path = "1";
	layer->signers[0].path = path;
	layer->signers[0].path_count = COUNT(path);
	layer->signers[0].signing_time = 1760000000;
	layer->signers[0].countersigned = true;
	layer->signers[0].sha256 =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	shown = layer_at(0);
	assert_int_equal(json_integer_value(json_object_get(shown, "layer")), 0);
	assert_text(shown, "path", "1");
	assert_text(shown, "state", "signed-clear");
	assert_text(shown, "coverage", "whole");
	assert_true(json_is_true(json_object_get(shown, "valid")));
	assert_text(shown, "reason", "");
	assert_text(shown, "opened", "");
	assert_text(shown, "message", "");
	assert_int_equal(json_array_size(json_object_get(shown, "recipients")), 0);
	shown = signer_of(shown);
	assert_text(shown, "subject", "CN=Somebody");
	assert_text(shown, "issuer", "CN=Test Root");
	assert_text(shown, "serial", "1a2b");
	assert_text(shown, "signing_time", "2025-10-09T08:53:20Z");
	assert_text(shown, "algorithm", "rsa");
	assert_text(shown, "digest", "sha256");
	assert_int_equal(json_integer_value(json_object_get(shown, "key_bits")), 2048);
	assert_text(shown, "signature", "valid");
	assert_text(shown, "chain", "trusted");
	assert_text(shown, "revocation", "good");
	assert_true(json_is_true(json_object_get(shown, "from_match")));
	assert_true(json_is_true(json_object_get(shown, "countersigned")));
	assert_int_equal(json_array_size(json_object_get(shown, "certificates")), 2);
	assert_int_equal(json_array_size(json_object_get(shown, "addresses")), 1);
}

static void valid_has_three_values(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	layer->valid = AS_SMIME_NO;
	assert_true(json_is_false(json_object_get(layer_at(0), "valid")));
	layer->valid = AS_SMIME_UNKNOWN;
	assert_true(json_is_null(json_object_get(layer_at(0), "valid")));
}

static void an_encrypted_layer_has_its_recipients(void **state)
{
	struct as_smime_recipient recipients[] = {
		{AS_SMIME_KTRI, "CN=CA", "01", "", "rsa-oaep", ""},
		{AS_SMIME_KARI, "", "", "aabb", "ecdh", "aes256-wrap"},
		{AS_SMIME_KEKRI, "", "", "cc", "aes128-wrap", "aes128-wrap"},
		{AS_SMIME_PWRI, "", "", "", "pbkdf2", "pwri-kek"},
		{AS_SMIME_ORI, "", "", "", "1.2.3", ""},
	};
	struct as_smime_layer *layer = made_layer(&made, made.own, AS_SMIME_AUTHENVELOPED);
	const json_t *list;
	(void)state;

	layer->recipients = recipients;
	layer->recipient_count = COUNT(recipients);
	layer->cipher = "aes256-gcm";
	layer->authenticated = true;
	layer->opening = AS_SMIME_OPEN_NO_KEY;
	assert_text(layer_at(0), "opened", "no-key");
	assert_text(json_array_get(told, 0), "cipher", "aes256-gcm");
	assert_true(json_is_true(json_object_get(json_array_get(told, 0), "authenticated")));
	list = json_object_get(json_array_get(told, 0), "recipients");
	assert_int_equal(json_array_size(list), COUNT(recipients));
	assert_text(json_array_get(list, 0), "kind", "ktri");
	assert_text(json_array_get(list, 1), "key_id", "aabb");
	assert_text(json_array_get(list, 4), "kind", "ori");
}

static void every_word_is_one_of_the_schema(void **state)
{
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	for (int i = AS_SMIME_MALFORMED; i <= AS_SMIME_DIGESTED; i++) {
		layer->state = (enum as_smime_state)i;
		layer_at(0);
	}
	for (int i = AS_SMIME_NONE; i <= AS_SMIME_WHOLE; i++) {
		layer->coverage = (enum as_smime_coverage)i;
		layer_at(0);
	}
	for (int i = AS_SMIME_OPEN_NONE; i <= AS_SMIME_OPEN_UNSUPPORTED; i++) {
		layer->opening = (enum as_smime_opening)i;
		layer_at(0);
	}
	for (int i = AS_SMIME_SIG_UNCHECKED; i <= AS_SMIME_SIG_UNSUPPORTED; i++) {
		layer->signers[0].signature = (enum as_smime_signature)i;
		layer_at(0);
	}
	for (int i = AS_SMIME_CHAIN_UNCHECKED; i <= AS_SMIME_CHAIN_NOT_YET_VALID; i++) {
		layer->signers[0].chain = (enum as_smime_chain)i;
		layer_at(0);
	}
	for (int i = AS_SMIME_REVOCATION_UNCHECKED; i <= AS_SMIME_REVOCATION_REVOKED; i++) {
		layer->signers[0].revocation = (enum as_smime_revocation)i;
		layer_at(0);
	}
}

static void times_that_cannot_be_written_are_empty(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{AS_SMIME_NO_TIME, ""},	      {0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"}, {253402300799, "9999-12-31T23:59:59Z"},
		{253402300800, ""},	      {INT64_MAX, ""},
		{INT64_MIN + 1, ""},
	};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		layer->signers[0].signing_time = cases[i].seconds;
		assert_text(signer_of(layer_at(0)), "signing_time", cases[i].text);
	}
}

static void texts_that_are_no_utf8_lose_no_layer(void **state)
{
	static const char *const addresses[] = {"\xff@x", "a\"b", "\x01"};
	struct as_smime_layer *layer = made_signed(&made, BOSS);
	struct as_smime_signer *signer = &layer->signers[0];
	(void)state;

	layer->path = layer->reason = layer->cipher = "\xc3(";
	signer->subject = signer->issuer = signer->serial = signer->digest = signer->algorithm =
		signer->reason = "\xff\xfe";
	signer->addresses = signer->path = addresses;
	signer->address_count = signer->path_count = COUNT(addresses);
	assert_non_null(signer_of(layer_at(0)));
	assert_int_equal(json_array_size(json_object_get(signer_of(layer_at(0)), "addresses")), 3);
}

static void messages_inside_come_behind_with_their_path(void **state)
{
	struct as_smime_mail *inner = made_inner(&made, "2/~message");
	(void)state;

	made_layer(&made, inner, AS_SMIME_SIGNED_OPAQUE);
	made_layer(&made, made.own, AS_SMIME_ENVELOPED);
	made_layer(&made, made.own, AS_SMIME_SIGNED_CLEAR);
	assert_text(layer_at(0), "state", "enveloped");
	assert_int_equal(json_array_size(told), 3);
	assert_int_equal(json_integer_value(json_object_get(layer_at(1), "layer")), 1);
	assert_text(json_array_get(told, 2), "message", "2/~message");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(told, 2), "layer")), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_message_without_layers_has_an_empty_list),
		TEST(a_signed_layer_has_all_its_members),
		TEST(valid_has_three_values),
		TEST(an_encrypted_layer_has_its_recipients),
		TEST(every_word_is_one_of_the_schema),
		TEST(times_that_cannot_be_written_are_empty),
		TEST(texts_that_are_no_utf8_lose_no_layer),
		TEST(messages_inside_come_behind_with_their_path),
	};
	return cmocka_run_group_tests_name("policy/smime_json", tests, read_schema, forget_schema);
}
