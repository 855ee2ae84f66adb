/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimejudge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* --- content ------------------------------------------------------------------------ */

static void lone_line_feeds_are_tried_as_crlf_only_after_the_octets_as_they_are(void **state)
{
	static const char lf[] = "Content-Type: text/plain\n\nGood morning,\nAlice\n";
	struct sm_signer plain = usual(SM_RSA2048), bare = usual(SM_RSA2048),
			 edwards = usual(SM_ED25519);
	const struct sm_signer *signers[] = {&plain, &bare, &edwards};
	struct outcome outcome;

	(void)state;
	bare.no_attributes = true;
	edwards.no_attributes = true;
	for (size_t i = 0; i < 3; i++) {
		struct as_span cms = signed_by(signers[i], 1, true), over_lf;

		judge(&(struct subject){.cms = cms, .content = sm_text(lf), .canonical = true},
		      &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		done(&outcome);
		judge(&(struct subject){.cms = cms, .content = sm_text(lf)}, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		done(&outcome);
		over_lf = sm_signed_data(&(struct sm_signed){.content = sm_text(lf),
							     .detached = true,
							     .signers = signers[i],
							     .signer_count = 1});
		judge(&(struct subject){.cms = over_lf, .content = sm_text(lf), .canonical = true},
		      &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		done(&outcome);
		/* Never the other way: CRLF is not made LF. */
		judge(&(struct subject){.cms = over_lf,
					.content = sm_text(PART),
					.canonical = true},
		      &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		done(&outcome);
	}
}

static void an_own_content_in_a_detached_signature_never_counts(void **state)
{
	const struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;
	struct as_span cms;

	(void)state;
	/* C1: what was signed is inside, another text stands in the mail. */
	cms = sm_signed_data(&(struct sm_signed){
		.content = sm_text(PART), .signers = &signer, .signer_count = 1});
	judge(&(struct subject){.cms = cms, .content = sm_text("\r\nPay Mallory.\r\n")}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.econtent_in_detached"));
	assert_true(noted(&outcome, "smime.bad_digest"));
	done(&outcome);
	/* Even when both are the same, or the inner one is another text. */
	judge(&(struct subject){.cms = cms, .content = sm_text(PART)}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_VALID);
	assert_string_equal(outcome.layer.reason, "content inside of a detached signature");
	done(&outcome);
	cms = sm_signed_data(&(struct sm_signed){.content = sm_text(PART),
						 .detached = true,
						 .econtent = sm_text("other"),
						 .signers = &signer,
						 .signer_count = 1});
	judge(&(struct subject){.cms = cms, .content = sm_text(PART)}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.econtent_in_detached"));
	done(&outcome);
}

static void a_missing_content_is_never_valid(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	for (int bare = 0; bare < 2; bare++) {
		signer.no_attributes = bare == 1;
		judge(&(struct subject){.cms = signed_by(&signer, 1, true), .missing = true},
		      &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_UNCHECKED);
		assert_true(noted(&outcome, "smime.malformed"));
		done(&outcome);
	}
}

static void an_ambiguous_structure_is_never_valid(void **state)
{
	const struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = signed_by(&signer, 1, true),
				.content = sm_text(PART),
				.ambiguous = true},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_string_equal(outcome.layer.reason, "what was signed is not certain");
	done(&outcome);
}

/* --- signers ---------------------------------------------------------------------------- */

static void one_bad_signer_among_several_decides_in_any_order(void **state)
{
	struct sm_signer signers[2] = {usual(SM_RSA2048), usual(SM_P256)};
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = signed_by(signers, 2, false)}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_true(noted(&outcome, "smime.multiple_signers"));
	assert_quiet(&outcome);
	done(&outcome);
	for (size_t bad = 0; bad < 2; bad++) {
		signers[bad].broken = true;
		signers[1 - bad].broken = false;
		judge(&(struct subject){.cms = signed_by(signers, 2, false)}, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
		assert_int_equal(outcome.layer.signers[bad].signature, AS_SMIME_SIG_INVALID);
		assert_int_equal(outcome.layer.signers[1 - bad].signature, AS_SMIME_SIG_VALID);
		assert_string_equal(outcome.layer.reason, "wrong signature");
		done(&outcome);
	}
}

static void a_bad_signer_decides_before_an_unsupported_one(void **state)
{
	struct sm_signer signers[2] = {usual(SM_RSA2048), usual(SM_P256)};
	struct outcome outcome;

	(void)state;
	signers[0].algorithm = sm_algorithm("1.2.3.4.5", as_span_make(NULL, 0));
	signers[1].broken = true;
	judge(&(struct subject){.cms = signed_by(signers, 2, false)}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_string_equal(outcome.layer.reason, "wrong signature");
	done(&outcome);
}

static void signed_data_that_nobody_signed_is_not_valid(void **state)
{
	X509 *const certs[] = {sm_root()};
	struct sm_signed spec = {.content = sm_text(PART), .certs = certs, .cert_count = 1};
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = sm_signed_data(&spec)}, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_int_equal(severity_of(&outcome, "smime.no_signers"), ASSAY_MEDIUM);
	assert_string_equal(outcome.layer.reason, "nobody signed");
	done(&outcome);
	/* Without content it is a bag of certificates, and says so. */
	spec.detached = true;
	judge(&(struct subject){.cms = sm_signed_data(&spec)}, &outcome);
	assert_int_equal(outcome.layer.state, AS_SMIME_CERTS_ONLY);
	assert_int_equal(outcome.layer.valid, AS_SMIME_UNKNOWN);
	assert_false(noted(&outcome, "smime.no_signers"));
	done(&outcome);
}

static void a_signer_without_certificate_is_named_as_far_as_known(void **state)
{
	const struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = sm_signed_data(
					&(struct sm_signed){.content = sm_text(PART),
							    .signers = &signer,
							    .signer_count = 1,
							    .no_signer_certs = true})},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.signer_cert_missing"));
	assert_null(outcome.signer_certs[0]);
	assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_UNCHECKED);
	assert_string_equal(outcome.layer.signers[0].issuer, "CN=Test Root");
	assert_string_not_equal(outcome.layer.signers[0].serial, "");
	done(&outcome);
}

static void among_certificates_of_one_name_the_one_whose_key_signed_is_taken(void **state)
{
	X509 *const decoys[] = {
		sm_cert(&(struct sm_cert){.subject = "/CN=Decoy",
					  .key = sm_key(SM_RSA2048, 2),
					  .issuer = sm_root(),
					  .issuer_key = sm_root_key(),
					  .serial = 77}),
		sm_cert(&(struct sm_cert){.subject = "/CN=Real",
					  .key = sm_key(SM_RSA2048, 3),
					  .issuer = sm_root(),
					  .issuer_key = sm_root_key(),
					  .serial = 77}),
	};
	const struct sm_signer signer = {.cert = decoys[1], .key = sm_key(SM_RSA2048, 3)};
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = sm_signed_data(&(struct sm_signed){.content = sm_text(PART),
									  .signers = &signer,
									  .signer_count = 1,
									  .no_signer_certs = true,
									  .certs = decoys,
									  .cert_count = 2})},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_string_equal(outcome.layer.signers[0].subject, "CN=Real");
	done(&outcome);
}

static void a_key_identifier_of_another_certificate_does_not_help(void **state)
{
	/* Mallory's signature under the identifier of Alice's certificate. */
	struct sm_signer signer = {
		.cert = leaf(SM_RSA2048), .key = sm_key(SM_RSA2048, 5), .by_key_id = true};
	struct outcome outcome;

	(void)state;
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_true(noted(&outcome, "smime.bad_signature"));
	done(&outcome);
}

static void an_unknown_root_leaves_the_signature_good_and_the_mail_not(void **state)
{
	const struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	judge(&(struct subject){.cms = signed_by(&signer, 1, false), .trust = JUDGE_EMPTY},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_VALID);
	assert_int_equal(outcome.layer.signers[0].chain, AS_SMIME_CHAIN_UNTRUSTED);
	assert_true(noted(&outcome, "smime.untrusted"));
	done(&outcome);
}

static void a_countersignature_is_seen(void **state)
{
	const struct sm_signer notary = usual(SM_P256);
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;

	(void)state;
	signer.countersigner = &notary;
	judge_one(&signer, &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_true(outcome.layer.signers[0].countersigned);
	assert_quiet(&outcome);
	done(&outcome);
}

static void requests_for_receipts_labels_and_lists_are_told(void **state)
{
	const struct {
		const char *attribute;
		struct as_span value;
		const char *told;
	} cases[] = {
		{"1.2.840.113549.1.9.16.2.1", sm_receipt_request("boss@example.org"),
		 "boss@example.org"},
		{"1.2.840.113549.1.9.16.2.1", sm_uint(1), "cannot be read"},
		{"1.2.840.113549.1.9.16.2.2", sm_security_label("1.2.3.4", 3), "confidential"},
		{"1.2.840.113549.1.9.16.2.3", sm_ml_history("list@example.org", 2),
		 "2 mailing lists"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sm_signer signer = usual(SM_RSA2048);
		struct outcome outcome;

		signer.extra = sm_attribute(cases[i].attribute, cases[i].value);
		judge_one(&signer, &outcome);
		assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
		assert_non_null(strstr(text_of(&outcome, "smime.receipt_request"), cases[i].told));
		done(&outcome);
	}
}

static void a_signed_receipt_is_told(void **state)
{
	struct sm_signer signer = usual(SM_RSA2048);
	struct outcome outcome;
	struct as_span receipt =
		sm_sequence(sm_join(4, sm_uint(1), sm_oid(SM_OID_DATA),
				    sm_octets(sm_text("mail-4711")), sm_octets(sm_text("sig"))));

	(void)state;
	judge(&(struct subject){.cms = sm_signed_data(&(struct sm_signed){
					.content = receipt,
					.content_type = "1.2.840.113549.1.9.16.1.1",
					.signers = &signer,
					.signer_count = 1})},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_YES);
	assert_non_null(strstr(text_of(&outcome, "smime.receipt_request"), "mail-4711"));
	done(&outcome);
}

static void signatures_beyond_the_limit_are_not_computed(void **state)
{
	struct sm_signer signers[16];
	X509 *decoys[8];
	struct outcome outcome;

	(void)state;
	/* Eight certificates of one name, none of which signed: 128 checks of 50. */
	for (size_t i = 0; i < 8; i++) {
		char subject[] = "/CN=Decoy 0";

		subject[10] = (char)('0' + i);
		decoys[i] = sm_cert(&(struct sm_cert){.subject = subject,
						      .key = sm_key(SM_P521, 1),
						      .issuer = sm_root(),
						      .issuer_key = sm_root_key(),
						      .serial = 78});
	}
	for (size_t i = 0; i < 16; i++)
		signers[i] = (struct sm_signer){.cert = decoys[0], .key = sm_key(SM_P521, 2)};
	judge(&(struct subject){.cms = sm_signed_data(&(struct sm_signed){.content = sm_text(PART),
									  .signers = signers,
									  .signer_count = 16,
									  .no_signer_certs = true,
									  .certs = decoys,
									  .cert_count = 8})},
	      &outcome);
	assert_int_equal(outcome.layer.valid, AS_SMIME_NO);
	assert_int_equal(outcome.layer.signers[0].signature, AS_SMIME_SIG_INVALID);
	assert_int_equal(outcome.layer.signers[15].signature, AS_SMIME_SIG_UNCHECKED);
	assert_true(noted(&outcome, "smime.limit_exceeded"));
	done(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			lone_line_feeds_are_tried_as_crlf_only_after_the_octets_as_they_are),
		cmocka_unit_test(an_own_content_in_a_detached_signature_never_counts),
		cmocka_unit_test(a_missing_content_is_never_valid),
		cmocka_unit_test(an_ambiguous_structure_is_never_valid),
		cmocka_unit_test(one_bad_signer_among_several_decides_in_any_order),
		cmocka_unit_test(a_bad_signer_decides_before_an_unsupported_one),
		cmocka_unit_test(signed_data_that_nobody_signed_is_not_valid),
		cmocka_unit_test(a_signer_without_certificate_is_named_as_far_as_known),
		cmocka_unit_test(among_certificates_of_one_name_the_one_whose_key_signed_is_taken),
		cmocka_unit_test(a_key_identifier_of_another_certificate_does_not_help),
		cmocka_unit_test(an_unknown_root_leaves_the_signature_good_and_the_mail_not),
		cmocka_unit_test(a_countersignature_is_seen),
		cmocka_unit_test(requests_for_receipts_labels_and_lists_are_told),
		cmocka_unit_test(a_signed_receipt_is_told),
		cmocka_unit_test(signatures_beyond_the_limit_are_not_computed),
	};
	return cmocka_run_group_tests_name("smime_signer", tests, judge_set_up, judge_tear_down);
}
