/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_OPEN_H
#define ASSAY_SMIME_OPEN_H

#include "base/buffer.h"
#include "smime/cms.h"
#include "smime/smime.h"

/*
 * What is inside enveloped, authenticated-enveloped and compressed layers.
 *
 * Workers hold no private key. They know which certificates have one (as_keys)
 * and ask the keeper for one private-key operation: the unwrapped
 * content-encryption key. There is one answer for every way that can fail, in
 * text and, as far as it can be, in time: on a failure inside RSA or key unwrap
 * the keeper answers a key made from a secret of its own and the ciphertext, so
 * that the decryption of the content fails in its place (RFC 3218, RFC 8017 s7.2).
 */

/* A certificate with a key, as workers know it. A key with several certificates
 * stands there once for each. */
struct as_key_info {
	struct as_span issuer, serial; /* as in as_cms_identifier */
	struct as_span key_id;	       /* SKI, or SHA-1 of the key (RFC 5280 s4.2.1.2) */
	const char *algorithm;	       /* "rsa", "ec", "x25519" */
	const char *subject;	       /* printable */
};
struct as_keys {
	struct as_key_info *items;
	size_t count;
};

#define AS_KEY_BYTES_MAX 64u   /* of a content-encryption key */
#define AS_KEY_INPUT_MAX 8192u /* of an encrypted key with its parameters */

/* Recipients of one envelope that are tried: each costs the keeper some 0.7 ms
 * with RSA-2048, and one process serves all workers. */
#define AS_OPEN_TRIES_MAX 8u
/* Of one of them, in the units of path_cost.h. */
#define AS_OPEN_TRY_COST 35u
/* Octets inflated per octet compressed, beyond AS_OPEN_RATIO_FLOOR: mail reaches
 * 30, zlib 1,032. */
#define AS_OPEN_RATIO_MAX   200u
#define AS_OPEN_RATIO_FLOOR ((size_t)10 << 20)

enum as_key_mechanism {
	AS_KEY_RSA_PKCS1 = 0,
	AS_KEY_RSA_OAEP,
	AS_KEY_ECDH, /* agreement, X9.63 or HKDF derivation and AES or 3DES unwrap */
};
/* What makes the key-encryption key of the shared secret. */
enum as_key_derivation {
	AS_KEY_X963 = 0, /* RFC 5753 s7.1, SEC 1 s3.6.1 */
	AS_KEY_HKDF,	 /* RFC 8418 s2.2 */
};
struct as_key_request {
	uint32_t index; /* in as_keys */
	enum as_key_mechanism mechanism;
	enum as_key_derivation derivation; /* ECDH */
	uint32_t key_bytes;		   /* wanted: that of the content cipher */
	enum as_oid_id digest, mgf_digest; /* OAEP; digest of the ECDH KDF */
	enum as_oid_id wrap;		   /* ECDH */
	struct as_span label;		   /* OAEP pSpecified, or empty */
	struct as_span peer;	    /* ECDH: SubjectPublicKeyInfo or OriginatorPublicKey, DER */
	struct as_span shared_info; /* ECDH: DER of ECC-CMS-SharedInfo */
	struct as_span input;	    /* encrypted key */
};
struct as_key_ops {
	/* 0: key_out holds key_bytes octets, right or not; AS_E_GONE: the keeper
	 * did not answer in time. */
	int (*unwrap)(void *context, const struct as_key_request *request,
		      unsigned char key_out[AS_KEY_BYTES_MAX]);
	void *context;
	const struct as_keys *keys; /* NULL or empty: nothing can be decrypted */
};

struct as_inflation {
	size_t used, made; /* octets before and behind */
};

struct as_open_request {
	const struct as_cms *cms;
	struct as_smime_layer *layer; /* recipients, cipher, authenticated, opening are set */
	struct as_smime_notes *notes;
	struct as_arena *arena;
	const struct as_key_ops *ops; /* may be NULL */
	size_t max_bytes;	      /* of what is made */
	/* Of all compressed layers of the message so far, which share AS_OPEN_RATIO_MAX; may
	 * be NULL. */
	struct as_inflation *inflation;
	/* Each question to the keeper adds AS_OPEN_TRY_COST; may be NULL. */
	unsigned *cost;
};

/*
 * Describes recipients and cipher and decrypts if a key is there; *content is
 * initialised by the caller and filled on AS_SMIME_OPEN_DONE. Notes:
 * smime.password_recipient, weak_cipher, unauthenticated_encryption,
 * unsupported_algorithm, malformed, limit_exceeded, smime.encrypted (not opened;
 * the text says no key, keeper, or cannot be decrypted), smime.decrypted.
 * RSA PKCS #1 v1.5, RSA-OAEP, ECDH (ephemeral sender, static recipient; stdDH and
 * cofactor; P-256/384/521, brainpool, X25519), AES-CBC, AES-GCM, 3DES-CBC. -ENOMEM.
 *
 * Of several recipients whose keys are here the first AS_OPEN_TRIES_MAX are all
 * tried. When two of them open the content with different keys, it has two
 * readings: that counts as a failure to decrypt.
 */
int as_open_envelope(const struct as_open_request *request, struct as_buffer *content);

/*
 * CompressedData with zlib (RFC 3274), inflated up to max_bytes and
 * AS_OPEN_RATIO_MAX: AS_SMIME_OPEN_LIMIT and smime.limit_exceeded beyond; *charge
 * (may be NULL) is asked before each further piece and ends it with false (time,
 * bytes). What comes out of a damaged stream is content, too, since readers show
 * it: AS_SMIME_OPEN_DONE with smime.malformed; nothing at all is
 * AS_SMIME_OPEN_MALFORMED.
 */
typedef bool as_open_charge(void *context, size_t bytes);
int as_open_compressed(const struct as_open_request *request, as_open_charge *charge, void *context,
		       struct as_buffer *content);

#endif
