/* SPDX-License-Identifier: BSD-2-Clause */
#include "tnef_stream.h"

#define LEVEL_MESSAGE	 1u
#define LEVEL_ATTACHMENT 2u

#define ATTRIBUTE_HEADER 9u /* level, id, length */
#define CHECKSUM_SIZE	 2u

/* All attributes of MS-OXTNEF s2.1.3.2, with their types. */
static const uint32_t known_ids[] = {
	0x00008000, 0x00038005, 0x00038006, 0x00078007, 0x00078008, 0x00018009, 0x0001800a,
	0x0001800b, 0x0002800c, 0x0004800d, 0x0006800f, 0x00018010, 0x00068011, 0x00038012,
	0x00038013, 0x00038020, 0x00018004, 0x00069001, 0x00069002, 0x00069003, 0x00069004,
	0x00069005, 0x00069006, 0x00069007, 0x00089006, 0x00070600, 0x00060600, 0x00070601,
	0x00060602, 0x00040009, 0x00040001, 0x00050008, 0x00030006, 0x00030007, 0x00060000,
	0x00060001, 0x00060002,
};

struct header {
	uint32_t id; /* with its type */
	uint32_t length;
};

static bool header_at(struct as_span data, size_t at, struct header *header_out)
{
	if (!as_span_holds(data, at, ATTRIBUTE_HEADER) ||
	    (data.data[at] != LEVEL_MESSAGE && data.data[at] != LEVEL_ATTACHMENT))
		return false;
	return as_span_le32(data, at + 1, &header_out->id) &&
	       as_span_le32(data, at + 5, &header_out->length);
}

static bool is_known(uint32_t id, uint32_t mask)
{
	for (size_t i = 0; i < sizeof(known_ids) / sizeof(known_ids[0]); i++)
		if (((known_ids[i] ^ id) & mask) == 0)
			return true;
	return false;
}

static bool is_signature(struct as_span data, size_t at)
{
	return as_span_has_at(data, at, TNEF_SIGNATURE, TNEF_SIGNATURE_SIZE);
}

/* Forty bits that are right by chance do not occur: good enough to start again
 * in the middle of garbage. */
static bool is_landmark(struct as_span data, size_t at)
{
	struct header header;

	return is_signature(data, at) ||
	       (header_at(data, at, &header) && is_known(header.id, UINT32_MAX));
}

static size_t next_landmark(struct as_span data, size_t at)
{
	for (; at < data.size; at++) {
		unsigned char first = data.data[at];

		if ((first == LEVEL_MESSAGE || first == LEVEL_ATTACHMENT ||
		     first == (unsigned char)TNEF_SIGNATURE[0]) &&
		    is_landmark(data, at))
			return at;
	}
	return data.size;
}

/* Where an attribute was promised less will do: readers look at the lower half
 * of the id only, and pass over ids that they do not know by their length. */
static bool is_attribute(struct as_span data, size_t at, const struct header *header)
{
	uint64_t next = (uint64_t)at + ATTRIBUTE_HEADER + header->length + CHECKSUM_SIZE;
	struct header follower;

	if (is_known(header->id, 0xffff))
		return true;
	return next == data.size ||
	       (next < data.size &&
		(is_signature(data, (size_t)next) ||
		 (header_at(data, (size_t)next, &follower) && is_known(follower.id, 0xffff))));
}

static bool is_padding(struct as_span gap)
{
	for (size_t i = 0; i < gap.size; i++)
		if (gap.data[i] != '\0' && gap.data[i] != ' ' && gap.data[i] != '\r' &&
		    gap.data[i] != '\n')
			return false;
	return true;
}

static void take_attribute(struct tnef_stream *stream, const struct header *header,
			   struct tnef_attribute *attribute_out)
{
	size_t begin = stream->at + ATTRIBUTE_HEADER, end;

	attribute_out->id = header->id & 0xffff;
	attribute_out->at = stream->at;
	attribute_out->cut = !as_span_holds(stream->data, begin, header->length);
	if (!attribute_out->cut) {
		attribute_out->data = as_span_slice(stream->data, begin, header->length);
		end = begin + header->length;
		stream->at = stream->data.size - end > CHECKSUM_SIZE ? end + CHECKSUM_SIZE
								     : stream->data.size;
		return;
	}
	end = next_landmark(stream->data, begin);
	stream->at = end;
	if (stream->overlong < TNEF_MAX_OVERLONG) {
		stream->overlong++;
		end = stream->data.size;
	}
	attribute_out->data = as_span_slice(stream->data, begin, end - begin);
}

enum tnef_step tnef_next(struct tnef_stream *stream, struct tnef_attribute *attribute_out)
{
	struct header header;
	size_t begin;

	for (;;) {
		begin = stream->at;
		if (begin >= stream->data.size)
			return TNEF_END;
		*attribute_out = (struct tnef_attribute){.at = begin};
		if (is_signature(stream->data, begin)) {
			stream->at = stream->data.size - begin > TNEF_HEADER_SIZE
					     ? begin + TNEF_HEADER_SIZE
					     : stream->data.size;
			return TNEF_BEGIN;
		}
		if (header_at(stream->data, begin, &header) &&
		    is_attribute(stream->data, begin, &header)) {
			take_attribute(stream, &header, attribute_out);
			return TNEF_ATTRIBUTE;
		}
		stream->at = next_landmark(stream->data, begin + 1);
		attribute_out->data = as_span_slice(stream->data, begin, stream->at - begin);
		if (!is_padding(attribute_out->data))
			return TNEF_GAP;
	}
}
