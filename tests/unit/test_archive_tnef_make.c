/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_archive_tnef_make.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

void tm_octets(struct tnef_maker *maker, const void *data, size_t size)
{
	assert_true(size <= sizeof(maker->data) - maker->size);
	if (size > 0)
		memcpy(maker->data + maker->size, data, size);
	maker->size += size;
}

void tm_le16(struct tnef_maker *maker, uint32_t value)
{
	unsigned char octets[2] = {(unsigned char)value, (unsigned char)(value >> 8)};

	tm_octets(maker, octets, 2);
}

void tm_le32(struct tnef_maker *maker, uint32_t value)
{
	tm_le16(maker, value & 0xffff);
	tm_le16(maker, value >> 16);
}

void tm_begin(struct tnef_maker *maker)
{
	maker->size = 0;
	tm_octets(maker, "\170\237\076\042\001\000", 6);
	tm_attribute(maker, LEVEL_MESSAGE, ATT_VERSION, "\0\0\1\0", 4);
}

void tm_attribute_as(struct tnef_maker *maker, uint32_t level, uint32_t id, const void *data,
		     size_t size, uint32_t stated)
{
	const unsigned char *octets = data;
	unsigned char first = (unsigned char)level;
	uint32_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += octets[i];
	tm_octets(maker, &first, 1);
	tm_le32(maker, id);
	tm_le32(maker, stated);
	tm_octets(maker, data, size);
	tm_le16(maker, sum & 0xffff);
}

void tm_attribute(struct tnef_maker *maker, uint32_t level, uint32_t id, const void *data,
		  size_t size)
{
	tm_attribute_as(maker, level, id, data, size, (uint32_t)size);
}

void tm_attachment(struct tnef_maker *maker, const char *title, const void *data, size_t size)
{
	static const unsigned char rendering[14] = {1};

	tm_attribute(maker, LEVEL_ATTACHMENT, ATT_BEGIN, rendering, sizeof(rendering));
	if (title != NULL)
		tm_attribute(maker, LEVEL_ATTACHMENT, ATT_TITLE, title, strlen(title) + 1);
	tm_attribute(maker, LEVEL_ATTACHMENT, ATT_DATA, data, size);
}

void tm_take(struct tnef_maker *maker, uint32_t level, uint32_t id,
	     const struct tnef_maker *properties)
{
	tm_attribute(maker, level, id, properties->data, properties->size);
}

void tm_props(struct tnef_maker *maker, uint32_t count)
{
	maker->size = 0;
	tm_le32(maker, count);
}

void tm_long(struct tnef_maker *maker, uint32_t id, uint32_t value)
{
	tm_le16(maker, 3);
	tm_le16(maker, id);
	tm_le32(maker, value);
}

void tm_value(struct tnef_maker *maker, uint32_t type, uint32_t id, const void *data, size_t size)
{
	tm_le16(maker, type);
	tm_le16(maker, id);
	tm_le32(maker, 1);
	tm_le32(maker, (uint32_t)size);
	tm_octets(maker, data, size);
	tm_octets(maker, "\0\0\0", (4 - size % 4) % 4);
}

void tm_text(struct tnef_maker *maker, uint32_t id, const char *text)
{
	tm_value(maker, 0x001e, id, text, strlen(text) + 1);
}

void tm_wide(struct tnef_maker *maker, uint32_t id, const char *text)
{
	char wide[512] = "";
	size_t length = strlen(text) + 1;

	assert_true(2 * length <= sizeof(wide));
	for (size_t i = 0; i < length; i++)
		wide[2 * i] = text[i];
	tm_value(maker, 0x001f, id, wide, 2 * length);
}

void tm_named(struct tnef_maker *maker, uint32_t kind, uint32_t name_size)
{
	static const unsigned char zeros[256];

	tm_le16(maker, 3);
	tm_le16(maker, 0x8001);
	tm_octets(maker, zeros, 16);
	tm_le32(maker, kind);
	if (kind != 0) {
		assert_true(name_size <= 200);
		tm_le32(maker, name_size);
		tm_octets(maker, zeros, (name_size + 3) / 4 * 4);
	} else {
		tm_le32(maker, 0x8554);
	}
	tm_le32(maker, 7);
}
