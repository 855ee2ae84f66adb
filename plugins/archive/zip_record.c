/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip_record.h"

#include <zlib.h>

#define LOCAL_SIGNATURE	     "PK\003\004"
#define CENTRAL_SIGNATURE    "PK\001\002"
#define END_SIGNATURE	     "PK\005\006"
#define END64_SIGNATURE	     "PK\006\006"
#define LOCATOR_SIGNATURE    "PK\006\007"
#define DESCRIPTOR_SIGNATURE "PK\007\010"

#define EXTRA_ZIP64	     0x0001u
#define EXTRA_UNICODE	     0x7075u
#define UNIX_HOST	     3u
#define UNIX_LINK	     0xa000u

/* Reads at places that the caller has checked. */
static uint16_t u16(struct as_span data, size_t at)
{
	uint16_t value = 0;

	as_span_le16(data, at, &value);
	return value;
}

static uint32_t u32(struct as_span data, size_t at)
{
	uint32_t value = 0;

	as_span_le32(data, at, &value);
	return value;
}

static uint64_t u64(struct as_span data, size_t at)
{
	uint64_t value = 0;

	as_span_le64(data, at, &value);
	return value;
}

/* ZIP64 (s4.5.3): only the saturated fields are present, in this order. */
static void read_zip64(struct as_span field, struct zip_record *record, uint64_t *offset)
{
	size_t at = 0;
	uint64_t *const wanted[] = {&record->size, &record->packed, offset};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (wanted[i] == NULL || *wanted[i] != UINT32_MAX)
			continue;
		if (!as_span_le64(field, at, wanted[i]))
			return;
		at += 8;
	}
}

/* Info-ZIP's Unicode Path counts only when its CRC is that of the name, which
 * is the rule that readers follow (APPNOTE.TXT s4.6.9). */
static void read_unicode(struct as_span field, struct zip_record *record)
{
	if (field.size <= 5 || field.data[0] != 1)
		return;
	if (crc32_z(0, record->name.data, record->name.size) != u32(field, 1))
		return;
	record->unicode = as_span_from(field, 5);
}

static void read_extra(struct as_span extra, struct zip_record *record, uint64_t *offset)
{
	size_t at = 0;

	while (as_span_holds(extra, at, 4)) {
		uint16_t id = u16(extra, at);
		struct as_span field = as_span_slice(extra, at + 4, u16(extra, at + 2));

		if (id == EXTRA_ZIP64)
			read_zip64(field, record, offset);
		else if (id == EXTRA_UNICODE)
			read_unicode(field, record);
		at += 4u + u16(extra, at + 2);
	}
}

bool zip_local_read(struct as_span data, size_t at, struct zip_member *member_out)
{
	struct zip_member member = {.header_at = at, .has_local = true};
	struct zip_record *record = &member.local;
	size_t name_size, extra_size;

	if (!as_span_has_at(data, at, LOCAL_SIGNATURE, 4) ||
	    !as_span_holds(data, at, ZIP_LOCAL_SIZE))
		return false;
	record->flags = u16(data, at + 6);
	record->method = u16(data, at + 8);
	record->crc = u32(data, at + 14);
	record->packed = u32(data, at + 18);
	record->size = u32(data, at + 22);
	name_size = u16(data, at + 26);
	extra_size = u16(data, at + 28);
	if (!as_span_holds(data, at + ZIP_LOCAL_SIZE, name_size + extra_size))
		return false;
	record->name = as_span_slice(data, at + ZIP_LOCAL_SIZE, name_size);
	read_extra(as_span_slice(data, at + ZIP_LOCAL_SIZE + name_size, extra_size), record, NULL);
	record->sized = !(record->flags & ZIP_FLAG_DESCRIPTOR) || record->packed != 0;
	member.data_at = at + ZIP_LOCAL_SIZE + name_size + extra_size;
	*member_out = member;
	return true;
}

bool zip_is_central(struct as_span data, uint64_t at)
{
	return as_span_has_at(data, at, CENTRAL_SIGNATURE, 4) &&
	       as_span_holds(data, at, ZIP_CENTRAL_SIZE);
}

bool zip_central_read(struct as_span data, size_t at, struct zip_entry *entry_out)
{
	struct zip_entry entry = {.record.sized = true};
	size_t name_size, extra_size, comment_size;

	if (!zip_is_central(data, at))
		return false;
	entry.record.flags = u16(data, at + 8);
	entry.record.method = u16(data, at + 10);
	entry.record.crc = u32(data, at + 16);
	entry.record.packed = u32(data, at + 20);
	entry.record.size = u32(data, at + 24);
	name_size = u16(data, at + 28);
	extra_size = u16(data, at + 30);
	comment_size = u16(data, at + 32);
	entry.symlink =
		data.data[at + 5] == UNIX_HOST && (u32(data, at + 38) >> 16 & 0xf000u) == UNIX_LINK;
	entry.offset = u32(data, at + 42);
	if (!as_span_holds(data, at + ZIP_CENTRAL_SIZE, name_size + extra_size))
		return false;
	entry.record.name = as_span_slice(data, at + ZIP_CENTRAL_SIZE, name_size);
	read_extra(as_span_slice(data, at + ZIP_CENTRAL_SIZE + name_size, extra_size),
		   &entry.record, &entry.offset);
	entry.next = at + ZIP_CENTRAL_SIZE + name_size + extra_size + comment_size;
	*entry_out = entry;
	return true;
}

/* The ZIP64 record: where the locator says, or right before it when octets
 * were put in front of the archive. */
static void read_wide(struct as_span data, struct zip_end *end)
{
	size_t locator, at;
	uint64_t claimed;

	if (end->at < ZIP_LOCATOR_SIZE)
		return;
	locator = end->at - ZIP_LOCATOR_SIZE;
	if (!as_span_has_at(data, locator, LOCATOR_SIGNATURE, 4))
		return;
	claimed = u64(data, locator + 8);
	if (as_span_has_at(data, claimed, END64_SIGNATURE, 4))
		at = (size_t)claimed;
	else if (locator >= ZIP_END64_SIZE)
		at = locator - ZIP_END64_SIZE;
	else
		return;
	if (!as_span_has_at(data, at, END64_SIGNATURE, 4) ||
	    !as_span_holds(data, at, ZIP_END64_SIZE))
		return;
	end->wide = (struct zip_directory){
		.entries = u64(data, at + 32),
		.size = u64(data, at + 40),
		.offset = u64(data, at + 48),
		.anchor = at,
		.wide = true,
	};
	end->has_wide = true;
	end->wide_at = at;
	end->wide_end = locator + ZIP_LOCATOR_SIZE;
}

bool zip_end_read(struct as_span data, size_t at, struct zip_end *end_out)
{
	struct zip_end end = {.at = at};
	uint16_t disk;

	if (!as_span_has_at(data, at, END_SIGNATURE, 4) || !as_span_holds(data, at, ZIP_END_SIZE))
		return false;
	disk = u16(data, at + 4);
	end.narrow = (struct zip_directory){
		.entries = u16(data, at + 10),
		.size = u32(data, at + 12),
		.offset = u32(data, at + 16),
		.anchor = at,
	};
	end.end = at + ZIP_END_SIZE;
	end.end += as_span_slice(data, end.end, u16(data, at + 20)).size;
	read_wide(data, &end);
	end.has_narrow = end.narrow.size != UINT32_MAX && end.narrow.offset != UINT32_MAX;
	/* 0xffff stands for "see the ZIP64 record". */
	end.volumes = disk != 0 && disk != UINT16_MAX;
	*end_out = end;
	return true;
}

bool zip_local_next(struct as_span data, size_t at, size_t limit, struct zip_member *member_out)
{
	if (limit > data.size)
		limit = data.size;
	while (at < limit) {
		const unsigned char *hit = memmem(data.data + at, limit - at, LOCAL_SIGNATURE, 4);

		if (hit == NULL)
			return false;
		at = (size_t)(hit - data.data);
		/* Four octets also occur by chance and as a constant in the
		 * stubs of self-extracting archives: the rest must fit. */
		if (zip_local_read(data, at, member_out) && member_out->local.name.size > 0 &&
		    member_out->local.method <= ZIP_AES)
			return true;
		at++;
	}
	return false;
}

/* Whether the descriptor at this place tells its own distance, in the narrow
 * or in the ZIP64 form (s4.3.9). */
static bool descriptor_fits(struct as_span data, size_t at, size_t distance)
{
	return (as_span_holds(data, at, 16) && u32(data, at + 8) == distance) ||
	       (as_span_holds(data, at, 24) && u64(data, at + 8) == distance);
}

size_t zip_descriptor_find(struct as_span data, size_t data_at)
{
	for (size_t at = data_at; at < data.size;) {
		const unsigned char *hit = memmem(data.data + at, data.size - at, "PK", 2);

		if (hit == NULL)
			break;
		at = (size_t)(hit - data.data);
		if (as_span_has_at(data, at, DESCRIPTOR_SIGNATURE, 4) &&
		    descriptor_fits(data, at, at - data_at))
			return at;
		/* Stopping at the first header keeps a thousand headers from
		 * costing a thousand passes over the rest. */
		if (as_span_has_at(data, at, LOCAL_SIGNATURE, 4) ||
		    as_span_has_at(data, at, CENTRAL_SIGNATURE, 4))
			return at;
		at += 2;
	}
	return data.size;
}

bool zip_descriptor_crc(struct as_span data, size_t at, uint64_t packed, uint32_t *crc_out)
{
	size_t field = as_span_has_at(data, at, DESCRIPTOR_SIGNATURE, 4) ? at + 4 : at;

	if (!as_span_holds(data, field, 12))
		return false;
	if (u32(data, field + 4) != packed &&
	    !(as_span_holds(data, field, 20) && u64(data, field + 4) == packed))
		return false;
	*crc_out = u32(data, field);
	return true;
}

/* The next ASCII octet that both tools would have to agree on. */
static size_t skip_foreign(struct as_span name, size_t at)
{
	while (at < name.size &&
	       (name.data[at] >= 0x80 || name.data[at] == '?' || name.data[at] == '_'))
		at++;
	return at;
}

bool zip_names_agree(struct as_span a, struct as_span b)
{
	size_t i = 0, j = 0;

	if (as_span_equal(a, b))
		return true;
	for (;;) {
		unsigned char x, y;

		i = skip_foreign(a, i);
		j = skip_foreign(b, j);
		if (i == a.size || j == b.size)
			return i == a.size && j == b.size;
		x = a.data[i++];
		y = b.data[j++];
		if (x != y && !((x == '/' || x == '\\') && (y == '/' || y == '\\')))
			return false;
	}
}
