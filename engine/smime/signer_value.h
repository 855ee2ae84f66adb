/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SIGNER_VALUE_H
#define ASSAY_SMIME_SIGNER_VALUE_H

#include "smime/cms.h"

#include <openssl/evp.h>

/*
 * One signature value against one public key (RFC 3370, RFC 4056, RFC 5753,
 * RFC 8419), through EVP alone: CMS_verify refuses Ed25519 with attributes.
 */
enum as_signature_family {
	AS_SIGNATURE_OTHER = 0, /* not checked here */
	AS_SIGNATURE_RSA,	/* PKCS #1 v1.5 */
	AS_SIGNATURE_RSA_PSS,
	AS_SIGNATURE_ECDSA,
	AS_SIGNATURE_DSA,
	AS_SIGNATURE_ED25519,
	AS_SIGNATURE_ED448,
};

/* The shortest RSA key that OpenSSL reads without ado has 512 bits, so this is
 * more than any salt that fits a key of 16384. */
#define AS_PSS_SALT_MAX 2048u

struct as_signature_method {
	enum as_signature_family family;
	const struct as_oid *digest; /* the value is made over it; NULL: over octets (EdDSA) */
	const struct as_oid *mgf;    /* digest of MGF1; PSS only */
	int salt_bytes;
	const char *name;    /* "rsa", ..., or the OID; never NULL */
	const char *broken;  /* a phrase: against the RFCs; or NULL */
	const char *unknown; /* the name of what is not known here, or NULL */
};
/* Of digestAlgorithm and signatureAlgorithm; a digest that both of them name and
 * name differently is broken (RFC 8933 s3.1, RFC 4056 s3). */
void as_signature_method_read(struct as_arena *arena, const struct as_cms_signer *signer,
			      struct as_signature_method *method_out);
/* Whether two AlgorithmIdentifiers say the same: OID and parameters, where absent
 * and NULL are the same, and RSA with and without the digest that is known anyway. */
bool as_signature_same(const struct as_cms_algorithm *a, const struct as_cms_algorithm *b,
		       enum as_oid_id digest);

enum as_value_result {
	AS_VALUE_BAD = 0,
	AS_VALUE_GOOD,
	AS_VALUE_OTHER_KEY,   /* a key of another kind */
	AS_VALUE_UNSUPPORTED, /* a curve that has no name */
	AS_VALUE_LIMIT,	      /* a key whose use costs too much; nothing computed */
};

/* One 16384-bit RSA check costs 2 ms, the largest that OpenSSL computes at all. */
#define AS_RSA_BITS_MAX 16384
/* 65537 has 17 bits; OpenSSL itself has this bound for keys above 3072 bits only,
 * and with an exponent of 3071 bits one check costs 5 ms instead of 40 us. */
#define AS_RSA_EXPONENT_BITS_MAX 64
/* FIPS 186-4 ends at 3072; OpenSSL computes up to 10000, 8 ms each. */
#define AS_DSA_BITS_MAX 4096

/* Whether the key is of the kind that the method wants, and what using it would cost.
 * GOOD, or why it must not be used. */
enum as_value_result as_signature_fits(const struct as_signature_method *method, EVP_PKEY *key);
/* key: one that fits. octets: the digest's value for methods with a digest, else the
 * message. GOOD or BAD. */
enum as_value_result as_signature_check(const struct as_signature_method *method, EVP_PKEY *key,
					struct as_span octets, struct as_span value);

#endif
