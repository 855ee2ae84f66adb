/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_cms_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What a mail can hold. */
#define LARGE_BYTES ((size_t)3 * 1024 * 1024)

static struct as_span signed_info(struct as_span encap, struct as_span certs,
				  struct as_span signers)
{
	return fix_content_info(SM_OID_SIGNED, fix_signed(encap, certs, FIX_NONE, signers));
}

static struct as_span signer_with(struct as_span attributes)
{
	struct as_span id = sm_sequence(sm_join(2, sm_sequence(FIX_NONE), sm_uint(1)));

	return sm_set(sm_sequence(sm_join(6, sm_uint(1), id, sm_algorithm(OID_SHA256, FIX_NONE),
					  attributes, sm_algorithm(OID_RSA, FIX_NONE),
					  sm_octets(sm_text("v")))));
}

static void assert_reasons(const struct as_span *objects, const char *const *reasons, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct as_cms_parse *parse = fix_parse(objects[i]);

		print_message("case: %s\n", reasons[i]);
		assert_string_equal(parse->reason, reasons[i]);
		assert_int_equal(parse->result, AS_CMS_MALFORMED);
	}
}

static void a_malformed_signature_says_which_field_is_wrong(void **state)
{
	struct as_span one = sm_set(fix_signer());
	struct as_span oid = sm_oid(SM_OID_DATA);
	struct as_span unsigned_value = sm_join(2, sm_algorithm(OID_RSA, FIX_NONE), sm_null());
	const struct as_span objects[] = {
		sm_sequence(sm_oid(SM_OID_SIGNED)),
		fix_content_info(SM_OID_SIGNED, sm_sequence(FIX_NONE)),
		fix_content_info(SM_OID_SIGNED, sm_sequence(sm_tlv(2, sm_text("\xff")))),
		fix_content_info(SM_OID_SIGNED, sm_sequence(sm_join(2, sm_uint(1), one))),
		signed_info(sm_sequence(sm_uint(1)), FIX_NONE, one),
		signed_info(sm_sequence(sm_tlv(6, sm_text("\x2a\x86"))), FIX_NONE, one),
		signed_info(sm_sequence(sm_join(2, oid, sm_tlv(0xa0, FIX_NONE))), FIX_NONE, one),
		signed_info(sm_sequence(sm_join(2, oid, sm_tlv(0xa0, sm_uint(1)))), FIX_NONE, one),
		signed_info(sm_sequence(sm_join(2, oid, sm_tlv(0x80, sm_text("t")))), FIX_NONE,
			    one),
		signed_info(sm_sequence(sm_join(2, oid,
						sm_tlv(0xa0, sm_tlv(0x24, sm_text("\x02\x01z"))))),
			    FIX_NONE, one),
		signed_info(fix_encap("t"), sm_tlv(0xa0, sm_uint(1)), one),
		signed_info(fix_encap("t"), FIX_NONE, FIX_NONE),
		signed_info(fix_encap("t"), FIX_NONE, sm_join(2, one, sm_uint(1))),
		signed_info(fix_encap("t"), FIX_NONE, sm_set(sm_join(2, fix_signer(), sm_uint(1)))),
		signed_info(fix_encap("t"), FIX_NONE, sm_set(sm_sequence(sm_uint(1)))),
		signed_info(fix_encap("t"), FIX_NONE, signer_with(sm_tlv(0xa0, sm_uint(1)))),
		signed_info(fix_encap("t"), FIX_NONE, signer_with(sm_tlv(0x80, sm_uint(1)))),
		signed_info(fix_encap("t"), FIX_NONE, signer_with(unsigned_value)),
	};
	static const char *const reasons[] = {
		"content is missing",
		"version is missing",
		"version is no number of its range",
		"digestAlgorithms has a member that is no AlgorithmIdentifier",
		"eContentType is missing: an element with tag 0x02 stands in its place",
		"eContentType is no object identifier",
		"eContent is missing",
		"eContent is no OCTET STRING though its type is data",
		"eContent has no members where it needs some",
		"eContent has pieces that are no OCTET STRING",
		"certificates has a member that is no SEQUENCE",
		"signerInfos is missing",
		"SignedData has fields that do not belong there",
		"SignerInfo of signer 2 is missing: an element with tag 0x02 stands in its place",
		"sid of signer 1 is missing",
		"Attribute of signer 1 is missing: an element with tag 0x02 stands in its place",
		"signedAttrs of signer 1 has no members where it needs some",
		"signature of signer 1 is missing: an element with tag 0x05 stands in its place",
	};
	(void)state;

	assert_int_equal(COUNT(objects), COUNT(reasons));
	assert_reasons(objects, reasons, COUNT(objects));
}

static void a_malformed_envelope_says_which_field_is_wrong(void **state)
{
	struct as_span rsa = sm_algorithm(OID_RSA, FIX_NONE), key = sm_octets(sm_text("k"));
	struct as_span v = sm_uint(0);
	struct as_span public_key = sm_tlv(0xa0, sm_tlv(0xa1, FIX_NONE));
	const struct as_span objects[] = {
		fix_enveloped(FIX_NONE),
		fix_enveloped(sm_uint(1)),
		fix_enveloped(sm_tlv(0xa5, FIX_NONE)),
		fix_enveloped(sm_join(2, fix_ktri(), sm_sequence(sm_join(2, v, rsa)))),
		fix_enveloped(sm_tlv(0xa1, sm_join(4, v, public_key, rsa, sm_sequence(FIX_NONE)))),
		fix_enveloped(sm_tlv(0xa1, sm_join(2, v, sm_tlv(0xa0, FIX_NONE)))),
		fix_enveloped(sm_tlv(0xa1, sm_join(3, v, public_key, sm_tlv(0x81, FIX_NONE)))),
		fix_enveloped(sm_tlv(0xa2, sm_join(2, v, sm_sequence(FIX_NONE)))),
		fix_enveloped(sm_tlv(0xa3, sm_join(3, v, sm_tlv(0xa0, FIX_NONE), rsa))),
		fix_enveloped(sm_tlv(0xa3, sm_join(4, v, rsa, key, key))),
		fix_enveloped(sm_tlv(0xa4, sm_oid(OID_RSA))),
		fix_content_info(OID_ENVELOPED,
				 sm_sequence(sm_join(3, v, sm_set(fix_ktri()),
						     fix_encrypted(sm_tlv(0xa0, sm_uint(1)))))),
		fix_content_info(OID_AUTHENVELOPED, sm_sequence(sm_join(3, v, sm_set(fix_ktri()),
									fix_encrypted(FIX_NONE)))),
	};
	static const char *const reasons[] = {
		"recipientInfos is empty",
		"RecipientInfo of recipient 1 is of no known kind",
		"RecipientInfo of recipient 1 is of no known kind",
		"rid of recipient 2 is no IssuerAndSerialNumber",
		"recipientEncryptedKeys of recipient 1 is empty",
		"originator of recipient 1 is missing",
		"ukm of recipient 1 has no members where it needs some",
		"kekid of recipient 1 is missing",
		"keyDerivationAlgorithm of recipient 1 is no AlgorithmIdentifier",
		"RecipientInfo of recipient 1 has fields that do not belong there",
		"oriValue of recipient 1 is missing",
		"encryptedContent has pieces that are no OCTET STRING",
		"mac is missing",
	};
	(void)state;

	assert_int_equal(COUNT(objects), COUNT(reasons));
	assert_reasons(objects, reasons, COUNT(objects));
}

static void what_is_no_cms_is_told_from_what_is_malformed(void **state)
{
	const struct {
		const char *name;
		struct as_span octets;
	} cases[] = {
		{"nothing", FIX_NONE},
		{"text", sm_text("Hello")},
		{"a number", sm_uint(1)},
		{"certificate", sm_cert_der(sm_root())},
		{"id-data", fix_content_info(SM_OID_DATA, sm_octets(sm_text("t")))},
		{"unknown type", fix_content_info("1.2.3.4", sm_octets(sm_text("t")))},
		{"PKCS #12",
		 sm_sequence(sm_join(2, sm_uint(3),
				     fix_content_info(SM_OID_DATA, sm_octets(sm_text("t")))))},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_cms_parse *parse = fix_parse(cases[i].octets);

		print_message("case: %s: %s\n", cases[i].name, parse->reason);
		assert_int_equal(parse->result, AS_CMS_NOT_CMS);
		assert_string_not_equal(parse->reason, "");
		assert_int_equal(as_cms_state(&parse->cms, false), AS_SMIME_MALFORMED);
	}
}

/* The last octet of what tells the type: headers and identifier. */
#define TYPE_END 15u

static void an_object_cut_off_anywhere_is_malformed_and_keeps_its_type(void **state)
{
	(void)state;

	for (int indefinite = 0; indefinite < 2; indefinite++) {
		struct as_span whole = fix_usual();

		if (indefinite)
			whole = fix_indefinite(whole);
		for (size_t size = 0; size < whole.size; size++) {
			/* A copy of its own, so that a read behind it is seen. */
			unsigned char *part = malloc(size + 1);
			const struct as_cms_parse *parse;

			assert_non_null(part);
			memmove(part + 1, whole.data, size);
			parse = fix_parse(as_span_make(part + 1, size));
			assert_true(parse->result == AS_CMS_MALFORMED ||
				    (parse->result == AS_CMS_NOT_CMS && size < TYPE_END));
			if (size >= TYPE_END) {
				assert_non_null(strstr(parse->reason, "the object is cut off in "));
				assert_int_equal(parse->cms.type.known->id, AS_OID_SIGNED_DATA);
			}
			free(part);
		}
	}
}

static void a_cut_says_how_much_is_there(void **state)
{
	struct as_span whole = fix_usual();
	const struct as_cms_parse *parse = fix_parse(as_span_slice(whole, 0, whole.size - 3));
	char reason[160];
	(void)state;

	snprintf(reason, sizeof(reason),
		 "the object is cut off in signature of signer 1: %zu of %zu octets are there",
		 whole.size - 3, whole.size);
	assert_string_equal(parse->reason, reason);
	assert_int_equal(parse->cms.cert_count, 1);
	assert_int_equal(parse->cms.econtent.size, 4);
}

static void a_length_beyond_the_parent_is_no_cut(void **state)
{
	struct as_span set = sm_tlv(0x31, sm_text("\x30\x7f"));
	const struct as_cms_parse *parse = fix_parse(signed_info(fix_encap("t"), FIX_NONE, set));
	(void)state;

	assert_string_equal(parse->reason,
			    "SignerInfo of signer 1 is longer than what it stands in");
	assert_int_equal(parse->result, AS_CMS_MALFORMED);
}

static void lengths_near_the_end_of_the_number_range_do_not_wrap(void **state)
{
	static const unsigned char huge[] = {0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff,
					     0xff, 0xff, 0xff, 0x06, 0x09, 0x2a, 0x86,
					     0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
	const struct as_cms_parse *parse = fix_parse(as_span_make(huge, sizeof(huge)));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_MALFORMED);
	assert_int_equal(parse->cms.type.known->id, AS_OID_SIGNED_DATA);
}

/* Only the outer levels: to convert thousands of members costs. */
static struct as_span outer_indefinite(struct as_span object)
{
	struct as_ber info, oid, explicit, content;

	assert_true(as_ber_next(&object, &info));
	assert_true(as_ber_next(&info.content, &oid));
	assert_true(as_ber_next(&info.content, &explicit));
	assert_true(as_ber_next(&explicit.content, &content));
	return sm_tlv_indefinite(
		0x30, sm_join(2, oid.whole,
			      sm_tlv_indefinite(0xa0, sm_tlv_indefinite(0x30, content.content))));
}

static void counts_above_their_limit_keep_the_first_ones(void **state)
{
	struct as_span cert = sm_sequence(sm_uint(1));
	struct as_span kari_key = sm_sequence(
		sm_join(2, sm_tlv(0xa0, sm_octets(sm_text("id"))), sm_octets(sm_text("k"))));
	struct as_span kari =
		sm_tlv(0xa1, sm_join(4, sm_uint(3), sm_tlv(0xa0, sm_tlv(0xa1, FIX_NONE)),
				     sm_algorithm(OID_RSA, FIX_NONE),
				     sm_sequence(fix_repeat(kari_key, AS_CMS_RECIPIENTS_MAX + 1))));
	const struct {
		struct as_span object;
		const char *reason;
		size_t signers, certs, crls, recipients;
	} cases[] = {
		{signed_info(fix_encap("t"), FIX_NONE, sm_set(fix_repeat(fix_signer(), 5000))),
		 "more than 16 signers", AS_CMS_SIGNERS_MAX, 0, 0, 0},
		{signed_info(fix_encap("t"), sm_tlv(0xa0, fix_repeat(cert, 2000)),
			     sm_set(fix_signer())),
		 "more than 100 certificates", 1, AS_CMS_CERTS_MAX, 0, 0},
		{signed_info(fix_encap("t"), sm_tlv(0xa1, fix_repeat(cert, AS_CMS_CRLS_MAX + 1)),
			     sm_set(fix_signer())),
		 "more than 32 revocation lists", 1, 0, AS_CMS_CRLS_MAX, 0},
		{fix_enveloped(fix_repeat(fix_ktri(), AS_CMS_RECIPIENTS_MAX + 1)),
		 "more than 1000 recipients", 0, 0, 0, AS_CMS_RECIPIENTS_MAX},
		{fix_enveloped(kari), "more than 1000 recipients", 0, 0, 0, AS_CMS_RECIPIENTS_MAX},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++)
		for (int indefinite = 0; indefinite < 2; indefinite++) {
			const struct as_cms_parse *parse;
			struct as_span object = cases[i].object;

			if (indefinite)
				object = outer_indefinite(object);
			parse = fix_parse(object);
			print_message("case: %s\n", cases[i].reason);
			assert_string_equal(parse->reason, cases[i].reason);
			assert_int_equal(parse->result, AS_CMS_LIMIT);
			assert_int_equal(parse->cms.signer_count, cases[i].signers);
			assert_int_equal(parse->cms.cert_count, cases[i].certs);
			assert_int_equal(parse->cms.crl_count, cases[i].crls);
			assert_int_equal(parse->cms.recipient_count, cases[i].recipients);
			assert_int_equal(parse->cms.trailing, 0);
		}
}

static void counts_at_their_limit_are_fine(void **state)
{
	const struct as_cms_parse *parse = fix_parse(signed_info(
		fix_encap("t"), sm_tlv(0xa0, fix_repeat(sm_sequence(sm_uint(1)), AS_CMS_CERTS_MAX)),
		sm_set(fix_repeat(fix_signer(), AS_CMS_SIGNERS_MAX))));
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_int_equal(parse->cms.signer_count, AS_CMS_SIGNERS_MAX);
	assert_int_equal(parse->cms.cert_count, AS_CMS_CERTS_MAX);
	parse = fix_parse(fix_enveloped(fix_repeat(fix_ktri(), AS_CMS_RECIPIENTS_MAX)));
	assert_int_equal(parse->result, AS_CMS_OK);
	assert_int_equal(parse->cms.recipient_count, AS_CMS_RECIPIENTS_MAX);
}

static void too_many_attributes_are_told_for_their_signer(void **state)
{
	struct as_span attribute = sm_attribute(SM_COUNTER, sm_null());
	struct as_span many = fix_repeat(attribute, AS_CMS_ATTRIBUTES_MAX + 1);
	const struct as_cms_parse *parse =
		fix_parse(signed_info(fix_encap("t"), FIX_NONE, signer_with(sm_tlv(0xa0, many))));
	struct as_cms_attribute *attributes;
	size_t count, found;
	bool too_many;
	(void)state;

	assert_int_equal(parse->result, AS_CMS_OK);
	assert_true(parse->cms.signers[0].too_many_attributes);
	assert_int_equal(parse->cms.signers[0].attribute_count, AS_CMS_ATTRIBUTES_MAX);
	assert_true(as_cms_attributes_read(
		fix_arena(), as_span_slice(many, 0, AS_CMS_ATTRIBUTES_MAX * attribute.size),
		&attributes, &count, &too_many));
	assert_false(too_many);
	assert_non_null(as_cms_attribute_find(attributes, count, AS_OID_COUNTER_SIGNATURE, &found));
	assert_int_equal(found, AS_CMS_ATTRIBUTES_MAX);
	assert_false(
		as_cms_attributes_read(fix_arena(), sm_uint(1), &attributes, &count, &too_many));
}

/* Shapes that cost the most per octet. Nothing is timed here; a walk that is not
 * linear would not end. */
static void three_megabytes_of_tiny_elements_are_read(void **state)
{
	struct as_span nulls = fix_repeat(sm_null(), LARGE_BYTES / 2);
	struct as_span pieces = fix_repeat(sm_octets(FIX_NONE), LARGE_BYTES / 2);
	struct as_span values = sm_tlv_indefinite(
		0x30, sm_join(2, sm_oid(SM_COUNTER), sm_tlv_indefinite(0x31, nulls)));
	struct as_span open = fix_repeat(sm_text("\x30\x80"), LARGE_BYTES / 2);
	const struct {
		const char *name;
		struct as_span object;
		enum as_cms_result result;
	} cases[] = {
		{"empty pieces of content",
		 signed_info(sm_sequence(sm_join(
				     2, sm_oid(SM_OID_DATA),
				     sm_tlv_indefinite(0xa0, sm_tlv_indefinite(0x24, pieces)))),
			     FIX_NONE, sm_set(fix_signer())),
		 AS_CMS_OK},
		{"values of an attribute",
		 signed_info(fix_encap("t"), FIX_NONE,
			     signer_with(sm_tlv_indefinite(0xa0, values))),
		 AS_CMS_OK},
		{"octets that never end", sm_join(2, sm_text("\x30\x80"), nulls), AS_CMS_NOT_CMS},
		{"levels that never end",
		 signed_info(fix_encap("t"), sm_tlv(0xa0, open), sm_set(fix_signer())),
		 AS_CMS_MALFORMED},
		{"signers that are empty",
		 signed_info(fix_encap("t"), FIX_NONE,
			     sm_set(fix_repeat(sm_sequence(FIX_NONE), LARGE_BYTES / 2))),
		 AS_CMS_MALFORMED},
		{"digests",
		 fix_content_info(
			 SM_OID_SIGNED,
			 sm_sequence(sm_join(
				 4, sm_uint(1),
				 sm_tlv_indefinite(0x31,
						   fix_repeat(sm_algorithm(OID_SHA256, FIX_NONE),
							      LARGE_BYTES / 13)),
				 fix_encap("t"), sm_set(fix_signer())))),
		 AS_CMS_OK},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_cms_parse *parse = fix_parse(cases[i].object);

		print_message("case: %s: %s\n", cases[i].name, parse->reason);
		assert_int_equal(parse->result, cases[i].result);
		assert_true(fix_arena()->used_bytes < 2 * LARGE_BYTES);
	}
}

static void without_memory_it_says_so(void **state)
{
	struct as_span object = fix_indefinite(fix_usual());
	(void)state;

	for (size_t bytes = 0; bytes < 4096; bytes += 16) {
		const struct as_cms_parse *parse = fix_parse_within(object, bytes);

		assert_true(parse->result == AS_CMS_MEMORY || parse->result == AS_CMS_OK);
		if (bytes == 0)
			assert_int_equal(parse->result, AS_CMS_MEMORY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_malformed_signature_says_which_field_is_wrong),
		cmocka_unit_test(a_malformed_envelope_says_which_field_is_wrong),
		cmocka_unit_test(what_is_no_cms_is_told_from_what_is_malformed),
		cmocka_unit_test(an_object_cut_off_anywhere_is_malformed_and_keeps_its_type),
		cmocka_unit_test(a_cut_says_how_much_is_there),
		cmocka_unit_test(a_length_beyond_the_parent_is_no_cut),
		cmocka_unit_test(lengths_near_the_end_of_the_number_range_do_not_wrap),
		cmocka_unit_test(counts_above_their_limit_keep_the_first_ones),
		cmocka_unit_test(counts_at_their_limit_are_fine),
		cmocka_unit_test(too_many_attributes_are_told_for_their_signer),
		cmocka_unit_test(three_megabytes_of_tiny_elements_are_read),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests_name("smime_cms_bad", tests, NULL, fix_end);
}
