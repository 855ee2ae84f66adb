/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_make.h"

#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

unsigned char sample[SAMPLE_CAPACITY];
size_t sample_size;

void sample_add_entry(struct archive *archive, const char *name, const void *data, size_t size,
		      unsigned int type, const char *target)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, type == AE_IFREG && target == NULL ? (la_int64_t)size : 0);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(entry, target);
	else if (target != NULL)
		archive_entry_set_hardlink(entry, target);
	assert_true(archive_write_header(archive, entry) >= ARCHIVE_WARN);
	if (size > 0)
		assert_int_equal(archive_write_data(archive, data, size), size);
	archive_entry_free(entry);
}

struct archive *sample_begin(int format, int filter)
{
	struct archive *archive = archive_write_new();

	sample_size = 0;
	if (format == ARCHIVE_FORMAT_AR_GNU)
		assert_int_equal(archive_write_set_format_ar_svr4(archive), ARCHIVE_OK);
	else
		assert_true(archive_write_set_format(archive, format) >= ARCHIVE_WARN);
	assert_true(archive_write_add_filter(archive, filter) >= ARCHIVE_WARN);
	assert_int_equal(archive_write_set_bytes_in_last_block(archive, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(archive, sample, sizeof(sample), &sample_size),
			 ARCHIVE_OK);
	return archive;
}

void sample_finish(struct archive *archive)
{
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
}

void sample_make(int format, int filter, const char *name, const void *data, size_t size)
{
	struct archive *archive = sample_begin(format, filter);

	sample_add_entry(archive, name, data, size, AE_IFREG, NULL);
	sample_finish(archive);
}

void sample_put(const void *data, size_t size)
{
	assert_true(size <= sizeof(sample) - sample_size);
	memcpy(sample + sample_size, data, size);
	sample_size += size;
}

static void put_number(uint64_t value, size_t octets)
{
	for (size_t i = 0; i < octets; i++) {
		unsigned char octet = (unsigned char)(value >> (8 * i));

		sample_put(&octet, 1);
	}
}

/* Writes the CRC of the octets from begin on at place. */
static void seal(size_t place, size_t begins, size_t octets)
{
	uint32_t crc = (uint32_t)crc32(0, sample + begins, (unsigned int)(sample_size - begins));

	for (size_t i = 0; i < octets; i++)
		sample[place + i] = (unsigned char)(crc >> (8 * i));
}

static void put_rar4_block(unsigned int type, unsigned int flags, const void *body, size_t size)
{
	size_t at = sample_size;

	put_number(0, 2);
	put_number(type, 1);
	put_number(flags, 2);
	put_number(7 + size, 2);
	sample_put(body, size);
	seal(at, at + 2, 2);
}

void sample_make_rar4(const char *name, const char *data, unsigned int main_flags,
		      unsigned int file_flags)
{
	unsigned char body[128] = {0};
	size_t size = strlen(data), length = strlen(name);
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)data, (unsigned int)size);

	sample_size = 0;
	sample_put("Rar!\032\007\000", 7);
	put_rar4_block(0x73, main_flags, body, 6);
	body[0] = body[4] = (unsigned char)size;
	body[8] = 3; /* host: UNIX */
	for (size_t i = 0; i < 4; i++)
		body[9 + i] = (unsigned char)(crc >> (8 * i));
	body[17] = 20;	 /* version */
	body[18] = 0x30; /* stored */
	body[19] = (unsigned char)length;
	body[22] = 0x81;
	memcpy(body + 25, name, length);
	put_rar4_block(0x74, 0x8000 | file_flags, body, 25 + length);
	sample_put(data, size);
	put_rar4_block(0x7b, 0x4000, body, 0);
}

static void put_rar5_block(const void *body, size_t size)
{
	size_t at = sample_size;

	put_number(0, 4);
	put_number(size, 1);
	sample_put(body, size);
	seal(at, at + 4, 4);
}

void sample_make_rar5(const char *name, const char *data, unsigned int archive_flags,
		      bool encrypted)
{
	static const unsigned char end[] = {5, 0, 0};
	unsigned char body[160], head[3] = {1, 0, (unsigned char)archive_flags};
	size_t size = strlen(data), length = strlen(name), at = 0;
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)data, (unsigned int)size);

	sample_size = 0;
	sample_put("Rar!\032\007\001\000", 8);
	put_rar5_block(head, sizeof(head));
	body[at++] = 2;			/* file */
	body[at++] = encrypted ? 3 : 2; /* extra area, data area */
	if (encrypted)
		body[at++] = 39;
	body[at++] = (unsigned char)size;
	body[at++] = 4; /* has CRC32 */
	body[at++] = (unsigned char)size;
	body[at++] = 0x20;
	for (size_t i = 0; i < 4; i++)
		body[at++] = (unsigned char)(crc >> (8 * i));
	body[at++] = 0; /* stored */
	body[at++] = 1; /* UNIX */
	body[at++] = (unsigned char)length;
	memcpy(body + at, name, length);
	at += length;
	if (encrypted) {
		body[at] = 38; /* size, type 1, version, flags, count, salt, vector */
		body[at + 1] = 1;
		memset(body + at + 2, 0, 37);
		at += 39;
	}
	put_rar5_block(body, at);
	sample_put(data, size);
	put_rar5_block(end, sizeof(end));
}

void sample_make_cab(const char *name, const char *data, unsigned int flags)
{
	size_t size = strlen(data), length = strlen(name) + 1;
	size_t files = 36 + 8, block = files + 16 + length;

	sample_size = 0;
	sample_put("MSCF", 4);
	put_number(0, 4);
	put_number(block + 8 + size, 4);
	put_number(0, 4);
	put_number(files, 4);
	put_number(0, 4);
	put_number(0x0103, 2);
	put_number(1, 2);
	put_number(1, 2);
	put_number(flags, 2);
	put_number(0, 4);
	put_number(block, 4);
	put_number(1, 2);
	put_number(0, 2); /* not compressed */
	put_number(size, 4);
	put_number(0, 4);
	put_number(0, 2);
	put_number(0x0021, 2);
	put_number(0, 2);
	put_number(0x20, 2);
	sample_put(name, length);
	put_number(0, 4); /* no checksum */
	put_number(size, 2);
	put_number(size, 2);
	sample_put(data, size);
}

void sample_make_lha(const char *name, const char *data)
{
	size_t size = strlen(data), length = strlen(name);
	unsigned char sum = 0;

	sample_size = 0;
	put_number(22 + length, 1);
	put_number(0, 1);
	sample_put("-lh0-", 5);
	put_number(size, 4);
	put_number(size, 4);
	put_number(0x00210000, 4);
	put_number(0x20, 1);
	put_number(0, 1);
	put_number(length, 1);
	sample_put(name, length);
	/* CRC-16/ARC of the data */
	uint16_t crc = 0;

	for (size_t i = 0; i < size; i++) {
		crc ^= (unsigned char)data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 1 ? crc >> 1 ^ 0xa001 : crc >> 1);
	}
	put_number(crc, 2);
	for (size_t i = 2; i < sample_size; i++)
		sum = (unsigned char)(sum + sample[i]);
	sample[1] = sum;
	sample_put(data, size);
	put_number(0, 1);
}

/* A ZIP of one member without directory, around data packed elsewhere. */
void sample_wrap_zip(unsigned int method, unsigned int flags, const unsigned char *packed,
		     size_t size, const char *plain)
{
	static unsigned char copy[SAMPLE_CAPACITY];
	size_t length = strlen(plain);

	memcpy(copy, packed, size);
	sample_size = 0;
	sample_put("PK\003\004", 4);
	put_number(63, 2);
	put_number(flags, 2);
	put_number(method, 2);
	put_number(0, 4);
	put_number(crc32(0, (const unsigned char *)plain, (unsigned int)length), 4);
	put_number(size, 4);
	put_number(length, 4);
	put_number(5, 2);
	put_number(0, 2);
	sample_put("a.txt", 5);
	sample_put(copy, size);
}
