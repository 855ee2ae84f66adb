/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_SMIMEMAKE_H
#define ASSAY_TEST_SMIMEMAKE_H

#include <assay/span.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

/*
 * Makes keys, certificates, CRLs and CMS SignedData for tests, also such that
 * no library would make. Every failure aborts: a test must not go on with half
 * a message. What is returned is owned by this library and lives until
 * sm_end(); nobody frees it. One thread.
 */

/* The clock of tests: 2025-10-09 08:53:20 UTC. */
#define SM_NOW ((int64_t)1760000000)
#define SM_DAY ((int64_t)86400)

/* Frees all that was made, keys too. */
void sm_end(void);

/* --- keys: the same one for the same kind and number ------------------------ */
enum sm_key_kind {
	SM_RSA512 = 0,
	SM_RSA1024,
	SM_RSA2048,
	SM_RSA3072,
	SM_P192,
	SM_P256,
	SM_P384,
	SM_P521,
	SM_BRAINPOOL256,
	SM_ED25519,
	SM_ED448,
	SM_DSA1024,
	SM_X25519,
	SM_KEY_KINDS,
};
#define SM_KEY_NUMBERS 16u
EVP_PKEY *sm_key(enum sm_key_kind kind, unsigned number);

/* --- certificates ------------------------------------------------------------ */
struct sm_extension {
	const char *oid; /* dotted */
	bool critical;
	struct as_span value; /* DER, inside of the OCTET STRING */
};
/* Zero means the usual in every field but subject and key. */
struct sm_cert {
	const char *subject; /* "/CN=Alice/emailAddress=alice@example.org" */
	EVP_PKEY *key;	     /* the subject's */
	X509 *issuer;	     /* NULL: self-signed */
	EVP_PKEY *issuer_key;
	const char *digest;	       /* of the issuer's signature: "SHA256" */
	int64_t not_before, not_after; /* a year before and after SM_NOW */
	uint64_t serial;	       /* counted from 1000 */
	bool ca;		       /* basicConstraints CA, keyCertSign and cRLSign */
	const char *email;	       /* a rfc822Name */
	const char *key_usage; /* as in openssl.cnf: "critical,digitalSignature"; "": none */
	const char *eku;       /* "emailProtection" unless a CA; "": none */
	bool no_key_id;	       /* neither subjectKeyIdentifier nor authority's */
	/* "certificatePolicies=1.2.3", ...; ends with NULL. */
	const char *const *extensions;
	const struct sm_extension *raw;
	size_t raw_count;
};
X509 *sm_cert(const struct sm_cert *spec);
/* A self-signed root: RSA-2048 key 0, "/CN=Test Root". The same each time. */
X509 *sm_root(void);
EVP_PKEY *sm_root_key(void);
/* Under sm_root(), "/CN=<email>" with that rfc822Name. */
X509 *sm_leaf(const char *email, EVP_PKEY *key);

struct sm_crl {
	X509 *issuer;
	EVP_PKEY *key;
	const char *digest;
	int64_t this_update, next_update; /* a day before, 30 days behind SM_NOW */
	uint64_t number;		  /* 1 */
	X509 *const *revoked;
	size_t revoked_count;
	int64_t revoked_at;	       /* an hour before SM_NOW */
	const char *const *extensions; /* as above */
	const struct sm_extension *raw;
	size_t raw_count;
};
X509_CRL *sm_crl(const struct sm_crl *spec);

struct as_span sm_cert_der(X509 *cert);
struct as_span sm_crl_der(X509_CRL *crl);
struct as_span sm_cert_sha256(X509 *cert);

/* --- DER ------------------------------------------------------------------------ */
struct as_span sm_copy(const void *data, size_t size);
struct as_span sm_text(const char *text);
/* sm_join(3, a, b, c): concatenated. */
struct as_span sm_join(unsigned count, ...);
struct as_span sm_tlv(unsigned char tag, struct as_span content);
/* Indefinite length; the tag must be a constructed one. */
struct as_span sm_tlv_indefinite(unsigned char tag, struct as_span content);
#define sm_sequence(content) sm_tlv(0x30, (content))
#define sm_set(content)	     sm_tlv(0x31, (content))
#define sm_octets(content)   sm_tlv(0x04, (content))
struct as_span sm_oid(const char *dotted);
struct as_span sm_uint(uint64_t value);
struct as_span sm_null(void);
struct as_span sm_time(int64_t seconds); /* UTCTime or GeneralizedTime by the year */
/* AlgorithmIdentifier; empty parameters are absent. */
struct as_span sm_algorithm(const char *dotted, struct as_span parameters);
struct as_span sm_attribute(const char *dotted, struct as_span value);
struct as_span sm_digest(const char *digest, struct as_span octets);
const char *sm_digest_oid(const char *digest);		  /* dotted, for "SHA256" */
struct as_span sm_flip(struct as_span octets, size_t at); /* a copy, one bit changed */

/* --- CMS ------------------------------------------------------------------------- */
#define SM_OID_DATA	  "1.2.840.113549.1.7.1"
#define SM_OID_SIGNED	  "1.2.840.113549.1.7.2"
#define SM_CONTENT_TYPE	  "1.2.840.113549.1.9.3"
#define SM_MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define SM_SIGNING_TIME	  "1.2.840.113549.1.9.5"
#define SM_COUNTER	  "1.2.840.113549.1.9.6"
#define SM_NO_TIME	  INT64_MIN

/* One SignerInfo. Zero means the usual in every field but cert and key. */
struct sm_signer {
	X509 *cert;
	EVP_PKEY *key;
	const char *digest;		 /* "SHA256"; Ed25519 "SHA512" */
	bool by_key_id;			 /* SubjectKeyIdentifier form */
	uint64_t version;		 /* 1, by key identifier 3 */
	struct as_span id;		 /* SignerIdentifier, whole element */
	struct as_span digest_algorithm; /* whole element, in place of digest's */
	struct as_span algorithm;	 /* signatureAlgorithm, whole element */
	bool combined;			 /* RSA as shaXXWithRSAEncryption, not rsaEncryption */
	bool pss;			 /* with salt as long as the digest, or pss_salt */
	int pss_salt;
	const char *pss_mgf;	 /* digest of MGF1; that of the signature */
	const char *sign_digest; /* what the signature is made with */

	/* Signed attributes: contentType, signingTime, messageDigest, then extra,
	 * in DER order. */
	bool no_attributes;
	bool no_content_type;
	const char *content_type; /* dotted; that of the content */
	bool no_message_digest;
	struct as_span message_digest; /* the right one */
	int64_t signing_time;	       /* 0: SM_NOW; SM_NO_TIME: none */
	struct as_span extra;	       /* whole attributes, one after the other */
	struct as_span attributes;     /* content of [0] in place of all of the above */
	bool unsorted;		       /* put there as they are, signed in DER order */
	bool sign_unsorted;	       /* and signed as they are */
	bool attributes_indefinite;    /* [0] with indefinite length; signed in DER */
	struct as_span signed_octets;  /* what is signed, in place of all that */

	struct as_span signature;	       /* in place of the right one */
	bool broken;			       /* one bit of it is wrong */
	struct as_span unsigned_attributes;    /* whole attributes */
	const struct sm_signer *countersigner; /* signs this one's signature */
};

struct sm_signed {
	struct as_span content;
	bool detached;
	const char *content_type; /* dotted; id-data */
	struct as_span econtent;  /* in place of content, even when detached */
	const struct sm_signer *signers;
	size_t signer_count;
	bool no_signer_certs;
	X509 *const *certs; /* besides those of the signers */
	size_t cert_count;
	X509_CRL *const *crls;
	size_t crl_count;
	uint64_t version; /* 1, or 3 */
	bool indefinite;  /* BER: indefinite lengths, eContent in pieces */
};
/* A ContentInfo. */
struct as_span sm_signed_data(const struct sm_signed *spec);
/* The usual: one signer with his certificate and sm_root()'s. */
struct as_span sm_sign(struct as_span content, bool detached, X509 *cert, EVP_PKEY *key);

/* Values of attributes. */
struct as_span sm_signing_certificate(const char *digest, struct as_span cert_hash); /* V2 */
struct as_span sm_signing_certificate_v1(struct as_span cert_sha1);
struct as_span sm_algorithm_protection(struct as_span digest_algorithm,
				       struct as_span signature_algorithm);
struct as_span sm_receipt_request(const char *address);
struct as_span sm_security_label(const char *policy, unsigned classification);
struct as_span sm_ml_history(const char *list_address, unsigned entries);

/* --- mails ------------------------------------------------------------------------ */
/* header: lines with CRLF of the outer header without MIME fields. */
struct as_span sm_clear_mail(const char *header, struct as_span part, struct as_span cms);
struct as_span sm_opaque_mail(const char *header, const char *smime_type, struct as_span cms);
/* Lines of 64 with CRLF. */
struct as_span sm_base64(struct as_span octets);

#endif
