/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip_data.h"
#include "dictionary.h"
#include "inflate.h"
#include "stream.h"

#include <archive.h>

/* APPNOTE.TXT s5.8.8: LZMA data starts with two octets of version, two of the
 * size of the properties (always 5), and the properties. */
#define LZMA_PREFIX	4u
#define LZMA_PROPERTIES 5u
#define LZMA_FLAG_EOS	0x0002u

#define LOCAL_SIZE	30u

/* A run of the packed octets, and whether the archive ends before it does. */
static struct as_span packed_span(struct as_span archive, size_t data_at,
				  const struct zip_record *record, bool *cut_out)
{
	size_t rest = data_at < archive.size ? archive.size - data_at : 0;

	*cut_out = record->sized && record->packed > rest;
	if (!record->sized) {
		/* Deflate ends itself, the others at their descriptor. */
		if (record->method == ZIP_DEFLATE)
			return as_span_from(archive, data_at);
		return as_span_slice(archive, data_at,
				     zip_descriptor_find(archive, data_at) - data_at);
	}
	return as_span_slice(archive, data_at, *cut_out ? rest : (size_t)record->packed);
}

static void put_le(unsigned char *at, uint64_t value, size_t octets)
{
	for (size_t i = 0; i < octets; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* libarchive takes only dictionaries that the tools write; a larger one
 * decodes the same data, so it is rounded up to a power of two. */
static uint32_t round_dictionary(uint32_t size)
{
	uint32_t rounded = 4096;

	while (rounded < size && rounded < 0x80000000u)
		rounded *= 2;
	return rounded;
}

static enum arc_outcome decode_lzma(struct arc_sink *sink, struct as_span packed,
				    const struct zip_record *record, size_t *used_out)
{
	unsigned char header[13];
	struct as_span pieces[2];
	uint32_t dictionary;
	uint16_t properties;
	uint64_t size = record->size;

	if (!as_span_le16(packed, 2, &properties) || properties != LZMA_PROPERTIES ||
	    !as_span_le32(packed, LZMA_PREFIX + 1, &dictionary))
		return ARC_BROKEN;
	if (dictionary > sink->job->state->max_dictionary_bytes)
		return ARC_TOO_WIDE;
	if (record->flags & LZMA_FLAG_EOS || !record->sized)
		size = UINT64_MAX;
	header[0] = packed.data[LZMA_PREFIX];
	put_le(header + 1, round_dictionary(dictionary), 4);
	put_le(header + 5, size, 8);
	pieces[0] = as_span_make(header, sizeof(header));
	pieces[1] = as_span_from(packed, LZMA_PREFIX + LZMA_PROPERTIES);
	return arc_stream_decode(sink, pieces, 2, ARCHIVE_FILTER_LZMA, used_out);
}

/* PPMd has no stream form of its own: the member is put into a ZIP of one
 * member without a directory. */
static enum arc_outcome decode_ppmd(struct arc_sink *sink, struct as_span packed,
				    const struct zip_record *record, size_t *used_out)
{
	unsigned char header[LOCAL_SIZE + 1] = "PK\003\004";
	struct as_span pieces[2] = {as_span_make(header, sizeof(header)), packed};
	uint16_t parameters;
	uint64_t memory;

	if (!as_span_le16(packed, 0, &parameters))
		return ARC_CUT;
	/* APPNOTE.TXT s5.10: order, memory in MiB less one, method. */
	memory = (uint64_t)((parameters >> 4 & 0xff) + 1) << 20;
	if (memory > sink->job->state->max_dictionary_bytes)
		return ARC_TOO_WIDE;
	put_le(header + 4, 63, 2);
	put_le(header + 8, ZIP_PPMD, 2);
	put_le(header + 14, record->crc, 4);
	put_le(header + 18, packed.size, 4);
	put_le(header + 22, record->size < UINT32_MAX ? record->size : UINT32_MAX - 1, 4);
	put_le(header + 26, 1, 2);
	header[LOCAL_SIZE] = 'x';
	return arc_stream_decode(sink, pieces, 2, ARCHIVE_FILTER_NONE, used_out);
}

static enum arc_outcome decode_packed(struct arc_sink *sink, struct as_span packed,
				      const struct zip_record *record, size_t *used_out)
{
	uint64_t limit = sink->job->state->max_dictionary_bytes;
	size_t ignored;

	*used_out = packed.size;
	switch (record->method) {
	case ZIP_DEFLATE:
		return arc_inflate(sink, packed, used_out);
	case ZIP_BZIP2:
		return arc_stream_decode(sink, &packed, 1, ARCHIVE_FILTER_BZIP2, &ignored);
	case ZIP_XZ:
		if (arc_dictionary_bytes(packed, ARC_KIND_XZ) > limit)
			return ARC_TOO_WIDE;
		return arc_stream_decode(sink, &packed, 1, ARCHIVE_FILTER_XZ, &ignored);
	case ZIP_ZSTD:
	case ZIP_ZSTD_OLD:
		if (arc_dictionary_bytes(packed, ARC_KIND_ZSTD) > limit)
			return ARC_TOO_WIDE;
		return arc_stream_decode(sink, &packed, 1, ARCHIVE_FILTER_ZSTD, &ignored);
	case ZIP_LZMA:
		return decode_lzma(sink, packed, record, &ignored);
	case ZIP_PPMD:
		return decode_ppmd(sink, packed, record, &ignored);
	default:
		return ARC_UNKNOWN;
	}
}

enum arc_outcome zip_data_decode(struct arc_sink *sink, struct as_span archive, size_t data_at,
				 const struct zip_record *record, struct as_span *data_out,
				 size_t *used_out)
{
	struct arc_job *job = sink->job;
	struct as_span packed;
	enum arc_outcome outcome;
	bool cut;

	packed = packed_span(archive, data_at, record, &cut);
	if (record->method == ZIP_STORED) {
		*used_out = packed.size;
		*data_out = packed;
		if (job->host->charge(job->scan, job->object, packed.size) < 0) {
			*data_out = as_span_make(NULL, 0);
			job->stop = true;
			return ARC_STOPPED;
		}
		return cut ? ARC_CUT : ARC_DONE;
	}
	/* Empty files are packed as nothing by some tools. */
	if (packed.size == 0 && record->sized && record->size == 0 && !cut) {
		*used_out = 0;
		*data_out = packed;
		return ARC_DONE;
	}
	outcome = decode_packed(sink, packed, record, used_out);
	*data_out = arc_sink_span(sink);
	if (outcome == ARC_BROKEN && cut)
		outcome = ARC_CUT;
	return outcome;
}
