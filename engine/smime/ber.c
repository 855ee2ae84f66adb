/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ber.h"

#include "base/assert.h"

#include <errno.h>

/* Longest form of a length that a 64 bit number can hold; BER allows zeros in
 * front of it. */
#define LENGTH_OCTETS_MAX 8u
/* Tags above 2^28 have five octets; nothing uses them. */
#define TAG_OCTETS_MAX 4u

/* The octets of a tag above 30 (X.690 s8.1.2.4). */
static enum as_ber_fault read_long_tag(struct as_span octets, struct as_ber_head *head)
{
	head->tag = 0;
	for (unsigned int i = 0; i < TAG_OCTETS_MAX; i++) {
		unsigned char octet;

		if (head->bytes >= octets.size)
			return AS_BER_CUT;
		octet = octets.data[head->bytes++];
		if (i == 0 && octet == 0x80)
			return AS_BER_BAD;
		head->tag = head->tag << 7 | (octet & 0x7fu);
		if ((octet & 0x80) == 0)
			return head->tag > 30 ? AS_BER_FINE : AS_BER_BAD;
	}
	return AS_BER_BAD;
}

/* The octets of a length above 127 (X.690 s8.1.3.5). */
static enum as_ber_fault read_long_length(struct as_span octets, unsigned int count,
					  struct as_ber_head *head)
{
	if (count > octets.size - head->bytes)
		return AS_BER_CUT;
	for (unsigned int i = 0; i < count; i++) {
		if (head->length >> (8 * (LENGTH_OCTETS_MAX - 1)) != 0)
			return AS_BER_BAD;
		head->length = head->length << 8 | octets.data[head->bytes++];
	}
	return AS_BER_FINE;
}

/* Two octets of header, nothing special. Most are; and members without content
 * are what a hostile object consists of (1.5 million in 3 MB). */
static bool is_short(const unsigned char *octets)
{
	return (octets[0] & ~0x20u) != 0 && (octets[0] & 0x1f) != 0x1f && octets[1] < 0x80;
}

enum as_ber_fault as_ber_head_read(struct as_span octets, struct as_ber_head *head_out)
{
	struct as_ber_head head = {.bytes = 1};
	enum as_ber_fault fault = AS_BER_FINE;
	unsigned char octet;

	if (octets.size == 0)
		return AS_BER_END;
	if (octets.size >= 2 && is_short(octets.data)) {
		*head_out = (struct as_ber_head){
			.class = (enum as_ber_class)(octets.data[0] >> 6),
			.constructed = (octets.data[0] & 0x20) != 0,
			.tag = octets.data[0] & 0x1fu,
			.bytes = 2,
			.length = octets.data[1],
		};
		return AS_BER_FINE;
	}
	octet = octets.data[0];
	head.class = (enum as_ber_class)(octet >> 6);
	head.constructed = (octet & 0x20) != 0;
	head.tag = octet & 0x1fu;
	if (head.tag == 0x1f)
		fault = read_long_tag(octets, &head);
	if (fault != AS_BER_FINE)
		return fault;
	if (head.bytes >= octets.size)
		return AS_BER_CUT;
	octet = octets.data[head.bytes++];
	/* Tag 0 is the end-of-contents and stands nowhere else. */
	if (octets.data[0] == 0)
		return octet == 0 ? AS_BER_END : AS_BER_BAD;
	if (octet == 0xff || octets.data[0] == 0x20)
		return AS_BER_BAD;
	if (octet < 0x80)
		head.length = octet;
	else if (octet == 0x80)
		head.indefinite = true;
	else
		fault = read_long_length(octets, octet & 0x7fu, &head);
	if (head.indefinite && !head.constructed)
		return AS_BER_BAD;
	if (fault == AS_BER_FINE)
		*head_out = head;
	return fault;
}

/*
 * One pass over the members, whatever their nesting: definite ones are stepped
 * over, indefinite ones only counted.
 */
static enum as_ber_fault find_end(struct as_span octets, size_t at, size_t *end_out)
{
	unsigned int depth = 1;

	while (depth > 0) {
		struct as_span here = as_span_make(octets.data + at, octets.size - at);
		enum as_ber_fault fault;
		struct as_ber_head head;

		if (here.size >= 2 && is_short(here.data)) {
			if (here.data[1] > here.size - 2)
				return AS_BER_CUT;
			at += 2u + here.data[1];
			continue;
		}
		fault = as_ber_head_read(here, &head);
		if (fault == AS_BER_END && here.size > 0) {
			at += 2;
			depth--;
			continue;
		}
		if (fault != AS_BER_FINE)
			return fault == AS_BER_END ? AS_BER_CUT : fault;
		if (head.length > here.size - head.bytes)
			return AS_BER_CUT;
		if (head.indefinite && ++depth > AS_BER_DEPTH_MAX)
			return AS_BER_DEEP;
		at += head.bytes + (size_t)head.length;
	}
	*end_out = at;
	return AS_BER_FINE;
}

enum as_ber_fault as_ber_skip_to_end(struct as_span *rest)
{
	size_t end;
	enum as_ber_fault fault = find_end(*rest, 0, &end);

	if (fault == AS_BER_FINE)
		*rest = as_span_from(*rest, end);
	return fault;
}

enum as_ber_fault as_ber_read(struct as_span *rest, struct as_ber *element_out)
{
	enum as_ber_fault fault;
	struct as_ber_head head;
	size_t size, trailer = 0;

	fault = as_ber_head_read(*rest, &head);
	if (fault != AS_BER_FINE)
		return fault;
	if (head.indefinite) {
		fault = find_end(*rest, head.bytes, &size);
		trailer = 2;
	} else if (head.length > rest->size - head.bytes) {
		fault = AS_BER_CUT;
	} else {
		size = head.bytes + (size_t)head.length;
	}
	if (fault != AS_BER_FINE)
		return fault;
	*element_out = (struct as_ber){
		.class = head.class,
		.constructed = head.constructed,
		.indefinite = head.indefinite,
		.tag = head.tag,
		.whole = as_span_make(rest->data, size),
		.content = as_span_make(rest->data + head.bytes, size - head.bytes - trailer),
	};
	*rest = as_span_from(*rest, size);
	return AS_BER_FINE;
}

bool as_ber_next(struct as_span *rest, struct as_ber *element_out)
{
	return as_ber_read(rest, element_out) == AS_BER_FINE;
}

/* X.690 s8.2.1, s8.3.1, s8.8.1, s8.9.1, s8.11.1, s8.19.1. */
static bool has_right_form(const struct as_ber *element)
{
	if (element->class != AS_BER_UNIVERSAL)
		return true;
	switch (element->tag) {
	case AS_BER_SEQUENCE:
	case AS_BER_SET:
		return element->constructed;
	case AS_BER_BOOLEAN:
	case AS_BER_INTEGER:
	case AS_BER_NULL:
	case AS_BER_OID:
		return !element->constructed;
	default:
		return true;
	}
}

bool as_ber_expect(struct as_span *rest, enum as_ber_class class, uint32_t tag,
		   struct as_ber *element_out)
{
	struct as_span after = *rest;
	struct as_ber_head head;
	struct as_ber element;

	/* The header first: to walk a large element only to find that it is
	 * another one would cost once per optional field. */
	if (as_ber_head_read(after, &head) != AS_BER_FINE || head.class != class || head.tag != tag)
		return false;
	if (!as_ber_next(&after, &element) || !has_right_form(&element))
		return false;
	*element_out = element;
	*rest = after;
	return true;
}

/* A constructed string that is being joined. */
struct pieces {
	struct as_span octets;	       /* the content of the string */
	size_t at;		       /* the next octet to read */
	size_t ends[AS_BER_DEPTH_MAX]; /* of the open levels; SIZE_MAX: indefinite */
	unsigned int depth;
};

/* Closes levels that end here. False when a definite one is overrun. */
static bool close_levels(struct pieces *pieces)
{
	while (pieces->depth > 0 && pieces->ends[pieces->depth - 1] == pieces->at)
		pieces->depth--;
	return pieces->depth == 0 || pieces->ends[pieces->depth - 1] > pieces->at;
}

static bool open_level(struct pieces *pieces, const struct as_ber_head *head)
{
	if (pieces->depth >= AS_BER_DEPTH_MAX)
		return false;
	pieces->ends[pieces->depth++] =
		head->indefinite ? SIZE_MAX : pieces->at + (size_t)head->length;
	return true;
}

/* The next primitive piece; *done_out at the end of the string. False when a
 * piece is no OCTET STRING or stands across the end of its level. */
static bool next_piece(struct pieces *pieces, struct as_span *piece_out, bool *done_out)
{
	for (;;) {
		struct as_span here;
		struct as_ber_head head;
		enum as_ber_fault fault;

		if (!close_levels(pieces))
			return false;
		if (pieces->depth == 0) {
			*done_out = true;
			return true;
		}
		here = as_span_from(pieces->octets, pieces->at);
		if (here.size >= 2 && here.data[0] == AS_BER_OCTET_STRING && here.data[1] < 0x80 &&
		    here.data[1] <= here.size - 2) {
			*piece_out = as_span_make(here.data + 2, here.data[1]);
			pieces->at += 2u + here.data[1];
			return true;
		}
		fault = as_ber_head_read(here, &head);
		if (fault == AS_BER_END && here.size > 0 &&
		    pieces->ends[pieces->depth - 1] == SIZE_MAX) {
			pieces->at += 2;
			pieces->depth--;
			continue;
		}
		if (fault != AS_BER_FINE || head.class != AS_BER_UNIVERSAL ||
		    head.tag != AS_BER_OCTET_STRING || head.length > here.size - head.bytes)
			return false;
		pieces->at += head.bytes;
		if (head.constructed) {
			if (!open_level(pieces, &head))
				return false;
			continue;
		}
		*piece_out = as_span_slice(pieces->octets, pieces->at, (size_t)head.length);
		pieces->at += (size_t)head.length;
		return true;
	}
}

int as_ber_octets(struct as_arena *arena, const struct as_ber *string, struct as_span *octets_out)
{
	struct pieces pieces = {
		.octets = string->content,
		.ends = {string->content.size},
		.depth = 1,
	};
	unsigned char *joined;
	size_t size = 0;
	bool done = false;

	if (!string->constructed) {
		*octets_out = string->content;
		return 0;
	}
	joined = as_arena_alloc(arena, string->content.size);
	if (joined == NULL)
		return -ENOMEM;
	for (;;) {
		struct as_span piece;

		if (!next_piece(&pieces, &piece, &done))
			return -EBADMSG;
		if (done)
			break;
		AS_ASSERT(piece.size <= string->content.size - size);
		if (piece.size > 0)
			memcpy(joined + size, piece.data, piece.size);
		size += piece.size;
	}
	*octets_out = as_span_make(joined, size);
	return 0;
}
