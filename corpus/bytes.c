/* SPDX-License-Identifier: BSD-2-Clause */
#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

static struct co_bytes *all;

void co_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("make-corpus: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

struct co_bytes *co_new(void)
{
	struct co_bytes *bytes = calloc(1, sizeof(*bytes));

	if (bytes == NULL)
		co_fail("out of memory");
	bytes->next = all;
	all = bytes;
	return bytes;
}

void co_release(void)
{
	while (all != NULL) {
		struct co_bytes *next = all->next;

		free(all->data);
		free(all);
		all = next;
	}
}

static unsigned char *extend(struct co_bytes *to, size_t size)
{
	if (size > to->capacity - to->size) {
		size_t capacity = 2 * to->capacity + size + 64;
		unsigned char *data = realloc(to->data, capacity);

		if (data == NULL)
			co_fail("out of memory");
		to->data = data;
		to->capacity = capacity;
	}
	to->size += size;
	return to->data + to->size - size;
}

void co_add(struct co_bytes *to, const void *data, size_t size)
{
	if (size > 0)
		memcpy(extend(to, size), data, size);
}

void co_join(struct co_bytes *to, const struct co_bytes *from)
{
	co_add(to, from->data, from->size);
}

void co_fill(struct co_bytes *to, unsigned char octet, size_t count)
{
	if (count > 0)
		memset(extend(to, count), octet, count);
}

void co_raw(struct co_bytes *to, const char *text)
{
	co_add(to, text, strlen(text));
}

void co_text(struct co_bytes *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			co_u8(to, '\r');
		co_u8(to, (unsigned char)*text);
	}
}

void co_format(struct co_bytes *to, const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int rc;

	va_start(args, format);
	rc = vasprintf(&text, format, args);
	va_end(args);
	if (rc < 0)
		co_fail("out of memory");
	co_text(to, text);
	free(text);
}

void co_u8(struct co_bytes *to, unsigned int value)
{
	*extend(to, 1) = (unsigned char)value;
}

void co_le16(struct co_bytes *to, unsigned int value)
{
	co_u8(to, value & 0xff);
	co_u8(to, value >> 8 & 0xff);
}

void co_le32(struct co_bytes *to, uint32_t value)
{
	co_le16(to, value & 0xffff);
	co_le16(to, value >> 16);
}

void co_le64(struct co_bytes *to, uint64_t value)
{
	co_le32(to, (uint32_t)value);
	co_le32(to, (uint32_t)(value >> 32));
}

void co_be32(struct co_bytes *to, uint32_t value)
{
	for (unsigned int shift = 32; shift > 0; shift -= 8)
		co_u8(to, value >> (shift - 8) & 0xff);
}

void co_put16(struct co_bytes *to, size_t at, unsigned int value)
{
	to->data[at] = (unsigned char)(value & 0xff);
	to->data[at + 1] = (unsigned char)(value >> 8 & 0xff);
}

void co_put32(struct co_bytes *to, size_t at, uint32_t value)
{
	co_put16(to, at, value & 0xffff);
	co_put16(to, at + 2, value >> 16);
}

void co_utf16(struct co_bytes *to, const char *ascii)
{
	for (; *ascii != '\0'; ascii++)
		co_le16(to, (unsigned char)*ascii);
}

uint32_t co_crc32(const struct co_bytes *of)
{
	return (uint32_t)crc32_z(0, of->data, of->size);
}
