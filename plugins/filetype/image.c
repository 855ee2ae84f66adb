/* SPDX-License-Identifier: BSD-2-Clause */
#include "extra.h"

static size_t png_end(struct as_span data)
{
	uint64_t at = 8;
	uint32_t length;

	for (unsigned int steps = 0; steps < FT_IMAGE_STEPS_MAX; steps++) {
		if (!as_span_be32(data, at, &length) || !as_span_holds(data, at, 12))
			return SIZE_MAX;
		if (as_span_has_at(data, at + 4, "IEND", 4))
			return (size_t)(at + 12) <= data.size ? (size_t)(at + 12) : SIZE_MAX;
		at += 12 + (uint64_t)length;
	}
	return SIZE_MAX;
}

static bool gif_sub_blocks(struct as_span data, size_t *at, unsigned int *steps)
{
	for (; *steps < FT_IMAGE_STEPS_MAX; (*steps)++) {
		unsigned char size;

		if (*at >= data.size)
			return false;
		size = data.data[*at];
		*at += 1 + (size_t)size;
		if (size == 0)
			return true;
	}
	return false;
}

static size_t colour_table(unsigned char packed)
{
	return (packed & 0x80) != 0 ? (size_t)3 << ((packed & 7) + 1) : 0;
}

static size_t gif_end(struct as_span data)
{
	unsigned int steps = 0;
	size_t at;

	if (data.size < 13)
		return SIZE_MAX;
	at = 13 + colour_table(data.data[10]);
	while (at < data.size && steps++ < FT_IMAGE_STEPS_MAX) {
		switch (data.data[at]) {
		case 0x3b:
			return at + 1;
		case 0x21:
			at += 2;
			break;
		case 0x2c:
			if (!as_span_holds(data, at, 11))
				return SIZE_MAX;
			at += 11 + colour_table(data.data[at + 9]);
			break;
		default:
			return SIZE_MAX;
		}
		if (!gif_sub_blocks(data, &at, &steps))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

/* Behind the entropy-coded data: the next FF that is neither stuffed nor a
 * restart (ITU-T T.81 B.1.1.5). */
static size_t jpeg_scan_end(struct as_span data, size_t at)
{
	for (;;) {
		at = as_span_find_byte(data, at, 0xff);
		if (at == SIZE_MAX || at + 1 >= data.size)
			return SIZE_MAX;
		if (data.data[at + 1] != 0 && (data.data[at + 1] & 0xf8) != 0xd0)
			return at;
		at += 2;
	}
}

static size_t jpeg_picture_end(struct as_span data, size_t at)
{
	uint16_t length;

	at += 2;
	for (unsigned int steps = 0; steps < FT_IMAGE_STEPS_MAX; steps++) {
		unsigned char marker;

		if (!as_span_holds(data, at, 2) || data.data[at] != 0xff)
			return SIZE_MAX;
		marker = data.data[at + 1];
		if (marker == 0xff) {
			at++;
			continue;
		}
		if (marker == 0xd9)
			return at + 2;
		if (marker == 0x01 || (marker & 0xf8) == 0xd0) {
			at += 2;
			continue;
		}
		if (!as_span_be16(data, at + 2, &length) || length < 2)
			return SIZE_MAX;
		at += 2 + (size_t)length;
		if (marker == 0xda)
			at = jpeg_scan_end(data, at);
		if (at == SIZE_MAX)
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static size_t jpeg_end(struct as_span data)
{
	struct as_span head = as_span_slice(data, 0, FT_JPEG_SCAN_BYTES);
	size_t end = jpeg_picture_end(head, 0);

	for (unsigned int i = 1; i < FT_JPEGS_MAX && end != SIZE_MAX; i++) {
		size_t next = end;

		/* More pictures follow at once or after zeros (CIPA DC-007). */
		while (next < head.size && head.data[next] == 0)
			next++;
		if (!as_span_has_at(head, next, "\xff\xd8\xff", 3))
			break;
		next = jpeg_picture_end(head, next);
		if (next == SIZE_MAX)
			break;
		end = next;
	}
	return end;
}

static size_t bmp_end(struct as_span data)
{
	uint32_t size, width, height, pixels, compression;
	uint16_t bits;
	uint64_t row, end;

	if (!as_span_le32(data, 2, &size) || !as_span_le32(data, 10, &pixels) ||
	    !as_span_le32(data, 18, &width) || !as_span_le32(data, 22, &height) ||
	    !as_span_le16(data, 28, &bits) || !as_span_le32(data, 30, &compression))
		return SIZE_MAX;
	/* The header's own size is often wrong: what the pixels need counts. */
	if (compression == 0 && width < 1u << 16 && bits <= 32) {
		if (height > INT32_MAX)
			height = 0u - height;
		row = ((uint64_t)width * bits + 31) / 32 * 4;
		end = pixels + row * height;
		if (end > size)
			size = end > UINT32_MAX ? UINT32_MAX : (uint32_t)end;
	}
	return size >= 26 && size <= data.size ? size : SIZE_MAX;
}

size_t ft_image_end(struct as_span data, enum ft_id id)
{
	switch (id) {
	case FT_PNG:
		return png_end(data);
	case FT_GIF:
		return gif_end(data);
	case FT_JPEG:
		return jpeg_end(data);
	case FT_BMP:
		return bmp_end(data);
	default:
		return SIZE_MAX;
	}
}
