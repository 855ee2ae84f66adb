/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/reencode.h"

#include <errno.h>
#include <stdlib.h>

/* Longest header that is written: tag of up to 5 octets, length of 5. */
#define HEAD_BYTES_MAX 11u

/* Members of one SET; each has two octets at least, but more than that many would
 * be sorted by no honest sender. */
#define SET_MEMBERS_MAX 1024u

static int encode(struct as_arena *arena, const struct as_ber *element, unsigned int depth,
		  struct as_span *der_out);

static size_t put_head(unsigned char *out, const struct as_ber *element, bool constructed,
		       size_t length)
{
	unsigned char first =
		(unsigned char)((unsigned int)element->class << 6 | (constructed ? 0x20u : 0u));
	size_t at = 0;
	unsigned int shift;

	if (element->tag < 31) {
		out[at++] = (unsigned char)(first | element->tag);
	} else {
		out[at++] = first | 31;
		for (shift = 28; shift > 0 && element->tag >> shift == 0; shift -= 7)
			;
		for (; shift > 0; shift -= 7)
			out[at++] = (unsigned char)(0x80 | (element->tag >> shift & 0x7f));
		out[at++] = element->tag & 0x7f;
	}
	if (length < 0x80) {
		out[at++] = (unsigned char)length;
		return at;
	}
	for (shift = 24; length >> shift == 0; shift -= 8)
		;
	out[at++] = (unsigned char)(0x80 | (shift / 8 + 1));
	for (;; shift -= 8) {
		out[at++] = (unsigned char)(length >> shift);
		if (shift == 0)
			return at;
	}
}

/* Header and parts in one piece. */
static int join(struct as_arena *arena, const struct as_ber *element, bool constructed,
		const struct as_span *parts, size_t count, struct as_span *der_out)
{
	unsigned char head[HEAD_BYTES_MAX];
	unsigned char *out;
	size_t size = 0, at;

	for (size_t i = 0; i < count; i++)
		size += parts[i].size;
	at = put_head(head, element, constructed, size);
	out = as_arena_alloc(arena, at + size);
	if (out == NULL)
		return -ENOMEM;
	memcpy(out, head, at);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].size > 0)
			memcpy(out + at, parts[i].data, parts[i].size);
		at += parts[i].size;
	}
	*der_out = as_span_make(out, at);
	return 0;
}

/* X.690 s11.6: as if the shorter one had zeros behind it. */
static int compare(const void *a, const void *b)
{
	const struct as_span *left = a, *right = b;
	size_t size = left->size < right->size ? left->size : right->size;
	int order = size == 0 ? 0 : memcmp(left->data, right->data, size);

	if (order != 0)
		return order;
	return left->size < right->size ? -1 : left->size > right->size;
}

static int encode_members(struct as_arena *arena, const struct as_ber *parent, bool sorted,
			  unsigned int depth, struct as_span *der_out)
{
	struct as_span rest = parent->content, *parts;
	struct as_ber member;
	size_t count = 0;
	int rc;

	while (as_ber_next(&rest, &member))
		count++;
	if (rest.size > 0 || count > SET_MEMBERS_MAX)
		return -EBADMSG;
	parts = as_arena_array(arena, count + 1, sizeof(*parts));
	if (parts == NULL)
		return -ENOMEM;
	rest = parent->content;
	for (size_t i = 0; i < count && as_ber_next(&rest, &member); i++) {
		rc = encode(arena, &member, depth + 1, &parts[i]);
		if (rc != 0)
			return rc;
	}
	if (sorted)
		qsort(parts, count, sizeof(*parts), compare);
	return join(arena, parent, true, parts, count, der_out);
}

/* Universal types whose constructed form is a string in pieces. */
static bool is_string(const struct as_ber *element)
{
	if (element->class != AS_BER_UNIVERSAL)
		return false;
	switch (element->tag) {
	case AS_BER_OCTET_STRING:
	case AS_BER_UTF8_STRING:
	case AS_BER_UNIVERSAL_STRING:
	case AS_BER_BMP_STRING:
		return true;
	default:
		return element->tag >= AS_BER_NUMERIC_STRING && element->tag < 28;
	}
}

/* Recursion ends at AS_REENCODE_DEPTH_MAX levels of some 200 octets of stack. */
static int encode(struct as_arena *arena, const struct as_ber *element, unsigned int depth,
		  struct as_span *der_out)
{
	struct as_span joined;
	int rc;

	if (depth >= AS_REENCODE_DEPTH_MAX)
		return -EBADMSG;
	if (!element->constructed)
		return join(arena, element, false, &element->content, 1, der_out);
	if (is_string(element)) {
		rc = as_ber_octets(arena, element, &joined);
		return rc != 0 ? rc : join(arena, element, false, &joined, 1, der_out);
	}
	return encode_members(arena, element,
			      element->class == AS_BER_UNIVERSAL && element->tag == AS_BER_SET,
			      depth, der_out);
}

int as_reencode_set(struct as_arena *arena, struct as_span content, bool sorted,
		    struct as_span *set_out)
{
	const struct as_ber set = {
		.class = AS_BER_UNIVERSAL,
		.constructed = true,
		.tag = AS_BER_SET,
		.content = content,
	};

	if (content.size > AS_REENCODE_BYTES_MAX)
		return -E2BIG;
	return encode_members(arena, &set, sorted, 0, set_out);
}
