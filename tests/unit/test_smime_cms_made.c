/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_cms_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <cmocka.h>

/* Objects as another implementation makes them, with definite lengths and, while
 * it streams, with indefinite ones and content in pieces. */

/* More than one piece of a stream. */
#define TEXT_BYTES 10000u

static unsigned char text[TEXT_BYTES];

static struct as_span text_span(void)
{
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)("abc\r\n"[i % 5]);
	return as_span_make(text, sizeof(text));
}

static struct as_span bio_octets(BIO *out)
{
	char *data;
	long size = BIO_get_mem_data(out, &data);
	struct as_span octets = sm_copy(data, (size_t)size);

	BIO_free(out);
	return octets;
}

/* Ends an object made with CMS_PARTIAL | CMS_STREAM and frees it. */
static struct as_span finish(CMS_ContentInfo *cms, unsigned int flags, bool stream)
{
	struct as_span plain = text_span();
	BIO *in = BIO_new_mem_buf(plain.data, (int)plain.size), *out = BIO_new(BIO_s_mem());

	assert_non_null(cms);
	if (stream) {
		assert_int_equal(i2d_CMS_bio_stream(out, cms, in, (int)(flags | CMS_STREAM)), 1);
	} else {
		assert_int_equal(CMS_final(cms, in, NULL, flags), 1);
		assert_int_equal(i2d_CMS_bio(out, cms), 1);
	}
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return bio_octets(out);
}

static struct as_span sign(unsigned int flags, unsigned int signer_flags, bool stream)
{
	EVP_PKEY *rsa = sm_key(SM_RSA2048, 1), *ec = sm_key(SM_P256, 1);
	X509 *alice = sm_leaf("alice@example.org", rsa), *bob = sm_leaf("bob@example.org", ec);
	CMS_ContentInfo *cms;

	flags |= CMS_BINARY | CMS_PARTIAL | (stream ? CMS_STREAM : 0u);
	cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	assert_non_null(cms);
	assert_non_null(CMS_add1_signer(cms, alice, rsa, EVP_sha256(), flags | signer_flags));
	assert_non_null(CMS_add1_signer(cms, bob, ec, EVP_sha384(), flags | signer_flags));
	return finish(cms, flags, stream);
}

static void signed_objects_of_openssl_are_read(void **state)
{
	static const struct {
		const char *name;
		unsigned int flags, signer_flags;
		bool stream, opaque, attributes;
	} cases[] = {
		{"opaque", 0, 0, false, true, true},
		{"opaque, streamed", 0, 0, true, true, true},
		{"detached", CMS_DETACHED, 0, false, false, true},
		{"key identifiers", 0, CMS_USE_KEYID, true, true, true},
		{"no attributes", 0, CMS_NOATTR, true, true, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_cms_parse *parse =
			fix_parse(sign(cases[i].flags, cases[i].signer_flags, cases[i].stream));
		const struct as_cms *cms = &parse->cms;

		print_message("case: %s\n", cases[i].name);
		assert_string_equal(parse->reason, "");
		assert_int_equal(parse->result, AS_CMS_OK);
		assert_int_equal(cms->signer_count, 2);
		assert_int_equal(cms->cert_count, 2);
		assert_int_equal(cms->digest_count, 2);
		assert_int_equal(cms->trailing, 0);
		assert_int_equal(cms->has_econtent, cases[i].opaque);
		if (cases[i].opaque)
			assert_true(as_span_equal(cms->econtent, text_span()));
		for (size_t s = 0; s < 2; s++) {
			const struct as_cms_signer *signer = &cms->signers[s];

			assert_int_equal(signer->has_attributes, cases[i].attributes);
			assert_true(signer->value.size > 60);
			assert_int_equal(signer->id.key_id.size > 0,
					 (cases[i].signer_flags & CMS_USE_KEYID) != 0);
			assert_non_null(signer->digest.known);
			assert_non_null(signer->signature.known);
		}
	}
}

static void a_pkcs7_object_of_the_older_library_is_read(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 1);
	struct as_span plain = text_span();
	BIO *in = BIO_new_mem_buf(plain.data, (int)plain.size), *out = BIO_new(BIO_s_mem());
	PKCS7 *p7 = PKCS7_sign(sm_leaf("alice@example.org", key), key, NULL, in, PKCS7_BINARY);
	const struct as_cms_parse *parse;
	(void)state;

	assert_non_null(p7);
	assert_int_equal(i2d_PKCS7_bio(out, p7), 1);
	PKCS7_free(p7);
	BIO_free(in);
	parse = fix_parse(bio_octets(out));
	assert_int_equal(parse->result, AS_CMS_OK);
	assert_int_equal(parse->cms.signer_count, 1);
	assert_true(as_span_equal(parse->cms.econtent, plain));
	ERR_clear_error();
}

enum recipient {
	BY_ISSUER,
	BY_KEY_ID,
	AGREED,
	AGREED_BY_KEY_ID,
	KEY,
	PASSWORD,
};

static void add_recipient(CMS_ContentInfo *cms, enum recipient kind)
{
	static const unsigned char kek[16] = "0123456789abcdef", id[4] = "kek";
	unsigned int flags = kind == BY_KEY_ID || kind == AGREED_BY_KEY_ID ? CMS_USE_KEYID : 0u;
	bool ec = kind == AGREED || kind == AGREED_BY_KEY_ID;
	X509 *cert = sm_leaf("carol@example.org", sm_key(ec ? SM_P256 : SM_RSA2048, 2));
	/* It frees what it is given. */
	unsigned char *key_copy = OPENSSL_memdup(kek, sizeof(kek));
	unsigned char *id_copy = OPENSSL_memdup(id, sizeof(id));
	unsigned char *word = (unsigned char *)OPENSSL_strdup("secret");

	assert_true(key_copy != NULL && id_copy != NULL && word != NULL);
	if (kind == KEY) {
		assert_non_null(CMS_add0_recipient_key(cms, NID_id_aes128_wrap, key_copy,
						       sizeof(kek), id_copy, sizeof(id), NULL, NULL,
						       NULL));
		key_copy = id_copy = NULL;
	} else if (kind == PASSWORD) {
		assert_non_null(CMS_add0_recipient_password(cms, 1000, NID_id_alg_PWRI_KEK,
							    NID_id_pbkdf2, word, -1, NULL));
		word = NULL;
	} else {
		assert_non_null(CMS_add1_recipient_cert(cms, cert, flags));
	}
	OPENSSL_free(key_copy);
	OPENSSL_free(id_copy);
	OPENSSL_free(word);
}

static void check_recipient(const struct as_cms_recipient *one, enum recipient kind)
{
	static const enum as_smime_recipient_kind kinds[] = {
		[BY_ISSUER] = AS_SMIME_KTRI, [BY_KEY_ID] = AS_SMIME_KTRI,
		[AGREED] = AS_SMIME_KARI,    [AGREED_BY_KEY_ID] = AS_SMIME_KARI,
		[KEY] = AS_SMIME_KEKRI,	     [PASSWORD] = AS_SMIME_PWRI,
	};
	bool by_key_id = kind == BY_KEY_ID || kind == AGREED_BY_KEY_ID;
	bool agreed = kind == AGREED || kind == AGREED_BY_KEY_ID;
	bool by_issuer = kind == BY_ISSUER || kind == AGREED;

	assert_int_equal(one->kind, kinds[kind]);
	assert_int_equal(one->id.issuer.size > 0, by_issuer);
	assert_int_equal(one->id.serial.size > 0, by_issuer);
	assert_int_equal(one->id.key_id.size, by_key_id ? 20 : 0);
	assert_int_equal(one->originator_key.size > 0, agreed);
	assert_true(one->encrypted_key.size >= 24);
	assert_non_null(one->algorithm.known);
	if (agreed) {
		assert_int_equal(one->algorithm.known->kind, AS_OID_AGREEMENT);
		assert_true(one->algorithm.parameters.size > 0);
		assert_int_equal(one->originator_key.data[0], 0xa1);
	}
	if (kind == KEY)
		assert_true(as_span_equal(one->kek_id, as_span_make("kek", 4)));
	if (kind == PASSWORD)
		assert_int_equal(one->kdf.known->id, AS_OID_PBKDF2);
}

static struct as_span encrypt(const EVP_CIPHER *cipher, enum recipient kind, bool stream)
{
	unsigned int flags = CMS_BINARY | CMS_PARTIAL | (stream ? CMS_STREAM : 0u);
	CMS_ContentInfo *cms = CMS_encrypt(NULL, NULL, cipher, flags);

	assert_non_null(cms);
	add_recipient(cms, kind);
	return finish(cms, flags, stream);
}

static void check_envelope(const EVP_CIPHER *cipher, bool authenticated, enum recipient last)
{
	for (int kind = BY_ISSUER; kind <= (int)last; kind++)
		for (int stream = 0; stream < 2; stream++) {
			const struct as_cms_parse *parse =
				fix_parse(encrypt(cipher, (enum recipient)kind, stream != 0));
			const struct as_cms *cms = &parse->cms;

			print_message("case: %d, %s\n", kind, stream ? "streamed" : "whole");
			assert_string_equal(parse->reason, "");
			assert_int_equal(parse->result, AS_CMS_OK);
			assert_int_equal(cms->recipient_count, 1);
			check_recipient(cms->recipients, (enum recipient)kind);
			assert_true(cms->has_ciphertext);
			assert_true(cms->ciphertext.size >= TEXT_BYTES &&
				    cms->ciphertext.size <= TEXT_BYTES + 16);
			assert_int_equal(cms->mac.size, authenticated ? 16 : 0);
			assert_int_equal(as_cms_state(cms, false), authenticated
									   ? AS_SMIME_AUTHENVELOPED
									   : AS_SMIME_ENVELOPED);
		}
}

static void enveloped_objects_of_openssl_are_read(void **state)
{
	const struct as_cms_parse *parse;
	(void)state;

	check_envelope(EVP_aes_256_cbc(), false, PASSWORD);
	parse = fix_parse(encrypt(EVP_aes_256_cbc(), BY_ISSUER, true));
	assert_int_equal(parse->cms.cipher.known->id, AS_OID_AES256_CBC);
	assert_int_equal(parse->cms.econtent_known->id, AS_OID_DATA);
}

static void authenveloped_objects_of_openssl_are_read(void **state)
{
	const struct as_cms_parse *parse;
	(void)state;

	/* OpenSSL 3.0 makes none for a password. */
	check_envelope(EVP_aes_256_gcm(), true, KEY);
	parse = fix_parse(encrypt(EVP_aes_256_gcm(), AGREED, false));
	assert_int_equal(parse->cms.cipher.known->id, AS_OID_AES256_GCM);
}

static void encrypted_and_digested_objects_of_openssl_are_read(void **state)
{
	static const unsigned char key[16] = "0123456789abcdef";
	const struct as_cms_parse *parse;
	(void)state;

	for (int stream = 0; stream < 2; stream++) {
		unsigned int flags = CMS_BINARY | CMS_PARTIAL | (stream ? CMS_STREAM : 0u);

		parse = fix_parse(finish(
			CMS_EncryptedData_encrypt(NULL, EVP_aes_128_cbc(), key, sizeof(key), flags),
			flags, stream != 0));
		assert_int_equal(parse->result, AS_CMS_OK);
		assert_int_equal(as_cms_state(&parse->cms, false), AS_SMIME_ENCRYPTED);
		assert_int_equal(parse->cms.cipher.known->id, AS_OID_AES128_CBC);
		/* Else the content would be wanted at once. */
		parse = fix_parse(finish(CMS_digest_create(NULL, EVP_sha256(), flags | CMS_STREAM),
					 flags, stream != 0));
		assert_int_equal(parse->result, AS_CMS_OK);
		assert_int_equal(as_cms_state(&parse->cms, false), AS_SMIME_DIGESTED);
		assert_true(as_span_equal(parse->cms.econtent, text_span()));
		assert_true(
			as_span_equal(parse->cms.digest_value, sm_digest("SHA256", text_span())));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signed_objects_of_openssl_are_read),
		cmocka_unit_test(a_pkcs7_object_of_the_older_library_is_read),
		cmocka_unit_test(enveloped_objects_of_openssl_are_read),
		cmocka_unit_test(authenveloped_objects_of_openssl_are_read),
		cmocka_unit_test(encrypted_and_digested_objects_of_openssl_are_read),
	};
	return cmocka_run_group_tests_name("smime_cms_made", tests, NULL, fix_end);
}
