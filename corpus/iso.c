/* SPDX-License-Identifier: BSD-2-Clause */
#include "oldpack.h"

#include <stdbool.h>
#include <string.h>

#define SECTOR	    2048u
#define DESCRIPTOR  16u
#define PATH_LITTLE 18u
#define PATH_BIG    19u
#define ROOT	    20u
#define FILE_DATA   21u
/* Readers do not look at less than 24 sectors. */
#define SECTORS 32u

/* Numbers stand in both byte orders (ECMA-119 s7.2.3, s7.3.3). */
static void both16(struct co_bytes *out, unsigned int value)
{
	co_le16(out, value);
	co_u8(out, value >> 8);
	co_u8(out, value & 0xff);
}

static void both32(struct co_bytes *out, uint32_t value)
{
	co_le32(out, value);
	co_be32(out, value);
}

static void pad_to(struct co_bytes *out, size_t size)
{
	co_fill(out, 0, size - out->size);
}

static void blanks(struct co_bytes *out, const char *text, size_t size)
{
	co_raw(out, text);
	co_fill(out, ' ', size - strlen(text));
}

/* ECMA-119 s9.1. */
static void record(struct co_bytes *out, const char *name, size_t name_size, uint32_t sector,
		   uint32_t size, bool folder)
{
	size_t length = 33 + name_size + (name_size % 2 == 0);

	co_u8(out, (unsigned int)length);
	co_u8(out, 0);
	both32(out, sector);
	both32(out, size);
	co_add(out, "\x7e\x03\x03\x09\x29\0\0", 7); /* 2026-03-03 09:41 */
	co_u8(out, folder ? 2 : 0);
	co_fill(out, 0, 2);
	both16(out, 1);
	co_u8(out, (unsigned int)name_size);
	co_add(out, name, name_size);
	if (name_size % 2 == 0)
		co_u8(out, 0);
}

static void primary_descriptor(struct co_bytes *out)
{
	co_add(out, "\1CD001\1\0", 8);
	blanks(out, "", 32);
	blanks(out, "SCANS", 32);
	co_fill(out, 0, 8);
	both32(out, SECTORS);
	co_fill(out, 0, 32);
	both16(out, 1);
	both16(out, 1);
	both16(out, SECTOR);
	both32(out, 10);
	co_le32(out, PATH_LITTLE);
	co_le32(out, 0);
	co_be32(out, PATH_BIG);
	co_be32(out, 0);
	record(out, "\0", 1, ROOT, SECTOR, true);
	blanks(out, "", 128 * 4 + 37 * 3);
	for (int i = 0; i < 4; i++)
		co_add(out, "2026030309410000\0", 17);
	co_u8(out, 1);
	pad_to(out, (DESCRIPTOR + 1) * (size_t)SECTOR);
}

struct co_bytes *co_iso(const char *name, const struct co_bytes *content)
{
	struct co_bytes *out = co_new();

	co_fill(out, 0, (size_t)DESCRIPTOR * SECTOR);
	primary_descriptor(out);
	co_add(out,
	       "\xff"
	       "CD001\1",
	       7);
	pad_to(out, (size_t)PATH_LITTLE * SECTOR);
	co_add(out, "\1\0", 2);
	co_le32(out, ROOT);
	co_add(out, "\1\0\0\0", 4);
	pad_to(out, (size_t)PATH_BIG * SECTOR);
	co_add(out, "\1\0", 2);
	co_be32(out, ROOT);
	co_add(out, "\0\1\0\0", 4);
	pad_to(out, (size_t)ROOT * SECTOR);
	record(out, "\0", 1, ROOT, SECTOR, true);
	record(out, "\1", 1, ROOT, SECTOR, true);
	record(out, name, strlen(name), FILE_DATA, (uint32_t)content->size, false);
	pad_to(out, (size_t)FILE_DATA * SECTOR);
	co_join(out, content);
	pad_to(out, (size_t)SECTORS * SECTOR);
	return out;
}
