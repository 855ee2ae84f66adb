/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_filetype_data.h"

#include <stdio.h>
#include <stdlib.h>

#define SECTOR 512u

void buffer_add(struct buffer *buffer, const void *octets, size_t size)
{
	unsigned char *grown = realloc(buffer->data, buffer->size + size + 1);

	if (grown == NULL)
		abort();
	if (size > 0)
		memcpy(grown + buffer->size, octets, size);
	buffer->data = grown;
	buffer->size += size;
}

void buffer_fill(struct buffer *buffer, unsigned char octet, size_t size)
{
	while (size-- > 0)
		buffer_add(buffer, &octet, 1);
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct buffer){NULL, 0};
}

struct as_span buffer_span(const struct buffer *buffer)
{
	return as_span_make(buffer->data, buffer->size);
}

static void add_le(struct buffer *buffer, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char octet = (unsigned char)(i < 8 ? value >> 8 * i : 0);

		buffer_add(buffer, &octet, 1);
	}
}

static void put_le(unsigned char *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static void add_local(struct buffer *zip, const struct member *m, bool streamed)
{
	size_t name = strlen(m->name), size = strlen(m->content);

	buffer_add(zip, "PK\3\4", 4);
	add_le(zip, 20, 2);
	add_le(zip, streamed ? 8 : 0, 2);
	add_le(zip, 0, 2 + 4 + 4);
	add_le(zip, streamed ? 0 : size, 4);
	add_le(zip, streamed ? 0 : size, 4);
	add_le(zip, name, 2);
	add_le(zip, 0, 2);
	buffer_text(zip, m->name);
	buffer_text(zip, m->content);
	if (streamed) {
		buffer_add(zip, "PK\7\10", 4);
		add_le(zip, 0, 4);
		add_le(zip, size, 4);
		add_le(zip, size, 4);
	}
}

struct buffer make_zip(const struct member *members)
{
	struct buffer zip = {NULL, 0};
	size_t offsets[32], count = 0, start;

	for (; members[count].name != NULL; count++) {
		offsets[count] = zip.size;
		add_local(&zip, &members[count], false);
	}
	start = zip.size;
	for (size_t i = 0; i < count; i++) {
		buffer_add(&zip, "PK\1\2", 4);
		add_le(&zip, 20, 2);
		add_le(&zip, 20, 2);
		add_le(&zip, 0, 2 + 2 + 4 + 4);
		add_le(&zip, strlen(members[i].content), 4);
		add_le(&zip, strlen(members[i].content), 4);
		add_le(&zip, strlen(members[i].name), 2);
		add_le(&zip, 0, 2 + 2 + 2 + 2 + 4);
		add_le(&zip, offsets[i], 4);
		buffer_text(&zip, members[i].name);
	}
	add_le(&zip, 0x06054b50, 4);
	add_le(&zip, 0, 4);
	add_le(&zip, count, 2);
	add_le(&zip, count, 2);
	add_le(&zip, zip.size - 12 - start, 4);
	add_le(&zip, start, 4);
	add_le(&zip, 0, 2);
	return zip;
}

struct buffer make_streamed_zip(const struct member *members)
{
	struct buffer zip = {NULL, 0};

	for (; members->name != NULL; members++)
		add_local(&zip, members, true);
	return zip;
}

static void put_entry(unsigned char *entry, const char *name, unsigned char kind)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < size; i++)
		entry[2 * i] = (unsigned char)name[i];
	put_le(entry + 64, 2 * size + 2, 2);
	entry[66] = kind;
	entry[67] = 1;
	memset(entry + 68, 0xff, 12);
}

/* Header, one FAT sector (sector 0), directory from sector 1 on. */
struct buffer make_ole(const char *const *streams, uint32_t first_class)
{
	struct buffer ole = {NULL, 0};
	size_t count = 0, sectors;

	while (streams[count] != NULL)
		count++;
	sectors = (count + 1 + 3) / 4;
	buffer_fill(&ole, 0, SECTOR * (2 + sectors));
	memcpy(ole.data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	put_le(ole.data + 24, 0x3e, 2);
	put_le(ole.data + 26, 3, 2);
	put_le(ole.data + 28, 0xfffe, 2);
	put_le(ole.data + 30, 9, 2);
	put_le(ole.data + 44, 1, 4);
	put_le(ole.data + 48, 1, 4);
	memset(ole.data + 76, 0xff, 436);
	put_le(ole.data + 76, 0, 4);
	memset(ole.data + SECTOR, 0xff, SECTOR);
	for (size_t i = 1; i < sectors; i++)
		put_le(ole.data + SECTOR + 4 * i, i + 1, 4);
	put_le(ole.data + SECTOR + 4 * sectors, 0xfffffffe, 4);
	put_entry(ole.data + 2 * SECTOR, "Root Entry", 5);
	put_le(ole.data + 2 * SECTOR + 76, count > 0 ? 1 : UINT32_MAX, 4);
	if (first_class != 0) {
		put_le(ole.data + 2 * SECTOR + 80, first_class, 4);
		ole.data[2 * SECTOR + 88] = 0xc0;
		ole.data[2 * SECTOR + 95] = 0x46;
	}
	for (size_t i = 0; i < count; i++) {
		unsigned char *entry = ole.data + 2 * SECTOR + 128 * (i + 1);

		put_entry(entry, streams[i], 2);
		put_le(entry + 72, i + 1 < count ? i + 2 : UINT32_MAX, 4);
	}
	return ole;
}

struct buffer make_utf16(const char *text, bool big_endian, bool mark)
{
	struct buffer wide = {NULL, 0};

	if (mark)
		buffer_add(&wide, big_endian ? "\xfe\xff" : "\xff\xfe", 2);
	for (; *text != '\0'; text++) {
		if (big_endian)
			buffer_fill(&wide, 0, 1);
		buffer_add(&wide, text, 1);
		if (!big_endian)
			buffer_fill(&wide, 0, 1);
	}
	return wide;
}

struct buffer make_tar(const char *name, bool ustar)
{
	struct buffer tar = {NULL, 0};
	unsigned int sum = 0;
	char octal[9];

	buffer_fill(&tar, 0, 1024);
	memcpy(tar.data, name, strlen(name));
	memcpy(tar.data + 100, "0000644", 7);
	memcpy(tar.data + 124, "00000000000", 11);
	if (ustar)
		memcpy(tar.data + 257, "ustar\00000", 8);
	memset(tar.data + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += tar.data[i];
	snprintf(octal, sizeof(octal), "%06o", sum);
	memcpy(tar.data + 148, octal, 7);
	return tar;
}

struct buffer make_pe(void)
{
	struct buffer pe = {NULL, 0};

	buffer_fill(&pe, 0, 512);
	memcpy(pe.data, "MZ\x90", 3);
	pe.data[0x3c] = 0x80;
	memcpy(pe.data + 0x80, "PE\0\0\x4c\1", 6);
	return pe;
}

struct buffer make_png(void)
{
	struct buffer png = {NULL, 0};

	buffer_add(&png, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0\1\2\3\4", 33);
	buffer_add(&png, "\0\0\0\4IDATabcd\1\2\3\4", 16);
	buffer_add(&png, "\0\0\0\0IEND\xae\x42\x60\x82", 12);
	return png;
}

struct buffer make_jpeg(void)
{
	struct buffer jpeg = {NULL, 0};

	buffer_add(&jpeg, "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20);
	buffer_add(&jpeg, "\xff\xda\0\x08\1\1\0\0\x3f\0", 10);
	buffer_add(&jpeg, "abc\xff\0def\xff\xd0ghi\xff\xd9", 15);
	return jpeg;
}

struct buffer make_gif(void)
{
	struct buffer gif = {NULL, 0};

	buffer_add(&gif, "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff", 19);
	buffer_add(&gif, ",\0\0\0\0\1\0\1\0\0\2\2\x44\1\0;", 16);
	return gif;
}

struct buffer make_bmp(void)
{
	struct buffer bmp = {NULL, 0};

	buffer_fill(&bmp, 0, 58);
	memcpy(bmp.data, "BM", 2);
	bmp.data[2] = 58;
	bmp.data[10] = 54;
	bmp.data[14] = 40;
	bmp.data[18] = bmp.data[22] = 1;
	bmp.data[28] = 24;
	return bmp;
}

struct buffer make_at(size_t size, size_t offset, const void *octets, size_t count)
{
	struct buffer made = {NULL, 0};
	unsigned char *zeros = calloc(1, size);

	if (zeros == NULL || offset > size || count > size - offset)
		abort();
	memcpy(zeros + offset, octets, count);
	buffer_add(&made, zeros, size);
	free(zeros);
	return made;
}
