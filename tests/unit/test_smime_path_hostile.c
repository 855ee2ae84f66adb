/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include "smime/path_cost.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* A CA without key identifiers, so that only signatures tell CAs of one name apart. */
static X509 *plain_ca(const char *subject, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	return sm_cert(&(struct sm_cert){.subject = subject,
					 .key = key,
					 .issuer = issuer,
					 .issuer_key = issuer_key,
					 .ca = true,
					 .no_key_id = true});
}

static X509 *plain_signer(X509 *issuer, EVP_PKEY *issuer_key)
{
	return sm_cert(&(struct sm_cert){.subject = "/CN=Alice",
					 .key = sm_key(SM_P256, 0),
					 .issuer = issuer,
					 .issuer_key = issuer_key,
					 .no_key_id = true});
}

static void a_false_issuer_of_the_same_name_does_not_stand_in_front(void **state)
{
	X509 *right = plain_ca("/CN=Twin", sm_key(SM_P256, 1), sm_root(), sm_root_key());
	X509 *wrong = plain_ca("/CN=Twin", sm_key(SM_P256, 2), sm_root(), sm_root_key());
	X509 *signer = plain_signer(right, sm_key(SM_P256, 1));

	(void)state;
	for (int order = 0; order < 2; order++) {
		struct as_path_result result = pf_check(&(struct pf_case){
			.anchors = {sm_root()},
			.message = {order == 0 ? wrong : right, order == 0 ? right : wrong},
			.signer = signer,
		});

		assert_int_equal(result.faults, 0);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_TRUSTED);
	}
}

static void a_false_anchor_of_the_same_name_does_not_stand_in_front(void **state)
{
	X509 *first = plain_ca("/CN=Root", sm_key(SM_P256, 1), NULL, NULL);
	X509 *second = plain_ca("/CN=Root", sm_key(SM_P256, 2), NULL, NULL);
	struct as_path_result result;

	(void)state;
	result = pf_check(&(struct pf_case){.anchors = {first, second},
					    .signer = plain_signer(first, sm_key(SM_P256, 1))});
	assert_int_equal(result.faults, 0);
	result = pf_check(&(struct pf_case){.anchors = {first, second},
					    .signer = plain_signer(second, sm_key(SM_P256, 2))});
	assert_int_equal(result.faults, 0);
}

static void an_issuer_that_was_renewed_is_taken_in_its_newer_form(void **state)
{
	X509 *old = sm_cert(&(struct sm_cert){.subject = "/CN=Issuing CA",
					      .key = pf_middle_key(),
					      .issuer = sm_root(),
					      .issuer_key = sm_root_key(),
					      .not_after = SM_NOW - SM_DAY,
					      .ca = true});
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .message = {old, pf_middle()}, .signer = pf_signer()});

	(void)state;
	assert_int_equal(result.faults, 0);
	result = pf_check(
		&(struct pf_case){.anchors = {sm_root()}, .message = {old}, .signer = pf_signer()});
	assert_int_equal(result.chain, AS_SMIME_CHAIN_EXPIRED);
}

static void a_cross_certificate_leads_to_the_root_that_is_trusted(void **state)
{
	X509 *unknown = plain_ca("/CN=Unknown Root", sm_key(SM_P256, 3), NULL, NULL);
	X509 *stray = plain_ca("/CN=Twin", sm_key(SM_P256, 1), unknown, sm_key(SM_P256, 3));
	X509 *cross = plain_ca("/CN=Twin", sm_key(SM_P256, 1), sm_root(), sm_root_key());
	struct as_path_result result =
		pf_check(&(struct pf_case){.anchors = {sm_root()},
					   .message = {stray, unknown, cross},
					   .signer = plain_signer(cross, sm_key(SM_P256, 1))});

	(void)state;
	assert_int_equal(result.faults, 0);
	assert_int_equal(result.subject_count, 3);
}

static void issuers_none_of_which_signed_make_a_path_invalid(void **state)
{
	X509 *one = plain_ca("/CN=Twin", sm_key(SM_P256, 1), sm_root(), sm_root_key());
	X509 *two = plain_ca("/CN=Twin", sm_key(SM_P256, 2), sm_root(), sm_root_key());
	struct as_path_result result =
		pf_check(&(struct pf_case){.anchors = {sm_root()},
					   .message = {one, two},
					   .signer = plain_signer(one, sm_key(SM_P256, 4))});

	(void)state;
	assert_int_equal(result.chain, AS_SMIME_CHAIN_INVALID);
	assert_true(pf_says(&result, AS_SMIME_FAULT_PATH, "was not signed by its issuer"));
}

/* Every certificate could have issued every other one: 100! paths. */
static void a_web_of_certificates_of_one_name_ends_soon(void **state)
{
	struct pf_case path = {.anchors = {sm_root()}};
	X509 *first = plain_ca("/CN=Web", sm_key(SM_RSA2048, 0), NULL, NULL);

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		path.message[i] = plain_ca("/CN=Web", sm_key(SM_P256, i % 8), first,
					   sm_key(SM_P256, (i / 8 + i) % 8));
	path.signer = plain_signer(first, sm_key(SM_P256, 0));
	assert_int_equal(pf_check(&path).chain, AS_SMIME_CHAIN_UNCHECKED);
	assert_int_equal(pf_check(&path).faults, AS_SMIME_FAULT_LIMIT);
}

static void a_circle_of_certificates_is_no_path(void **state)
{
	X509 *one = plain_ca("/CN=One", sm_key(SM_P256, 1), NULL, NULL);
	X509 *two = plain_ca("/CN=Two", sm_key(SM_P256, 2), one, sm_key(SM_P256, 1));
	struct as_path_result result;

	(void)state;
	one = plain_ca("/CN=One", sm_key(SM_P256, 1), two, sm_key(SM_P256, 2));
	result = pf_check(&(struct pf_case){.anchors = {sm_root()},
					    .message = {one, two},
					    .signer = plain_signer(two, sm_key(SM_P256, 2))});
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNTRUSTED);
	assert_int_equal(result.subject_count, 3);
}

/* count intermediates between signer and root. */
static struct pf_case long_path(unsigned count)
{
	struct pf_case path = {.anchors = {sm_root()}};
	X509 *issuer = sm_root();
	EVP_PKEY *key = sm_root_key();

	for (unsigned i = 0; i < count; i++) {
		const char *name = as_arena_printf(pf_arena(), "/CN=Level %u", i);

		issuer = plain_ca(name, sm_key(SM_P256, i % 2), issuer, key);
		key = sm_key(SM_P256, i % 2);
		path.message[i] = issuer;
	}
	path.signer = plain_signer(issuer, key);
	return path;
}

static void a_path_may_have_sixteen_certificates_and_no_more(void **state)
{
	struct pf_case path = long_path(AS_PATH_DEPTH_MAX - 2);
	struct as_path_result result = pf_check(&path);

	(void)state;
	assert_int_equal(result.faults, 0);
	assert_int_equal(result.subject_count, AS_PATH_DEPTH_MAX);
	path = long_path(AS_PATH_DEPTH_MAX - 1);
	result = pf_check(&path);
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNCHECKED);
	assert_int_equal(result.faults, AS_SMIME_FAULT_LIMIT);
}

static EVP_PKEY *slow_key(int bits, int exponent_bits)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	BIGNUM *modulus = BN_new(), *exponent = BN_new();
	OSSL_PARAM *parameters;
	EVP_PKEY *key = NULL;

	assert_true(BN_rand(modulus, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD));
	assert_true(BN_rand(exponent, exponent_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD));
	assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus));
	assert_true(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent));
	parameters = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

static void a_key_that_takes_milliseconds_is_a_limit(void **state)
{
	EVP_PKEY *slow = slow_key(16384, 2000);
	X509 *middle = plain_ca("/CN=Slow", slow, sm_root(), sm_root_key());
	struct as_path_result result =
		pf_check(&(struct pf_case){.anchors = {sm_root()},
					   .message = {middle},
					   .signer = plain_signer(middle, sm_key(SM_RSA2048, 4))});

	(void)state;
	EVP_PKEY_free(slow);
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNCHECKED);
	assert_int_equal(result.faults, AS_SMIME_FAULT_LIMIT);
}

static void the_cost_of_a_key_follows_its_size(void **state)
{
	static const struct {
		const char *name;
		enum sm_key_kind kind;
		unsigned low, high;
	} cases[] = {
		{"RSA 1024", SM_RSA1024, 1, 1},
		{"RSA 2048", SM_RSA2048, 1, 1},
		{"RSA 3072", SM_RSA3072, 1, 3},
		{"P-256", SM_P256, 3, 5},
		{"P-384", SM_P384, 20, 40},
		{"P-521", SM_P521, 20, 60},
		{"Brainpool", SM_BRAINPOOL256, 10, 20},
		{"Ed25519", SM_ED25519, 4, 10},
		{"DSA", SM_DSA1024, 3, 8},
	};
	EVP_PKEY *slow = slow_key(3072, 3000);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *cert =
			plain_ca("/CN=Key", sm_key(cases[i].kind, 0), sm_root(), sm_root_key());

		print_message("case: %s: %u\n", cases[i].name, as_path_key_cost(cert));
		assert_in_range(as_path_key_cost(cert), cases[i].low, cases[i].high);
	}
	assert_in_range(as_path_key_cost(plain_ca("/CN=Key", slow, sm_root(), sm_root_key())), 200,
			600);
	EVP_PKEY_free(slow);
}

static void all_signers_of_a_message_share_one_allowance(void **state)
{
	X509 *cert = plain_ca("/CN=Key", sm_key(SM_P384, 0), sm_root(), sm_root_key());
	struct as_path_cost cost = {.checks = 0};
	unsigned paths = 0;

	(void)state;
	while (cost.message_units < AS_MESSAGE_COST_MAX && !cost.spent) {
		as_path_cost_next(&cost);
		while (as_path_charge(&cost, cert))
			assert_true(cost.units <= AS_PATH_COST_MAX);
		assert_true(cost.spent);
		cost.spent = false;
		if (++paths > 10)
			break;
	}
	assert_true(cost.message_units <= AS_MESSAGE_COST_MAX);
	as_path_cost_next(&cost);
	assert_false(as_path_charge(&cost, cert));
}

/* The signer's certificate with another algorithm identifier, both times it stands. */
static X509 *with_unknown_algorithm(X509 *cert)
{
	static const unsigned char sha256_rsa[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
						   0x0d, 0x01, 0x01, 0x0b};
	struct as_span der = sm_cert_der(cert);
	unsigned char *octets = malloc(der.size);
	const unsigned char *at = octets;
	size_t from = 0;
	X509 *changed;

	assert_non_null(octets);
	memcpy(octets, der.data, der.size);
	for (;;) {
		unsigned char *hit =
			memmem(octets + from, der.size - from, sha256_rsa, sizeof(sha256_rsa));

		if (hit == NULL)
			break;
		hit[sizeof(sha256_rsa) - 1] = 0x7f;
		from = (size_t)(hit - octets) + sizeof(sha256_rsa);
	}
	changed = d2i_X509(NULL, &at, (long)der.size);
	assert_non_null(changed);
	free(octets);
	return changed;
}

static void an_algorithm_that_is_not_known_is_unsupported_and_not_wrong(void **state)
{
	X509 *signer = with_unknown_algorithm(pf_signer());
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .message = {pf_middle()}, .signer = signer});

	(void)state;
	X509_free(signer);
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNCHECKED);
	assert_int_equal(result.faults, AS_SMIME_FAULT_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PATH_TEST(name) cmocka_unit_test_setup_teardown(name, pf_setup, pf_teardown)
		PATH_TEST(a_false_issuer_of_the_same_name_does_not_stand_in_front),
		PATH_TEST(a_false_anchor_of_the_same_name_does_not_stand_in_front),
		PATH_TEST(an_issuer_that_was_renewed_is_taken_in_its_newer_form),
		PATH_TEST(a_cross_certificate_leads_to_the_root_that_is_trusted),
		PATH_TEST(issuers_none_of_which_signed_make_a_path_invalid),
		PATH_TEST(a_web_of_certificates_of_one_name_ends_soon),
		PATH_TEST(a_circle_of_certificates_is_no_path),
		PATH_TEST(a_path_may_have_sixteen_certificates_and_no_more),
		PATH_TEST(a_key_that_takes_milliseconds_is_a_limit),
		PATH_TEST(the_cost_of_a_key_follows_its_size),
		PATH_TEST(all_signers_of_a_message_share_one_allowance),
		PATH_TEST(an_algorithm_that_is_not_known_is_unsupported_and_not_wrong),
	};
	int rc = cmocka_run_group_tests_name("smime_path_hostile", tests, NULL, NULL);

	sm_end();
	return rc;
}
