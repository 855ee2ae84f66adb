/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_open_make.h"

#include "smime/open.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define ROOM   ((size_t)1 << 20)
#define CANNOT "The message is encrypted and cannot be decrypted with the keys that are here."

static const unsigned char key_one[16] = "first key of 16";
static const unsigned char key_two[16] = "other key of 16";

/* Whom our keys belong to. */
static const struct {
	const char *name;
	enum sm_key_kind kind;
} owners[] = {
	{"rsa", SM_RSA2048},
	{"p256", SM_P256},
	{"p384", SM_P384},
	{"p521", SM_P521},
	{"brainpool", SM_BRAINPOOL256},
	{"x25519", SM_X25519},
	{"rsa3072", SM_RSA3072},
};
#define OWNERS (sizeof(owners) / sizeof(owners[0]))

static X509 *certs[OWNERS];
static struct as_keyring *keyring;
static struct as_key_ops ops;

/* What became of one envelope. */
static struct {
	struct as_arena arena;
	struct as_smime_notes notes;
	struct as_smime_layer layer;
	struct as_buffer content;
	struct as_cms_parse parse;
} run;

static X509 *owner(const char *name)
{
	for (size_t i = 0; i < OWNERS; i++)
		if (strcmp(owners[i].name, name) == 0)
			return certs[i];
	fail_msg("nobody is called %s", name);
	return NULL;
}

static int begin_group(void **state)
{
	const char *files[OWNERS];
	struct as_smime_settings settings = {.keys = files, .key_count = OWNERS};
	struct as_error error;

	(void)state;
	make_folder();
	for (size_t i = 0; i < OWNERS; i++) {
		EVP_PKEY *key = sm_key(owners[i].kind, 1);

		certs[i] = sm_leaf(owners[i].name, key);
		files[i] = write_pem(owners[i].name, key, certs[i], NULL);
	}
	if (as_keyring_open(&settings, &keyring, &error) < 0)
		fail_msg("%s", error.text);
	drop_folder();
	return 0;
}

static int end_group(void **state)
{
	(void)state;
	as_keyring_close(keyring);
	sm_end();
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	memset(&run, 0, sizeof(run));
	as_arena_init(&run.arena, 64u << 20);
	as_buffer_init(&run.content, 0);
	ops = (struct as_key_ops){as_keyring_unwrap, keyring, as_keyring_keys(keyring)};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_buffer_deinit(&run.content);
	as_arena_deinit(&run.arena);
	return 0;
}

static enum as_smime_opening open_it(struct as_span octets, const struct as_key_ops *with,
				     size_t max_bytes)
{
	const struct as_open_request request = {
		.cms = &run.parse.cms,
		.layer = &run.layer,
		.notes = &run.notes,
		.arena = &run.arena,
		.ops = with,
		.max_bytes = max_bytes,
	};

	tear_down(NULL);
	as_arena_init(&run.arena, 64u << 20);
	as_buffer_init(&run.content, 0);
	run.notes = (struct as_smime_notes){.arena = &run.arena};
	run.layer = (struct as_smime_layer){.cipher = ""};
	as_cms_parse(&run.arena, octets, &run.parse);
	if (run.parse.result != AS_CMS_OK)
		fail_msg("%s", run.parse.reason);
	assert_int_equal(as_open_envelope(&request, &run.content), 0);
	if (run.layer.opening != AS_SMIME_OPEN_DONE)
		assert_int_equal(run.content.size, 0);
	return run.layer.opening;
}

static const struct as_smime_note *find(const char *code)
{
	for (const struct as_smime_note *n = run.notes.first; n != NULL; n = n->next)
		if (strcmp(n->code, code) == 0)
			return n;
	return NULL;
}

static bool content_is(const char *text)
{
	return as_span_equal(as_buffer_span(&run.content), as_span_text(text));
}

/* Where a made-up key must not happen to pad right, as one in 256 does. */
static struct as_span sealed_for(struct as_span to)
{
	struct as_span attribute = sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_DATA));

	return make_gcm_with_attributes(to, key_one, attribute, attribute);
}

static void envelopes_of_all_kinds_are_opened(void **state)
{
	static const struct {
		const char *to, *cipher, *oaep;
		bool by_key_id;
		const char *name, *algorithm, *wrap;
	} cases[] = {
		{"rsa", "AES-128-CBC", NULL, false, "aes128-cbc", "rsa", ""},
		{"rsa", "AES-192-CBC", NULL, false, "aes192-cbc", "rsa", ""},
		{"rsa", "AES-256-CBC", NULL, false, "aes256-cbc", "rsa", ""},
		{"rsa", "DES-EDE3-CBC", NULL, false, "3des-cbc", "rsa", ""},
		{"rsa3072", "AES-256-CBC", NULL, true, "aes256-cbc", "rsa", ""},
		{"rsa", "AES-256-CBC", "SHA1", false, "aes256-cbc", "rsa-oaep", ""},
		{"rsa", "AES-256-CBC", "SHA256", false, "aes256-cbc", "rsa-oaep", ""},
		{"rsa3072", "AES-128-CBC", "SHA512", true, "aes128-cbc", "rsa-oaep", ""},
		{"p256", "AES-128-CBC", NULL, false, "aes128-cbc", "ecdh", "aes128-wrap"},
		{"p256", "AES-256-CBC", NULL, true, "aes256-cbc", "ecdh", "aes256-wrap"},
		{"p256", "DES-EDE3-CBC", NULL, false, "3des-cbc", "ecdh", "3des-wrap"},
		{"p384", "AES-192-CBC", NULL, false, "aes192-cbc", "ecdh", "aes192-wrap"},
		{"p521", "AES-256-CBC", NULL, false, "aes256-cbc", "ecdh", "aes256-wrap"},
		{"brainpool", "AES-256-CBC", NULL, false, "aes256-cbc", "ecdh", "aes256-wrap"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *cert = owner(cases[i].to);
		struct as_span octets =
			make_envelope(&cert, 1, cases[i].cipher, cases[i].oaep, cases[i].by_key_id);

		print_message("case: %s %s %s\n", cases[i].to, cases[i].cipher,
			      cases[i].oaep != NULL ? cases[i].oaep : "");
		assert_int_equal(open_it(octets, &ops, ROOM), AS_SMIME_OPEN_DONE);
		assert_true(content_is(MAKE_TEXT));
		assert_string_equal(run.layer.cipher, cases[i].name);
		assert_false(run.layer.authenticated);
		assert_int_equal(run.layer.recipient_count, 1);
		assert_string_equal(run.layer.recipients[0].algorithm, cases[i].algorithm);
		assert_string_equal(run.layer.recipients[0].wrap, cases[i].wrap);
		assert_non_null(find("smime.decrypted"));
		assert_non_null(find("smime.unauthenticated_encryption"));
		assert_null(find("smime.encrypted"));
	}
}

static void authenticated_envelopes_are_opened(void **state)
{
	static const struct {
		const char *to, *cipher, *name;
	} cases[] = {
		{"rsa", "id-aes128-GCM", "aes128-gcm"},
		{"rsa", "id-aes192-GCM", "aes192-gcm"},
		{"p256", "id-aes256-GCM", "aes256-gcm"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span octets = make_auth_envelope(owner(cases[i].to), cases[i].cipher);

		print_message("case: %s\n", cases[i].cipher);
		assert_int_equal(open_it(octets, &ops, ROOM), AS_SMIME_OPEN_DONE);
		assert_true(content_is(MAKE_TEXT));
		assert_string_equal(run.layer.cipher, cases[i].name);
		assert_true(run.layer.authenticated);
		assert_null(find("smime.unauthenticated_encryption"));
	}
}

static void authenticated_attributes_count(void **state)
{
	struct as_span to = make_ktri(owner("rsa"), key_one);
	struct as_span right = sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_DATA));
	struct as_span wrong = sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_SIGNED));

	(void)state;
	assert_int_equal(open_it(make_gcm_with_attributes(to, key_one, right, right), &ops, ROOM),
			 AS_SMIME_OPEN_DONE);
	assert_true(content_is(MAKE_TEXT));
	assert_int_equal(open_it(make_gcm_with_attributes(to, key_one, right, wrong), &ops, ROOM),
			 AS_SMIME_OPEN_FAILED);
}

static void x25519_is_opened_with_either_derivation(void **state)
{
	static const struct {
		bool hkdf;
		const char *ukm;
	} cases[] = {{false, ""}, {true, ""}, {false, "user keying material"}, {true, "more"}};
	EVP_PKEY *key = sm_key(SM_X25519, 1);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span ukm = as_span_text(cases[i].ukm);
		struct as_span sealed = make_cbc(key_one, as_span_text(MAKE_TEXT));
		struct as_span to =
			make_kari_x25519(owner("x25519"), key, cases[i].hkdf, ukm, key_one);

		print_message("case: %zu\n", i);
		assert_int_equal(
			open_it(make_enveloped(to, make_cbc_algorithm(), &sealed), &ops, ROOM),
			AS_SMIME_OPEN_DONE);
		assert_true(content_is(MAKE_TEXT));
	}
}

static void a_name_in_other_letters_is_the_same(void **state)
{
	X509 *cert = owner("rsa");
	struct as_span root = sm_sequence(sm_set(
		sm_sequence(sm_join(2, sm_oid("2.5.4.3"), sm_tlv(0x13, sm_text("TEST  root"))))));
	struct as_span other = sm_sequence(sm_set(
		sm_sequence(sm_join(2, sm_oid("2.5.4.3"), sm_tlv(0x13, sm_text("Best Root"))))));

	(void)state;
	assert_int_equal(open_it(sealed_for(make_ktri_named(cert, root, key_one)), &ops, ROOM),
			 AS_SMIME_OPEN_DONE);
	assert_int_equal(open_it(sealed_for(make_ktri_named(cert, other, key_one)), &ops, ROOM),
			 AS_SMIME_OPEN_NO_KEY);
}

/* ---- What stays closed ------------------------------------------------ */

static struct as_span envelope_with(struct as_span to, struct as_span sealed)
{
	return make_enveloped(to, make_cbc_algorithm(), &sealed);
}

static void every_failure_to_decrypt_looks_the_same(void **state)
{
	unsigned char octets[256];
	struct as_span text = make_cbc(key_one, as_span_text(MAKE_TEXT));
	struct as_span pkcs1 = sm_algorithm("1.2.840.113549.1.1.1", sm_null());
	struct as_span oaep =
		sm_algorithm("1.2.840.113549.1.1.7", sm_sequence(as_span_make(NULL, 0)));
	struct as_span junk = sm_copy(key_two, sizeof(key_two));
	struct as_span high = sm_copy(memset(octets, 0xff, sizeof(octets)), sizeof(octets));
	struct as_span kari = make_kari_x25519(owner("x25519"), sm_key(SM_X25519, 2), false,
					       as_span_make(NULL, 0), key_one);
	struct as_span gcm = make_auth_envelope(owner("rsa"), "id-aes128-GCM");
	const struct {
		const char *name;
		struct as_span octets;
	} cases[] = {
		{"the padding of the content",
		 envelope_with(make_ktri(owner("rsa"), key_one), make_cbc(key_two, text))},
		{"the padding of PKCS #1", sealed_for(make_ktri_raw(owner("rsa"), junk, pkcs1))},
		{"the padding of OAEP", sealed_for(make_ktri_raw(owner("rsa"), junk, oaep))},
		{"above the modulus", sealed_for(make_ktri_raw(owner("rsa"), high, pkcs1))},
		{"longer than the modulus",
		 sealed_for(make_ktri_raw(owner("rsa"), sm_join(2, junk, high), pkcs1))},
		{"an empty encrypted key",
		 sealed_for(make_ktri_raw(owner("rsa"), as_span_make(NULL, 0), pkcs1))},
		{"the agreed key", sealed_for(kari)},
		{"the tag", sm_flip(gcm, gcm.size - 1)},
		{"authenticated text", sm_flip(gcm, gcm.size - 40)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(open_it(cases[i].octets, &ops, ROOM), AS_SMIME_OPEN_FAILED);
		assert_string_equal(find("smime.encrypted")->text, CANNOT);
		assert_int_equal(find("smime.encrypted")->severity, ASSAY_SEVERITY_DEFAULT);
		assert_null(find("smime.malformed"));
		assert_null(find("smime.decrypted"));
	}
}

static void two_readings_of_one_ciphertext_are_no_content(void **state)
{
	/* Of 256 keys one pads right in the last block. */
	struct as_span sealed = make_cbc(key_one, as_span_text(MAKE_TEXT));
	unsigned char other[16];
	struct as_span both;

	(void)state;
	for (uint32_t n = 0;; n++) {
		struct as_span single;

		memcpy(other, key_two, sizeof(other));
		memcpy(other, &n, sizeof(n));
		single = envelope_with(make_ktri(owner("rsa"), other), sealed);
		if (open_it(single, &ops, ROOM) == AS_SMIME_OPEN_DONE)
			break;
	}
	both = sm_join(2, make_ktri(owner("rsa"), other), make_ktri(owner("rsa"), key_one));
	assert_int_equal(open_it(envelope_with(both, sealed), &ops, ROOM), AS_SMIME_OPEN_FAILED);
	assert_string_equal(find("smime.encrypted")->text, CANNOT);
}

static void a_recipient_that_fails_does_not_hide_one_that_opens(void **state)
{
	struct as_span pkcs1 = sm_algorithm("1.2.840.113549.1.1.1", sm_null());
	struct as_span bad = make_ktri_raw(owner("rsa"), sm_text("none"), pkcs1);
	struct as_span to = sm_join(2, bad, make_ktri(owner("rsa3072"), key_one));

	(void)state;
	assert_int_equal(open_it(sealed_for(to), &ops, ROOM), AS_SMIME_OPEN_DONE);
	assert_true(content_is(MAKE_TEXT));
}

static size_t asked;

static int count_and_fail(void *context, const struct as_key_request *request,
			  unsigned char key_out[AS_KEY_BYTES_MAX])
{
	asked++;
	return as_keyring_unwrap(context, request, key_out);
}

static int gone(void *context, const struct as_key_request *request,
		unsigned char key_out[AS_KEY_BYTES_MAX])
{
	(void)context;
	(void)request;
	(void)key_out;
	asked++;
	return AS_E_GONE;
}

static void no_more_recipients_are_tried_than_the_limit(void **state)
{
	struct as_span pkcs1 = sm_algorithm("1.2.840.113549.1.1.1", sm_null());
	struct as_span bad = make_ktri_raw(owner("rsa"), sm_text("none"), pkcs1);
	struct as_span to = as_span_make(NULL, 0);

	(void)state;
	for (size_t i = 0; i < 3 * AS_OPEN_TRIES_MAX; i++)
		to = sm_join(2, to, bad);
	asked = 0;
	ops.unwrap = count_and_fail;
	assert_int_equal(open_it(sealed_for(to), &ops, ROOM), AS_SMIME_OPEN_FAILED);
	assert_int_equal(asked, AS_OPEN_TRIES_MAX);
	assert_int_equal(run.layer.recipient_count, 3 * AS_OPEN_TRIES_MAX);
}

static void a_keeper_that_does_not_answer_is_asked_once(void **state)
{
	X509 *both[] = {owner("rsa"), owner("p256")};

	(void)state;
	asked = 0;
	ops.unwrap = gone;
	assert_int_equal(open_it(make_envelope(both, 2, "AES-128-CBC", NULL, false), &ops, ROOM),
			 AS_SMIME_OPEN_UNAVAILABLE);
	assert_int_equal(asked, 1);
	assert_non_null(find("smime.encrypted"));
}

static void without_a_key_recipients_are_told(void **state)
{
	X509 *stranger = sm_leaf("stranger@example.org", sm_key(SM_RSA2048, 5));
	struct as_keys none = {NULL, 0};
	const struct as_key_ops empty = {as_keyring_unwrap, keyring, &none};
	const struct {
		const char *name;
		X509 *to;
		const struct as_key_ops *with;
	} cases[] = {
		{"somebody else's", stranger, &ops},
		{"no keys", owner("rsa"), &empty},
		{"nothing to decrypt with", owner("rsa"), NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *to = cases[i].to;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(open_it(make_envelope(&to, 1, "AES-256-CBC", NULL, false),
					 cases[i].with, ROOM),
				 AS_SMIME_OPEN_NO_KEY);
		assert_non_null(find("smime.encrypted"));
		assert_int_equal(run.layer.recipients[0].kind, AS_SMIME_KTRI);
		assert_string_equal(run.layer.recipients[0].issuer, "CN=Test Root");
		assert_true(run.layer.recipients[0].serial[0] != '\0');
	}
}

static void other_kinds_of_encryption_are_named(void **state)
{
	(void)state;
	assert_int_equal(open_it(make_password_envelope(owner("rsa")), &ops, ROOM),
			 AS_SMIME_OPEN_DONE);
	assert_non_null(find("smime.password_recipient"));
	assert_int_equal(run.layer.recipient_count, 2);
	assert_int_equal(open_it(make_encrypted_data(), &ops, ROOM), AS_SMIME_OPEN_NO_KEY);
	assert_non_null(find("smime.encrypted"));
	assert_string_equal(run.layer.cipher, "aes128-cbc");
}

static void old_and_unknown_ciphers_are_told(void **state)
{
	struct as_span to = make_ktri(owner("rsa"), key_one);
	struct as_span sealed = make_cbc(key_one, as_span_text(MAKE_TEXT));
	const struct {
		const char *oid, *name;
		bool weak;
	} cases[] = {
		{"1.3.14.3.2.7", "des-cbc", true},
		{"1.2.840.113549.3.2", "rc2-cbc", true},
		{"1.2.840.113549.3.4", "rc4", true},
		{"1.2.392.200011.61.1.1.1.4", "camellia256-cbc", false},
		{"1.2.3.4", "1.2.3.4", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span algorithm =
			sm_algorithm(cases[i].oid, sm_octets(sm_text("12345678")));

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(open_it(make_enveloped(to, algorithm, &sealed), &ops, ROOM),
				 AS_SMIME_OPEN_UNSUPPORTED);
		assert_string_equal(run.layer.cipher, cases[i].name);
		assert_non_null(find("smime.unsupported_algorithm"));
		assert_non_null(find("smime.encrypted"));
		assert_int_equal(find("smime.weak_cipher") != NULL, cases[i].weak);
	}
}

static void three_des_is_only_mentioned(void **state)
{
	X509 *to = owner("rsa");

	(void)state;
	open_it(make_envelope(&to, 1, "DES-EDE3-CBC", NULL, false), &ops, ROOM);
	assert_int_equal(find("smime.weak_cipher")->severity, ASSAY_INFO);
	open_it(make_envelope(&to, 1, "AES-128-CBC", NULL, false), &ops, ROOM);
	assert_null(find("smime.weak_cipher"));
}

static void damaged_envelopes_are_told_without_a_key(void **state)
{
	struct as_span to = make_ktri(owner("rsa"), key_one);
	struct as_span sealed = make_cbc(key_one, as_span_text(MAKE_TEXT));
	struct as_span cut = as_span_slice(sealed, 0, sealed.size - 1);
	struct as_span none = as_span_make(NULL, 0);
	struct as_span short_iv = sm_algorithm("2.16.840.1.101.3.4.1.2", sm_octets(sm_text("123")));
	struct as_span no_iv = sm_algorithm("2.16.840.1.101.3.4.1.2", none);
	struct as_span gcm = sm_algorithm("2.16.840.1.101.3.4.1.6",
					  sm_sequence(sm_octets(sm_text("123456789012"))));
	const struct {
		const char *name;
		struct as_span octets;
	} cases[] = {
		{"no ciphertext", make_enveloped(to, make_cbc_algorithm(), NULL)},
		{"half a block", make_enveloped(to, make_cbc_algorithm(), &cut)},
		{"no block", make_enveloped(to, make_cbc_algorithm(), &none)},
		{"a short vector", make_enveloped(to, short_iv, &sealed)},
		{"no vector", make_enveloped(to, no_iv, &sealed)},
		{"GCM without its tag", make_enveloped(to, gcm, &sealed)},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(open_it(cases[i].octets, &ops, ROOM), AS_SMIME_OPEN_MALFORMED);
		assert_non_null(find("smime.malformed"));
		assert_non_null(find("smime.encrypted"));
	}
}

static void what_is_too_large_is_not_opened(void **state)
{
	X509 *to = owner("rsa");

	(void)state;
	asked = 0;
	ops.unwrap = gone;
	assert_int_equal(open_it(make_envelope(&to, 1, "AES-128-CBC", NULL, false), &ops, 16),
			 AS_SMIME_OPEN_LIMIT);
	assert_int_equal(asked, 0);
	assert_non_null(find("smime.limit_exceeded"));
	assert_non_null(find("smime.encrypted"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(envelopes_of_all_kinds_are_opened, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(authenticated_envelopes_are_opened, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(authenticated_attributes_count, set_up, tear_down),
		cmocka_unit_test_setup_teardown(x25519_is_opened_with_either_derivation, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_name_in_other_letters_is_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(every_failure_to_decrypt_looks_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(two_readings_of_one_ciphertext_are_no_content,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_recipient_that_fails_does_not_hide_one_that_opens,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_more_recipients_are_tried_than_the_limit, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_keeper_that_does_not_answer_is_asked_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(without_a_key_recipients_are_told, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(other_kinds_of_encryption_are_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(old_and_unknown_ciphers_are_told, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(three_des_is_only_mentioned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_envelopes_are_told_without_a_key, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_too_large_is_not_opened, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("smime_open", tests, begin_group, end_group);
}
