/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimejudge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void an_odd_set_of_attributes_is_malformed(void **state)
{
	struct as_span digest = sm_digest("SHA256", sm_text(PART));
	struct as_span again = sm_attribute(SM_MESSAGE_DIGEST, sm_octets(digest));
	const struct {
		const char *name;
		struct sm_signer signer;
	} cases[] = {
		{"no contentType", {.no_content_type = true}},
		{"no messageDigest", {.no_message_digest = true}},
		{"other contentType", {.content_type = "1.2.840.113549.1.9.16.1.4"}},
		{"two messageDigests", {.extra = again}},
		{"messageDigest with two values",
		 {.no_message_digest = true,
		  .extra = sm_attribute(SM_MESSAGE_DIGEST,
					sm_join(2, sm_octets(digest), sm_octets(digest)))}},
		{"two contentTypes", {.extra = sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_DATA))}},
		{"two signingTimes", {.extra = sm_attribute(SM_SIGNING_TIME, sm_time(SM_NOW))}},
		{"messageDigest is an integer",
		 {.no_message_digest = true, .extra = sm_attribute(SM_MESSAGE_DIGEST, sm_uint(5))}},
		{"unsigned messageDigest", {.unsigned_attributes = again}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = cases[i].signer;
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		signer.cert = leaf(SM_RSA2048);
		signer.key = sm_key(SM_RSA2048, 1);
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_INVALID);
		assert_true(noted(&outcome, "smime.malformed"));
		assert_false(noted(&outcome, "smime.bad_signature"));
		done(&outcome);
	}
}

static void attributes_that_are_not_der_are_read_as_sent_and_as_meant(void **state)
{
	const struct as_span extra = sm_attribute("1.2.3", sm_uint(1));
	const struct {
		const char *name;
		struct sm_signer signer;
	} cases[] = {
		{"not sorted, signed in order", {.unsorted = true, .extra = extra}},
		{"not sorted, signed so",
		 {.unsorted = true, .sign_unsorted = true, .extra = extra}},
		{"indefinite length", {.attributes_indefinite = true}},
		{"indefinite and not sorted",
		 {.attributes_indefinite = true, .unsorted = true, .extra = extra}},
		{"indefinite, not sorted, signed so",
		 {.attributes_indefinite = true,
		  .unsorted = true,
		  .sign_unsorted = true,
		  .extra = extra}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = cases[i].signer;
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		signer.cert = leaf(SM_RSA2048);
		signer.key = sm_key(SM_RSA2048, 1);
		judge_one(&signer, &outcome);
		assert_string_equal(outcome.layer.reason, "");
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		assert_int_equal(severity_of(&outcome, "smime.malformed"), ASSAY_INFO);
		done(&outcome);
		signer.broken = true;
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		done(&outcome);
	}
}

static void an_object_in_ber_is_verified(void **state)
{
	const struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = sm_signed_data(&(struct sm_signed){.content = sm_text(PART),
									  .signers = &signer,
									  .signer_count = 1,
									  .indefinite = true})},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_quiet(&outcome);
	done(&outcome);
}

static void a_signature_without_attributes_is_good_but_told(void **state)
{
	struct outcome outcome;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sm_signer signer = usual(i == 0 ? SM_RSA2048 : SM_ED25519);

		signer.no_attributes = true;
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		assert_true(noted(&outcome, "smime.no_signed_attributes"));
		assert_int_equal(severity_of(&outcome, "smime.no_signed_attributes"),
				 ASSAY_SEVERITY_DEFAULT);
		done(&outcome);
	}
}

static void attributes_replayed_as_content_are_told_louder(void **state)
{
	struct as_span attributes = sm_join(
		2, sm_attribute(SM_CONTENT_TYPE, sm_oid(SM_OID_DATA)),
		sm_attribute(SM_MESSAGE_DIGEST, sm_octets(sm_digest("SHA256", sm_text(PART)))));
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	signer.no_attributes = true;
	judge(&(struct subject){.cms = sm_signed_data(
					&(struct sm_signed){.content = sm_set(attributes),
							    .signers = &signer,
							    .signer_count = 1})},
	      &outcome);
	assert_int_equal(severity_of(&outcome, "smime.no_signed_attributes"), ASSAY_MEDIUM);
	assert_non_null(
		strstr(text_of(&outcome, "smime.no_signed_attributes"), "list of attributes"));
	done(&outcome);
	judge(&(struct subject){.cms = sm_signed_data(&(struct sm_signed){
					.content = as_span_make("\x00\x01\x02\x03", 4),
					.signers = &signer,
					.signer_count = 1})},
	      &outcome);
	assert_int_equal(severity_of(&outcome, "smime.no_signed_attributes"), ASSAY_MEDIUM);
	done(&outcome);
}

static void the_certificate_that_was_signed_with_must_be_the_one_used(void **state)
{
	X509 *mine = leaf(SM_RSA2048);
	X509 *other = sm_leaf("mallory@example.org", sm_key(SM_RSA2048, 1));
	const struct {
		const char *name, *attribute;
		struct as_span value;
		enum as_smime_answer valid;
		const char *code;
	} cases[] = {
		{"V2 fits", "1.2.840.113549.1.9.16.2.47",
		 sm_signing_certificate("SHA256", sm_cert_sha256(mine)), AS_SMIME_YES, NULL},
		{"V2 with SHA-512 fits", "1.2.840.113549.1.9.16.2.47",
		 sm_signing_certificate("SHA512", sm_digest("SHA512", sm_cert_der(mine))),
		 AS_SMIME_YES, NULL},
		{"V2 of another", "1.2.840.113549.1.9.16.2.47",
		 sm_signing_certificate("SHA256", sm_cert_sha256(other)), AS_SMIME_NO,
		 "smime.bad_signature"},
		{"V2 is no sequence", "1.2.840.113549.1.9.16.2.47", sm_uint(1), AS_SMIME_NO,
		 "smime.malformed"},
		{"V1 fits", "1.2.840.113549.1.9.16.2.12",
		 sm_signing_certificate_v1(sm_digest("SHA1", sm_cert_der(mine))), AS_SMIME_YES,
		 NULL},
		{"V1 of another", "1.2.840.113549.1.9.16.2.12",
		 sm_signing_certificate_v1(sm_digest("SHA1", sm_cert_der(other))), AS_SMIME_NO,
		 "smime.bad_signature"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = usual(SM_RSA2048);
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		signer.extra = sm_attribute(cases[i].attribute, cases[i].value);
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, cases[i].valid);
		if (cases[i].code != NULL)
			assert_true(noted(&outcome, cases[i].code));
		else
			assert_quiet(&outcome);
		done(&outcome);
	}
}

static void protected_algorithms_must_be_those_that_are_used(void **state)
{
	const struct as_span none = as_span_make(NULL, 0);
	struct as_span sha256 = sm_algorithm(sm_digest_oid("SHA256"), none);
	struct as_span rsa = sm_algorithm("1.2.840.113549.1.1.1", sm_null());
	const struct {
		const char *name;
		struct as_span value;
		enum as_smime_answer valid;
		const char *code;
	} cases[] = {
		{"the same", sm_algorithm_protection(sha256, rsa), AS_SMIME_YES, NULL},
		{"NULL beside absent",
		 sm_algorithm_protection(sm_algorithm(sm_digest_oid("SHA256"), sm_null()), rsa),
		 AS_SMIME_YES, NULL},
		{"RSA with the digest named",
		 sm_algorithm_protection(sha256, sm_algorithm("1.2.840.113549.1.1.11", sm_null())),
		 AS_SMIME_YES, NULL},
		{"other digest",
		 sm_algorithm_protection(sm_algorithm(sm_digest_oid("SHA512"), none), rsa),
		 AS_SMIME_NO, "smime.bad_signature"},
		{"other signature",
		 sm_algorithm_protection(sha256, sm_algorithm("1.2.840.10045.4.3.2", none)),
		 AS_SMIME_NO, "smime.bad_signature"},
		{"RSA with another digest",
		 sm_algorithm_protection(sha256, sm_algorithm("1.2.840.113549.1.1.13", sm_null())),
		 AS_SMIME_NO, "smime.bad_signature"},
		{"without signature algorithm", sm_sequence(sha256), AS_SMIME_NO,
		 "smime.malformed"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = usual(SM_RSA2048);
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		signer.extra = sm_attribute("1.2.840.113549.1.9.52", cases[i].value);
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, cases[i].valid);
		if (cases[i].code != NULL)
			assert_true(noted(&outcome, cases[i].code));
		else
			assert_quiet(&outcome);
		done(&outcome);
	}
}

static void an_odd_time_of_signing_is_told_and_changes_nothing(void **state)
{
	static const struct {
		const char *name;
		int64_t time;
		bool told;
	} cases[] = {
		{"now", SM_NOW, false},
		{"none", SM_NO_TIME, false},
		{"twenty hours ahead", SM_NOW + 20 * 3600, false},
		{"two days ahead", SM_NOW + 2 * SM_DAY, true},
		{"before the certificate", SM_NOW - 400 * SM_DAY, true},
		{"a month ago", SM_NOW - 30 * SM_DAY, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = usual(SM_RSA2048);
		struct outcome outcome;

		print_message("case: %s\n", cases[i].name);
		signer.signing_time = cases[i].time;
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		assert_int_equal(noted(&outcome, "smime.signing_time"), cases[i].told);
		done(&outcome);
	}
}

static void a_backdated_signature_does_not_revive_an_expired_certificate(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = signed_by(&signer, 1, false), .at = SM_NOW + 800 * SM_DAY},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true((outcome.layer.signers[0].faults & AS_SMIME_FAULT_EXPIRED) != 0);
	assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_VALID);
	done(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_odd_set_of_attributes_is_malformed),
		cmocka_unit_test(attributes_that_are_not_der_are_read_as_sent_and_as_meant),
		cmocka_unit_test(an_object_in_ber_is_verified),
		cmocka_unit_test(a_signature_without_attributes_is_good_but_told),
		cmocka_unit_test(attributes_replayed_as_content_are_told_louder),
		cmocka_unit_test(the_certificate_that_was_signed_with_must_be_the_one_used),
		cmocka_unit_test(protected_algorithms_must_be_those_that_are_used),
		cmocka_unit_test(an_odd_time_of_signing_is_told_and_changes_nothing),
		cmocka_unit_test(a_backdated_signature_does_not_revive_an_expired_certificate),
	};
	return cmocka_run_group_tests_name("smime_signer_attributes", tests, judge_set_up,
					   judge_tear_down);
}
