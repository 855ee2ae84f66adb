/* SPDX-License-Identifier: BSD-2-Clause */
#include "pack.h"

#include <archive.h>
#include <archive_entry.h>

/* 3 March 2026, 09:41:00 UTC. */
#define FIXED_TIME 1772530860

/* Where the first block header of an xz stream stands, and what is in it
 * (xz-file-format 1.1.0 s3.1, s5.3.1). */
#define XZ_BLOCK   12u
#define XZ_FILTER  (XZ_BLOCK + 2u)
#define XZ_LZMA2   0x21u
#define XZ_LARGEST 40u

static la_ssize_t append(struct archive *archive, void *context, const void *data, size_t size)
{
	(void)archive;
	co_add(context, data, size);
	return (la_ssize_t)size;
}

static void check(struct archive *archive, int rc)
{
	if (rc != ARCHIVE_OK)
		co_fail("libarchive: %s", archive_error_string(archive));
}

static void write_entry(struct archive *archive, const struct co_entry *entry)
{
	struct archive_entry *header = archive_entry_new();

	if (header == NULL)
		co_fail("out of memory");
	archive_entry_set_pathname(header, entry->name);
	archive_entry_set_filetype(header, AE_IFREG);
	archive_entry_set_perm(header, entry->executable ? 0755 : 0644);
	archive_entry_set_size(header, (la_int64_t)entry->content->size);
	archive_entry_set_mtime(header, FIXED_TIME, 0);
	archive_entry_set_uid(header, 0);
	archive_entry_set_gid(header, 0);
	archive_entry_set_ino(header, 1);
	archive_entry_set_nlink(header, 1);
	check(archive, archive_write_header(archive, header));
	if (archive_write_data(archive, entry->content->data, entry->content->size) !=
	    (la_ssize_t)entry->content->size)
		co_fail("libarchive: %s", archive_error_string(archive));
	archive_entry_free(header);
}

struct co_bytes *co_pack(const char *format, const char *filter, const struct co_entry *entries,
			 size_t count)
{
	struct archive *archive = archive_write_new();
	struct co_bytes *out = co_new();

	if (archive == NULL)
		co_fail("out of memory");
	check(archive, archive_write_set_format_by_name(archive, format));
	if (filter != NULL)
		check(archive, archive_write_add_filter_by_name(archive, filter));
	/* gzip would write the time of day. */
	if (filter != NULL && filter[0] == 'g')
		check(archive, archive_write_set_options(archive, "gzip:!timestamp"));
	check(archive, archive_write_set_bytes_in_last_block(archive, 1));
	check(archive, archive_write_open(archive, out, NULL, append, NULL));
	for (size_t i = 0; i < count; i++)
		write_entry(archive, &entries[i]);
	check(archive, archive_write_close(archive));
	archive_write_free(archive);
	return out;
}

struct co_bytes *co_pack_one(const char *format, const char *filter, const char *name,
			     const struct co_bytes *content)
{
	const struct co_entry entry = {name, content, false};

	return co_pack(format, filter, &entry, 1);
}

struct co_bytes *co_xz_greedy(const struct co_bytes *content)
{
	struct co_bytes *out = co_pack_one("raw", "xz", "data", content);
	struct co_bytes *header = co_new();
	size_t filter = XZ_FILTER, size;

	if (out->size < 2 * XZ_BLOCK)
		co_fail("libarchive: the xz stream is too short");
	/* The sizes of the block are optional; threads write them. */
	for (unsigned int bit = 6; bit < 8; bit++)
		if (out->data[XZ_BLOCK + 1] >> bit & 1)
			while (out->data[filter++] & 0x80)
				;
	if (out->data[filter] != XZ_LZMA2)
		co_fail("libarchive: the xz stream has an unknown filter");
	out->data[filter + 2] = XZ_LARGEST;
	size = ((size_t)out->data[XZ_BLOCK] + 1) * 4 - 4;
	co_add(header, out->data + XZ_BLOCK, size);
	co_put32(out, XZ_BLOCK + size, co_crc32(header));
	return out;
}
