/* SPDX-License-Identifier: BSD-2-Clause */
#include "dictionary.h"

/* Property identifiers and coders of 7z (7zFormat.txt of the LZMA SDK). */
enum property {
	P_END = 0x00,
	P_HEADER = 0x01,
	P_ARCHIVE_PROPERTIES = 0x02,
	P_MAIN_STREAMS = 0x04,
	P_PACK_INFO = 0x06,
	P_UNPACK_INFO = 0x07,
	P_SIZE = 0x09,
	P_CRC = 0x0a,
	P_FOLDER = 0x0b,
	P_UNPACK_SIZE = 0x0c,
	P_ENCODED_HEADER = 0x17,
};

#define CODER_LZMA2	0x21u
#define CODER_LZMA	0x030101u
#define CODER_PPMD	0x030401u

#define XZ_FILTER_LZMA2 0x21u
#define HEADER_7Z	32u

/* A cursor that never leaves its span; bad stays set after the first miss. */
struct cursor {
	struct as_span span;
	size_t at;
	bool bad;
};

static unsigned char take_byte(struct cursor *c)
{
	if (c->at >= c->span.size) {
		c->bad = true;
		return 0;
	}
	return c->span.data[c->at++];
}

static struct as_span take(struct cursor *c, uint64_t size)
{
	struct as_span part = as_span_make(NULL, 0);

	if (!as_span_holds(c->span, c->at, size)) {
		c->bad = true;
		return part;
	}
	part = as_span_slice(c->span, c->at, (size_t)size);
	c->at += (size_t)size;
	return part;
}

/* 7z number: leading ones of the first octet count the octets that follow. */
static uint64_t take_number(struct cursor *c)
{
	unsigned char first = take_byte(c);
	uint64_t value = 0;

	for (unsigned int i = 0; i < 8; i++) {
		unsigned int mask = 0x80u >> i;

		if (!(first & mask))
			return value | (uint64_t)(first & (mask - 1)) << (8 * i);
		value |= (uint64_t)take_byte(c) << (8 * i);
	}
	return value;
}

/* The dictionary size of LZMA2 is one octet: 2 or 3 times a power of two. */
static uint64_t lzma2_dictionary(unsigned char bits)
{
	if (bits >= 40)
		return UINT32_MAX;
	return (uint64_t)(2 | (bits & 1)) << (bits / 2 + 11);
}

static uint64_t coder_dictionary(uint64_t id, struct as_span properties)
{
	uint32_t size;

	if (id == CODER_LZMA2 && properties.size >= 1)
		return lzma2_dictionary(properties.data[0]);
	if ((id == CODER_LZMA || id == CODER_PPMD) && as_span_le32(properties, 1, &size))
		return size;
	return 0;
}

/* One folder: its coders, how they are bound, and which are packed. Sets
 * *lzma_out to the properties if its only coder is LZMA. */
static uint64_t read_folder(struct cursor *c, struct as_span *lzma_out, uint64_t *outputs_out)
{
	uint64_t coders = take_number(c), inputs = 0, outputs = 0, largest = 0;

	*lzma_out = as_span_make(NULL, 0);
	if (coders > ARC_MAX_7Z_CODERS)
		c->bad = true;
	for (uint64_t i = 0; i < coders && !c->bad; i++) {
		unsigned char flags = take_byte(c);
		struct as_span id = take(c, flags & 0x0f), properties = as_span_make(NULL, 0);
		uint64_t number = 0, asked;

		for (size_t k = 0; k < id.size; k++)
			number = number << 8 | id.data[k];
		inputs += flags & 0x10 ? take_number(c) : 1;
		outputs += flags & 0x10 ? take_number(c) : 1;
		if (flags & 0x20)
			properties = take(c, take_number(c));
		asked = coder_dictionary(number, properties);
		if (asked > largest)
			largest = asked;
		if (coders == 1 && number == CODER_LZMA && properties.size == 5)
			*lzma_out = properties;
		if (inputs > ARC_MAX_7Z_CODERS || outputs == 0 || outputs > ARC_MAX_7Z_CODERS)
			c->bad = true;
	}
	if (c->bad || inputs + 1 < outputs)
		return largest;
	for (uint64_t i = 0; i + 1 < outputs; i++) {
		take_number(c);
		take_number(c);
	}
	if (inputs + 1 - outputs > 1)
		for (uint64_t i = 0; i < inputs + 1 - outputs; i++)
			take_number(c);
	*outputs_out = outputs;
	return largest;
}

/* Checksums of count streams, present for all or by a bit each. */
static void skip_digests(struct cursor *c, uint64_t count)
{
	uint64_t defined = count;

	if (take_byte(c) == 0) {
		struct as_span bits = take(c, count / 8 + (count % 8 != 0));

		defined = 0;
		for (size_t i = 0; i < bits.size; i++)
			defined += (uint64_t)__builtin_popcount(bits.data[i]);
	}
	if (defined > c->span.size)
		c->bad = true;
	else
		take(c, defined * 4);
}

/* Where the packed streams are; fills place and size of the first. */
static void read_pack_info(struct cursor *c, uint64_t *place_out, uint64_t *size_out)
{
	uint64_t place = take_number(c), count = take_number(c);
	unsigned char id = take_byte(c);

	if (count > c->span.size)
		c->bad = true;
	if (id == P_SIZE) {
		for (uint64_t i = 0; i < count && !c->bad; i++) {
			uint64_t size = take_number(c);

			if (i == 0)
				*size_out = size;
		}
		id = take_byte(c);
	}
	if (id == P_CRC) {
		skip_digests(c, count);
		id = take_byte(c);
	}
	if (id != P_END)
		c->bad = true;
	*place_out = place;
}

/* The streams of a header. packed_out gets place and size of the first packed
 * stream, header_out the LZMA properties when the only folder is LZMA. */
static uint64_t read_streams(struct cursor *c, uint64_t *place_out, uint64_t *size_out,
			     struct arc_7z_header *header_out)
{
	struct as_span lzma = as_span_make(NULL, 0);
	uint64_t folders, largest = 0, outputs = 0;
	unsigned char id = take_byte(c);

	if (id == P_PACK_INFO) {
		read_pack_info(c, place_out, size_out);
		id = take_byte(c);
	}
	if (c->bad || id != P_UNPACK_INFO || take_byte(c) != P_FOLDER)
		return 0;
	folders = take_number(c);
	if (take_byte(c) != 0)
		return 0;
	for (uint64_t i = 0; i < folders && !c->bad; i++) {
		uint64_t asked = read_folder(c, &lzma, &outputs);

		if (asked > largest)
			largest = asked;
	}
	if (!c->bad && folders == 1 && outputs == 1 && lzma.size == 5 &&
	    take_byte(c) == P_UNPACK_SIZE) {
		memcpy(header_out->properties, lzma.data, 5);
		header_out->size = take_number(c);
	}
	return largest;
}

uint64_t arc_7z_header_dictionary(struct as_span header)
{
	struct cursor c = {.span = header};
	struct arc_7z_header ignored;
	uint64_t place, size;

	if (take_byte(&c) != P_HEADER)
		return 0;
	if (take_byte(&c) == P_ARCHIVE_PROPERTIES) {
		while (take_byte(&c) != P_END && !c.bad)
			take(&c, take_number(&c));
		take_byte(&c);
	}
	if (c.bad || header.data[c.at - 1] != P_MAIN_STREAMS)
		return 0;
	return read_streams(&c, &place, &size, &ignored);
}

uint64_t arc_7z_dictionary(struct as_span data, struct arc_7z_header *header_out)
{
	uint64_t offset, length, place = 0, size = 0, largest;
	struct cursor c = {.at = 0};

	*header_out = (struct arc_7z_header){.size = 0};
	if (!as_span_le64(data, 12, &offset) || !as_span_le64(data, 20, &length) ||
	    offset > data.size || !as_span_holds(data, HEADER_7Z + offset, length) || length == 0)
		return 0;
	c.span = as_span_slice(data, HEADER_7Z + (size_t)offset, (size_t)length);
	if (c.span.data[0] != P_ENCODED_HEADER)
		return arc_7z_header_dictionary(c.span);
	take_byte(&c);
	largest = read_streams(&c, &place, &size, header_out);
	if (!c.bad && header_out->size > 0 && place <= data.size &&
	    as_span_holds(data, HEADER_7Z + place, size))
		header_out->packed = as_span_slice(data, HEADER_7Z + (size_t)place, (size_t)size);
	return largest;
}

/* The first block's filters (xz file format s3.1). Later blocks may ask for
 * more, but liblzma touches no more memory than it has put out, which is
 * charged, and the process limit bounds what it reserves. */
static uint64_t xz_dictionary(struct as_span data)
{
	struct cursor c = {.span = as_span_from(data, 12)};
	uint64_t largest = 0;
	unsigned char flags;

	if (take_byte(&c) == 0)
		return 0;
	flags = take_byte(&c);
	/* Sizes are coded like the numbers of RAR 5: skip by the high bit. */
	for (unsigned int field = 0; field < (flags >> 6 & 1u) + (flags >> 7 & 1u); field++)
		while (take_byte(&c) & 0x80)
			continue;
	for (unsigned int i = 0; i <= (flags & 3u) && !c.bad; i++) {
		unsigned char id = take_byte(&c);
		struct as_span properties = take(&c, take_byte(&c));

		if (id == XZ_FILTER_LZMA2 && properties.size == 1 &&
		    lzma2_dictionary(properties.data[0]) > largest)
			largest = lzma2_dictionary(properties.data[0]);
	}
	return largest;
}

/* RFC 8878 s3.1.1.1.2. A skippable frame in front hides nothing: libzstd
 * refuses windows above 128 MiB by itself. */
static uint64_t zstd_dictionary(struct as_span data)
{
	static const unsigned char field_sizes[4] = {0, 2, 4, 8};
	static const unsigned char id_sizes[4] = {0, 1, 2, 4};
	struct cursor c = {.span = data, .at = 4};
	unsigned char flags, window;
	struct as_span field;
	uint64_t size = 0;

	if (!as_span_has_at(data, 0, "\050\265\057\375", 4))
		return 0;
	flags = take_byte(&c);
	if (!(flags & 0x20)) {
		window = take_byte(&c);
		size = (uint64_t)1 << (10 + (window >> 3));
		return c.bad ? 0 : size + size / 8 * (window & 7u);
	}
	take(&c, id_sizes[flags & 3]);
	field = take(&c, flags >> 6 == 0 ? 1 : field_sizes[flags >> 6]);
	for (size_t i = field.size; i > 0; i--)
		size = size << 8 | field.data[i - 1];
	return size;
}

uint64_t arc_dictionary_bytes(struct as_span data, enum arc_kind kind)
{
	struct arc_7z_header header;
	uint32_t size;

	switch (kind) {
	case ARC_KIND_XZ:
		return xz_dictionary(data);
	case ARC_KIND_ZSTD:
		return zstd_dictionary(data);
	case ARC_KIND_LZMA:
		return as_span_le32(data, 1, &size) ? size : 0;
	case ARC_KIND_LZIP:
		/* Base 2 logarithm, less so many sixteenths of it. */
		if (data.size < 6)
			return 0;
		return ((uint64_t)1 << (data.data[5] & 0x1f)) -
		       ((uint64_t)1 << (data.data[5] & 0x1f)) / 16 * (data.data[5] >> 5);
	case ARC_KIND_7Z:
		return arc_7z_dictionary(data, &header);
	default:
		return 0;
	}
}
