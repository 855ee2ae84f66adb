/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define YEAR (365 * SM_DAY)

/* A signer under pf_middle() that differs from the usual one in what change says. */
static X509 *odd_signer(struct sm_cert change)
{
	change.subject = "/CN=Odd";
	change.issuer = pf_middle();
	change.issuer_key = pf_middle_key();
	if (change.key == NULL)
		change.key = sm_key(SM_RSA2048, 2);
	return sm_cert(&change);
}

static X509 *odd_middle(struct sm_cert change)
{
	if (change.subject == NULL)
		change.subject = "/CN=Odd CA";
	change.issuer = sm_root();
	change.issuer_key = sm_root_key();
	if (change.key == NULL)
		change.key = sm_key(SM_RSA2048, 3);
	return sm_cert(&change);
}

static X509 *signer_under(X509 *issuer, EVP_PKEY *key)
{
	return sm_cert(&(struct sm_cert){.subject = "/CN=Bob",
					 .key = sm_key(SM_RSA2048, 2),
					 .issuer = issuer,
					 .issuer_key = key});
}

static void assert_good(const struct as_path_result *result, size_t subjects)
{
	assert_string_equal(result->reason, "");
	assert_int_equal(result->faults, 0);
	assert_int_equal(result->chain, AS_SMIME_CHAIN_TRUSTED);
	assert_int_equal(result->subject_count, subjects);
}

static void a_path_through_an_intermediate_of_the_message_is_trusted(void **state)
{
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .message = {pf_middle()}, .signer = pf_signer()});

	(void)state;
	assert_good(&result, 3);
	assert_string_equal(result.subjects[0], "CN=Alice");
	assert_string_equal(result.subjects[1], "CN=Issuing CA");
	assert_string_equal(result.subjects[2], "CN=Test Root");
}

static void an_intermediate_that_is_only_configured_is_found(void **state)
{
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .pool = {pf_middle()}, .signer = pf_signer()});

	(void)state;
	assert_good(&result, 3);
}

static void without_an_anchor_a_path_is_untrusted(void **state)
{
	X509 *own = sm_cert(&(struct sm_cert){.subject = "/CN=Self", .key = sm_key(SM_RSA2048, 2)});
	struct {
		const char *name;
		struct pf_case path;
		const char *says;
	} cases[] = {
		{"self-signed", {.anchors = {sm_root()}, .signer = own}, "is self-signed"},
		{"unknown root",
		 {.message = {pf_middle(), sm_root()}, .signer = pf_signer()},
		 "The root \"CN=Test Root\" is not trusted"},
		{"issuer missing",
		 {.anchors = {sm_root()}, .signer = pf_signer()},
		 "The issuer of \"CN=Alice\" is not known: \"CN=Issuing CA\""},
		{"nothing configured", {.signer = pf_signer()}, "is not known"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_path_result result = pf_check(&cases[i].path);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_UNTRUSTED);
		assert_int_equal(result.faults, AS_SMIME_FAULT_UNTRUSTED);
		assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNCHECKED);
		assert_non_null(strstr(result.reason, cases[i].says));
	}
}

static void a_signer_that_is_an_anchor_himself_is_trusted(void **state)
{
	X509 *own = sm_cert(&(struct sm_cert){.subject = "/CN=Self", .key = sm_key(SM_RSA2048, 2)});
	struct as_path_result result = pf_check(&(struct pf_case){.anchors = {own}, .signer = own});

	(void)state;
	assert_good(&result, 1);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_GOOD);
}

static void an_intermediate_ends_a_path_only_when_paths_may_be_partial(void **state)
{
	struct pf_case path = {.anchors = {pf_middle()}, .signer = pf_signer()};
	struct as_path_result result = pf_check(&path);

	(void)state;
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNTRUSTED);
	path.settings.partial_chain = true;
	result = pf_check(&path);
	assert_good(&result, 2);
	path = (struct pf_case){.anchors = {pf_signer()}, .signer = pf_signer()};
	path.settings.partial_chain = true;
	result = pf_check(&path);
	assert_good(&result, 1);
}

static void validity_is_judged_at_the_time_that_is_given(void **state)
{
	X509 *old = odd_signer((struct sm_cert){.not_after = SM_NOW - SM_DAY});
	X509 *early = odd_signer((struct sm_cert){.not_before = SM_NOW + SM_DAY});
	X509 *old_ca = odd_middle((struct sm_cert){.ca = true, .not_after = SM_NOW - SM_DAY});
	X509 *under_old = signer_under(old_ca, sm_key(SM_RSA2048, 3));
	struct {
		const char *name;
		X509 *signer, *middle;
		int64_t at;
		enum as_smime_chain chain;
		uint32_t faults;
	} cases[] = {
		{"expired", old, pf_middle(), SM_NOW, AS_SMIME_CHAIN_EXPIRED,
		 AS_SMIME_FAULT_EXPIRED},
		{"then", old, pf_middle(), SM_NOW - 2 * SM_DAY, AS_SMIME_CHAIN_TRUSTED, 0},
		{"not yet", early, pf_middle(), SM_NOW, AS_SMIME_CHAIN_NOT_YET_VALID,
		 AS_SMIME_FAULT_NOT_YET},
		{"issuer expired", under_old, old_ca, SM_NOW, AS_SMIME_CHAIN_EXPIRED,
		 AS_SMIME_FAULT_EXPIRED},
		{"all expired", pf_signer(), pf_middle(), SM_NOW + 2 * YEAR, AS_SMIME_CHAIN_EXPIRED,
		 AS_SMIME_FAULT_EXPIRED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_path_result result = pf_check(&(struct pf_case){
			.anchors = {sm_root()},
			.message = {cases[i].middle},
			.signer = cases[i].signer,
			.at = cases[i].at,
		});

		print_message("case: %s: %s\n", cases[i].name, result.reason);
		assert_int_equal(result.chain, cases[i].chain);
		assert_int_equal(result.faults, cases[i].faults);
	}
}

static void an_expired_signer_of_an_unknown_issuer_is_both(void **state)
{
	X509 *old = odd_signer((struct sm_cert){.not_after = SM_NOW - SM_DAY});
	struct as_path_result result = pf_check(&(struct pf_case){.signer = old});

	(void)state;
	assert_int_equal(result.chain, AS_SMIME_CHAIN_UNTRUSTED);
	assert_int_equal(result.faults, AS_SMIME_FAULT_UNTRUSTED | AS_SMIME_FAULT_EXPIRED);
	assert_true(pf_says(&result, AS_SMIME_FAULT_EXPIRED, "had expired"));
}

/* "nameConstraints", "policyConstraints" and so on of the intermediate. */
static void what_rfc_5280_refuses_makes_a_path_invalid(void **state)
{
	static const char *const names[] = {"nameConstraints=critical,permitted;email:example.com",
					    NULL};
	static const char *const excluded[] = {"nameConstraints=excluded;email:example.org", NULL};
	static const char *const length[] = {"basicConstraints=critical,CA:TRUE,pathlen:0", NULL};
	static const char *const policy[] = {"policyConstraints=requireExplicitPolicy:0", NULL};
	static const struct sm_extension unknown = {.oid = "1.2.3.4.5", .critical = true};
	struct sm_extension filled = unknown;
	EVP_PKEY *key = sm_key(SM_RSA2048, 3);
	struct {
		const char *name;
		struct sm_cert middle;
		const char *says;
	} cases[] = {
		{"no CA", {.eku = ""}, "\"CN=Odd CA\" may not issue certificates"},
		{"no keyCertSign",
		 {.ca = true, .key_usage = "critical,cRLSign"},
		 "\"CN=Odd CA\" may not issue"},
		{"length of path",
		 {.key_usage = "keyCertSign", .eku = "", .extensions = length},
		 ""},
		{"name not permitted", {.ca = true, .extensions = names}, "may not certify"},
		{"name excluded", {.ca = true, .extensions = excluded}, "forbidden to certify"},
		{"no policy", {.ca = true, .extensions = policy}, "certificate policy"},
		{"unknown extension",
		 {.ca = true, .raw = &filled, .raw_count = 1},
		 "critical extension that is not known"},
	};

	(void)state;
	filled.value = sm_null();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *middle = odd_middle(cases[i].middle);
		X509 *low = sm_cert(&(struct sm_cert){.subject = "/CN=Low CA",
						      .key = sm_key(SM_RSA2048, 4),
						      .issuer = middle,
						      .issuer_key = key,
						      .ca = true});
		X509 *signer = sm_cert(&(struct sm_cert){.subject = "/CN=Carol",
							 .key = sm_key(SM_RSA2048, 2),
							 .issuer = low,
							 .issuer_key = sm_key(SM_RSA2048, 4),
							 .email = "carol@example.org"});
		struct as_path_result result = pf_check(&(struct pf_case){
			.anchors = {sm_root()}, .message = {middle, low}, .signer = signer});

		print_message("case: %s: %s\n", cases[i].name, result.reason);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_INVALID);
		assert_int_equal(result.faults, AS_SMIME_FAULT_PATH);
		assert_true(pf_says(&result, AS_SMIME_FAULT_PATH, cases[i].says));
	}
}

static void a_certificate_that_its_issuer_did_not_sign_makes_a_path_invalid(void **state)
{
	X509 *forged = sm_cert(&(struct sm_cert){.subject = "/CN=Mallory",
						 .key = sm_key(SM_RSA2048, 5),
						 .issuer = pf_middle(),
						 .issuer_key = sm_key(SM_RSA2048, 5)});
	struct as_path_result result = pf_check(&(struct pf_case){
		.anchors = {sm_root()}, .message = {pf_middle()}, .signer = forged});

	(void)state;
	assert_int_equal(result.chain, AS_SMIME_CHAIN_INVALID);
	assert_true(pf_says(&result, AS_SMIME_FAULT_PATH, "was not signed by its issuer"));
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNCHECKED);
}

static void policies_are_followed_when_the_settings_ask_for_them(void **state)
{
	static const char *const wanted[] = {"1.2.3.4"}, *const other[] = {"1.2.3.5"};
	static const char *const any[] = {"any"};
	struct sm_extension policy = {
		.oid = "2.5.29.32",
		.value = sm_sequence(sm_sequence(sm_oid("1.2.3.4"))),
	};
	X509 *middle = odd_middle((struct sm_cert){.ca = true, .raw = &policy, .raw_count = 1});
	X509 *signer = sm_cert(&(struct sm_cert){.subject = "/CN=Dave",
						 .key = sm_key(SM_RSA2048, 2),
						 .issuer = middle,
						 .issuer_key = sm_key(SM_RSA2048, 3),
						 .raw = &policy,
						 .raw_count = 1});
	struct {
		const char *name;
		const char *const *policies;
		X509 *signer, *middle;
		enum as_smime_chain chain;
	} cases[] = {
		{"none is asked for", NULL, signer, middle, AS_SMIME_CHAIN_TRUSTED},
		{"any is asked for", any, signer, middle, AS_SMIME_CHAIN_TRUSTED},
		{"that one", wanted, signer, middle, AS_SMIME_CHAIN_TRUSTED},
		{"another one", other, signer, middle, AS_SMIME_CHAIN_INVALID},
		{"a path without", any, pf_signer(), pf_middle(), AS_SMIME_CHAIN_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pf_case path = {.anchors = {sm_root()},
				       .message = {cases[i].middle},
				       .signer = cases[i].signer,
				       .settings = {.explicit_policy = true,
						    .policies = cases[i].policies,
						    .policy_count = cases[i].policies != NULL}};
		struct as_path_result result = pf_check(&path);

		print_message("case: %s: %s\n", cases[i].name, result.reason);
		assert_int_equal(result.chain, cases[i].chain);
	}
}

static void a_signer_needs_a_key_and_a_certificate_for_mail(void **state)
{
	static const struct {
		const char *name, *key_usage, *eku;
		uint32_t faults;
	} cases[] = {
		{"digitalSignature", "digitalSignature", NULL, 0},
		{"nonRepudiation", "critical,nonRepudiation", NULL, 0},
		{"no key usage", "", NULL, 0},
		{"encryption only", "critical,keyEncipherment", NULL, AS_SMIME_FAULT_KEY_USAGE},
		{"no extended usage", NULL, "", 0},
		{"any", NULL, "anyExtendedKeyUsage", 0},
		{"critical any", NULL, "critical,anyExtendedKeyUsage", 0},
		{"mail and more", NULL, "clientAuth,emailProtection", 0},
		{"web only", NULL, "serverAuth,clientAuth", AS_SMIME_FAULT_EKU},
		{"neither", "keyAgreement", "timeStamping",
		 AS_SMIME_FAULT_EKU | AS_SMIME_FAULT_KEY_USAGE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		X509 *signer = odd_signer(
			(struct sm_cert){.key_usage = cases[i].key_usage, .eku = cases[i].eku});
		struct as_path_result result = pf_check(&(struct pf_case){
			.anchors = {sm_root()}, .message = {pf_middle()}, .signer = signer});

		print_message("case: %s: %s\n", cases[i].name, result.reason);
		assert_int_equal(result.faults, cases[i].faults);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_TRUSTED);
	}
}

static void an_intermediate_for_other_uses_cannot_speak_for_mail(void **state)
{
	X509 *web = odd_middle((struct sm_cert){.ca = true, .eku = "serverAuth"});
	X509 *mail = odd_middle((struct sm_cert){.ca = true, .eku = "emailProtection,serverAuth"});
	struct as_path_result result =
		pf_check(&(struct pf_case){.anchors = {sm_root()},
					   .message = {web},
					   .signer = signer_under(web, sm_key(SM_RSA2048, 3))});

	(void)state;
	assert_int_equal(result.faults, AS_SMIME_FAULT_EKU);
	assert_true(pf_says(&result, AS_SMIME_FAULT_EKU, "may not certify for mail"));
	result = pf_check(&(struct pf_case){.anchors = {sm_root()},
					    .message = {mail},
					    .signer = signer_under(mail, sm_key(SM_RSA2048, 3))});
	assert_good(&result, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PATH_TEST(name) cmocka_unit_test_setup_teardown(name, pf_setup, pf_teardown)
		PATH_TEST(a_path_through_an_intermediate_of_the_message_is_trusted),
		PATH_TEST(an_intermediate_that_is_only_configured_is_found),
		PATH_TEST(without_an_anchor_a_path_is_untrusted),
		PATH_TEST(a_signer_that_is_an_anchor_himself_is_trusted),
		PATH_TEST(an_intermediate_ends_a_path_only_when_paths_may_be_partial),
		PATH_TEST(validity_is_judged_at_the_time_that_is_given),
		PATH_TEST(an_expired_signer_of_an_unknown_issuer_is_both),
		PATH_TEST(what_rfc_5280_refuses_makes_a_path_invalid),
		PATH_TEST(a_certificate_that_its_issuer_did_not_sign_makes_a_path_invalid),
		PATH_TEST(policies_are_followed_when_the_settings_ask_for_them),
		PATH_TEST(a_signer_needs_a_key_and_a_certificate_for_mail),
		PATH_TEST(an_intermediate_for_other_uses_cannot_speak_for_mail),
	};
	int rc = cmocka_run_group_tests_name("smime_path", tests, NULL, NULL);

	sm_end();
	return rc;
}
