/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip.h"

#include <string.h>

#include <zlib.h>

#define SIGNATURE_LOCAL	     0x04034b50u
#define SIGNATURE_DESCRIPTOR 0x08074b50u
#define SIGNATURE_CENTRAL    0x02014b50u
#define SIGNATURE_END64	     0x06064b50u
#define SIGNATURE_LOCATOR64  0x07064b50u
#define SIGNATURE_END	     0x06054b50u

#define BIT_ENCRYPTED	     0x0001u
#define BIT_DESCRIPTOR	     0x0008u

/* 3 March 2026, 09:41:00. */
#define DOS_TIME 0x4d20u
#define DOS_DATE 0x5c63u

/* APPNOTE.TXT s6.1.3. */
#define LOCK_HEADER  12u

#define DEFLATED     8u
#define VERSION	     20u
#define VERSION_WIDE 45u

struct co_bytes *co_deflate(const struct co_bytes *content)
{
	struct co_bytes *out = co_new();
	z_stream stream = {.next_in = content->data, .avail_in = (uInt)content->size};

	if (deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		co_fail("zlib cannot be started");
	co_fill(out, 0, deflateBound(&stream, stream.avail_in));
	stream.next_out = out->data;
	stream.avail_out = (uInt)out->size;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		co_fail("zlib cannot deflate");
	out->size -= stream.avail_out;
	deflateEnd(&stream);
	return out;
}

void co_zip_begin(struct co_zip *zip)
{
	*zip = (struct co_zip){.out = co_new()};
}

static void wide_sizes(struct co_bytes *out, const struct co_zip_member *member)
{
	co_le16(out, 1);
	co_le16(out, 16);
	co_le64(out, member->unpacked);
	co_le64(out, member->packed);
}

/* What both kinds of header have in common. */
static void common_fields(struct co_bytes *out, const struct co_zip_member *member, bool sized)
{
	bool wide = (member->flags & CO_ZIP_WIDE) != 0;

	co_le16(out, wide ? VERSION_WIDE : VERSION);
	co_le16(out, member->bits);
	co_le16(out, member->method);
	co_le16(out, DOS_TIME);
	co_le16(out, DOS_DATE);
	co_le32(out, sized ? member->crc : 0);
	co_le32(out, wide ? UINT32_MAX : sized ? (uint32_t)member->packed : 0);
	co_le32(out, wide ? UINT32_MAX : sized ? (uint32_t)member->unpacked : 0);
}

static void local_header(struct co_bytes *out, const struct co_zip_member *member, const char *name)
{
	bool wide = (member->flags & CO_ZIP_WIDE) != 0;

	co_le32(out, SIGNATURE_LOCAL);
	common_fields(out, member, (member->bits & BIT_DESCRIPTOR) == 0);
	co_le16(out, (unsigned int)strlen(name));
	co_le16(out, wide ? 20 : 0);
	co_raw(out, name);
	if (wide)
		wide_sizes(out, member);
}

void co_zip_odd_member(struct co_zip *zip, const char *local_name, const char *central_name,
		       unsigned int method, const struct co_bytes *packed,
		       const struct co_zip_unpacked *unpacked, unsigned int flags)
{
	struct co_zip_member *member = &zip->members[zip->count];

	if (zip->count == CO_ZIP_MEMBERS)
		co_fail("too many members in a ZIP");
	*member = (struct co_zip_member){
		.name = central_name,
		.crc = unpacked->crc,
		.packed = packed->size,
		.unpacked = unpacked->size,
		.at = zip->out->size,
		.method = method,
		.bits = ((flags & CO_ZIP_LOCKED) ? BIT_ENCRYPTED : 0) |
			((flags & CO_ZIP_DESCRIPTOR) ? BIT_DESCRIPTOR : 0),
		.flags = flags,
	};
	local_header(zip->out, member, local_name);
	co_join(zip->out, packed);
	if (flags & CO_ZIP_DESCRIPTOR) {
		co_le32(zip->out, SIGNATURE_DESCRIPTOR);
		co_le32(zip->out, member->crc);
		co_le32(zip->out, (uint32_t)member->packed);
		co_le32(zip->out, (uint32_t)member->unpacked);
	}
	if ((flags & CO_ZIP_HIDDEN) == 0)
		zip->count++;
}

/* What looks like the output of ZipCrypto: 12 octets of header and as many
 * octets as went in, by a xorshift generator with a fixed start. */
static struct co_bytes *scrambled(const struct co_bytes *content)
{
	struct co_bytes *out = co_new();
	uint32_t state = 20260303;

	for (size_t i = 0; i < content->size + LOCK_HEADER; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		co_u8(out, state & 0xff);
	}
	return out;
}

void co_zip_member(struct co_zip *zip, const char *name, const struct co_bytes *content,
		   unsigned int flags)
{
	const struct co_zip_unpacked unpacked = {content->size, co_crc32(content)};
	const struct co_bytes *packed;
	unsigned int method = (flags & (CO_ZIP_STORE | CO_ZIP_LOCKED)) != 0 ? 0 : DEFLATED;

	if (flags & CO_ZIP_LOCKED)
		packed = scrambled(content);
	else
		packed = method == 0 ? content : co_deflate(content);
	co_zip_odd_member(zip, name, name, method, packed, &unpacked, flags);
}

static void central_entry(struct co_bytes *out, const struct co_zip_member *member)
{
	co_le32(out, SIGNATURE_CENTRAL);
	co_le16(out, (member->flags & CO_ZIP_WIDE) ? VERSION_WIDE : VERSION);
	common_fields(out, member, true);
	co_le16(out, (unsigned int)strlen(member->name));
	co_le16(out, (member->flags & CO_ZIP_WIDE) ? 20 : 0);
	co_fill(out, 0, 10);
	co_le32(out, (uint32_t)member->at);
	co_raw(out, member->name);
	if (member->flags & CO_ZIP_WIDE)
		wide_sizes(out, member);
}

static void wide_end(struct co_bytes *out, size_t count, size_t start, size_t end)
{
	co_le32(out, SIGNATURE_END64);
	co_le64(out, 44);
	co_le16(out, VERSION_WIDE);
	co_le16(out, VERSION_WIDE);
	co_le64(out, 0);
	co_le64(out, count);
	co_le64(out, count);
	co_le64(out, end - start);
	co_le64(out, start);
	co_le32(out, SIGNATURE_LOCATOR64);
	co_le32(out, 0);
	co_le64(out, end);
	co_le32(out, 1);
}

struct co_bytes *co_zip_end(struct co_zip *zip, bool wide)
{
	struct co_bytes *out = zip->out;
	size_t start = out->size, end;

	for (size_t i = 0; i < zip->count; i++)
		central_entry(out, &zip->members[i]);
	end = out->size;
	if (wide)
		wide_end(out, zip->count, start, end);
	co_le32(out, SIGNATURE_END);
	co_le32(out, 0);
	co_le16(out, wide ? 0xffff : (unsigned int)zip->count);
	co_le16(out, wide ? 0xffff : (unsigned int)zip->count);
	co_le32(out, wide ? UINT32_MAX : (uint32_t)(end - start));
	co_le32(out, wide ? UINT32_MAX : (uint32_t)start);
	co_le16(out, 0);
	return out;
}

struct co_bytes *co_zip_of(const char *name, const struct co_bytes *content)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, name, content, 0);
	return co_zip_end(&zip, false);
}
