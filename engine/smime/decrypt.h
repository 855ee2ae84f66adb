/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_DECRYPT_H
#define ASSAY_SMIME_DECRYPT_H

#include "smime/open.h"

/* The symmetric half of an envelope: content, once the key is known. */

/* A cipher that can be opened. */
struct as_cipher {
	enum as_oid_id id;
	uint32_t key_bytes;
	uint32_t block_bytes; /* CBC; 1: GCM */
};
/* NULL: it cannot. */
const struct as_cipher *as_cipher_find(const struct as_oid *oid);

/* RFC 5652 s6.3 and RFC 5084 s3.2: what stands beside the ciphertext. */
struct as_sealed {
	const struct as_cipher *cipher;
	struct as_span nonce;	   /* IV of CBC */
	struct as_span ciphertext; /* CBC: a positive number of blocks */
	struct as_span tag;	   /* GCM */
	struct as_span authentic;  /* GCM: additional authenticated data */
};
/*
 * Takes a parsed object apart; false with a reason for people when its parts do
 * not fit each other, which everybody can see without a key. -ENOMEM is
 * *reason_out NULL.
 */
bool as_sealed_read(struct as_arena *arena, const struct as_cms *cms,
		    const struct as_cipher *cipher, struct as_sealed *sealed_out,
		    const char **reason_out);

/* Whether the key opens it: the tag over everything, or for CBC the padding,
 * which only needs the last block. */
bool as_sealed_opens(const struct as_sealed *sealed, const unsigned char *key);
/* Decrypts all, whether the key is right or not, with equal work. Appends to
 * content what came out without padding when it was right, else nothing; *right_out
 * says which. -ENOMEM. */
int as_sealed_open(const struct as_sealed *sealed, const unsigned char *key,
		   struct as_buffer *content, bool *right_out);

#endif
