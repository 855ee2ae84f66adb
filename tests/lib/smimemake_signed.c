/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimemake.h"
#include "smimemake_own.h"

#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define OID_RSA	    "1.2.840.113549.1.1.1"
#define OID_RSA_PSS "1.2.840.113549.1.1.10"
#define OID_MGF1    "1.2.840.113549.1.1.8"

static bool is_edwards(EVP_PKEY *key)
{
	return EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
}

static const char *signer_digest(const struct sm_signer *signer)
{
	if (signer->digest != NULL)
		return signer->digest;
	return is_edwards(signer->key) ? "SHA512" : "SHA256";
}

/* What the signature value is made with. */
static const char *value_digest(const struct sm_signer *signer)
{
	return signer->sign_digest != NULL ? signer->sign_digest : signer_digest(signer);
}

static struct as_span digest_algorithm(const char *digest)
{
	return sm_algorithm(sm_digest_oid(digest), as_span_make(NULL, 0));
}

/* RSASSA-PSS-params (RFC 4055 s3.1), always with all three fields. */
static struct as_span pss_parameters(const struct sm_signer *signer)
{
	const char *digest = value_digest(signer);
	const char *mgf = signer->pss_mgf != NULL ? signer->pss_mgf : digest;
	int salt = signer->pss_salt != 0 ? signer->pss_salt
					 : EVP_MD_get_size(EVP_get_digestbyname(digest));

	return sm_sequence(sm_join(3, sm_tlv(0xa0, digest_algorithm(digest)),
				   sm_tlv(0xa1, sm_algorithm(OID_MGF1, digest_algorithm(mgf))),
				   sm_tlv(0xa2, sm_uint((uint64_t)salt))));
}

/* The OID that joins a digest and a kind of key, by OpenSSL's tables. */
static struct as_span combined_algorithm(const char *digest, int key_nid)
{
	char dotted[80];
	int nid;

	if (OBJ_find_sigid_by_algs(&nid, EVP_MD_get_type(EVP_get_digestbyname(digest)), key_nid) !=
		    1 ||
	    OBJ_obj2txt(dotted, sizeof(dotted), OBJ_nid2obj(nid), 1) <= 0)
		sm_die("signature algorithm");
	return sm_algorithm(dotted,
			    key_nid == NID_rsaEncryption ? sm_null() : as_span_make(NULL, 0));
}

static struct as_span signature_algorithm(const struct sm_signer *signer)
{
	if (signer->algorithm.data != NULL)
		return signer->algorithm;
	if (signer->pss)
		return sm_algorithm(OID_RSA_PSS, pss_parameters(signer));
	if (EVP_PKEY_is_a(signer->key, "ED25519"))
		return sm_algorithm("1.3.101.112", as_span_make(NULL, 0));
	if (EVP_PKEY_is_a(signer->key, "ED448"))
		return sm_algorithm("1.3.101.113", as_span_make(NULL, 0));
	if (EVP_PKEY_is_a(signer->key, "EC"))
		return combined_algorithm(value_digest(signer), NID_X9_62_id_ecPublicKey);
	if (EVP_PKEY_is_a(signer->key, "DSA"))
		return combined_algorithm(value_digest(signer), NID_dsa);
	if (signer->combined)
		return combined_algorithm(value_digest(signer), NID_rsaEncryption);
	return sm_algorithm(OID_RSA, sm_null());
}

static struct as_span sign_octets(const struct sm_signer *signer, struct as_span octets)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	const char *digest = is_edwards(signer->key) ? NULL : value_digest(signer);
	unsigned char *value = sm_alloc(1024);
	size_t size = 1024;

	if (context == NULL ||
	    EVP_DigestSignInit_ex(context, &options, digest, NULL, NULL, signer->key, NULL) != 1)
		sm_die("signature");
	if (signer->pss &&
	    (EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) != 1 ||
	     EVP_PKEY_CTX_set_rsa_pss_saltlen(options, signer->pss_salt != 0
							       ? signer->pss_salt
							       : RSA_PSS_SALTLEN_DIGEST) != 1 ||
	     (signer->pss_mgf != NULL &&
	      EVP_PKEY_CTX_set_rsa_mgf1_md_name(options, signer->pss_mgf, NULL) != 1)))
		sm_die("PSS");
	if (EVP_DigestSign(context, value, &size, octets.data, octets.size) != 1)
		sm_die("signature");
	EVP_MD_CTX_free(context);
	return as_span_make(value, size);
}

static int compare_spans(const void *a, const void *b)
{
	const struct as_span *left = a, *right = b;
	size_t size = left->size < right->size ? left->size : right->size;
	int order = memcmp(left->data, right->data, size);

	if (order != 0)
		return order;
	return left->size < right->size ? -1 : left->size > right->size;
}

/* The elements of octets in the order that DER wants of a SET OF. */
static struct as_span sorted(struct as_span octets)
{
	struct as_span items[64], all = as_span_make(NULL, 0);
	size_t count = 0;

	while (octets.size > 0 && count < 64) {
		const unsigned char *p = octets.data;
		long length;
		int tag, class;

		ASN1_get_object(&p, &length, &tag, &class, (long)octets.size);
		items[count++] =
			as_span_slice(octets, 0, (size_t)(p - octets.data) + (size_t)length);
		octets = as_span_from(octets, items[count - 1].size);
	}
	qsort(items, count, sizeof(items[0]), compare_spans);
	for (size_t i = 0; i < count; i++)
		all = sm_join(2, all, items[i]);
	return all;
}

static struct as_span make_attributes(const struct sm_signer *signer, const char *content_type,
				      struct as_span content)
{
	struct as_span type = as_span_make(NULL, 0), time = type, digest = type;
	int64_t at = signer->signing_time != 0 ? signer->signing_time : SM_NOW;

	if (signer->attributes.data != NULL)
		return signer->attributes;
	if (!signer->no_content_type)
		type = sm_attribute(
			SM_CONTENT_TYPE,
			sm_oid(signer->content_type != NULL ? signer->content_type : content_type));
	if (at != SM_NO_TIME)
		time = sm_attribute(SM_SIGNING_TIME, sm_time(at));
	if (!signer->no_message_digest)
		digest = sm_attribute(
			SM_MESSAGE_DIGEST,
			sm_octets(signer->message_digest.data != NULL
					  ? signer->message_digest
					  : sm_digest(signer_digest(signer), content)));
	return sm_join(4, type, time, digest, signer->extra);
}

static struct as_span identifier(const struct sm_signer *signer)
{
	const ASN1_OCTET_STRING *key_id;
	unsigned char *der = NULL;
	struct as_span name, serial;
	int size;

	if (signer->id.data != NULL)
		return signer->id;
	if (signer->by_key_id) {
		key_id = X509_get0_subject_key_id(signer->cert);
		if (key_id == NULL)
			sm_die("key identifier");
		return sm_tlv(0x80, as_span_make(ASN1_STRING_get0_data(key_id),
						 (size_t)ASN1_STRING_length(key_id)));
	}
	size = i2d_X509_NAME(X509_get_issuer_name(signer->cert), &der);
	if (size <= 0)
		sm_die("issuer");
	name = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	der = NULL;
	size = i2d_ASN1_INTEGER(X509_get_serialNumber(signer->cert), &der);
	if (size <= 0)
		sm_die("serial");
	serial = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	return sm_sequence(sm_join(2, name, serial));
}

/* A SignerInfo over content. */
static struct as_span signer_info(const struct sm_signer *signer, const char *content_type,
				  struct as_span content)
{
	const struct as_span none = as_span_make(NULL, 0);
	struct as_span attributes = none, signed_octets = content, value, unsigned_attributes;

	if (!signer->no_attributes) {
		struct as_span raw = make_attributes(signer, content_type, content);
		struct as_span ordered = sorted(raw);

		attributes = signer->unsorted ? raw : ordered;
		signed_octets = sm_set(signer->sign_unsorted ? raw : ordered);
		attributes = signer->attributes_indefinite ? sm_tlv_indefinite(0xa0, attributes)
							   : sm_tlv(0xa0, attributes);
	}
	if (signer->signed_octets.data != NULL)
		signed_octets = signer->signed_octets;
	value = signer->signature.data != NULL ? signer->signature
					       : sign_octets(signer, signed_octets);
	if (signer->broken)
		value = sm_flip(value, value.size - 1);
	unsigned_attributes = signer->unsigned_attributes;
	/* Over the signature of this one, without contentType (RFC 5652 s11.4). */
	if (signer->countersigner != NULL)
		unsigned_attributes =
			sm_join(2, unsigned_attributes,
				sm_attribute(SM_COUNTER, signer_info(signer->countersigner,
								     SM_OID_DATA, value)));
	if (unsigned_attributes.size > 0)
		unsigned_attributes = sm_tlv(0xa1, unsigned_attributes);
	return sm_sequence(sm_join(
		7,
		sm_uint(signer->version != 0 ? signer->version
			: signer->by_key_id  ? 3
					     : 1),
		identifier(signer),
		signer->digest_algorithm.data != NULL ? signer->digest_algorithm
						      : digest_algorithm(signer_digest(signer)),
		attributes, signature_algorithm(signer), sm_octets(value), unsigned_attributes));
}

static struct as_span econtent(const struct sm_signed *spec)
{
	struct as_span octets = spec->econtent.data != NULL ? spec->econtent : spec->content;
	size_t half = octets.size / 2;

	if (spec->detached && spec->econtent.data == NULL)
		return as_span_make(NULL, 0);
	if (!spec->indefinite)
		return sm_tlv(0xa0, sm_octets(octets));
	return sm_tlv_indefinite(
		0xa0, sm_tlv_indefinite(0x24, sm_join(2, sm_octets(as_span_slice(octets, 0, half)),
						      sm_octets(as_span_from(octets, half)))));
}

static struct as_span all_certs(const struct sm_signed *spec)
{
	struct as_span all = as_span_make(NULL, 0);

	for (size_t i = 0; !spec->no_signer_certs && i < spec->signer_count; i++)
		if (spec->signers[i].cert != NULL)
			all = sm_join(2, all, sm_cert_der(spec->signers[i].cert));
	for (size_t i = 0; i < spec->cert_count; i++)
		all = sm_join(2, all, sm_cert_der(spec->certs[i]));
	return all.size > 0 ? sm_tlv(0xa0, all) : all;
}

static struct as_span all_crls(const struct sm_signed *spec)
{
	struct as_span all = as_span_make(NULL, 0);

	for (size_t i = 0; i < spec->crl_count; i++)
		all = sm_join(2, all, sm_crl_der(spec->crls[i]));
	return all.size > 0 ? sm_tlv(0xa1, all) : all;
}

struct as_span sm_signed_data(const struct sm_signed *spec)
{
	const char *type = spec->content_type != NULL ? spec->content_type : SM_OID_DATA;
	struct as_span digests = as_span_make(NULL, 0), signers = digests, inner;
	bool by_key_id = false;

	for (size_t i = 0; i < spec->signer_count; i++) {
		const struct sm_signer *signer = &spec->signers[i];
		struct as_span digest = signer->digest_algorithm.data != NULL
						? signer->digest_algorithm
						: digest_algorithm(signer_digest(signer));

		digests = sm_join(2, digests, digest);
		signers = sm_join(2, signers, signer_info(signer, type, spec->content));
		by_key_id = by_key_id || signer->by_key_id;
	}
	inner = sm_join(2, sm_oid(type), econtent(spec));
	inner = spec->indefinite ? sm_tlv_indefinite(0x30, inner) : sm_sequence(inner);
	inner = sm_join(6,
			sm_uint(spec->version != 0			      ? spec->version
				: by_key_id || strcmp(type, SM_OID_DATA) != 0 ? 3
									      : 1),
			sm_set(digests), inner, all_certs(spec), all_crls(spec), sm_set(signers));
	if (spec->indefinite)
		return sm_tlv_indefinite(
			0x30, sm_join(2, sm_oid(SM_OID_SIGNED),
				      sm_tlv_indefinite(0xa0, sm_tlv_indefinite(0x30, inner))));
	return sm_sequence(sm_join(2, sm_oid(SM_OID_SIGNED), sm_tlv(0xa0, sm_sequence(inner))));
}

struct as_span sm_sign(struct as_span content, bool detached, X509 *cert, EVP_PKEY *key)
{
	X509 *const certs[] = {sm_root()};
	const struct sm_signer signer = {.cert = cert, .key = key};

	return sm_signed_data(&(struct sm_signed){.content = content,
						  .detached = detached,
						  .signers = &signer,
						  .signer_count = 1,
						  .certs = certs,
						  .cert_count = 1});
}

struct as_span sm_signing_certificate(const char *digest, struct as_span cert_hash)
{
	struct as_span algorithm = digest_algorithm(digest);

	/* SHA-256 is the default and must not be written in DER. */
	if (strcmp(digest, "SHA256") == 0)
		algorithm = as_span_make(NULL, 0);
	return sm_sequence(sm_sequence(sm_sequence(sm_join(2, algorithm, sm_octets(cert_hash)))));
}

struct as_span sm_signing_certificate_v1(struct as_span cert_sha1)
{
	return sm_sequence(sm_sequence(sm_sequence(sm_octets(cert_sha1))));
}

struct as_span sm_algorithm_protection(struct as_span digest, struct as_span signature)
{
	struct as_span inner = sm_copy(signature.data, signature.size);

	/* [1] IMPLICIT SignatureAlgorithmIdentifier */
	((unsigned char *)(uintptr_t)inner.data)[0] = 0xa1;
	return sm_sequence(sm_join(2, digest, inner));
}

static struct as_span general_names(const char *address)
{
	return sm_sequence(sm_tlv(0x81, sm_text(address)));
}

struct as_span sm_receipt_request(const char *address)
{
	return sm_sequence(sm_join(3, sm_octets(sm_text("id-1")), sm_tlv(0x80, as_span_make("", 1)),
				   sm_sequence(general_names(address))));
}

struct as_span sm_security_label(const char *policy, unsigned classification)
{
	return sm_set(sm_join(2, sm_oid(policy), sm_uint(classification)));
}

struct as_span sm_ml_history(const char *list_address, unsigned entries)
{
	struct as_span all = as_span_make(NULL, 0);
	struct as_span time = sm_tlv(0x18, sm_text("20251009085320Z"));

	for (unsigned i = 0; i < entries; i++)
		all = sm_join(2, all,
			      sm_sequence(sm_join(2, sm_octets(sm_text(list_address)), time)));
	return sm_sequence(all);
}
