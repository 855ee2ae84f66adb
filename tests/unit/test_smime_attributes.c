/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/attributes.h"

#include "smime/digest.h"
#include "smime/reencode.h"
#include "smime/signer_value.h"
#include "smimemake.h"

#include <errno.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARENA_BYTES  ((size_t)64 << 20)
#define OCTETS(text) as_span_make((text), sizeof(text) - 1)

static struct as_arena arena;
static struct as_span none;

/* The SignerInfo of an object with one. */
static const struct as_cms_signer *parsed(const struct sm_signer *spec, struct as_cms *cms_out)
{
	struct sm_signer signer = *spec;
	struct as_cms_parse *parse = as_arena_alloc(&arena, sizeof(*parse));

	signer.cert = sm_root();
	signer.key = sm_root_key();
	as_cms_parse(&arena,
		     sm_signed_data(&(struct sm_signed){
			     .content = sm_text("text"), .signers = &signer, .signer_count = 1}),
		     parse);
	assert_int_equal(parse->result, AS_CMS_OK);
	*cms_out = parse->cms;
	return &parse->cms.signers[0];
}

/* --- re-encoding ------------------------------------------------------------------- */

static void ber_is_made_der(void **state)
{
	const struct {
		const char *name;
		struct as_span members, kept, sorted;
	} cases[] = {
		{"empty", {(const unsigned char *)"", 0}, OCTETS("\x31\x00"), OCTETS("\x31\x00")},
		{"already", OCTETS("\x02\x01\x05"), OCTETS("\x31\x03\x02\x01\x05"),
		 OCTETS("\x31\x03\x02\x01\x05")},
		{"long length", OCTETS("\x02\x81\x01\x05"), OCTETS("\x31\x03\x02\x01\x05"),
		 OCTETS("\x31\x03\x02\x01\x05")},
		{"order", OCTETS("\x02\x01\x07\x02\x01\x05"),
		 OCTETS("\x31\x06\x02\x01\x07\x02\x01\x05"),
		 OCTETS("\x31\x06\x02\x01\x05\x02\x01\x07")},
		{"indefinite", OCTETS("\x30\x80\x02\x01\x05\x00\x00"),
		 OCTETS("\x31\x05\x30\x03\x02\x01\x05"), OCTETS("\x31\x05\x30\x03\x02\x01\x05")},
		{"string in pieces", OCTETS("\x24\x80\x04\x01\x61\x04\x01\x62\x00\x00"),
		 OCTETS("\x31\x04\x04\x02\x61\x62"), OCTETS("\x31\x04\x04\x02\x61\x62")},
		{"inner set is always sorted", OCTETS("\x31\x06\x02\x01\x07\x02\x01\x05"),
		 OCTETS("\x31\x08\x31\x06\x02\x01\x05\x02\x01\x07"),
		 OCTETS("\x31\x08\x31\x06\x02\x01\x05\x02\x01\x07")},
		{"inner sequence never", OCTETS("\x30\x06\x02\x01\x07\x02\x01\x05"),
		 OCTETS("\x31\x08\x30\x06\x02\x01\x07\x02\x01\x05"),
		 OCTETS("\x31\x08\x30\x06\x02\x01\x07\x02\x01\x05")},
		{"large tag", OCTETS("\x9f\x81\x00\x01\x41"),
		 OCTETS("\x31\x05\x9f\x81\x00\x01\x41"), OCTETS("\x31\x05\x9f\x81\x00\x01\x41")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span set;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_reencode_set(&arena, cases[i].members, false, &set), 0);
		assert_true(as_span_equal(set, cases[i].kept));
		assert_int_equal(as_reencode_set(&arena, cases[i].members, true, &set), 0);
		assert_true(as_span_equal(set, cases[i].sorted));
		assert_true(as_ber_is_der(set));
	}
}

static void long_content_gets_the_shortest_length(void **state)
{
	static const size_t sizes[] = {0x7f, 0x80, 0xff, 0x100, 0x3000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned char *octets = as_arena_alloc(&arena, sizes[i]);
		struct as_span whole = sm_octets(as_span_make(octets, sizes[i]));
		struct as_span set;

		assert_int_equal(as_reencode_set(&arena, whole, true, &set), 0);
		assert_true(as_span_equal(set, sm_set(whole)));
	}
}

static void what_is_too_large_or_deep_or_broken_is_refused(void **state)
{
	struct as_span deep = sm_uint(1), set;
	unsigned char *large = as_arena_alloc(&arena, AS_REENCODE_BYTES_MAX + 1);

	(void)state;
	for (size_t i = 0; i < AS_REENCODE_DEPTH_MAX - 2; i++)
		deep = sm_sequence(deep);
	assert_int_equal(as_reencode_set(&arena, deep, true, &set), 0);
	for (size_t i = 0; i < 3; i++)
		deep = sm_sequence(deep);
	assert_int_equal(as_reencode_set(&arena, deep, true, &set), -EBADMSG);
	assert_int_equal(as_reencode_set(&arena, OCTETS("\x02\x05\x01"), true, &set), -EBADMSG);
	assert_int_equal(as_reencode_set(&arena, OCTETS("\x24\x03\x02\x01\x01"), true, &set),
			 -EBADMSG);
	assert_int_equal(
		as_reencode_set(&arena, as_span_make(large, AS_REENCODE_BYTES_MAX + 1), true, &set),
		-E2BIG);
}

static void der_attributes_have_one_form_and_others_up_to_three(void **state)
{
	struct as_span extra = sm_attribute("1.2.3", sm_uint(1));
	const struct {
		const char *name;
		struct sm_signer signer;
		size_t count;
		bool not_der;
	} cases[] = {
		{"DER", {0}, 1, false},
		{"not sorted", {.unsorted = true, .extra = extra}, 2, true},
		{"indefinite, sorted", {.attributes_indefinite = true}, 2, true},
		{"indefinite, not sorted",
		 {.attributes_indefinite = true, .unsorted = true, .extra = extra},
		 3,
		 true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_attribute_forms forms;
		struct as_cms cms;
		const struct as_cms_signer *signer = parsed(&cases[i].signer, &cms);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_attributes_forms(&arena, signer, &forms), 0);
		assert_int_equal(forms.count, cases[i].count);
		assert_int_equal(forms.not_der, cases[i].not_der);
		for (size_t k = 0; k < forms.count; k++)
			assert_int_equal(forms.octets[k].data[0], 0x31);
	}
}

/* --- rules ---------------------------------------------------------------------------- */

static void each_rule_for_attributes_has_its_reason(void **state)
{
	struct as_span time = sm_attribute(SM_SIGNING_TIME, sm_time(SM_NOW));
	struct as_span two =
		sm_attribute(SM_SIGNING_TIME, sm_join(2, sm_time(SM_NOW), sm_time(SM_NOW)));
	struct as_span nothing = sm_attribute(SM_SIGNING_TIME, none);
	const struct {
		const char *name;
		struct sm_signer signer;
		const char *reason;
	} cases[] = {
		{"as usual", {0}, ""},
		{"no contentType", {.no_content_type = true}, "content type attribute missing"},
		{"no messageDigest",
		 {.no_message_digest = true},
		 "message digest attribute missing"},
		{"other type",
		 {.content_type = "1.2.3"},
		 "content type attribute differs from the content's type"},
		{"type is no OID",
		 {.no_content_type = true, .extra = sm_attribute(SM_CONTENT_TYPE, sm_uint(1))},
		 "content type attribute differs from the content's type"},
		{"digest is no string",
		 {.no_message_digest = true, .extra = sm_attribute(SM_MESSAGE_DIGEST, sm_uint(1))},
		 "message digest attribute malformed"},
		{"two times", {.extra = time}, "signing time attribute more than once"},
		{"two values of time",
		 {.signing_time = SM_NO_TIME, .extra = two},
		 "signing time attribute more than once"},
		{"time without value",
		 {.signing_time = SM_NO_TIME, .extra = nothing},
		 "signing time attribute more than once"},
		{"unsigned time", {.unsigned_attributes = time}, "signing time attribute unsigned"},
		{"signed countersignature",
		 {.extra = sm_attribute(SM_COUNTER, sm_sequence(none))},
		 "countersignature among signed attributes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_attributes attributes;
		struct as_cms cms;
		const struct as_cms_signer *signer = parsed(&cases[i].signer, &cms);

		print_message("case: %s\n", cases[i].name);
		as_attributes_read(&cms, signer, &attributes);
		assert_string_equal(attributes.reason, cases[i].reason);
		assert_int_equal(attributes.faults,
				 *cases[i].reason != '\0' ? AS_SMIME_FAULT_MALFORMED : 0);
	}
}

static void a_time_is_read_or_odd_or_absent(void **state)
{
	const struct {
		const char *name;
		struct as_span value;
		int64_t time;
		bool odd;
	} cases[] = {
		{"UTCTime",
		 OCTETS("\x17\x0d"
			"251009085320Z"),
		 SM_NOW, false},
		{"GeneralizedTime",
		 OCTETS("\x18\x0f"
			"20251009085320Z"),
		 SM_NOW, false},
		{"with zone",
		 OCTETS("\x17\x11"
			"251009085320+0200"),
		 AS_SMIME_NO_TIME, true},
		{"a number", OCTETS("\x02\x01\x05"), AS_SMIME_NO_TIME, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sm_signer spec = {
			.signing_time = SM_NO_TIME,
			.extra = sm_attribute(SM_SIGNING_TIME, cases[i].value),
		};
		struct as_attributes attributes;
		struct as_cms cms;

		print_message("case: %s\n", cases[i].name);
		as_attributes_read(&cms, parsed(&spec, &cms), &attributes);
		assert_true(attributes.signing_time == cases[i].time);
		assert_int_equal(attributes.odd_time, cases[i].odd);
		assert_int_equal(attributes.faults, 0);
	}
}

static void too_many_attributes_are_a_limit(void **state)
{
	struct as_span extra = none;
	struct as_attributes attributes;
	struct sm_signer spec = {.unsorted = true};
	struct as_cms cms;

	(void)state;
	for (uint64_t i = 0; i < AS_CMS_ATTRIBUTES_MAX; i++)
		extra = sm_join(2, extra, sm_attribute("1.2.3", sm_uint(i)));
	spec.attributes = extra;
	as_attributes_read(&cms, parsed(&spec, &cms), &attributes);
	assert_int_equal(attributes.faults & AS_SMIME_FAULT_LIMIT, 0);
	spec.attributes = sm_join(2, extra, sm_attribute("1.2.3", sm_uint(1)));
	as_attributes_read(&cms, parsed(&spec, &cms), &attributes);
	assert_int_equal(attributes.faults & AS_SMIME_FAULT_LIMIT, AS_SMIME_FAULT_LIMIT);
}

static void a_certificate_is_bound_by_hash_issuer_and_serial(void **state)
{
	X509 *cert = sm_root();
	struct as_span hash = sm_octets(sm_cert_sha256(cert)), name, serial, issuer;
	unsigned char *der = NULL;
	int size = i2d_X509_NAME(X509_get_issuer_name(cert), &der);

	(void)state;
	name = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	der = NULL;
	size = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	serial = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	issuer = sm_sequence(sm_tlv(0xa4, name));
	{
		const struct {
			const char *name;
			struct as_span id; /* ESSCertIDv2 */
			enum as_binding binding;
		} cases[] = {
			{"hash", sm_sequence(hash), AS_BINDING_GOOD},
			{"hash and issuer",
			 sm_sequence(sm_join(2, hash, sm_sequence(sm_join(2, issuer, serial)))),
			 AS_BINDING_GOOD},
			{"other serial",
			 sm_sequence(sm_join(2, hash,
					     sm_sequence(sm_join(2, issuer, sm_uint(999999))))),
			 AS_BINDING_OTHER},
			{"issuer missing", sm_sequence(sm_join(2, hash, sm_sequence(serial))),
			 AS_BINDING_OTHER},
			{"short hash", sm_sequence(sm_octets(sm_text("abc"))), AS_BINDING_OTHER},
			{"unknown digest",
			 sm_sequence(sm_join(2, sm_algorithm("1.2.3", none), hash)),
			 AS_BINDING_UNKNOWN},
			{"no hash", sm_sequence(sm_uint(1)), AS_BINDING_MALFORMED},
			{"text behind", sm_sequence(sm_join(2, hash, sm_uint(1))),
			 AS_BINDING_MALFORMED},
			{"no list at all", none, AS_BINDING_MALFORMED},
		};

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			const struct sm_signer spec = {
				.extra = sm_attribute("1.2.840.113549.1.9.16.2.47",
						      sm_sequence(sm_sequence(cases[i].id))),
			};
			const char *unknown;
			struct as_cms cms;

			print_message("case: %s\n", cases[i].name);
			assert_int_equal(as_attributes_bind_cert(&arena, parsed(&spec, &cms), cert,
								 &unknown),
					 cases[i].binding);
		}
	}
}

/* --- algorithms ------------------------------------------------------------------------ */

static struct as_span pss(struct as_span fields)
{
	return sm_algorithm("1.2.840.113549.1.1.10", sm_sequence(fields));
}

static void parameters_of_pss_are_read_strictly(void **state)
{
	struct as_span sha256 = sm_algorithm(sm_digest_oid("SHA256"), sm_null());
	struct as_span sha512 = sm_algorithm(sm_digest_oid("SHA512"), none);
	struct as_span hash = sm_tlv(0xa0, sha256);
	struct as_span mgf = sm_tlv(0xa1, sm_algorithm("1.2.840.113549.1.1.8", sha512));
	struct as_span salt = sm_tlv(0xa2, sm_uint(20));
	const struct {
		const char *name;
		struct as_span algorithm;
		const char *digest; /* of the content */
		bool broken, unknown;
		int salt;
		const char *mgf;
	} cases[] = {
		{"all", pss(sm_join(3, hash, mgf, salt)), "SHA256", false, false, 20, "sha512"},
		{"only defaults", pss(none), "SHA1", false, false, 20, "sha1"},
		{"trailer field", pss(sm_join(2, hash, sm_tlv(0xa3, sm_uint(1)))), "SHA256", false,
		 false, 20, "sha1"},
		{"absent", sm_algorithm("1.2.840.113549.1.1.10", none), "SHA1", true, false, 0, ""},
		{"NULL", sm_algorithm("1.2.840.113549.1.1.10", sm_null()), "SHA1", true, false, 0,
		 ""},
		{"other digest than the content's", pss(hash), "SHA512", true, false, 0, ""},
		{"other trailer", pss(sm_join(2, hash, sm_tlv(0xa3, sm_uint(2)))), "SHA256", true,
		 false, 0, ""},
		{"negative salt", pss(sm_join(2, hash, sm_tlv(0xa2, OCTETS("\x02\x01\xff")))),
		 "SHA256", true, false, 0, ""},
		{"huge salt", pss(sm_join(2, hash, sm_tlv(0xa2, sm_uint(1u << 30)))), "SHA256",
		 true, false, 0, ""},
		{"wrong order", pss(sm_join(2, salt, hash)), "SHA256", true, false, 0, ""},
		{"twice", pss(sm_join(2, hash, hash)), "SHA256", true, false, 0, ""},
		{"junk behind", pss(sm_join(3, hash, mgf, sm_null())), "SHA256", true, false, 0,
		 ""},
		{"hash with junk", pss(sm_tlv(0xa0, sm_join(2, sha256, sm_null()))), "SHA256", true,
		 false, 0, ""},
		{"unknown hash", pss(sm_tlv(0xa0, sm_algorithm("1.2.3", none))), "SHA256", false,
		 true, 0, ""},
		{"unknown mask", pss(sm_join(2, hash, sm_tlv(0xa1, sm_algorithm("1.2.3", none)))),
		 "SHA256", false, true, 0, ""},
		{"unknown mask digest",
		 pss(sm_join(2, hash,
			     sm_tlv(0xa1, sm_algorithm("1.2.840.113549.1.1.8",
						       sm_algorithm("1.2.3", none))))),
		 "SHA256", false, true, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sm_signer spec = {.digest = cases[i].digest,
					       .algorithm = cases[i].algorithm};
		struct as_signature_method method;
		struct as_cms cms;

		print_message("case: %s\n", cases[i].name);
		as_signature_method_read(&arena, parsed(&spec, &cms), &method);
		assert_string_equal(method.name, "rsa-pss");
		assert_int_equal(method.broken != NULL, cases[i].broken);
		assert_int_equal(method.unknown != NULL, cases[i].unknown);
		if (cases[i].broken || cases[i].unknown)
			continue;
		assert_int_equal(method.salt_bytes, cases[i].salt);
		assert_string_equal(method.mgf->name, cases[i].mgf);
	}
}

static void a_key_that_costs_too_much_is_not_used(void **state)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	const struct as_signature_method method = {
		.family = AS_SIGNATURE_RSA,
		.digest = as_oid_get(AS_OID_SHA256),
		.name = "rsa",
	};
	BIGNUM *exponent = NULL;
	EVP_PKEY *key = NULL;

	(void)state;
	/* 2^80 + 13 happens to be prime enough for key generation: it is odd. */
	assert_int_equal(BN_hex2bn(&exponent, "10000000000000000000D"), 21);
	assert_int_equal(EVP_PKEY_keygen_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 1024), 1);
	assert_int_equal(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, exponent), 1);
	assert_int_equal(EVP_PKEY_keygen(context, &key), 1);
	assert_int_equal(as_signature_fits(&method, key), AS_VALUE_LIMIT);
	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(context);
	BN_free(exponent);
}

static void a_curve_without_a_name_is_not_supported(void **state)
{
	const struct as_signature_method method = {
		.family = AS_SIGNATURE_ECDSA,
		.digest = as_oid_get(AS_OID_SHA256),
		.name = "ecdsa",
	};

	(void)state;
	for (int named = 0; named < 2; named++) {
		EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
		EVP_PKEY *key = NULL, *read;
		unsigned char *der = NULL;
		const unsigned char *at;
		int size;

		assert_int_equal(EVP_PKEY_keygen_init(context), 1);
		assert_int_equal(EVP_PKEY_CTX_set_group_name(context, "P-256"), 1);
		assert_int_equal(EVP_PKEY_CTX_set_ec_param_enc(
					 context, named == 1 ? OPENSSL_EC_NAMED_CURVE
							     : OPENSSL_EC_EXPLICIT_CURVE),
				 1);
		assert_int_equal(EVP_PKEY_keygen(context, &key), 1);
		size = i2d_PUBKEY(key, &der);
		assert_true(size > 0);
		at = der;
		read = d2i_PUBKEY(NULL, &at, size);
		assert_non_null(read);
		assert_int_equal(as_signature_fits(&method, read),
				 named == 1 ? AS_VALUE_GOOD : AS_VALUE_UNSUPPORTED);
		EVP_PKEY_free(read);
		EVP_PKEY_free(key);
		EVP_PKEY_CTX_free(context);
		OPENSSL_free(der);
	}
}

static void digests_have_their_sizes_and_weaknesses(void **state)
{
	static const struct {
		enum as_oid_id id;
		size_t size;
		uint32_t faults;
	} cases[] = {
		{AS_OID_MD2, 0, AS_SMIME_FAULT_WEAK_MD5},
		{AS_OID_MD4, 0, AS_SMIME_FAULT_WEAK_MD5},
		{AS_OID_MD5, 16, AS_SMIME_FAULT_WEAK_MD5},
		{AS_OID_SHA1, 20, AS_SMIME_FAULT_WEAK_SHA1},
		{AS_OID_SHA224, 28, 0},
		{AS_OID_SHA256, 32, 0},
		{AS_OID_SHA384, 48, 0},
		{AS_OID_SHA512, 64, 0},
		{AS_OID_SHA512_256, 32, 0},
		{AS_OID_SHA3_512, 64, 0},
		{AS_OID_SHAKE128, 32, 0},
		{AS_OID_SHAKE256, 64, 0},
		{AS_OID_RIPEMD160, 20, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct as_oid *digest = as_oid_get(cases[i].id);
		struct as_span octets = sm_text("text");
		unsigned char value[AS_DIGEST_BYTES_MAX];
		size_t size = 0;

		print_message("case: %s\n", digest->name);
		assert_int_equal(as_digest_faults(digest), cases[i].faults);
		assert_int_equal(as_digest_size(digest), cases[i].size);
		assert_int_equal(as_digest_pieces(digest, &octets, 1, value, &size),
				 cases[i].size != 0);
		assert_int_equal(size, cases[i].size);
	}
	assert_false(as_digest_is_known(NULL));
	assert_false(as_digest_is_known(as_oid_get(AS_OID_RSA)));
}

static void a_content_is_hashed_in_both_forms_and_remembered(void **state)
{
	struct as_content_digests *digests = as_arena_alloc(&arena, sizeof(*digests));
	const struct as_oid *sha256 = as_oid_get(AS_OID_SHA256);
	struct as_span value, again;

	(void)state;
	digests->content = sm_text("a\nb\r\nc");
	assert_true(as_content_digest(digests, sha256, AS_CONTENT_RAW, &value));
	assert_true(as_span_equal(value, sm_digest("SHA256", digests->content)));
	assert_true(as_content_digest(digests, sha256, AS_CONTENT_CANONICAL, &again));
	assert_true(as_span_equal(again, sm_digest("SHA256", sm_text("a\r\nb\r\nc"))));
	assert_true(as_content_digest(digests, sha256, AS_CONTENT_RAW, &again));
	assert_ptr_equal(value.data, again.data);
	assert_int_equal(digests->count, 1);
}

static int set_up(void **state)
{
	(void)state;
	as_arena_init(&arena, ARENA_BYTES);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	sm_end();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ber_is_made_der),
		cmocka_unit_test(long_content_gets_the_shortest_length),
		cmocka_unit_test(what_is_too_large_or_deep_or_broken_is_refused),
		cmocka_unit_test(der_attributes_have_one_form_and_others_up_to_three),
		cmocka_unit_test(each_rule_for_attributes_has_its_reason),
		cmocka_unit_test(a_time_is_read_or_odd_or_absent),
		cmocka_unit_test(too_many_attributes_are_a_limit),
		cmocka_unit_test(a_certificate_is_bound_by_hash_issuer_and_serial),
		cmocka_unit_test(parameters_of_pss_are_read_strictly),
		cmocka_unit_test(a_key_that_costs_too_much_is_not_used),
		cmocka_unit_test(a_curve_without_a_name_is_not_supported),
		cmocka_unit_test(digests_have_their_sizes_and_weaknesses),
		cmocka_unit_test(a_content_is_hashed_in_both_forms_and_remembered),
	};
	return cmocka_run_group_tests_name("smime_attributes", tests, set_up, tear_down);
}
