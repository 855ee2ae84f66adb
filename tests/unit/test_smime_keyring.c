/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_open_make.h"

#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const unsigned char key_one[16] = "first key of 16";
static struct as_keyring *keyring;
static struct as_error error;

static int begin(void **state)
{
	(void)state;
	make_folder();
	return 0;
}

static int end(void **state)
{
	(void)state;
	drop_folder();
	sm_end();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_keyring_close(keyring);
	keyring = NULL;
	return 0;
}

static int open_files(const char *const *files, size_t count, const char *password)
{
	const struct as_smime_settings settings = {
		.keys = files, .key_count = count, .password = password};

	tear_down(NULL);
	return as_keyring_open(&settings, &keyring, &error);
}

static int open_file(const char *file, const char *password)
{
	return open_files(&file, 1, password);
}

static const struct as_key_info *item(size_t index)
{
	assert_true(index < as_keyring_keys(keyring)->count);
	return &as_keyring_keys(keyring)->items[index];
}

static void files_of_all_forms_are_read(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 1);
	X509 *cert = sm_leaf("rsa@example.org", key);
	const struct {
		const char *name, *path, *password;
	} cases[] = {
		{"PEM", write_pem("plain.pem", key, cert, NULL), NULL},
		{"encrypted PEM", write_pem("sealed.pem", key, cert, "secret"), "secret"},
		{"PKCS #12", write_pkcs12("new.p12", key, cert, "secret", false), "secret"},
		{"PKCS #12 without a password", write_pkcs12("none.p12", key, cert, NULL, false),
		 NULL},
		{"PKCS #12, empty password", write_pkcs12("empty.p12", key, cert, "", false), ""},
		{"PKCS #12 of old software", write_pkcs12("old.p12", key, cert, "secret", true),
		 "secret"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].path == NULL) {
			print_message("case: %s: this OpenSSL cannot make it\n", cases[i].name);
			continue;
		}
		print_message("case: %s\n", cases[i].name);
		if (open_file(cases[i].path, cases[i].password) < 0)
			fail_msg("%s", error.text);
		assert_int_equal(as_keyring_keys(keyring)->count, 1);
		assert_string_equal(item(0)->algorithm, "rsa");
		assert_string_equal(item(0)->subject, "CN=rsa@example.org");
		assert_int_equal(item(0)->key_id.size, 20);
	}
}

static void the_password_may_stand_in_a_file(void **state)
{
	EVP_PKEY *key = sm_key(SM_P256, 1);
	const char *keys = write_pem("file.pem", key, sm_leaf("ec@example.org", key), "secret");
	const struct {
		const char *name, *text;
		int rc;
	} cases[] = {
		{"a line", "secret\n", 0},	     {"without an end", "secret", 0},
		{"with CR", "secret\r\n", 0},	     {"more lines", "secret\nother\n", 0},
		{"another", "other\n", AS_E_CONFIG}, {"nothing", "\n", AS_E_CONFIG},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_smime_settings settings = {
			.keys = &keys,
			.key_count = 1,
			.password_file = write_file("password", as_span_text(cases[i].text)),
		};

		print_message("case: %s\n", cases[i].name);
		tear_down(NULL);
		assert_int_equal(as_keyring_open(&settings, &keyring, &error), cases[i].rc);
	}
}

static void faults_name_the_file_and_what_to_do(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 1), *signs = sm_key(SM_ED25519, 1);
	X509 *cert = sm_leaf("rsa@example.org", key);
	const struct {
		const char *path, *password, *words;
	} cases[] = {
		{write_pem("a.pem", key, cert, "secret"), NULL, "set password or password_file"},
		{write_pem("b.pem", key, cert, "secret"), "wrong", "the password is wrong"},
		{write_pkcs12("c.p12", key, cert, "secret", false), NULL, "set password or"},
		{write_pkcs12("d.p12", key, cert, "secret", false), "x", "the password is wrong"},
		{write_pem("e.pem", key, NULL, NULL), NULL, "no certificate for its private key"},
		{write_pem("f.pem", NULL, cert, NULL), NULL, "no private key"},
		{write_pem("g.pem", signs, sm_leaf("s@example.org", signs), NULL), NULL,
		 "only for signatures"},
		{write_file("h.pem", as_span_text("no key")), NULL, "neither PEM nor PKCS #12"},
		{write_file("i.pem", as_span_text("")), NULL, "is empty"},
		{write_file("j.pem", as_span_text("-----BEGIN CERTIFICATE-----\nAAAA\n")), NULL,
		 "damaged"},
		{write_file("k.pem", as_span_text("-----BEGIN CERTIFICATE-----\nAAAA\n"
						  "-----END CERTIFICATE-----\n")),
		 NULL, "a certificate in it cannot be read"},
		{write_file("l.pem", as_span_text("-----BEGIN PRIVATE KEY-----\nAAAA\n"
						  "-----END PRIVATE KEY-----\n")),
		 NULL, "a private key in it cannot be read"},
		{write_file("m.pem", as_span_text("-----BEGIN NOTHING-----\nAAAA\n"
						  "-----END NOTHING-----\n")),
		 NULL, "holds neither"},
		{"/nowhere/keys.pem", NULL, "/nowhere/keys.pem: "},
		{"/tmp", NULL, "is no file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s: %s\n", cases[i].path, cases[i].words);
		assert_true(open_file(cases[i].path, cases[i].password) < 0);
		if (strstr(error.text, cases[i].words) == NULL ||
		    strstr(error.text, cases[i].path) == NULL)
			fail_msg("%s", error.text);
	}
}

static void a_key_has_all_its_certificates_from_any_file(void **state)
{
	EVP_PKEY *key = sm_key(SM_P256, 2);
	X509 *first = sm_leaf("first@example.org", key),
	     *second = sm_leaf("second@example.org", key);
	const char *files[] = {
		write_pem("one.crt", NULL, first, NULL),
		write_pem("the.key", key, second, NULL),
		write_pem("again.pem", key, first, NULL),
		write_pem("other.crt", NULL, sm_leaf("other@example.org", sm_key(SM_P256, 3)),
			  NULL),
	};

	(void)state;
	if (open_files(files, 4, NULL) < 0)
		fail_msg("%s", error.text);
	assert_int_equal(as_keyring_keys(keyring)->count, 2);
	assert_string_equal(item(0)->subject, "CN=first@example.org");
	assert_string_equal(item(1)->subject, "CN=second@example.org");
	assert_false(as_span_equal(item(0)->serial, item(1)->serial));
}

static struct as_span encrypt(EVP_PKEY *key, const void *text, size_t size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	unsigned char sealed[512];
	size_t made = sizeof(sealed);

	assert_int_equal(EVP_PKEY_encrypt_init(context), 1);
	assert_int_equal(EVP_PKEY_encrypt(context, sealed, &made, text, size), 1);
	EVP_PKEY_CTX_free(context);
	return sm_copy(sealed, made);
}

static struct as_span raw(EVP_PKEY *key, const unsigned char block[256])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	unsigned char sealed[256];
	size_t made = sizeof(sealed);

	assert_int_equal(EVP_PKEY_encrypt_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
	assert_int_equal(EVP_PKEY_encrypt(context, sealed, &made, block, 256), 1);
	EVP_PKEY_CTX_free(context);
	return sm_copy(sealed, made);
}

/* Block of PKCS #1 with a key of 16 at its end; the case breaks one octet. */
static struct as_span padded(EVP_PKEY *key, size_t at, unsigned char octet)
{
	unsigned char block[256];

	memset(block, 0x5a, sizeof(block));
	block[0] = 0;
	block[1] = 2;
	block[239] = 0;
	memcpy(block + 240, key_one, sizeof(key_one));
	block[at] = octet;
	return raw(key, block);
}

static void wrong_rsa_padding_gives_a_key_that_stays_the_same(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 1);
	const char *path = write_pem("r.pem", key, sm_leaf("rsa@example.org", key), NULL);
	const struct {
		const char *name;
		struct as_span input;
		bool right;
	} cases[] = {
		{"right", padded(key, 100, 0x5a), true},
		{"right, by OpenSSL", encrypt(key, key_one, sizeof(key_one)), true},
		{"first octet", padded(key, 0, 1), false},
		{"type of block", padded(key, 1, 1), false},
		{"a zero at its begin", padded(key, 2, 0), false},
		{"a zero inside", padded(key, 120, 0), false},
		{"a zero before its end", padded(key, 238, 0), false},
		{"no zero", padded(key, 239, 1), false},
		{"a shorter message", encrypt(key, key_one, 15), false},
		{"a longer message", encrypt(key, "seventeen octets!", 17), false},
	};

	(void)state;
	assert_int_equal(open_file(path, NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_key_request request = {
			.mechanism = AS_KEY_RSA_PKCS1, .key_bytes = 16, .input = cases[i].input};
		unsigned char made[AS_KEY_BYTES_MAX], again[AS_KEY_BYTES_MAX];

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_keyring_unwrap(keyring, &request, made), 0);
		assert_int_equal(memcmp(made, key_one, 16) == 0, cases[i].right);
		/* In another process, too. */
		assert_int_equal(open_file(path, NULL), 0);
		assert_int_equal(as_keyring_unwrap(keyring, &request, again), 0);
		assert_memory_equal(made, again, 16);
	}
}

static void requests_that_make_no_sense_get_a_key(void **state)
{
	EVP_PKEY *rsa = sm_key(SM_RSA2048, 1), *ec = sm_key(SM_P256, 1);
	const char *files[] = {write_pem("x.pem", rsa, sm_leaf("rsa@example.org", rsa), NULL),
			       write_pem("y.pem", ec, sm_leaf("ec@example.org", ec), NULL)};
	static const struct {
		const char *name;
		struct as_key_request request;
	} cases[] = {
		{"no such key", {.index = 99, .key_bytes = 16}},
		{"RSA of an EC key", {.index = 1, .key_bytes = 16}},
		{"ECDH of an RSA key",
		 {.mechanism = AS_KEY_ECDH, .key_bytes = 16, .wrap = AS_OID_WRAP_AES128}},
		{"OAEP without digests", {.mechanism = AS_KEY_RSA_OAEP, .key_bytes = 16}},
		{"a digest that is a cipher",
		 {.mechanism = AS_KEY_RSA_OAEP,
		  .key_bytes = 16,
		  .digest = AS_OID_AES128_CBC,
		  .mgf_digest = AS_OID_SHA256}},
		{"ECDH without a peer",
		 {.index = 1,
		  .mechanism = AS_KEY_ECDH,
		  .key_bytes = 16,
		  .digest = AS_OID_SHA256,
		  .wrap = AS_OID_WRAP_AES128}},
		{"ECDH without a wrap", {.index = 1, .mechanism = AS_KEY_ECDH, .key_bytes = 16}},
		{"the largest key", {.key_bytes = AS_KEY_BYTES_MAX}},
	};

	(void)state;
	if (open_files(files, 2, NULL) < 0)
		fail_msg("%s", error.text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char made[AS_KEY_BYTES_MAX] = {0}, none[AS_KEY_BYTES_MAX] = {0};

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_keyring_unwrap(keyring, &cases[i].request, made), 0);
		assert_memory_not_equal(made, none, cases[i].request.key_bytes);
	}
}

/* ---- The wire --------------------------------------------------------- */

static const struct as_key_request example = {
	.index = 7,
	.mechanism = AS_KEY_ECDH,
	.derivation = AS_KEY_HKDF,
	.key_bytes = 32,
	.digest = AS_OID_SHA384,
	.mgf_digest = AS_OID_SHA1,
	.wrap = AS_OID_WRAP_AES256,
	.label = {(const unsigned char *)"label", 5},
	.peer = {(const unsigned char *)"peer", 4},
	.shared_info = {(const unsigned char *)"info", 4},
	.input = {(const unsigned char *)"input", 5},
};

static void requests_survive_the_way(void **state)
{
	struct as_key_request got;
	struct as_buffer packed;

	(void)state;
	as_buffer_init(&packed, AS_KEY_PACKED_MAX);
	assert_true(as_key_request_pack(&packed, &example));
	assert_true(as_key_request_parse(as_buffer_span(&packed), &got));
	assert_int_equal(got.index, 7);
	assert_int_equal(got.mechanism, AS_KEY_ECDH);
	assert_int_equal(got.derivation, AS_KEY_HKDF);
	assert_int_equal(got.key_bytes, 32);
	assert_int_equal(got.digest, AS_OID_SHA384);
	assert_int_equal(got.mgf_digest, AS_OID_SHA1);
	assert_int_equal(got.wrap, AS_OID_WRAP_AES256);
	assert_true(as_span_equal(got.label, example.label));
	assert_true(as_span_equal(got.peer, example.peer));
	assert_true(as_span_equal(got.shared_info, example.shared_info));
	assert_true(as_span_equal(got.input, example.input));
	as_buffer_deinit(&packed);
}

static void requests_that_are_not_whole_are_refused(void **state)
{
	struct as_key_request got;
	struct as_buffer packed;

	(void)state;
	as_buffer_init(&packed, 0);
	assert_true(as_key_request_pack(&packed, &example));
	for (size_t size = 0; size < packed.size; size++)
		assert_false(as_key_request_parse(as_span_make(packed.data, size), &got));
	as_buffer_byte(&packed, 0);
	assert_false(as_key_request_parse(as_buffer_span(&packed), &got));
	as_buffer_deinit(&packed);
}

static void requests_have_bounds(void **state)
{
	static unsigned char large[AS_KEY_INPUT_MAX + 1];
	struct as_key_request request = {.key_bytes = 16};
	struct as_buffer packed;

	(void)state;
	as_buffer_init(&packed, 0);
	request.input = as_span_make(large, AS_KEY_INPUT_MAX);
	assert_true(as_key_request_pack(&packed, &request));
	assert_true(packed.size <= AS_KEY_PACKED_MAX);
	request.input.size++;
	assert_false(as_key_request_pack(&packed, &request));
	request.input.size = 16;
	request.key_bytes = 0;
	assert_false(as_key_request_pack(&packed, &request));
	request.key_bytes = AS_KEY_BYTES_MAX + 1;
	assert_false(as_key_request_pack(&packed, &request));
	as_buffer_deinit(&packed);
}

static void the_list_of_keys_survives_the_way(void **state)
{
	EVP_PKEY *key = sm_key(SM_X25519, 1);
	const char *path = write_pem("w.pem", key, sm_leaf("x@example.org", key), NULL);
	struct as_buffer packed;
	struct as_arena arena;
	struct as_keys keys;

	(void)state;
	if (open_file(path, NULL) < 0)
		fail_msg("%s", error.text);
	as_arena_init(&arena, 1u << 20);
	as_buffer_init(&packed, 0);
	assert_true(as_keys_pack(&packed, as_keyring_keys(keyring)));
	assert_true(as_keys_parse(&arena, as_buffer_span(&packed), &keys));
	assert_int_equal(keys.count, 1);
	assert_true(as_span_equal(keys.items[0].issuer, item(0)->issuer));
	assert_true(as_span_equal(keys.items[0].serial, item(0)->serial));
	assert_true(as_span_equal(keys.items[0].key_id, item(0)->key_id));
	assert_string_equal(keys.items[0].algorithm, "x25519");
	assert_string_equal(keys.items[0].subject, "CN=x@example.org");
	for (size_t size = 0; size < packed.size; size++)
		assert_false(as_keys_parse(&arena, as_span_make(packed.data, size), &keys));
	as_buffer_deinit(&packed);
	as_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(files_of_all_forms_are_read, tear_down),
		cmocka_unit_test_teardown(the_password_may_stand_in_a_file, tear_down),
		cmocka_unit_test_teardown(faults_name_the_file_and_what_to_do, tear_down),
		cmocka_unit_test_teardown(a_key_has_all_its_certificates_from_any_file, tear_down),
		cmocka_unit_test_teardown(wrong_rsa_padding_gives_a_key_that_stays_the_same,
					  tear_down),
		cmocka_unit_test_teardown(requests_that_make_no_sense_get_a_key, tear_down),
		cmocka_unit_test_teardown(requests_survive_the_way, tear_down),
		cmocka_unit_test_teardown(requests_that_are_not_whole_are_refused, tear_down),
		cmocka_unit_test_teardown(requests_have_bounds, tear_down),
		cmocka_unit_test_teardown(the_list_of_keys_survives_the_way, tear_down),
	};

	return cmocka_run_group_tests_name("smime_keyring", tests, begin, end);
}
