/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_DIGEST_H
#define ASSAY_SMIME_DIGEST_H

#include "smime/oid.h"

/*
 * Message digests through EVP, and those of one content kept for all its
 * signers: a content of 30 MB is hashed once per digest and form, not sixteen
 * times.
 */

/* The longest that is computed: SHA-512, SHA3-512, SHAKE256 of RFC 8702. */
#define AS_DIGEST_BYTES_MAX 64u
/* More than there are digests in the table of oid.h. */
#define AS_CONTENT_DIGESTS_MAX 24u
/* So many are computed of every content: two algorithms in two forms. Further ones only
 * while all of them together take no more octets than this: signers with fifteen
 * algorithms would cost 3 s with a content of 40 MB. */
#define AS_CONTENT_DIGESTS_FREE	    4u
#define AS_CONTENT_DIGEST_BYTES_MAX ((size_t)16 << 20)

/* Whether it can be computed here. digest may be NULL. */
bool as_digest_is_known(const struct as_oid *digest);
/* Octets of a value; 0 when it cannot be computed. */
size_t as_digest_size(const struct as_oid *digest);
/* The fault of using it for a signature: WEAK_MD5, WEAK_SHA1 or 0. */
uint32_t as_digest_faults(const struct as_oid *digest);

/* Over pieces, one behind the other. False when it cannot be computed. */
bool as_digest_pieces(const struct as_oid *digest, const struct as_span *pieces, size_t count,
		      unsigned char value_out[AS_DIGEST_BYTES_MAX], size_t *size_out);

/* The two forms of signed octets (RFC 8551 s3.1.1). */
enum as_content_form {
	AS_CONTENT_RAW = 0,
	AS_CONTENT_CANONICAL, /* lone LF made CRLF */
	AS_CONTENT_FORMS,
};

struct as_content_digest {
	enum as_oid_id id;
	size_t size[AS_CONTENT_FORMS]; /* 0: not computed yet */
	unsigned char value[AS_CONTENT_FORMS][AS_DIGEST_BYTES_MAX];
};
/* Zeroed but for content at the beginning; owns nothing. */
struct as_content_digests {
	struct as_span content;
	struct as_content_digest items[AS_CONTENT_DIGESTS_MAX];
	size_t count;
	unsigned computed;
	size_t hashed; /* octets, in sum */
};
/* *value_out points into digests. False when it cannot be computed, or costs too much. */
bool as_content_digest(struct as_content_digests *digests, const struct as_oid *digest,
		       enum as_content_form form, struct as_span *value_out);

#endif
