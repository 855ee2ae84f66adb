/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_cms_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_span(struct as_span span, const char *text)
{
	assert_true(as_span_equal(span, as_span_text(text)));
}

static void a_signed_object_is_taken_apart(void **state)
{
	const struct as_cms_parse *parse = fix_parse(fix_usual());
	const struct as_cms *cms = &parse->cms;
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_string_equal(parse->reason, "");
	assert_int_equal(cms->type.known->id, AS_OID_SIGNED_DATA);
	assert_int_equal(cms->version, 1);
	assert_int_equal(cms->digest_count, 1);
	assert_int_equal(cms->digests[0].known->id, AS_OID_SHA256);
	assert_int_equal(cms->econtent_known->id, AS_OID_DATA);
	assert_span(cms->econtent, "text");
	assert_span(cms->econtent_hashed, "text");
	assert_int_equal(cms->cert_count, 1);
	assert_true(as_span_equal(cms->certs[0], sm_sequence(sm_uint(1))));
	assert_int_equal(cms->signer_count, 1);
	assert_span(cms->signers[0].value, "value");
	assert_true(as_span_equal(cms->signers[0].id.issuer, sm_sequence(FIX_NONE)));
	assert_int_equal(cms->signers[0].id.serial.data[0], 77);
	assert_int_equal(cms->signers[0].signature.known->id, AS_OID_RSA);
	assert_true(as_span_equal(cms->signers[0].signature.parameters, sm_null()));
	assert_true(as_span_equal(cms->signers[0].whole, fix_signer()));
	assert_false(cms->signers[0].has_attributes);
	assert_int_equal(cms->oddities, 0);
}

static void attributes_of_a_real_signature_are_listed(void **state)
{
	EVP_PKEY *key = sm_key(SM_P256, 1);
	X509 *cert = sm_leaf("alice@example.org", key);
	const struct as_cms_parse *parse = fix_parse(sm_sign(sm_text("hello"), false, cert, key));
	const struct as_cms_signer *signer = parse->cms.signers;
	size_t count;
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_int_equal(parse->cms.signer_count, 1);
	assert_true(signer->has_attributes);
	assert_int_equal(signer->attributes_whole.data[0], 0xa0);
	assert_int_equal(signer->attribute_count, 3);
	assert_non_null(as_cms_attribute_find(signer->attributes, signer->attribute_count,
					      AS_OID_MESSAGE_DIGEST, &count));
	assert_int_equal(count, 1);
	assert_int_equal(signer->attributes[0].value_count, 1);
	assert_null(as_cms_attribute_find(signer->attributes, signer->attribute_count,
					  AS_OID_RECEIPT_REQUEST, &count));
	assert_int_equal(count, 0);
}

static void key_identifiers_are_read_in_both_forms(void **state)
{
	struct as_span rest = sm_join(3, sm_algorithm(OID_SHA256, FIX_NONE),
				      sm_algorithm(OID_RSA, FIX_NONE), sm_octets(sm_text("v")));
	const struct as_span ids[] = {
		sm_tlv(0x80, sm_text("keyid")),
		sm_tlv(0xa0, sm_octets(sm_text("keyid"))),
	};
	(void)state;

	for (size_t i = 0; i < COUNT(ids); i++) {
		struct as_span signer = sm_sequence(sm_join(3, sm_uint(3), ids[i], rest));
		const struct as_cms_parse *parse = fix_parse(
			fix_content_info(SM_OID_SIGNED, fix_signed(fix_encap("t"), FIX_NONE,
								   FIX_NONE, sm_set(signer))));

		assert_int_equal(parse->result, AS_CMS_OK);
		assert_span(parse->cms.signers[0].id.key_id, "keyid");
		assert_int_equal(parse->cms.signers[0].id.issuer.size, 0);
	}
}

static void indefinite_lengths_at_every_level_change_nothing(void **state)
{
	const struct as_cms_parse *parse = fix_parse(fix_indefinite(fix_usual()));
	const struct as_cms *cms = &parse->cms;
	(void)state;

	assert_string_equal(parse->reason, "");
	assert_int_equal(parse->result, AS_CMS_OK);
	assert_span(cms->econtent, "text");
	assert_int_equal(cms->cert_count, 1);
	assert_int_equal(cms->signer_count, 1);
	assert_span(cms->signers[0].value, "value");
	assert_int_equal(cms->oddities, AS_CMS_BER);
	assert_int_equal(cms->trailing, 0);
}

static void pieces_of_content_are_joined_at_every_level(void **state)
{
	struct as_span inner = sm_tlv_indefinite(
		0x24, sm_join(2, sm_octets(sm_text("b")), sm_octets(sm_text("c"))));
	struct as_span outer = sm_tlv_indefinite(
		0x24, sm_join(3, sm_octets(sm_text("a")), inner, sm_octets(sm_text("d"))));
	struct as_span encap =
		sm_sequence(sm_join(2, sm_oid(SM_OID_DATA), sm_tlv_indefinite(0xa0, outer)));
	const struct as_cms_parse *parse = fix_parse(fix_content_info(
		SM_OID_SIGNED, fix_signed(encap, FIX_NONE, FIX_NONE, sm_set(fix_signer()))));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_span(parse->cms.econtent, "abcd");
}

static void a_signed_data_without_content_info_is_read_and_told(void **state)
{
	struct as_span bare =
		fix_signed(fix_encap("text"), FIX_NONE, FIX_NONE, sm_set(fix_signer()));
	(void)state;

	for (int indefinite = 0; indefinite < 2; indefinite++) {
		const struct as_cms_parse *parse =
			fix_parse(indefinite ? fix_indefinite(bare) : bare);

		assert_int_equal(parse->result, AS_CMS_OK);
		assert_true((parse->cms.oddities & AS_CMS_NO_CONTENT_INFO) != 0);
		assert_int_equal(parse->cms.type.known->id, AS_OID_SIGNED_DATA);
		assert_int_equal(parse->cms.signer_count, 1);
	}
}

static void content_of_the_old_form_is_the_element_and_hashed_without_its_header(void **state)
{
	struct as_span inside = sm_sequence(sm_uint(5));
	struct as_span encap =
		sm_sequence(sm_join(2, sm_oid("1.3.6.1.4.1.311.2.1.4"), sm_tlv(0xa0, inside)));
	const struct as_cms_parse *parse = fix_parse(fix_content_info(
		SM_OID_SIGNED, fix_signed(encap, FIX_NONE, FIX_NONE, sm_set(fix_signer()))));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_null(parse->cms.econtent_known);
	assert_true(as_span_equal(parse->cms.econtent, inside));
	assert_true(as_span_equal(parse->cms.econtent_hashed, sm_uint(5)));
}

static void fields_that_are_optional_may_be_missing(void **state)
{
	struct as_span encap = sm_sequence(sm_oid(SM_OID_DATA));
	const struct as_cms_parse *parse = fix_parse(fix_content_info(
		SM_OID_SIGNED, fix_signed(encap, FIX_NONE, FIX_NONE, sm_set(FIX_NONE))));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_false(parse->cms.has_econtent);
	assert_int_equal(parse->cms.cert_count, 0);
	assert_int_equal(parse->cms.signer_count, 0);
	assert_true(parse->cms.has_signer_infos);
}

static void octets_behind_the_object_are_counted(void **state)
{
	static const struct {
		const char *name;
		struct as_span behind;
	} cases[] = {
		{"line end", {(const unsigned char *)"\r\n", 2}},
		{"NUL padding", {(const unsigned char *)"\0\0\0\0", 4}},
		{"another object", {(const unsigned char *)"\x30\x00", 2}},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int indefinite = 0; indefinite < 2; indefinite++) {
			struct as_span object = fix_usual();
			const struct as_cms_parse *parse;

			print_message("case: %s\n", cases[i].name);
			if (indefinite)
				object = fix_indefinite(object);
			parse = fix_parse(sm_join(2, object, cases[i].behind));
			assert_int_equal(parse->result, AS_CMS_OK);
			assert_true((parse->cms.oddities & AS_CMS_TRAILING) != 0);
			assert_int_equal(parse->cms.trailing, cases[i].behind.size);
			assert_int_equal((parse->cms.oddities & AS_CMS_BER) != 0, indefinite);
		}
}

static void other_certificates_and_revocation_are_told_and_left_out(void **state)
{
	struct as_span certs =
		sm_tlv(0xa0, sm_join(2, sm_tlv(0xa1, FIX_NONE), sm_sequence(sm_uint(1))));
	struct as_span crls =
		sm_tlv(0xa1, sm_join(2, sm_sequence(sm_uint(2)), sm_tlv(0xa1, FIX_NONE)));
	const struct as_cms_parse *parse = fix_parse(fix_content_info(
		SM_OID_SIGNED, fix_signed(fix_encap("t"), certs, crls, sm_set(fix_signer()))));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_int_equal(parse->cms.oddities, AS_CMS_OTHER_CERTS | AS_CMS_OTHER_CRLS);
	assert_int_equal(parse->cms.cert_count, 1);
	assert_int_equal(parse->cms.crl_count, 1);
}

static void objects_are_recognised_by_their_first_octets(void **state)
{
	const struct {
		const char *name;
		struct as_span octets;
		bool yes;
	} cases[] = {
		{"signed", fix_usual(), true},
		{"signed, indefinite", fix_indefinite(fix_usual()), true},
		{"enveloped", fix_enveloped(fix_ktri()), true},
		{"bare SignedData",
		 fix_signed(fix_encap("t"), FIX_NONE, FIX_NONE, sm_set(FIX_NONE)), true},
		{"bare SignedData without digests",
		 sm_sequence(sm_join(3, sm_uint(1), sm_set(FIX_NONE), fix_encap("t"))), true},
		{"id-data", fix_content_info(SM_OID_DATA, sm_octets(sm_text("t"))), false},
		{"PKCS #12",
		 sm_sequence(sm_join(2, sm_uint(3),
				     fix_content_info(SM_OID_DATA, sm_octets(sm_text("t"))))),
		 false},
		{"certificate", sm_cert_der(sm_root()), false},
		{"number and empty set", sm_sequence(sm_join(2, sm_uint(1), sm_set(FIX_NONE))),
		 false},
		{"identifier without content", sm_sequence(sm_oid(SM_OID_SIGNED)), false},
		{"text", sm_text("MIIB"), false},
		{"0 and more text", sm_text("0\x80 is no object"), false},
		{"nothing", FIX_NONE, false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_cms_looks_like(cases[i].octets), cases[i].yes);
	}
}

static void the_state_follows_from_type_and_content(void **state)
{
	struct as_span detached = sm_sequence(sm_oid(SM_OID_DATA));
	struct as_span encrypted = fix_encrypted(sm_tlv(0x80, sm_text("c")));
	struct as_span zlib = sm_algorithm("1.2.840.113549.1.9.16.3.8", FIX_NONE);
	struct as_span sha256 = sm_algorithm(OID_SHA256, FIX_NONE);
	struct as_span mac = sm_octets(sm_text("mac"));
	struct as_span ktri = sm_set(fix_ktri());
	const struct {
		const char *dotted;
		struct as_span content;
		bool detached;
		enum as_smime_state state;
	} cases[] = {
		{SM_OID_SIGNED,
		 fix_signed(fix_encap("t"), FIX_NONE, FIX_NONE, sm_set(fix_signer())), false,
		 AS_SMIME_SIGNED_OPAQUE},
		{SM_OID_SIGNED, fix_signed(detached, FIX_NONE, FIX_NONE, sm_set(fix_signer())),
		 true, AS_SMIME_SIGNED_CLEAR},
		{SM_OID_SIGNED, fix_signed(detached, FIX_NONE, FIX_NONE, sm_set(FIX_NONE)), false,
		 AS_SMIME_CERTS_ONLY},
		{SM_OID_SIGNED, fix_signed(detached, FIX_NONE, FIX_NONE, sm_set(FIX_NONE)), true,
		 AS_SMIME_SIGNED_CLEAR},
		{SM_OID_SIGNED, fix_signed(fix_encap("t"), FIX_NONE, FIX_NONE, sm_set(FIX_NONE)),
		 false, AS_SMIME_SIGNED_OPAQUE},
		{OID_ENVELOPED, sm_sequence(sm_join(3, sm_uint(0), ktri, encrypted)), false,
		 AS_SMIME_ENVELOPED},
		{OID_SIGNED_AND_ENV,
		 sm_sequence(sm_join(5, sm_uint(1), ktri, sm_set(sha256), encrypted,
				     sm_set(fix_signer()))),
		 false, AS_SMIME_ENVELOPED},
		{OID_AUTHENVELOPED, sm_sequence(sm_join(4, sm_uint(0), ktri, encrypted, mac)),
		 false, AS_SMIME_AUTHENVELOPED},
		{OID_ENCRYPTED, sm_sequence(sm_join(2, sm_uint(0), encrypted)), false,
		 AS_SMIME_ENCRYPTED},
		{OID_DIGESTED, sm_sequence(sm_join(4, sm_uint(0), sha256, fix_encap("t"), mac)),
		 false, AS_SMIME_DIGESTED},
		{OID_AUTHENTICATED,
		 sm_sequence(sm_join(5, sm_uint(0), ktri, sha256, fix_encap("t"), mac)), false,
		 AS_SMIME_DIGESTED},
		{OID_COMPRESSED, sm_sequence(sm_join(3, sm_uint(0), zlib, fix_encap("t"))), false,
		 AS_SMIME_COMPRESSED},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int indefinite = 0; indefinite < 2; indefinite++) {
			struct as_span object = fix_content_info(cases[i].dotted, cases[i].content);
			const struct as_cms_parse *parse;

			print_message("case: %zu\n", i);
			parse = fix_parse(indefinite ? fix_indefinite(object) : object);
			assert_string_equal(parse->reason, "");
			assert_int_equal(parse->result, AS_CMS_OK);
			assert_int_equal(as_cms_state(&parse->cms, cases[i].detached),
					 cases[i].state);
		}
}

static void compressed_and_digested_content_is_given(void **state)
{
	struct as_span zlib = sm_algorithm("1.2.840.113549.1.9.16.3.8", FIX_NONE);
	struct as_span body = sm_sequence(sm_join(3, sm_uint(0), zlib, fix_encap("squeezed")));
	const struct as_cms_parse *parse = fix_parse(fix_content_info(OID_COMPRESSED, body));
	(void)state;

	assert_int_equal(parse->cms.compression.known->id, AS_OID_ZLIB);
	assert_span(parse->cms.econtent, "squeezed");
	body = sm_sequence(sm_join(4, sm_uint(0), sm_algorithm(OID_SHA256, FIX_NONE),
				   fix_encap("text"), sm_octets(sm_text("digest"))));
	parse = fix_parse(fix_content_info(OID_DIGESTED, body));
	assert_int_equal(parse->cms.digest.known->id, AS_OID_SHA256);
	assert_span(parse->cms.digest_value, "digest");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signed_object_is_taken_apart),
		cmocka_unit_test(attributes_of_a_real_signature_are_listed),
		cmocka_unit_test(key_identifiers_are_read_in_both_forms),
		cmocka_unit_test(indefinite_lengths_at_every_level_change_nothing),
		cmocka_unit_test(pieces_of_content_are_joined_at_every_level),
		cmocka_unit_test(a_signed_data_without_content_info_is_read_and_told),
		cmocka_unit_test(
			content_of_the_old_form_is_the_element_and_hashed_without_its_header),
		cmocka_unit_test(fields_that_are_optional_may_be_missing),
		cmocka_unit_test(octets_behind_the_object_are_counted),
		cmocka_unit_test(other_certificates_and_revocation_are_told_and_left_out),
		cmocka_unit_test(objects_are_recognised_by_their_first_octets),
		cmocka_unit_test(the_state_follows_from_type_and_content),
		cmocka_unit_test(compressed_and_digested_content_is_given),
	};
	return cmocka_run_group_tests_name("smime_cms", tests, NULL, fix_end);
}
