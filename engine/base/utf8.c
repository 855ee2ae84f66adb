/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

size_t as_utf8_next(struct as_span text, uint32_t *character_out)
{
	static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = text.data;
	uint32_t character;
	size_t length;

	if (text.size == 0)
		return 0;
	if (p[0] < 0x80) {
		length = 1;
		character = p[0];
	} else if (p[0] >= 0xc2 && p[0] < 0xe0) {
		length = 2;
		character = p[0] & 0x1fu;
	} else if (p[0] >= 0xe0 && p[0] < 0xf0) {
		length = 3;
		character = p[0] & 0x0fu;
	} else if (p[0] >= 0xf0 && p[0] < 0xf5) {
		length = 4;
		character = p[0] & 0x07u;
	} else {
		return 0;
	}
	if (text.size < length)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (p[i] & 0x3fu);
	}
	if (character < smallest[length] || character > 0x10ffff ||
	    (character >= 0xd800 && character < 0xe000))
		return 0;
	if (character_out != NULL)
		*character_out = character;
	return length;
}

bool as_utf8_valid(struct as_span text)
{
	while (text.size > 0) {
		size_t length = as_utf8_next(text, NULL);

		if (length == 0)
			return false;
		text = as_span_from(text, length);
	}
	return true;
}

size_t as_utf8_put(uint32_t character, unsigned char out[4])
{
	if (character < 0x80) {
		out[0] = (unsigned char)character;
		return 1;
	}
	if (character < 0x800) {
		out[0] = (unsigned char)(0xc0 | character >> 6);
		out[1] = (unsigned char)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character >= 0xd800 && character < 0xe000)
		return 0;
	if (character < 0x10000) {
		out[0] = (unsigned char)(0xe0 | character >> 12);
		out[1] = (unsigned char)(0x80 | (character >> 6 & 0x3f));
		out[2] = (unsigned char)(0x80 | (character & 0x3f));
		return 3;
	}
	if (character > 0x10ffff)
		return 0;
	out[0] = (unsigned char)(0xf0 | character >> 18);
	out[1] = (unsigned char)(0x80 | (character >> 12 & 0x3f));
	out[2] = (unsigned char)(0x80 | (character >> 6 & 0x3f));
	out[3] = (unsigned char)(0x80 | (character & 0x3f));
	return 4;
}

bool as_utf8_repair(struct as_buffer *out, struct as_span text)
{
	while (text.size > 0) {
		size_t length = as_utf8_next(text, NULL);

		if (length == 0) {
			as_buffer_text(out, "\xef\xbf\xbd");
			length = 1;
		} else {
			as_buffer_append(out, text.data, length);
		}
		text = as_span_from(text, length);
	}
	return !out->failed;
}

/* Bidirectional controls (UAX #9), invisible joiners are left alone. */
static bool reorders_text(uint32_t character)
{
	return (character >= 0x202a && character <= 0x202e) ||
	       (character >= 0x2066 && character <= 0x2069) || character == 0x200e ||
	       character == 0x200f || character == 0x061c || character == 0x2028 ||
	       character == 0x2029;
}

bool as_utf8_escape(struct as_buffer *out, struct as_span text)
{
	while (text.size > 0) {
		uint32_t character = 0;
		size_t length = as_utf8_next(text, &character);

		if (length == 0) {
			as_buffer_printf(out, "\\x%02x", text.data[0]);
			length = 1;
		} else if (character < 0x20 || (character >= 0x7f && character < 0xa0)) {
			as_buffer_printf(out, "\\x%02x", (unsigned int)character);
		} else if (reorders_text(character)) {
			as_buffer_printf(out, "\\u{%04x}", (unsigned int)character);
		} else {
			as_buffer_append(out, text.data, length);
		}
		text = as_span_from(text, length);
	}
	return !out->failed;
}
