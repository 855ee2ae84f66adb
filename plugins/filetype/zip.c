/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip.h"

#include <zlib.h>

#define LOCAL_BYTES   30u
#define CENTRAL_BYTES 46u
#define END_BYTES     22u

static bool is_central(struct as_span data, uint64_t at)
{
	return as_span_has_at(data, at, "PK\1\2", 4);
}

/* The 64-bit end record before the 32-bit one at end_at. */
static bool read_end64(struct as_span data, uint64_t end_at, uint64_t *size_out,
		       uint64_t *offset_out)
{
	uint64_t record;

	if (end_at < 20 || !as_span_has_at(data, end_at - 20, "PK\6\7", 4) ||
	    !as_span_le64(data, end_at - 12, &record) || !as_span_has_at(data, record, "PK\6\6", 4))
		return false;
	return as_span_le64(data, record + 40, size_out) &&
	       as_span_le64(data, record + 48, offset_out);
}

/* Whether the end record at end_at leads to a directory. Readers look right in
 * front of the end record first, so that a prefix does no harm. */
static bool use_end(struct as_span data, uint64_t end_at, struct ft_zip *zip_out)
{
	uint32_t size32, offset32;
	uint16_t comment;
	uint64_t size, offset, start;

	if (!as_span_le32(data, end_at + 12, &size32) ||
	    !as_span_le32(data, end_at + 16, &offset32) ||
	    !as_span_le16(data, end_at + 20, &comment))
		return false;
	size = size32;
	offset = offset32;
	if (size32 == UINT32_MAX || offset32 == UINT32_MAX)
		(void)read_end64(data, end_at, &size, &offset);
	start = size <= end_at ? end_at - size : UINT64_MAX;
	if (start == UINT64_MAX || !is_central(data, start))
		start = offset;
	if (!is_central(data, start))
		return false;
	*zip_out = (struct ft_zip){
		.data = data,
		.next = start,
		.end = end_at,
		.shift = start > offset ? start - offset : 0,
		.left = FT_ZIP_ENTRIES_MAX,
		.central = true,
		.exact = end_at + END_BYTES + comment == data.size,
	};
	return true;
}

static bool open_central(struct as_span data, struct ft_zip *zip_out)
{
	size_t first = data.size > FT_TAIL_BYTES ? data.size - FT_TAIL_BYTES : 0;
	size_t end = data.size;

	while (end > first) {
		const unsigned char *hit = memrchr(data.data + first, 'P', end - first);

		if (hit == NULL)
			return false;
		end = (size_t)(hit - data.data);
		if (as_span_has_at(data, end, "PK\5\6", 4) && use_end(data, end, zip_out))
			return true;
	}
	return false;
}

bool ft_zip_open(struct as_span data, struct ft_zip *zip_out)
{
	if (open_central(data, zip_out))
		return true;
	if (!as_span_has_at(data, 0, "PK", 2))
		return false;
	*zip_out = (struct ft_zip){
		.data = data,
		.end = data.size,
		.left = FT_ZIP_ENTRIES_MAX,
	};
	return true;
}

static bool next_central(struct ft_zip *zip, struct ft_zip_entry *entry_out)
{
	uint64_t at = zip->next;
	uint16_t name, extra, comment;
	uint32_t packed, local;

	if (!is_central(zip->data, at) || !as_span_le16(zip->data, at + 10, &entry_out->method) ||
	    !as_span_le32(zip->data, at + 20, &packed) ||
	    !as_span_le16(zip->data, at + 28, &name) || !as_span_le16(zip->data, at + 30, &extra) ||
	    !as_span_le16(zip->data, at + 32, &comment) ||
	    !as_span_le32(zip->data, at + 42, &local))
		return false;
	entry_out->packed = packed;
	entry_out->local_at = local + zip->shift;
	entry_out->name = as_span_slice(zip->data, (size_t)(at + CENTRAL_BYTES), name);
	zip->next = at + CENTRAL_BYTES + name + extra + comment;
	return true;
}

/* A streamed entry does not say where it ends: look for the next header, but
 * only inside the head, so that the search stays linear and small. */
static uint64_t search_local(const struct ft_zip *zip, uint64_t at)
{
	size_t end = zip->data.size < FT_HEAD_BYTES ? zip->data.size : FT_HEAD_BYTES;
	const unsigned char *hit;

	if (at >= end)
		return UINT64_MAX;
	hit = memmem(zip->data.data + at, end - (size_t)at, "PK\3\4", 4);
	return hit == NULL ? UINT64_MAX : (uint64_t)(hit - zip->data.data);
}

static bool next_local(struct ft_zip *zip, struct ft_zip_entry *entry_out)
{
	uint64_t at = zip->next;
	uint16_t flags, name, extra;
	uint32_t packed;

	if (!as_span_has_at(zip->data, at, "PK\3\4", 4))
		at = search_local(zip, at);
	if (at == UINT64_MAX || !as_span_le16(zip->data, at + 6, &flags) ||
	    !as_span_le16(zip->data, at + 8, &entry_out->method) ||
	    !as_span_le32(zip->data, at + 18, &packed) ||
	    !as_span_le16(zip->data, at + 26, &name) || !as_span_le16(zip->data, at + 28, &extra))
		return false;
	entry_out->local_at = at;
	entry_out->packed = (flags & 8) != 0 && packed == 0 ? UINT32_MAX : packed;
	entry_out->name = as_span_slice(zip->data, (size_t)(at + LOCAL_BYTES), name);
	zip->next = at + LOCAL_BYTES + name + extra + ((flags & 8) != 0 ? 0 : packed);
	return true;
}

bool ft_zip_next(struct ft_zip *zip, struct ft_zip_entry *entry_out)
{
	if (zip->left == 0 || zip->next >= zip->end)
		return false;
	zip->left--;
	return zip->central ? next_central(zip, entry_out) : next_local(zip, entry_out);
}

static size_t inflate_raw(struct as_span packed, unsigned char *buffer, size_t capacity)
{
	z_stream stream = {0};
	size_t made;

	if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
		return 0;
	stream.next_in = (unsigned char *)(uintptr_t)packed.data;
	stream.avail_in = packed.size > UINT32_MAX ? UINT32_MAX : (uInt)packed.size;
	stream.next_out = buffer;
	stream.avail_out = (uInt)capacity;
	/* A damaged end does not matter: what came out before it counts. */
	(void)inflate(&stream, Z_SYNC_FLUSH);
	made = capacity - stream.avail_out;
	inflateEnd(&stream);
	return made;
}

size_t ft_zip_read(const struct ft_zip *zip, const struct ft_zip_entry *entry,
		   unsigned char *buffer, size_t capacity)
{
	uint16_t name, extra;
	struct as_span packed;

	if (!as_span_has_at(zip->data, entry->local_at, "PK\3\4", 4) ||
	    !as_span_le16(zip->data, entry->local_at + 26, &name) ||
	    !as_span_le16(zip->data, entry->local_at + 28, &extra))
		return 0;
	packed = as_span_slice(zip->data, (size_t)(entry->local_at + LOCAL_BYTES + name + extra),
			       entry->packed > SIZE_MAX ? SIZE_MAX : (size_t)entry->packed);
	if (entry->method == 0) {
		size_t size = packed.size < capacity ? packed.size : capacity;

		if (size > 0)
			memcpy(buffer, packed.data, size);
		return size;
	}
	return entry->method == 8 ? inflate_raw(packed, buffer, capacity) : 0;
}
