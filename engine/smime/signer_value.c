/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/signer_value.h"

#include "smime/digest.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

static enum as_signature_family family_of(enum as_oid_id id)
{
	switch (id) {
	case AS_OID_RSA:
	case AS_OID_RSA_MD2:
	case AS_OID_RSA_MD4:
	case AS_OID_RSA_MD5:
	case AS_OID_RSA_SHA1:
	case AS_OID_RSA_SHA224:
	case AS_OID_RSA_SHA256:
	case AS_OID_RSA_SHA384:
	case AS_OID_RSA_SHA512:
	case AS_OID_RSA_SHA512_224:
	case AS_OID_RSA_SHA512_256:
		return AS_SIGNATURE_RSA;
	case AS_OID_RSA_PSS:
		return AS_SIGNATURE_RSA_PSS;
	case AS_OID_EC:
	case AS_OID_ECDSA_SHA1:
	case AS_OID_ECDSA_SHA224:
	case AS_OID_ECDSA_SHA256:
	case AS_OID_ECDSA_SHA384:
	case AS_OID_ECDSA_SHA512:
		return AS_SIGNATURE_ECDSA;
	case AS_OID_DSA:
	case AS_OID_DSA_SHA1:
	case AS_OID_DSA_SHA224:
	case AS_OID_DSA_SHA256:
		return AS_SIGNATURE_DSA;
	case AS_OID_ED25519:
		return AS_SIGNATURE_ED25519;
	case AS_OID_ED448:
		return AS_SIGNATURE_ED448;
	default:
		return AS_SIGNATURE_OTHER;
	}
}

static const char *family_name(enum as_signature_family family)
{
	static const char *const names[] = {
		[AS_SIGNATURE_OTHER] = "",	    [AS_SIGNATURE_RSA] = "rsa",
		[AS_SIGNATURE_RSA_PSS] = "rsa-pss", [AS_SIGNATURE_ECDSA] = "ecdsa",
		[AS_SIGNATURE_DSA] = "dsa",	    [AS_SIGNATURE_ED25519] = "ed25519",
		[AS_SIGNATURE_ED448] = "ed448",
	};

	return names[family];
}

/* SHAKE has its own signature algorithms (RFC 8702) and goes with none of these. */
static bool is_signable(const struct as_oid *digest)
{
	return as_digest_is_known(digest) && digest->openssl != NULL;
}

/* [number] EXPLICIT, when it is the next one. */
static bool take_explicit(struct as_span *rest, uint32_t number, struct as_span *inside_out)
{
	struct as_ber element;

	if (!as_ber_expect(rest, AS_BER_CONTEXT, number, &element) || !element.constructed)
		return false;
	*inside_out = element.content;
	return true;
}

static bool take_uint(struct as_span *rest, uint64_t *value_out)
{
	struct as_ber element;

	return as_ber_expect(rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &element) &&
	       as_ber_uint(&element, value_out);
}

/* Set by *method: digest, mgf, salt. False: malformed. */
static bool read_pss_fields(struct as_arena *arena, struct as_span rest,
			    struct as_signature_method *method)
{
	struct as_cms_algorithm algorithm, inner;
	struct as_span inside;
	uint64_t number;

	if (take_explicit(&rest, 0, &inside)) {
		if (!as_cms_algorithm_read(&inside, &algorithm) || inside.size > 0)
			return false;
		method->digest = algorithm.known;
		if (!is_signable(algorithm.known))
			method->unknown = as_oid_name(arena, algorithm.oid);
	}
	if (take_explicit(&rest, 1, &inside)) {
		if (!as_cms_algorithm_read(&inside, &algorithm) || inside.size > 0)
			return false;
		inside = algorithm.parameters;
		if (algorithm.known == NULL || algorithm.known->id != AS_OID_MGF1) {
			method->unknown = as_oid_name(arena, algorithm.oid);
		} else if (!as_cms_algorithm_read(&inside, &inner) || inside.size > 0) {
			return false;
		} else {
			method->mgf = inner.known;
			if (!is_signable(inner.known))
				method->unknown = as_oid_name(arena, inner.oid);
		}
	}
	if (take_explicit(&rest, 2, &inside)) {
		if (!take_uint(&inside, &number) || inside.size > 0 || number > AS_PSS_SALT_MAX)
			return false;
		method->salt_bytes = (int)number;
	}
	/* trailerField: 1 is the only one there is. */
	if (take_explicit(&rest, 3, &inside) &&
	    (!take_uint(&inside, &number) || inside.size > 0 || number != 1))
		return false;
	return rest.size == 0;
}

/* RFC 4055 s3.1: absent fields mean SHA-1, MGF1 with SHA-1 and 20 octets; the
 * parameters themselves may be absent in keys only. */
static void read_pss(struct as_arena *arena, const struct as_cms_signer *signer,
		     struct as_signature_method *method)
{
	struct as_span rest = signer->signature.parameters;
	struct as_ber sequence;

	method->digest = as_oid_get(AS_OID_SHA1);
	method->mgf = method->digest;
	method->salt_bytes = 20;
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &sequence) || rest.size > 0)
		method->broken = "parameters of RSA-PSS missing";
	else if (!read_pss_fields(arena, sequence.content, method))
		method->broken = "parameters of RSA-PSS malformed";
}

void as_signature_method_read(struct as_arena *arena, const struct as_cms_signer *signer,
			      struct as_signature_method *method_out)
{
	const struct as_oid *known = signer->signature.known;
	struct as_signature_method *method = method_out;

	*method = (struct as_signature_method){.digest = signer->digest.known};
	if (known != NULL)
		method->family = family_of(known->id);
	method->name = family_name(method->family);
	if (method->family == AS_SIGNATURE_OTHER) {
		method->name = as_oid_name(arena, signer->signature.oid);
		method->unknown = method->name;
		return;
	}
	if (method->family == AS_SIGNATURE_ED25519 || method->family == AS_SIGNATURE_ED448) {
		method->digest = NULL;
		return;
	}
	if (method->family == AS_SIGNATURE_RSA_PSS)
		read_pss(arena, signer, method);
	else if (known->digest != AS_OID_UNKNOWN)
		method->digest = as_oid_get(known->digest);
	if (method->broken != NULL || method->unknown != NULL)
		return;
	if (!is_signable(method->digest)) {
		method->unknown = method->digest != NULL ? method->digest->name
							 : as_oid_name(arena, signer->digest.oid);
		return;
	}
	if (signer->digest.known == NULL || method->digest->id != signer->digest.known->id)
		method->broken =
			"digest of the signature algorithm differs from that of the content";
}

static bool same_parameters(struct as_span a, struct as_span b)
{
	static const unsigned char null[2] = {5, 0};

	if (as_span_equal(a, as_span_make(null, 2)))
		a.size = 0;
	if (as_span_equal(b, as_span_make(null, 2)))
		b.size = 0;
	return as_span_equal(a, b);
}

static bool is_rsa_with(const struct as_cms_algorithm *algorithm, enum as_oid_id digest)
{
	if (algorithm->known == NULL || family_of(algorithm->known->id) != AS_SIGNATURE_RSA)
		return false;
	return algorithm->known->digest == AS_OID_UNKNOWN || algorithm->known->digest == digest;
}

bool as_signature_same(const struct as_cms_algorithm *a, const struct as_cms_algorithm *b,
		       enum as_oid_id digest)
{
	if (!same_parameters(a->parameters, b->parameters))
		return false;
	if (as_span_equal(a->oid, b->oid))
		return true;
	return digest != AS_OID_UNKNOWN && is_rsa_with(a, digest) && is_rsa_with(b, digest);
}

/* The public exponent, without copying the modulus. */
static bool is_exponent_small(EVP_PKEY *key)
{
	BIGNUM *exponent = NULL;
	bool small = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1 &&
		     BN_num_bits(exponent) <= AS_RSA_EXPONENT_BITS_MAX;

	BN_free(exponent);
	return small;
}

/* Explicit parameters: a generator of the attacker's own choice makes any key his
 * (CVE-2020-0601). RFC 5480 s2.1.1 forbids them, whatever they say. */
static bool is_curve_named(EVP_PKEY *key)
{
	char curve[80];
	int is_explicit = 0;

	return EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) == 1 &&
	       EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS,
				      &is_explicit) == 1 &&
	       is_explicit == 0;
}

static enum as_value_result judge_key(enum as_signature_family family, EVP_PKEY *key)
{
	const int bits = EVP_PKEY_get_bits(key);

	switch (family) {
	case AS_SIGNATURE_RSA:
	case AS_SIGNATURE_RSA_PSS:
		if (!EVP_PKEY_is_a(key, "RSA") &&
		    (family == AS_SIGNATURE_RSA || !EVP_PKEY_is_a(key, "RSA-PSS")))
			return AS_VALUE_OTHER_KEY;
		if (bits > AS_RSA_BITS_MAX || !is_exponent_small(key))
			return AS_VALUE_LIMIT;
		return AS_VALUE_GOOD;
	case AS_SIGNATURE_ECDSA:
		if (!EVP_PKEY_is_a(key, "EC"))
			return AS_VALUE_OTHER_KEY;
		return is_curve_named(key) ? AS_VALUE_GOOD : AS_VALUE_UNSUPPORTED;
	case AS_SIGNATURE_DSA:
		if (!EVP_PKEY_is_a(key, "DSA"))
			return AS_VALUE_OTHER_KEY;
		return bits > AS_DSA_BITS_MAX ? AS_VALUE_LIMIT : AS_VALUE_GOOD;
	case AS_SIGNATURE_ED25519:
		return EVP_PKEY_is_a(key, "ED25519") ? AS_VALUE_GOOD : AS_VALUE_OTHER_KEY;
	case AS_SIGNATURE_ED448:
		return EVP_PKEY_is_a(key, "ED448") ? AS_VALUE_GOOD : AS_VALUE_OTHER_KEY;
	case AS_SIGNATURE_OTHER:
		break;
	}
	return AS_VALUE_UNSUPPORTED;
}

static bool check_octets(EVP_PKEY *key, struct as_span octets, struct as_span value)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good =
		context != NULL &&
		EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, key, NULL) == 1 &&
		EVP_DigestVerify(context, value.data, value.size, octets.data, octets.size) == 1;

	EVP_MD_CTX_free(context);
	return good;
}

static bool set_pss(EVP_PKEY_CTX *context, const struct as_signature_method *method)
{
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, method->salt_bytes) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md_name(context, method->mgf->openssl, NULL) == 1;
}

static bool check_digest(const struct as_signature_method *method, EVP_PKEY *key,
			 struct as_span octets, struct as_span value)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	EVP_MD *digest = EVP_MD_fetch(NULL, method->digest->openssl, NULL);
	bool good = context != NULL && digest != NULL && EVP_PKEY_verify_init(context) == 1;

	if (good && method->family == AS_SIGNATURE_RSA)
		good = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	good = good && EVP_PKEY_CTX_set_signature_md(context, digest) == 1;
	if (good && method->family == AS_SIGNATURE_RSA_PSS)
		good = set_pss(context, method);
	good = good &&
	       EVP_PKEY_verify(context, value.data, value.size, octets.data, octets.size) == 1;
	EVP_MD_free(digest);
	EVP_PKEY_CTX_free(context);
	return good;
}

enum as_value_result as_signature_fits(const struct as_signature_method *method, EVP_PKEY *key)
{
	enum as_value_result result = judge_key(method->family, key);

	if (result != AS_VALUE_GOOD)
		ERR_clear_error();
	return result;
}

enum as_value_result as_signature_check(const struct as_signature_method *method, EVP_PKEY *key,
					struct as_span octets, struct as_span value)
{
	bool good = method->digest == NULL ? check_octets(key, octets, value)
					   : check_digest(method, key, octets, value);

	/* A bad value leaves what is wrong with it in the queue of this thread. */
	if (!good)
		ERR_clear_error();
	return good ? AS_VALUE_GOOD : AS_VALUE_BAD;
}
