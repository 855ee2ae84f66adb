/* SPDX-License-Identifier: BSD-2-Clause */
#include "inflate.h"

#include <limits.h>
#include <zlib.h>

#define CHUNK_BYTES 32768u

/* RFC 1952 s2.3. */
#define GZIP_HEADER  10u
#define GZIP_TRAILER 8u

enum gzip_flag {
	GZIP_HCRC = 0x02,
	GZIP_EXTRA = 0x04,
	GZIP_NAME = 0x08,
	GZIP_COMMENT = 0x10,
	GZIP_RESERVED = 0xe0,
};

/* zlib counts in unsigned int; larger input is fed in parts. */
static void feed(z_stream *stream, struct as_span packed, size_t fed)
{
	size_t part = packed.size - fed;

	if (part > UINT_MAX)
		part = UINT_MAX;
	/* zlib does not write to next_in; its type is older than const. */
	stream->next_in = (unsigned char *)(uintptr_t)(packed.data + fed);
	stream->avail_in = (unsigned int)part;
}

static enum arc_outcome run(z_stream *stream, struct arc_sink *sink, struct as_span packed,
			    size_t *used_out)
{
	unsigned char chunk[CHUNK_BYTES];
	size_t fed = 0;
	int rc = Z_OK;

	*used_out = 0;
	while (rc == Z_OK) {
		if (stream->avail_in == 0) {
			if (fed == packed.size)
				return ARC_CUT;
			feed(stream, packed, fed);
			fed += stream->avail_in;
		}
		do {
			stream->next_out = chunk;
			stream->avail_out = sizeof(chunk);
			rc = inflate(stream, Z_NO_FLUSH);
			*used_out = fed - stream->avail_in;
			if (!arc_sink_write(sink, chunk, sizeof(chunk) - stream->avail_out))
				return ARC_STOPPED;
		} while (rc == Z_OK && stream->avail_out == 0);
		/* No progress without more input is not an error of the data. */
		if (rc == Z_BUF_ERROR && stream->avail_in == 0)
			rc = Z_OK;
	}
	return rc == Z_STREAM_END ? ARC_DONE : ARC_BROKEN;
}

enum arc_outcome arc_inflate(struct arc_sink *sink, struct as_span packed, size_t *used_out)
{
	z_stream stream = {.next_in = NULL};
	enum arc_outcome outcome;

	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
		*used_out = 0;
		return ARC_UNKNOWN;
	}
	outcome = run(&stream, sink, packed, used_out);
	inflateEnd(&stream);
	return outcome;
}

/* Skips a NUL-terminated field; false when it has no end. */
static bool skip_text(struct as_span packed, size_t *at, struct as_span *text_out)
{
	size_t end = as_span_find_byte(packed, *at, 0);

	if (end == SIZE_MAX)
		return false;
	*text_out = as_span_slice(packed, *at, end - *at);
	*at = end + 1;
	return true;
}

/* Where the deflate data of a gzip member starts; false: not a member. */
static bool gzip_header(struct as_span packed, size_t at, size_t *data_at_out,
			struct as_span *name_out)
{
	struct as_span ignored;
	unsigned char flags;

	if (!as_span_has_at(packed, at, "\037\213\010", 3) ||
	    !as_span_holds(packed, at, GZIP_HEADER))
		return false;
	flags = packed.data[at + 3];
	at += GZIP_HEADER;
	if (flags & GZIP_RESERVED)
		return false;
	if (flags & GZIP_EXTRA) {
		uint16_t size;

		if (!as_span_le16(packed, at, &size) || !as_span_holds(packed, at + 2, size))
			return false;
		at += 2u + size;
	}
	if (flags & GZIP_NAME && !skip_text(packed, &at, name_out))
		return false;
	if (flags & GZIP_COMMENT && !skip_text(packed, &at, &ignored))
		return false;
	if (flags & GZIP_HCRC)
		at += 2;
	if (at > packed.size)
		return false;
	*data_at_out = at;
	return true;
}

static enum arc_outcome gzip_trailer(struct as_span packed, size_t at, struct as_span output)
{
	uint32_t crc, size;

	if (!as_span_le32(packed, at, &crc) || !as_span_le32(packed, at + 4, &size))
		return ARC_CUT;
	if (crc != crc32_z(0, output.data, output.size) || size != (output.size & UINT32_MAX))
		return ARC_BROKEN;
	return ARC_DONE;
}

enum arc_outcome arc_gunzip(struct arc_sink *sink, struct as_span packed, struct as_span *name_out,
			    size_t *used_out)
{
	enum arc_outcome outcome = ARC_DONE;
	struct as_span name = as_span_make(NULL, 0);
	size_t at = 0, data_at;

	*name_out = name;
	*used_out = 0;
	while (outcome == ARC_DONE && gzip_header(packed, at, &data_at, &name)) {
		size_t before = sink->size, used;

		if (at == 0)
			*name_out = name;
		/* A run of empty members of 20 octets each would charge
		 * nothing; counting them as headers bounds them. */
		if (!arc_count_header(sink->job))
			return ARC_STOPPED;
		outcome = arc_inflate(sink, as_span_from(packed, data_at), &used);
		if (outcome == ARC_DONE)
			outcome = gzip_trailer(packed, data_at + used,
					       as_span_from(arc_sink_span(sink), before));
		at = data_at + used;
		at += as_span_slice(packed, at, GZIP_TRAILER).size;
		*used_out = at;
	}
	return at == 0 ? ARC_BROKEN : outcome;
}
