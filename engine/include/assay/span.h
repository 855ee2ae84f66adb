/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SPAN_H
#define ASSAY_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A run of octets that somebody else owns. Everything that comes from a mail
 * travels as a span: it may hold NUL, it has no terminator, and data may be
 * NULL only when size is 0.
 *
 * The readers below never look outside the span. A read that does not fit
 * returns false and leaves its result alone.
 */
struct as_span {
	const unsigned char *data;
	size_t size;
};

static inline struct as_span as_span_make(const void *data, size_t size)
{
	struct as_span span = {(const unsigned char *)data, size};
	return span;
}

static inline struct as_span as_span_text(const char *text)
{
	return as_span_make(text, strlen(text));
}

/* The part of span from offset on, at most size octets; empty when outside. */
static inline struct as_span as_span_slice(struct as_span span, size_t offset, size_t size)
{
	if (offset >= span.size)
		return as_span_make(span.data, 0);
	if (size > span.size - offset)
		size = span.size - offset;
	return as_span_make(span.data + offset, size);
}

static inline struct as_span as_span_from(struct as_span span, size_t offset)
{
	return as_span_slice(span, offset, SIZE_MAX);
}

/* Whether size octets from offset on lie inside. Never overflows. */
static inline bool as_span_holds(struct as_span span, uint64_t offset, uint64_t size)
{
	return offset <= span.size && size <= span.size - offset;
}

static inline bool as_span_equal(struct as_span a, struct as_span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Whether the octets at offset are those of size octets at bytes. */
static inline bool as_span_has_at(struct as_span span, uint64_t offset, const void *bytes,
				  size_t size)
{
	return as_span_holds(span, offset, size) && memcmp(span.data + offset, bytes, size) == 0;
}

/* Position of the first occurrence, or SIZE_MAX. */
static inline size_t as_span_find_byte(struct as_span span, size_t from, unsigned char byte)
{
	const void *hit;

	if (from >= span.size)
		return SIZE_MAX;
	hit = memchr(span.data + from, byte, span.size - from);
	if (hit == NULL)
		return SIZE_MAX;
	return (size_t)((const unsigned char *)hit - span.data);
}

static inline bool as_span_le16(struct as_span span, uint64_t offset, uint16_t *value_out)
{
	const unsigned char *p;

	if (!as_span_holds(span, offset, 2))
		return false;
	p = span.data + offset;
	*value_out = (uint16_t)(p[0] | p[1] << 8);
	return true;
}

static inline bool as_span_le32(struct as_span span, uint64_t offset, uint32_t *value_out)
{
	const unsigned char *p;

	if (!as_span_holds(span, offset, 4))
		return false;
	p = span.data + offset;
	*value_out =
		(uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	return true;
}

static inline bool as_span_le64(struct as_span span, uint64_t offset, uint64_t *value_out)
{
	uint32_t low, high;

	if (!as_span_le32(span, offset, &low) || offset > UINT64_MAX - 4 ||
	    !as_span_le32(span, offset + 4, &high))
		return false;
	*value_out = (uint64_t)high << 32 | low;
	return true;
}

static inline bool as_span_be16(struct as_span span, uint64_t offset, uint16_t *value_out)
{
	const unsigned char *p;

	if (!as_span_holds(span, offset, 2))
		return false;
	p = span.data + offset;
	*value_out = (uint16_t)(p[0] << 8 | p[1]);
	return true;
}

static inline bool as_span_be32(struct as_span span, uint64_t offset, uint32_t *value_out)
{
	const unsigned char *p;

	if (!as_span_holds(span, offset, 4))
		return false;
	p = span.data + offset;
	*value_out =
		(uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
	return true;
}

/* Checked sums and products of sizes that come from a mail. */
static inline bool as_size_add(size_t a, size_t b, size_t *sum_out)
{
	return !__builtin_add_overflow(a, b, sum_out);
}

static inline bool as_size_mul(size_t a, size_t b, size_t *product_out)
{
	return !__builtin_mul_overflow(a, b, product_out);
}

#endif
