/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimejudge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *name;
	enum sm_key_kind kind;
	struct sm_signer signer;
	const char *algorithm, *digest;
	uint32_t bits;
	bool openssl; /* knows it too */
} good_ones[] = {
	{"RSA", SM_RSA2048, {0}, "rsa", "sha256", 2048, true},
	{"RSA 3072 SHA-512", SM_RSA3072, {.digest = "SHA512"}, "rsa", "sha512", 3072, true},
	{"RSA SHA-384", SM_RSA2048, {.digest = "SHA384"}, "rsa", "sha384", 2048, true},
	{"RSA SHA-224", SM_RSA2048, {.digest = "SHA224"}, "rsa", "sha224", 2048, true},
	{"RSA SHA3-256", SM_RSA2048, {.digest = "SHA3-256"}, "rsa", "sha3-256", 2048, true},
	{"RSA combined", SM_RSA2048, {.combined = true}, "rsa", "sha256", 2048, true},
	{"RSA by key id", SM_RSA2048, {.by_key_id = true}, "rsa", "sha256", 2048, true},
	{"RSA PSS", SM_RSA2048, {.pss = true}, "rsa-pss", "sha256", 2048, true},
	{"RSA PSS salt 7",
	 SM_RSA2048,
	 {.pss = true, .pss_salt = 7, .digest = "SHA512"},
	 "rsa-pss",
	 "sha512",
	 2048,
	 true},
	{"RSA PSS other MGF",
	 SM_RSA2048,
	 {.pss = true, .pss_mgf = "SHA512"},
	 "rsa-pss",
	 "sha256",
	 2048,
	 true},
	{"P-256", SM_P256, {0}, "ecdsa", "sha256", 256, true},
	{"P-384", SM_P384, {.digest = "SHA384"}, "ecdsa", "sha384", 384, true},
	{"P-521", SM_P521, {.digest = "SHA512"}, "ecdsa", "sha512", 521, true},
	{"P-256 with SHA-512", SM_P256, {.digest = "SHA512"}, "ecdsa", "sha512", 256, true},
	{"brainpool", SM_BRAINPOOL256, {0}, "ecdsa", "sha256", 256, true},
	{"Ed25519", SM_ED25519, {0}, "ed25519", "sha512", 0, false},
	{"Ed25519 with SHA-256", SM_ED25519, {.digest = "SHA256"}, "ed25519", "sha256", 0, false},
	{"Ed448", SM_ED448, {0}, "ed448", "sha512", 0, false},
};

static void a_signature_of_every_usual_algorithm_is_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		struct sm_signer signer = good_ones[i].signer;
		const struct as_smime_signer *found;
		struct outcome outcome;

		print_message("case: %s\n", good_ones[i].name);
		signer.cert = leaf(good_ones[i].kind);
		signer.key = sm_key(good_ones[i].kind, 1);
		for (int detached = 0; detached < 2; detached++) {
			struct as_span cms = signed_by(&signer, 1, detached == 1);
			struct as_span part = detached == 1 ? sm_text(PART) : as_span_make(NULL, 0);

			judge(&(struct subject){.cms = cms, .content = part}, &outcome);
			found = outcome.layer.signers;
			assert_quiet(&outcome);
			assert_int_equal(outcome.layer.signer_count, 1);
			assert_string_equal(found->reason, "");
			assert_int_equal(found->signature, AS_SMIME_SIG_VALID);
			assert_int_equal(found->chain, AS_SMIME_CHAIN_TRUSTED);
			assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
			assert_string_equal(outcome.layer.reason, "");
			assert_string_equal(found->algorithm, good_ones[i].algorithm);
			assert_string_equal(found->digest, good_ones[i].digest);
			if (good_ones[i].bits != 0)
				assert_int_equal(found->key_bits, good_ones[i].bits);
			assert_int_equal(found->signing_time, SM_NOW);
			assert_ptr_equal(outcome.signer_certs[0] != NULL, true);
			assert_true(!good_ones[i].openssl || openssl_verifies(cms, part));
			done(&outcome);
		}
	}
}

/* RFC 8419 s3.2: 512 bits, which OpenSSL gives only when asked. */
static void ed448_goes_with_shake256(void **state)
{
	struct sm_signer signer = usual(SM_ED448);
	struct as_span content = sm_text(PART);
	unsigned char value[64];
	struct outcome outcome;
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	(void)state;
	assert_int_equal(EVP_DigestInit_ex(context, EVP_shake256(), NULL), 1);
	assert_int_equal(EVP_DigestUpdate(context, content.data, content.size), 1);
	assert_int_equal(EVP_DigestFinalXOF(context, value, sizeof(value)), 1);
	EVP_MD_CTX_free(context);
	signer.digest = "SHAKE256";
	signer.message_digest = as_span_make(value, sizeof(value));
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_string_equal(outcome.layer.signers[0].digest, "shake256");
	done(&outcome);
	signer.message_digest = as_span_make(value, 32);
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	done(&outcome);
}

/* The same with the length as parameter, which RFC 8419 s3.2 wants beside signed
 * attributes; another length is nothing that is known. */
static void ed448_goes_with_shake256_of_a_named_length(void **state)
{
	static const struct {
		uint64_t bits;
		enum as_smime_answer valid;
	} cases[] = {{512, AS_SMIME_YES}, {256, AS_SMIME_UNKNOWN}};
	struct sm_signer signer = usual(SM_ED448);
	struct as_span content = sm_text(PART);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char value[64];

	(void)state;
	assert_int_equal(EVP_DigestInit_ex(context, EVP_shake256(), NULL), 1);
	assert_int_equal(EVP_DigestUpdate(context, content.data, content.size), 1);
	assert_int_equal(EVP_DigestFinalXOF(context, value, sizeof(value)), 1);
	EVP_MD_CTX_free(context);
	signer.message_digest = as_span_make(value, sizeof(value));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct outcome outcome;

		signer.digest_algorithm =
			sm_algorithm("2.16.840.1.101.3.4.2.18", sm_uint(cases[i].bits));
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, cases[i].valid);
		assert_string_equal(outcome.layer.signers[0].digest, "shake256");
		done(&outcome);
	}
}

static void a_changed_content_is_found_with_every_algorithm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		struct sm_signer signer = good_ones[i].signer;
		struct as_span part = sm_text(PART "P.S.\r\n");
		struct outcome outcome;
		struct as_span cms;

		print_message("case: %s\n", good_ones[i].name);
		signer.cert = leaf(good_ones[i].kind);
		signer.key = sm_key(good_ones[i].kind, 1);
		cms = signed_by(&signer, 1, true);
		judge(&(struct subject){.cms = cms, .content = part}, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_true(noted(&outcome, "smime.bad_digest"));
		assert_false(noted(&outcome, "smime.bad_signature"));
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_INVALID);
		assert_string_equal(outcome.layer.reason, "content changed after signing");
		assert_false(openssl_verifies(cms, part));
		done(&outcome);
	}
}

static void a_changed_signature_is_found_with_every_algorithm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good_ones) / sizeof(good_ones[0]); i++) {
		struct sm_signer signer = good_ones[i].signer;
		struct outcome outcome;

		print_message("case: %s\n", good_ones[i].name);
		signer.cert = leaf(good_ones[i].kind);
		signer.key = sm_key(good_ones[i].kind, 1);
		signer.broken = true;
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_true(noted(&outcome, "smime.bad_signature"));
		assert_false(noted(&outcome, "smime.bad_digest"));
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_INVALID);
		assert_int_equal(outcome.layer.signers[0].chain, AS_SMIME_CHAIN_TRUSTED);
		done(&outcome);
	}
}

static void what_is_weak_is_told_and_can_be_allowed(void **state)
{
	static const struct {
		const char *name;
		enum sm_key_kind kind;
		struct sm_signer signer;
		uint32_t fault;
		const char *code;
		bool allowable;
	} cases[] = {
		{"SHA-1",
		 SM_RSA2048,
		 {.digest = "SHA1"},
		 AS_SMIME_FAULT_WEAK_SHA1,
		 "smime.weak_digest",
		 true},
		{"SHA-1 with ECDSA",
		 SM_P256,
		 {.digest = "SHA1"},
		 AS_SMIME_FAULT_WEAK_SHA1,
		 "smime.weak_digest",
		 true},
		{"SHA-1 in PSS",
		 SM_RSA2048,
		 {.digest = "SHA1", .pss = true},
		 AS_SMIME_FAULT_WEAK_SHA1,
		 "smime.weak_digest",
		 true},
		{"MD5",
		 SM_RSA2048,
		 {.digest = "MD5"},
		 AS_SMIME_FAULT_WEAK_MD5,
		 "smime.weak_digest",
		 false},
		{"MD5 combined",
		 SM_RSA2048,
		 {.digest = "MD5", .combined = true},
		 AS_SMIME_FAULT_WEAK_MD5,
		 "smime.weak_digest",
		 false},
		{"RSA 1024", SM_RSA1024, {0}, AS_SMIME_FAULT_WEAK_RSA1024, "smime.weak_key", true},
		{"RSA 512", SM_RSA512, {0}, AS_SMIME_FAULT_WEAK_KEY, "smime.weak_key", false},
		{"P-192", SM_P192, {0}, AS_SMIME_FAULT_WEAK_KEY, "smime.weak_key", false},
		{"DSA", SM_DSA1024, {0}, AS_SMIME_FAULT_WEAK_DSA1024, "smime.weak_key", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = cases[i].signer;
		struct outcome outcome;
		struct as_span cms;

		print_message("case: %s\n", cases[i].name);
		signer.cert = leaf(cases[i].kind);
		signer.key = sm_key(cases[i].kind, 1);
		cms = signed_by(&signer, 1, false);
		judge(&(struct subject){.cms = cms}, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_VALID);
		assert_true((outcome.layer.signers[0].faults & cases[i].fault) != 0);
		assert_true(noted(&outcome, cases[i].code));
		assert_int_equal(severity_of(&outcome, cases[i].code), ASSAY_SEVERITY_DEFAULT);
		assert_string_not_equal(outcome.layer.reason, "");
		done(&outcome);

		judge(&(struct subject){.cms = cms, .trust = JUDGE_LENIENT}, &outcome);
		assert_int_equal(outcome.layer.valid,
				 cases[i].allowable ? AS_SMIME_YES : AS_SMIME_NO);
		if (cases[i].allowable)
			assert_string_equal(outcome.layer.reason, "");
		done(&outcome);
	}
}

static void an_algorithm_that_is_not_known_is_named_and_never_called_bad(void **state)
{
	static const struct {
		const char *name, *digest, *algorithm, *shown;
	} cases[] = {
		{"ML-DSA-65", NULL, "2.16.840.1.101.3.4.3.18", "ml-dsa"},
		{"SLH-DSA", NULL, "2.16.840.1.101.3.4.3.20", "slh-dsa"},
		{"unheard-of signature", NULL, "1.2.3.4.5", "1.2.3.4.5"},
		{"unheard-of digest", "1.2.3.4.6", NULL, "1.2.3.4.6"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = usual(SM_RSA2048);
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		if (cases[i].algorithm != NULL)
			signer.algorithm = sm_algorithm(cases[i].algorithm, as_span_make(NULL, 0));
		if (cases[i].digest != NULL)
			signer.digest_algorithm =
				sm_algorithm(cases[i].digest, as_span_make(NULL, 0));
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_UNKNOWN);
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_UNSUPPORTED);
		assert_true(noted(&outcome, "smime.unsupported_algorithm"));
		assert_false(noted(&outcome, "smime.bad_signature"));
		assert_false(noted(&outcome, "smime.bad_digest"));
		if (strstr(text_of(&outcome, "smime.unsupported_algorithm"), cases[i].shown) ==
		    NULL)
			fail_msg("%s", text_of(&outcome, "smime.unsupported_algorithm"));
		done(&outcome);
	}
}

static void a_changed_content_is_told_under_an_unknown_signature_algorithm(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	signer.algorithm = sm_algorithm("1.2.3.4.5", as_span_make(NULL, 0));
	judge(&(struct subject){.cms = signed_by(&signer, 1, true), .content = sm_text("\r\nx")},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.bad_digest"));
	done(&outcome);
}

static void a_key_of_another_kind_makes_a_bad_signature(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	signer.algorithm = sm_algorithm("1.2.840.10045.4.3.2", as_span_make(NULL, 0));
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.bad_signature"));
	done(&outcome);
}

static void two_names_for_two_digests_are_malformed(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	signer.combined = true;
	signer.sign_digest = "SHA512";
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.malformed"));
	done(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signature_of_every_usual_algorithm_is_good),
		cmocka_unit_test(ed448_goes_with_shake256),
		cmocka_unit_test(ed448_goes_with_shake256_of_a_named_length),
		cmocka_unit_test(a_changed_content_is_found_with_every_algorithm),
		cmocka_unit_test(a_changed_signature_is_found_with_every_algorithm),
		cmocka_unit_test(what_is_weak_is_told_and_can_be_allowed),
		cmocka_unit_test(an_algorithm_that_is_not_known_is_named_and_never_called_bad),
		cmocka_unit_test(a_changed_content_is_told_under_an_unknown_signature_algorithm),
		cmocka_unit_test(a_key_of_another_kind_makes_a_bad_signature),
		cmocka_unit_test(two_names_for_two_digests_are_malformed),
	};
	return cmocka_run_group_tests_name("smime_signer_value", tests, judge_set_up,
					   judge_tear_down);
}
