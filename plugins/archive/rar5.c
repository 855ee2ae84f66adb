/* SPDX-License-Identifier: BSD-2-Clause */
#include "rar5.h"

#define CRC_BYTES 4u

enum header_type { TYPE_MAIN = 1, TYPE_FILE = 2, TYPE_ENCRYPTION = 4 };
enum header_flag { FLAG_EXTRA = 0x01, FLAG_DATA = 0x02 };

#define EXTRA_CRYPT	    1u
#define ARCHIVE_FLAG_VOLUME 1u

/* What all headers have in common. */
struct header {
	uint64_t type, flags;
	struct as_span body;  /* behind the common fields */
	struct as_span extra; /* last part of the body */
	size_t next;	      /* behind the data */
};

bool rar5_number(struct as_span data, size_t *at, uint64_t *value_out)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift < 64; shift += 7) {
		unsigned char c;

		if (*at >= data.size)
			return false;
		c = data.data[(*at)++];
		value |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80)) {
			*value_out = value;
			return true;
		}
	}
	return false;
}

static bool read_header(struct as_span data, size_t at, struct header *header_out)
{
	struct header header = {.type = 0};
	uint64_t size, extra_size = 0, data_size = 0;
	struct as_span whole;
	size_t begin;

	if (!as_span_holds(data, at, CRC_BYTES))
		return false;
	at += CRC_BYTES;
	if (!rar5_number(data, &at, &size) || size == 0 || !as_span_holds(data, at, size))
		return false;
	whole = as_span_slice(data, 0, at + (size_t)size);
	begin = at;
	if (!rar5_number(whole, &at, &header.type) || !rar5_number(whole, &at, &header.flags) ||
	    (header.flags & FLAG_EXTRA && !rar5_number(whole, &at, &extra_size)) ||
	    (header.flags & FLAG_DATA && !rar5_number(whole, &at, &data_size)))
		return false;
	header.body = as_span_from(whole, at);
	if (extra_size > header.body.size)
		return false;
	header.extra = as_span_from(header.body, header.body.size - (size_t)extra_size);
	header.next = begin + (size_t)size;
	if (data_size > data.size - header.next)
		header.next = data.size;
	else
		header.next += (size_t)data_size;
	*header_out = header;
	return true;
}

/* Records of size, type, data; size counts from the type on. */
static bool has_crypt_record(struct as_span extra)
{
	size_t at = 0;
	uint64_t size, type;

	while (rar5_number(extra, &at, &size) && size > 0 && size <= extra.size - at) {
		size_t record = at;

		if (!rar5_number(extra, &record, &type))
			return false;
		if (type == EXTRA_CRYPT)
			return true;
		at += (size_t)size;
	}
	return false;
}

bool rar5_file_next(struct as_span data, size_t *at, bool *encrypted_out)
{
	struct header header;

	while (read_header(data, *at, &header)) {
		*at = header.next;
		if (header.type != TYPE_FILE)
			continue;
		*encrypted_out = has_crypt_record(header.extra);
		return true;
	}
	return false;
}

bool rar5_is_volume(struct as_span data)
{
	struct header header;
	uint64_t flags;
	size_t at = 0;

	return read_header(data, RAR5_FIRST_HEADER, &header) && header.type == TYPE_MAIN &&
	       rar5_number(header.body, &at, &flags) && (flags & ARCHIVE_FLAG_VOLUME) != 0;
}

bool rar5_is_locked(struct as_span data)
{
	struct header header;

	return read_header(data, RAR5_FIRST_HEADER, &header) && header.type == TYPE_ENCRYPTION;
}
