/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_BER_H
#define ASSAY_SMIME_BER_H

#include "base/arena.h"

/*
 * Reading BER (X.690 s8) from untrusted octets, one element at a time, without
 * recursion into what is not asked for. Definite and indefinite lengths are
 * accepted; nothing is ever read outside the span.
 */

/* Levels of constructed elements within each other; CMS with certificates has
 * about 15. */
#define AS_BER_DEPTH_MAX 64u

enum as_ber_class {
	AS_BER_UNIVERSAL = 0,
	AS_BER_APPLICATION = 1,
	AS_BER_CONTEXT = 2,
	AS_BER_PRIVATE = 3,
};

/* Universal tags that CMS uses. */
#define AS_BER_BOOLEAN		1u
#define AS_BER_INTEGER		2u
#define AS_BER_BIT_STRING	3u
#define AS_BER_OCTET_STRING	4u
#define AS_BER_NULL		5u
#define AS_BER_OID		6u
#define AS_BER_UTF8_STRING	12u
#define AS_BER_SEQUENCE		16u
#define AS_BER_SET		17u
#define AS_BER_NUMERIC_STRING	18u
#define AS_BER_PRINTABLE_STRING 19u
#define AS_BER_TELETEX_STRING	20u
#define AS_BER_IA5_STRING	22u
#define AS_BER_UTC_TIME		23u
#define AS_BER_GENERALIZED_TIME 24u
#define AS_BER_UNIVERSAL_STRING 28u
#define AS_BER_BMP_STRING	30u

struct as_ber {
	enum as_ber_class class;
	bool constructed;
	bool indefinite;
	uint32_t tag;
	struct as_span whole;	/* with header and, if indefinite, end-of-contents */
	struct as_span content; /* without them */
};

/*
 * The element at the beginning of *rest, and *rest moves behind it. False when
 * there is none, it does not fit, or it is nested too deep: *rest stays. The
 * end of an indefinite element is found by walking its members, so a caller
 * that walks inside again pays twice per level, never more than
 * AS_BER_DEPTH_MAX times.
 */
bool as_ber_next(struct as_span *rest, struct as_ber *element_out);

/* The same when it has this class and tag; else false and *rest stays. */
bool as_ber_expect(struct as_span *rest, enum as_ber_class class, uint32_t tag,
		   struct as_ber *element_out);

/* The octets of an OCTET STRING (or a context tag in its place), pieces of a
 * constructed one joined in the arena. -ENOMEM; -EBADMSG when pieces are no
 * octet strings; a primitive one is not copied. */
int as_ber_octets(struct as_arena *arena, const struct as_ber *string, struct as_span *octets_out);

/* A small non-negative INTEGER. False for negative or larger ones. */
bool as_ber_uint(const struct as_ber *integer, uint64_t *value_out);

/* UTCTime and GeneralizedTime in the forms of RFC 5280 s4.1.2.5 (with seconds,
 * Z). Seconds since 1970. */
bool as_ber_time(const struct as_ber *time, int64_t *seconds_out);

/* "1.2.840.113549.1.7.2" for the content of an OID; "?" when malformed. Never
 * NULL: "" without memory. */
const char *as_ber_oid_text(struct as_arena *arena, struct as_span oid);

/* Whether octets are DER as far as lengths and SET OF order of the outermost
 * level and below go: definite, shortest length, no constructed strings. */
bool as_ber_is_der(struct as_span octets);

#endif
