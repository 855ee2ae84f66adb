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
/* Of the content of an OID that is shown as text; the longest registered ones
 * have about 20 octets. */
#define AS_BER_OID_BYTES_MAX 128u

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

/* Why there is no element. */
enum as_ber_fault {
	AS_BER_FINE = 0,
	AS_BER_END,  /* no octet is left, or end-of-contents stands there */
	AS_BER_BAD,  /* identifier or length octets that BER does not allow */
	AS_BER_CUT,  /* it goes on behind the last octet */
	AS_BER_DEEP, /* indefinite elements within each other above the limit */
};

/*
 * The element at the beginning of *rest, and *rest moves behind it. False when
 * there is none, it does not fit, or it is nested too deep: *rest stays. The
 * end of an indefinite element is found by walking its members once; members of
 * definite length are stepped over. A caller that walks inside again pays once
 * more per level, never more than AS_BER_DEPTH_MAX times.
 */
bool as_ber_next(struct as_span *rest, struct as_ber *element_out);
/* The same, and why not. */
enum as_ber_fault as_ber_read(struct as_span *rest, struct as_ber *element_out);

/* The same when it has this class and tag and, for universal tags of CMS, is
 * primitive or constructed as X.690 wants it; else false and *rest stays. */
bool as_ber_expect(struct as_span *rest, enum as_ber_class class, uint32_t tag,
		   struct as_ber *element_out);

/* Identifier and length octets alone, for readers that go inside an element
 * before they know its end. */
struct as_ber_head {
	enum as_ber_class class;
	bool constructed;
	bool indefinite;
	uint32_t tag;
	size_t bytes;	 /* of the header */
	uint64_t length; /* of the content, as announced; 0 when indefinite */
};
/* AS_BER_FINE says nothing about whether the content is there. */
enum as_ber_fault as_ber_head_read(struct as_span octets, struct as_ber_head *head_out);
/* From within an indefinite element to behind its end-of-contents: moves *rest
 * over the members that are left and over the end. */
enum as_ber_fault as_ber_skip_to_end(struct as_span *rest);

/* The octets of an OCTET STRING (or a context tag in its place), pieces of a
 * constructed one joined in the arena, which is asked for as many octets as the
 * element has. -ENOMEM; -EBADMSG when pieces are no octet strings; a primitive
 * one is not copied. */
int as_ber_octets(struct as_arena *arena, const struct as_ber *string, struct as_span *octets_out);

/* A small non-negative INTEGER. False for negative or larger ones. */
bool as_ber_uint(const struct as_ber *integer, uint64_t *value_out);

/* UTCTime and GeneralizedTime in the forms of RFC 5280 s4.1.2.5 (with seconds,
 * Z). Seconds since 1970. */
bool as_ber_time(const struct as_ber *time, int64_t *seconds_out);

/* Whether these are content octets of an OBJECT IDENTIFIER (X.690 s8.19). */
bool as_ber_is_oid(struct as_span oid);
/* "1.2.840.113549.1.7.2" for the content of an OID; "?" when malformed, longer
 * than AS_BER_OID_BYTES_MAX or with an arc above 64 bits. Never NULL: "" without
 * memory. */
const char *as_ber_oid_text(struct as_arena *arena, struct as_span oid);

/* Whether octets are one or more DER elements as far as lengths and SET OF order
 * of the outermost level and below go: definite, shortest length, no constructed
 * strings. */
bool as_ber_is_der(struct as_span octets);

#endif
