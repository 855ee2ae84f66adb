/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/x509v3.h>

#define HOUR ((int64_t)3600)

/* A list of the usual issuer, or of the root. */
static X509_CRL *middle_crl(struct sm_crl change, X509 *revoked)
{
	change.issuer = pf_middle();
	if (change.key == NULL)
		change.key = pf_middle_key();
	change.revoked = &revoked;
	change.revoked_count = revoked != NULL;
	return sm_crl(&change);
}

static X509_CRL *root_crl(X509 *revoked)
{
	return sm_crl(&(struct sm_crl){.issuer = sm_root(),
				       .key = sm_root_key(),
				       .revoked = &revoked,
				       .revoked_count = revoked != NULL});
}

static struct pf_case usual(void)
{
	return (struct pf_case){
		.anchors = {sm_root()}, .message = {pf_middle()}, .signer = pf_signer()};
}

static void without_lists_revocation_is_unknown_and_a_fault_only_when_asked_for(void **state)
{
	static const struct {
		enum as_smime_revocation_mode mode;
		enum as_smime_revocation revocation;
		uint32_t faults;
	} cases[] = {
		{AS_SMIME_REVOCATION_SOFT, AS_SMIME_REVOCATION_UNKNOWN, 0},
		{AS_SMIME_REVOCATION_HARD, AS_SMIME_REVOCATION_UNKNOWN, AS_SMIME_FAULT_REVOCATION},
		{AS_SMIME_REVOCATION_NONE, AS_SMIME_REVOCATION_OFF, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_smime_notes notes = {.arena = pf_arena()};
		struct pf_case path = usual();
		struct as_path_result result;

		path.settings.revocation = cases[i].mode;
		result = pf_check(&path);
		assert_int_equal(result.chain, AS_SMIME_CHAIN_TRUSTED);
		assert_int_equal(result.revocation, cases[i].revocation);
		assert_int_equal(result.faults, cases[i].faults);
		as_path_notes(&notes, NULL, &result, NULL);
		assert_int_equal(as_smime_noted(&notes, NULL, "smime.revocation_unknown"),
				 cases[i].mode != AS_SMIME_REVOCATION_NONE);
	}
}

static void lists_of_all_issuers_make_a_path_good(void **state)
{
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.crls[0] = middle_crl((struct sm_crl){.number = 1}, NULL);
	path.crls[1] = root_crl(NULL);
	path.settings.revocation = AS_SMIME_REVOCATION_HARD;
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_GOOD);
	assert_int_equal(result.faults, 0);
	assert_null(result.texts);
}

static void a_revoked_certificate_anywhere_in_the_path_counts(void **state)
{
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.crls[0] = middle_crl((struct sm_crl){.number = 1}, pf_signer());
	path.crls[1] = root_crl(NULL);
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_REVOKED);
	assert_int_equal(result.faults, AS_SMIME_FAULT_REVOKED);
	assert_true(pf_says(&result, AS_SMIME_FAULT_REVOKED, "\"CN=Alice\" is revoked"));
	path.crls[0] = middle_crl((struct sm_crl){.number = 1}, NULL);
	path.crls[1] = root_crl(pf_middle());
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_REVOKED);
	assert_true(pf_says(&result, AS_SMIME_FAULT_REVOKED, "\"CN=Issuing CA\" is revoked"));
	path.settings.revocation = AS_SMIME_REVOCATION_NONE;
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_OFF);
	assert_int_equal(result.faults, 0);
}

static void a_list_that_cannot_be_used_leaves_revocation_unknown(void **state)
{
	struct sm_extension critical = {.oid = "1.2.3.4.5", .critical = true, .value = sm_null()};
	struct {
		const char *name;
		X509_CRL *crl;
		const char *says;
	} cases[] = {
		{"missing", NULL, "there is no list of its issuer"},
		{"out of date",
		 middle_crl((struct sm_crl){.this_update = SM_NOW - 40 * SM_DAY,
					    .next_update = SM_NOW - SM_DAY},
			    NULL),
		 "out of date"},
		{"later", middle_crl((struct sm_crl){.this_update = SM_NOW + SM_DAY}, NULL),
		 "from a later time"},
		{"of another key", middle_crl((struct sm_crl){.key = sm_key(SM_RSA2048, 9)}, NULL),
		 "not signed by its issuer"},
		{"of another key, naming the signer",
		 middle_crl((struct sm_crl){.key = sm_key(SM_RSA2048, 9)}, pf_signer()),
		 "not signed by its issuer"},
		{"with an unknown extension",
		 middle_crl((struct sm_crl){.raw = &critical, .raw_count = 1}, pf_signer()),
		 "cannot be used"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int hard = 0; hard < 2; hard++) {
			struct pf_case path = usual();
			struct as_path_result result;

			path.crls[0] = root_crl(NULL);
			path.crls[1] = cases[i].crl;
			path.settings.revocation =
				hard ? AS_SMIME_REVOCATION_HARD : AS_SMIME_REVOCATION_SOFT;
			print_message("case: %s\n", cases[i].name);
			result = pf_check(&path);
			assert_int_equal(result.chain, AS_SMIME_CHAIN_TRUSTED);
			assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNKNOWN);
			assert_int_equal(result.faults, hard ? AS_SMIME_FAULT_REVOCATION : 0);
			assert_true(pf_says(&result, AS_SMIME_FAULT_REVOCATION, cases[i].says));
		}
}

static void an_old_list_that_names_the_signer_still_counts(void **state)
{
	struct pf_case path = usual();

	(void)state;
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.this_update = SM_NOW - 40 * SM_DAY,
						  .next_update = SM_NOW - SM_DAY,
						  .revoked_at = SM_NOW - 41 * SM_DAY},
				  pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
}

static void a_later_list_counts_for_what_was_revoked_before(void **state)
{
	struct pf_case path = usual();

	(void)state;
	path.at = SM_NOW - 10 * SM_DAY;
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.revoked_at = SM_NOW - HOUR}, pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_UNKNOWN);
	path.crls[1] = middle_crl((struct sm_crl){.revoked_at = SM_NOW - 20 * SM_DAY}, pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
}

static void a_foreign_list_does_not_hide_the_issuers_own(void **state)
{
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.pool[0] = pf_middle();
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.this_update = SM_NOW - 2 * SM_DAY}, NULL);
	path.crls[2] = middle_crl(
		(struct sm_crl){.this_update = SM_NOW - HOUR, .key = sm_key(SM_RSA2048, 9)},
		pf_signer());
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_GOOD);
}

/* --- lists within the message --------------------------------------------------------- */

static void a_list_of_the_message_is_used_when_its_issuer_made_it(void **state)
{
	struct pf_case path = usual();

	(void)state;
	path.message_crls[0] = middle_crl((struct sm_crl){.number = 1}, NULL);
	path.message_crls[1] = root_crl(NULL);
	path.settings.revocation = AS_SMIME_REVOCATION_HARD;
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_GOOD);
	path.message_crls[0] = middle_crl((struct sm_crl){.number = 1}, pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
}

static void a_forged_list_of_the_message_is_not_looked_at(void **state)
{
	EVP_PKEY *own = sm_key(SM_RSA2048, 9);
	X509 *twin =
		sm_cert(&(struct sm_cert){.subject = "/CN=Issuing CA", .key = own, .ca = true});
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.message[1] = twin;
	path.message_crls[0] = sm_crl(&(struct sm_crl){
		.issuer = twin, .key = own, .this_update = SM_NOW - HOUR, .number = 9});
	path.crls[0] = root_crl(NULL);
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNKNOWN);
	/* Neither does it stand in front of the true one. */
	path.crls[1] = middle_crl((struct sm_crl){.number = 1}, pf_signer());
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_REVOKED);
}

static void an_older_list_of_the_message_does_not_hide_a_revocation(void **state)
{
	struct pf_case path = usual();

	(void)state;
	path.message_crls[0] =
		middle_crl((struct sm_crl){.this_update = SM_NOW - 5 * SM_DAY, .number = 1}, NULL);
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.number = 2}, pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
}

static void a_newer_list_of_the_message_tells_of_a_revocation(void **state)
{
	struct pf_case path = usual();

	(void)state;
	path.message_crls[0] =
		middle_crl((struct sm_crl){.this_update = SM_NOW - HOUR, .number = 2}, pf_signer());
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.number = 1}, NULL);
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
}

/* --- kinds of lists ---------------------------------------------------------------------- */

static void a_delta_list_adds_to_its_base(void **state)
{
	static const char *const freshest[] = {"freshestCRL=URI:http://ca.example/delta", NULL};
	struct sm_extension delta = {.oid = "2.5.29.27", .critical = true, .value = sm_uint(1)};
	struct pf_case path = usual();

	(void)state;
	path.crls[0] = root_crl(NULL);
	path.crls[1] = middle_crl((struct sm_crl){.number = 1, .extensions = freshest}, NULL);
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_GOOD);
	path.crls[2] = middle_crl(
		(struct sm_crl){
			.number = 2, .this_update = SM_NOW - HOUR, .raw = &delta, .raw_count = 1},
		pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_REVOKED);
	/* A delta that another key made says nothing, and neither does it confirm. */
	path.crls[2] = middle_crl((struct sm_crl){.number = 2,
						  .this_update = SM_NOW - HOUR,
						  .key = sm_key(SM_RSA2048, 9),
						  .raw = &delta,
						  .raw_count = 1},
				  pf_signer());
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_UNKNOWN);
}

static void a_list_may_be_signed_with_a_key_of_its_own(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 10);
	X509 *lists = sm_cert(&(struct sm_cert){.subject = "/CN=Issuing CA",
						.key = key,
						.issuer = sm_root(),
						.issuer_key = sm_root_key(),
						.key_usage = "critical,cRLSign",
						.eku = ""});
	X509_CRL *crl = sm_crl(&(struct sm_crl){.issuer = lists, .key = key});
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.pool[0] = lists;
	path.crls[0] = root_crl(NULL);
	path.crls[1] = crl;
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_GOOD);
	/* Its own certificate must not be revoked. */
	path.crls[0] = root_crl(lists);
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNKNOWN);
}

static struct as_span name_der(const X509_NAME *name)
{
	const unsigned char *der;
	size_t size;

	assert_int_equal(X509_NAME_get0_der(name, &der, &size), 1);
	return sm_copy(der, size);
}

/* fullName of a DistributionPointName */
static struct as_span point_name(void)
{
	return sm_tlv(0xa0, sm_tlv(0xa0, sm_tlv(0x86, sm_text("http://lists.example/all.crl"))));
}

/* An indirect list that names one certificate of another issuer (RFC 5280 s5.3.3). */
static X509_CRL *indirect_crl(X509 *lists, EVP_PKEY *key, X509 *revoked)
{
	const struct sm_extension scope = {
		.oid = "2.5.29.28",
		.critical = true,
		.value = sm_sequence(sm_join(2, point_name(), sm_tlv(0x84, sm_text("\xff"))))};
	X509_CRL *crl = sm_crl(&(struct sm_crl){.issuer = lists,
						.key = key,
						.revoked = &revoked,
						.revoked_count = 1,
						.raw = &scope,
						.raw_count = 1});
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	X509_REVOKED *entry = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(crl), 0);

	GENERAL_NAME_set0_value(name, GEN_DIRNAME, X509_NAME_dup(X509_get_issuer_name(revoked)));
	sk_GENERAL_NAME_push(names, name);
	assert_int_equal(X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names, 1, 0), 1);
	GENERAL_NAMES_free(names);
	assert_true(X509_CRL_sign(crl, key, EVP_sha256()) > 0);
	return crl;
}

/* What is not known of the signer of a list must not silence it where that is no fault:
 * the list does not speak of its own signer, but of the signer of the mail it does. */
static void an_indirect_list_counts_though_nothing_is_known_of_its_signer(void **state)
{
	EVP_PKEY *key = sm_key(SM_RSA2048, 10);
	X509 *lists = sm_cert(&(struct sm_cert){.subject = "/CN=Lists",
						.key = key,
						.issuer = pf_middle(),
						.issuer_key = pf_middle_key(),
						.key_usage = "critical,cRLSign",
						.eku = ""});
	struct as_span issuer = sm_tlv(0xa2, sm_tlv(0xa4, name_der(X509_get_subject_name(lists))));
	const struct sm_extension points = {
		.oid = "2.5.29.31",
		.value = sm_sequence(sm_sequence(sm_join(2, point_name(), issuer)))};
	struct pf_case path = usual();
	struct as_path_result result;

	(void)state;
	path.signer = sm_cert(&(struct sm_cert){.subject = "/CN=Alice",
						.key = sm_key(SM_RSA2048, 2),
						.issuer = pf_middle(),
						.issuer_key = pf_middle_key(),
						.email = "alice@example.org",
						.raw = &points,
						.raw_count = 1});
	path.pool[0] = lists;
	path.crls[0] = root_crl(NULL);
	path.crls[1] = indirect_crl(lists, key, path.signer);
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_REVOKED);
	path.crls[1] = indirect_crl(lists, key, pf_signer());
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_UNKNOWN);
	path.crls[2] = middle_crl((struct sm_crl){.number = 1}, NULL);
	path.crls[1] = indirect_crl(lists, key, pf_signer());
	result = pf_check(&path);
	assert_int_equal(result.revocation, AS_SMIME_REVOCATION_GOOD);
}

static void an_anchor_needs_no_list(void **state)
{
	X509 *signer = sm_leaf("alice@example.org", sm_key(SM_RSA2048, 2));
	struct pf_case path = {.anchors = {sm_root()}, .signer = signer};

	(void)state;
	path.settings.revocation = AS_SMIME_REVOCATION_HARD;
	path.crls[0] = root_crl(NULL);
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_GOOD);
	path = (struct pf_case){.anchors = {pf_middle()}, .signer = pf_signer()};
	path.settings.partial_chain = true;
	path.crls[0] = middle_crl((struct sm_crl){.number = 1}, NULL);
	assert_int_equal(pf_check(&path).revocation, AS_SMIME_REVOCATION_GOOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define PATH_TEST(name) cmocka_unit_test_setup_teardown(name, pf_setup, pf_teardown)
		PATH_TEST(without_lists_revocation_is_unknown_and_a_fault_only_when_asked_for),
		PATH_TEST(lists_of_all_issuers_make_a_path_good),
		PATH_TEST(a_revoked_certificate_anywhere_in_the_path_counts),
		PATH_TEST(a_list_that_cannot_be_used_leaves_revocation_unknown),
		PATH_TEST(an_old_list_that_names_the_signer_still_counts),
		PATH_TEST(a_later_list_counts_for_what_was_revoked_before),
		PATH_TEST(a_foreign_list_does_not_hide_the_issuers_own),
		PATH_TEST(a_list_of_the_message_is_used_when_its_issuer_made_it),
		PATH_TEST(a_forged_list_of_the_message_is_not_looked_at),
		PATH_TEST(an_older_list_of_the_message_does_not_hide_a_revocation),
		PATH_TEST(a_newer_list_of_the_message_tells_of_a_revocation),
		PATH_TEST(a_delta_list_adds_to_its_base),
		PATH_TEST(a_list_may_be_signed_with_a_key_of_its_own),
		PATH_TEST(an_indirect_list_counts_though_nothing_is_known_of_its_signer),
		PATH_TEST(an_anchor_needs_no_list),
	};
	int rc = cmocka_run_group_tests_name("smime_revocation", tests, NULL, NULL);

	sm_end();
	return rc;
}
