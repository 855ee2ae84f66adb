/* SPDX-License-Identifier: BSD-2-Clause */
#include "oldpack.h"

#include <string.h>

/* 3 March 2026, 09:41:00 in the format of DOS. */
#define DOS_TIME     0x4d20u
#define DOS_DATE     0x5c63u
#define DOS_DATETIME ((uint32_t)DOS_DATE << 16 | DOS_TIME)

/* RAR 4 blocks: the low half of the CRC-32 of what follows it. */
static void rar4_block(struct co_bytes *out, const struct co_bytes *block)
{
	co_le16(out, co_crc32(block) & 0xffff);
	co_join(out, block);
}

struct co_bytes *co_rar4(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new(), *main = co_new(), *file = co_new();

	co_add(out, "Rar!\x1a\x07\0", 7);
	co_u8(main, 0x73);
	co_le16(main, 0);
	co_le16(main, 13);
	co_fill(main, 0, 6);
	rar4_block(out, main);
	co_u8(file, 0x74);
	co_le16(file, 0x8000);
	co_le16(file, (unsigned int)(32 + strlen(name)));
	co_le32(file, (uint32_t)content->size);
	co_le32(file, (uint32_t)content->size);
	co_u8(file, 0);
	co_le32(file, co_crc32(content));
	co_le32(file, DOS_DATETIME);
	co_u8(file, 20);
	co_u8(file, 0x30); /* stored */
	co_le16(file, (unsigned int)strlen(name));
	co_le32(file, 0x20);
	co_raw(file, name);
	rar4_block(out, file);
	co_join(out, content);
	co_add(out, "\xc4\x3d\x7b\0\x40\x07\0", 7);
	return out;
}

static void rar5_number(struct co_bytes *out, uint64_t value)
{
	while (value > 0x7f) {
		co_u8(out, 0x80 | (value & 0x7f));
		value >>= 7;
	}
	co_u8(out, (unsigned int)value);
}

/* RAR 5 blocks: CRC-32 over the size and the header. */
static void rar5_block(struct co_bytes *out, const struct co_bytes *header)
{
	struct co_bytes *sized = co_new();

	rar5_number(sized, header->size);
	co_join(sized, header);
	co_le32(out, co_crc32(sized));
	co_join(out, sized);
}

struct co_bytes *co_rar5(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new(), *main = co_new(), *file = co_new(), *end = co_new();

	co_add(out, "Rar!\x1a\x07\x01\0", 8);
	co_add(main, "\x01\0\0", 3);
	rar5_block(out, main);
	rar5_number(file, 2);
	rar5_number(file, 2); /* data follows */
	rar5_number(file, content->size);
	rar5_number(file, 4); /* with a CRC */
	rar5_number(file, content->size);
	rar5_number(file, 0x20);
	co_le32(file, co_crc32(content));
	rar5_number(file, 0); /* stored */
	rar5_number(file, 0);
	rar5_number(file, strlen(name));
	co_raw(file, name);
	rar5_block(out, file);
	co_join(out, content);
	co_add(end, "\x05\0\0", 3);
	rar5_block(out, end);
	return out;
}

struct co_bytes *co_cab(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new();
	uint32_t files = 36 + 8, data = files + 16 + (uint32_t)strlen(name) + 1;

	co_raw(out, "MSCF");
	co_le32(out, 0);
	co_le32(out, data + 8 + (uint32_t)content->size);
	co_le32(out, 0);
	co_le32(out, files);
	co_le32(out, 0);
	co_le16(out, 0x0103);
	co_le16(out, 1);
	co_le16(out, 1);
	co_fill(out, 0, 6);
	co_le32(out, data); /* folder: one block, not packed */
	co_le16(out, 1);
	co_le16(out, 0);
	co_le32(out, (uint32_t)content->size);
	co_le32(out, 0);
	co_le16(out, 0);
	co_le16(out, DOS_DATE);
	co_le16(out, DOS_TIME);
	co_le16(out, 0x20);
	co_raw(out, name);
	co_u8(out, 0);
	co_le32(out, 0); /* no sum */
	co_le16(out, (unsigned int)content->size);
	co_le16(out, (unsigned int)content->size);
	co_join(out, content);
	return out;
}

/* CRC-16 with the polynomial 0xa001, bits reversed. */
static unsigned int crc16(const struct co_bytes *of)
{
	unsigned int crc = 0;

	for (size_t i = 0; i < of->size; i++) {
		crc ^= of->data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xa001u : crc >> 1;
	}
	return crc;
}

struct co_bytes *co_lha(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new(), *header = co_new();
	unsigned int sum = 0;

	co_raw(header, "-lh0-");
	co_le32(header, (uint32_t)content->size);
	co_le32(header, (uint32_t)content->size);
	co_le32(header, DOS_DATETIME);
	co_u8(header, 0x20);
	co_u8(header, 0);
	co_u8(header, (unsigned int)strlen(name));
	co_raw(header, name);
	co_le16(header, crc16(content));
	for (size_t i = 0; i < header->size; i++)
		sum += header->data[i];
	co_u8(out, (unsigned int)header->size);
	co_u8(out, sum & 0xff);
	co_join(out, header);
	co_join(out, content);
	co_u8(out, 0);
	return out;
}

static void arj_header(struct co_bytes *out, const struct co_bytes *header)
{
	co_add(out, "\x60\xea", 2);
	co_le16(out, (unsigned int)header->size);
	co_join(out, header);
	co_le32(out, co_crc32(header));
	co_le16(out, 0);
}

/* File type 2 is the header of the archive, 0 a binary file; both stored. */
static struct co_bytes *arj_fields(const char *name, unsigned int type,
				   const struct co_bytes *content)
{
	struct co_bytes *header = co_new();

	/* Size of the fixed fields, versions, system, flags, method. */
	co_add(header, "\x1e\x0b\x01\0\0\0", 6);
	co_u8(header, type);
	co_u8(header, 0);
	co_le32(header, DOS_DATETIME);
	co_le32(header, type == 2 ? DOS_DATETIME : (uint32_t)content->size);
	co_le32(header, type == 2 ? 0 : (uint32_t)content->size);
	co_le32(header, type == 2 ? 0 : co_crc32(content));
	co_fill(header, 0, 4);
	co_le16(header, 0);
	co_raw(header, name);
	co_fill(header, 0, 2);
	return header;
}

struct co_bytes *co_arj(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new();

	arj_header(out, arj_fields("archive.arj", 2, content));
	arj_header(out, arj_fields(name, 0, content));
	co_join(out, content);
	co_add(out, "\x60\xea\0\0", 4);
	return out;
}

struct co_bytes *co_ace(void)
{
	struct co_bytes *out = co_new();

	co_le16(out, 0x1234);
	co_le16(out, 49);
	co_u8(out, 0);
	co_le16(out, 0x9000);
	co_raw(out, "**ACE**");
	co_fill(out, 20, 2);
	co_fill(out, 0, 200);
	return out;
}
