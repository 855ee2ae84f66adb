/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_own.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* Below this a curve has less strength than RSA with 2048 bits (NIST SP 800-57). */
#define EC_BITS_MIN  224
#define RSA_BITS_MIN 2048
/* What AS_SMIME_ALLOW_RSA1024 can reach down to. */
#define RSA_BITS_LEAST 1024

static uint32_t rsa_faults(int bits)
{
	if (bits < RSA_BITS_LEAST)
		return AS_SMIME_FAULT_WEAK_KEY;
	return bits < RSA_BITS_MIN ? AS_SMIME_FAULT_WEAK_RSA1024 : 0;
}

/* Until FIPS 186-3 no DSA key had more than 1024 bits: whoever allows DSA means
 * those, and whoever allows old keys of that size means them, too. */
static uint32_t dsa_faults(int bits)
{
	if (bits < RSA_BITS_LEAST)
		return AS_SMIME_FAULT_WEAK_DSA | AS_SMIME_FAULT_WEAK_KEY;
	return bits < RSA_BITS_MIN ? AS_SMIME_FAULT_WEAK_DSA1024 : AS_SMIME_FAULT_WEAK_DSA;
}

uint32_t as_cert_key_faults(X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits;

	if (key == NULL) {
		ERR_clear_error();
		return 0;
	}
	bits = EVP_PKEY_get_bits(key);
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
		return rsa_faults(bits);
	case EVP_PKEY_DSA:
		return dsa_faults(bits);
	case EVP_PKEY_EC:
		return bits < EC_BITS_MIN ? AS_SMIME_FAULT_WEAK_KEY : 0;
	default:
		return 0;
	}
}

uint32_t as_path_time_fault(const X509 *cert, int64_t at)
{
	time_t when = (time_t)at;

	/* 0 is said of a time that cannot be read, which OpenSSL tells by itself. */
	if (X509_cmp_time(X509_get0_notAfter(cert), &when) < 0)
		return AS_SMIME_FAULT_EXPIRED;
	if (X509_cmp_time(X509_get0_notBefore(cert), &when) > 0)
		return AS_SMIME_FAULT_NOT_YET;
	return 0;
}

static void check_key(struct as_path_outcome *outcome, struct as_arena *arena, X509 *cert)
{
	uint32_t faults = as_cert_key_faults(cert);
	const char *name;
	int bits;

	if (faults == 0)
		return;
	name = as_path_subject(arena, cert);
	bits = EVP_PKEY_get_bits(X509_get0_pubkey(cert));
	if ((faults & AS_SMIME_FAULT_WEAK_KEY) != 0)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_KEY,
			      "The key of \"%s\" has only %d bits and can be broken.", name, bits);
	if ((faults & AS_SMIME_FAULT_WEAK_RSA1024) != 0)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_RSA1024,
			      "The key of \"%s\" has only %d bits.", name, bits);
	if ((faults & AS_SMIME_FAULT_WEAK_DSA) != 0)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_DSA,
			      "The key of \"%s\" is a DSA key.", name);
	if ((faults & AS_SMIME_FAULT_WEAK_DSA1024) != 0)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_DSA1024,
			      "The key of \"%s\" is a DSA key of only %d bits.", name, bits);
}

/* The signature that its issuer made. */
static void check_digest(struct as_path_outcome *outcome, struct as_arena *arena, X509 *cert)
{
	int digest = NID_undef;

	if (X509_get_signature_info(cert, &digest, NULL, NULL, NULL) != 1) {
		ERR_clear_error();
		return;
	}
	switch (digest) {
	case NID_md2:
	case NID_md4:
	case NID_md5:
	case NID_md5_sha1:
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_MD5,
			      "The certificate of \"%s\" is signed with %s, which can be forged.",
			      as_path_subject(arena, cert), OBJ_nid2sn(digest));
		break;
	case NID_sha1:
		as_path_fault(outcome, arena, AS_SMIME_FAULT_WEAK_SHA1,
			      "The certificate of \"%s\" is signed with SHA-1.",
			      as_path_subject(arena, cert));
		break;
	default:
		break;
	}
}

/* RFC 8550 s4.4.2 */
static void check_key_usage(struct as_path_outcome *outcome, struct as_arena *arena, X509 *signer)
{
	const uint32_t signs = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;

	/* All bits when the extension is absent. */
	if ((X509_get_key_usage(signer) & signs) == 0)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_KEY_USAGE,
			      "The key of \"%s\" is not meant for signatures.",
			      as_path_subject(arena, signer));
}

/* RFC 8550 s4.4.4. An intermediate that is restricted to other uses must not be able
 * to speak for mail: what the CAs of the web promised, they promised for the web. */
static void check_extended(struct as_path_outcome *outcome, struct as_arena *arena, X509 *cert,
			   bool signer)
{
	uint32_t uses = X509_get_extended_key_usage(cert);

	if ((uses & (XKU_SMIME | XKU_ANYEKU)) != 0)
		return;
	as_path_fault(outcome, arena, AS_SMIME_FAULT_EKU,
		      signer ? "The certificate of \"%s\" is not for mail."
			     : "The issuer \"%s\" may not certify for mail.",
		      as_path_subject(arena, cert));
}

static void check_certificate(struct as_path_outcome *outcome, struct as_arena *arena, size_t index)
{
	X509 *cert = outcome->path[index];
	bool last = index + 1 == outcome->count;
	uint32_t flags = X509_get_extension_flags(cert);

	if ((flags & EXFLAG_INVALID) != 0) {
		as_path_fault(outcome, arena, AS_SMIME_FAULT_PATH,
			      "The certificate of \"%s\" has an extension that cannot be read.",
			      as_path_subject(arena, cert));
		return;
	}
	if (index == 0)
		check_key_usage(outcome, arena, cert);
	/* What an anchor may certify, the administrator said; but a signer that is one
	 * is still a signer. */
	if (index == 0 || !outcome->anchored || !last)
		check_extended(outcome, arena, cert, index == 0);
	/* An anchor is not trusted for the signature on it, and whoever signs his own
	 * certificate vouches for nothing with it. */
	if (!(outcome->anchored && last) && (flags & EXFLAG_SS) == 0)
		check_digest(outcome, arena, cert);
}

void as_path_rules(const struct as_path_request *request, struct as_path_outcome *outcome)
{
	for (size_t i = 0; i < outcome->count; i++) {
		check_certificate(outcome, request->arena, i);
		check_key(outcome, request->arena, outcome->path[i]);
	}
	ERR_clear_error();
}
