/* SPDX-License-Identifier: BSD-2-Clause */
#include "office.h"

#include <string.h>

/* MS-CFB version 3: sectors of 512 octets, streams of 4,096 and more outside
 * of the mini stream, which these files do without. */
#define SECTOR	       512u
#define STREAM	       4096u
#define STREAM_SECTORS (STREAM / SECTOR)
#define END_OF_CHAIN   0xfffffffeu
#define FAT_SECTOR     0xfffffffdu
#define NONE	       0xffffffffu

enum { KIND_STORAGE = 1, KIND_STREAM = 2, KIND_ROOT = 5 };

struct entry {
	const char *name;
	unsigned int kind;
	uint32_t left, right, child;
	const char *class_id; /* 16 octets or NULL */
	uint32_t start;
};

static void write_entry(struct co_bytes *out, const struct entry *entry)
{
	size_t begin = out->size;

	co_utf16(out, entry->name);
	co_fill(out, 0, begin + 64 - out->size);
	co_le16(out, entry->name[0] == '\0' ? 0 : (unsigned int)(2 * strlen(entry->name) + 2));
	co_u8(out, entry->kind);
	co_u8(out, 1);
	co_le32(out, entry->left);
	co_le32(out, entry->right);
	co_le32(out, entry->child);
	if (entry->class_id != NULL)
		co_add(out, entry->class_id, 16);
	else
		co_fill(out, 0, 16);
	co_fill(out, 0, 20);
	co_le32(out, entry->kind == KIND_STREAM ? entry->start
		     : entry->kind == KIND_ROOT ? END_OF_CHAIN
						: 0);
	co_le64(out, entry->kind == KIND_STREAM ? STREAM : 0);
}

static void write_header(struct co_bytes *out)
{
	co_add(out, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	co_fill(out, 0, 16);
	co_le16(out, 0x3e);
	co_le16(out, 3);
	co_le16(out, 0xfffe);
	co_le16(out, 9);
	co_le16(out, 6);
	co_fill(out, 0, 10);
	co_le32(out, 1); /* sectors of the FAT */
	co_le32(out, 1); /* first sector of the directory */
	co_le32(out, 0);
	co_le32(out, STREAM);
	co_le32(out, END_OF_CHAIN);
	co_le32(out, 0);
	co_le32(out, END_OF_CHAIN);
	co_le32(out, 0);
	co_le32(out, 0); /* the FAT is sector 0 */
	co_fill(out, 0xff, SECTOR - out->size);
}

/* Four entries fill the one sector of the directory. */
static struct co_bytes *write_file(const struct entry entries[4], uint32_t streams)
{
	struct co_bytes *out = co_new();

	write_header(out);
	co_le32(out, FAT_SECTOR);
	co_le32(out, END_OF_CHAIN);
	for (uint32_t i = 0; i < streams * STREAM_SECTORS; i++)
		co_le32(out, (i + 1) % STREAM_SECTORS == 0 ? END_OF_CHAIN : i + 3);
	co_fill(out, 0xff, 2 * SECTOR - out->size);
	for (size_t i = 0; i < 4; i++)
		write_entry(out, &entries[i]);
	co_fill(out, 0, (size_t)streams * STREAM);
	return out;
}

#define UNUSED                                                                                     \
	{                                                                                          \
		"", 0, NONE, NONE, NONE, NULL, 0                                                   \
	}

struct co_bytes *co_msi(void)
{
	static const char installer[] = "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
	static const struct entry entries[4] = {
		{"Root Entry", KIND_ROOT, NONE, NONE, 1, installer, 0},
		{"Tables", KIND_STREAM, NONE, NONE, NONE, NULL, 2},
		UNUSED,
		UNUSED,
	};

	return write_file(entries, 1);
}

struct co_bytes *co_vba_project(void)
{
	static const struct entry entries[4] = {
		{"Root Entry", KIND_ROOT, NONE, NONE, 1, NULL, 0},
		{"VBA", KIND_STORAGE, NONE, 3, 2, NULL, 0},
		{"dir", KIND_STREAM, NONE, NONE, NONE, NULL, 2},
		{"PROJECT", KIND_STREAM, NONE, NONE, NONE, NULL, 2 + STREAM_SECTORS},
	};

	return write_file(entries, 2);
}
