/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_OID_H
#define ASSAY_SMIME_OID_H

#include "base/arena.h"
#include "smime/smime.h"

/*
 * The object identifiers that S/MIME uses, in one table: what each one is, our
 * name for it and OpenSSL's. Unknown ones are shown in dotted form and are
 * unsupported, never wrong.
 */
enum as_oid_kind {
	AS_OID_CONTENT = 0, /* CMS content types */
	AS_OID_ATTRIBUTE,
	AS_OID_DIGEST,
	AS_OID_SIGNATURE, /* of SignerInfos and certificates; also bare keys
			     (rsaEncryption, id-ecPublicKey, id-dsa, Ed25519) */
	AS_OID_TRANSPORT, /* keyEncryptionAlgorithm of ktri */
	AS_OID_AGREEMENT, /* of kari */
	AS_OID_WRAP,
	AS_OID_CIPHER, /* content encryption */
	AS_OID_COMPRESSION,
	AS_OID_PARAMETER, /* stands only inside of parameters: MGF1, pSpecified, PBKDF2 */
};

/* Every identifier that code asks for by name. */
enum as_oid_id {
	AS_OID_UNKNOWN = 0,
	/* content types */
	AS_OID_DATA,
	AS_OID_SIGNED_DATA,
	AS_OID_ENVELOPED_DATA,
	AS_OID_SIGNED_AND_ENVELOPED_DATA, /* PKCS #7 only (RFC 2315 s11) */
	AS_OID_DIGESTED_DATA,
	AS_OID_ENCRYPTED_DATA,
	AS_OID_AUTHENTICATED_DATA,
	AS_OID_AUTHENVELOPED_DATA,
	AS_OID_COMPRESSED_DATA,
	AS_OID_RECEIPT,
	AS_OID_CONTENT_INFO,
	/* attributes */
	AS_OID_CONTENT_TYPE,
	AS_OID_MESSAGE_DIGEST,
	AS_OID_SIGNING_TIME,
	AS_OID_COUNTER_SIGNATURE,
	AS_OID_SMIME_CAPABILITIES,
	AS_OID_SIGNING_CERTIFICATE,
	AS_OID_SIGNING_CERTIFICATE_V2,
	AS_OID_ALGORITHM_PROTECTION,
	AS_OID_RECEIPT_REQUEST,
	AS_OID_SECURITY_LABEL,
	AS_OID_ML_EXPANSION_HISTORY,
	AS_OID_CONTENT_HINT,
	AS_OID_CONTENT_IDENTIFIER,
	AS_OID_MSG_SIG_DIGEST,
	AS_OID_EQUIVALENT_LABELS,
	AS_OID_BINARY_SIGNING_TIME,
	AS_OID_ENCRYPTION_KEY_PREFERENCE,
	/* digests */
	AS_OID_MD2,
	AS_OID_MD4,
	AS_OID_MD5,
	AS_OID_SHA1,
	AS_OID_SHA224,
	AS_OID_SHA256,
	AS_OID_SHA384,
	AS_OID_SHA512,
	AS_OID_SHA512_224,
	AS_OID_SHA512_256,
	AS_OID_SHA3_224,
	AS_OID_SHA3_256,
	AS_OID_SHA3_384,
	AS_OID_SHA3_512,
	AS_OID_SHAKE128,
	AS_OID_SHAKE256,
	AS_OID_SHAKE256_LEN, /* with its length as parameter; RFC 8419 s3.2 */
	AS_OID_RIPEMD160,
	/* keys and signatures */
	AS_OID_RSA,
	AS_OID_RSA_PSS,
	AS_OID_RSA_MD2,
	AS_OID_RSA_MD4,
	AS_OID_RSA_MD5,
	AS_OID_RSA_SHA1,
	AS_OID_RSA_SHA224,
	AS_OID_RSA_SHA256,
	AS_OID_RSA_SHA384,
	AS_OID_RSA_SHA512,
	AS_OID_RSA_SHA512_224,
	AS_OID_RSA_SHA512_256,
	AS_OID_EC,
	AS_OID_ECDSA_SHA1,
	AS_OID_ECDSA_SHA224,
	AS_OID_ECDSA_SHA256,
	AS_OID_ECDSA_SHA384,
	AS_OID_ECDSA_SHA512,
	AS_OID_DSA,
	AS_OID_DSA_SHA1,
	AS_OID_DSA_SHA224,
	AS_OID_DSA_SHA256,
	AS_OID_ED25519,
	AS_OID_ED448,
	AS_OID_ML_DSA,
	AS_OID_SLH_DSA, /* families; named, not checked */
	AS_OID_MGF1,
	/* encryption */
	AS_OID_RSA_OAEP,
	AS_OID_P_SPECIFIED,
	AS_OID_ECDH_SHA1,
	AS_OID_ECDH_SHA224,
	AS_OID_ECDH_SHA256,
	AS_OID_ECDH_SHA384,
	AS_OID_ECDH_SHA512,   /* dhSinglePass-stdDH, X9.63 derivation */
	AS_OID_ECDH_COFACTOR, /* any digest: see as_oid.digest */
	AS_OID_ECDH_HKDF_SHA256,
	AS_OID_ECDH_HKDF_SHA384,
	AS_OID_ECDH_HKDF_SHA512, /* RFC 8418 */
	AS_OID_X25519,
	AS_OID_X448,
	AS_OID_DH_ESDH,
	AS_OID_WRAP_3DES,
	AS_OID_WRAP_RC2,
	AS_OID_WRAP_AES128,
	AS_OID_WRAP_AES192,
	AS_OID_WRAP_AES256,
	AS_OID_PWRI_KEK,
	AS_OID_PBKDF2,
	AS_OID_DES_CBC,
	AS_OID_3DES_CBC,
	AS_OID_RC2_CBC,
	AS_OID_RC4,
	AS_OID_AES128_CBC,
	AS_OID_AES192_CBC,
	AS_OID_AES256_CBC,
	AS_OID_AES128_GCM,
	AS_OID_AES192_GCM,
	AS_OID_AES256_GCM,
	AS_OID_AES128_CCM,
	AS_OID_AES192_CCM,
	AS_OID_AES256_CCM,
	AS_OID_CAMELLIA128_CBC,
	AS_OID_CAMELLIA192_CBC,
	AS_OID_CAMELLIA256_CBC,
	AS_OID_CAST5_CBC,
	AS_OID_CHACHA20_POLY1305,
	AS_OID_ZLIB,
};

struct as_oid {
	enum as_oid_id id;
	enum as_oid_kind kind;
	const char *dotted;
	const char *name;      /* ours, in reports: "sha256", "rsa", "aes256-cbc" */
	const char *openssl;   /* for EVP_*_fetch: "SHA2-256", "AES-256-CBC"; NULL: not
				  checked or opened here */
	enum as_oid_id digest; /* that a signature or a key derivation fixes, or UNKNOWN */
	bool weak;	       /* by rule: MD*, SHA-1; DES, RC2, RC4 and 3DES */
	struct as_span octets; /* content of the OBJECT IDENTIFIER */
};

/* oid: the content octets of an OBJECT IDENTIFIER. NULL when not known. */
const struct as_oid *as_oid_find(struct as_span oid);
/* The first of a family. NULL for UNKNOWN only: every id is in the table. */
const struct as_oid *as_oid_get(enum as_oid_id id);
/* Its name, or the dotted form. Never NULL. */
const char *as_oid_name(struct as_arena *arena, struct as_span oid);

#endif
