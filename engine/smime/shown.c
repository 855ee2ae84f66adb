/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/shown.h"

#include "base/utf8.h"

/* Drawn with no width, or hardly any: no character to a reader. */
static bool is_thin(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00, 0x08},	  {0x0b, 0x0c},	    {0x0e, 0x1f},     {0x7f, 0x9f},
		{0xad, 0xad},	  {0x34f, 0x34f},   {0x61c, 0x61c},   {0x115f, 0x1160},
		{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2006, 0x2006}, {0x2009, 0x200f},
		{0x202a, 0x202f}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfe00, 0xfe0f},
		{0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffd}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

static bool turns_direction(uint32_t c)
{
	return c == 0x200f || c == 0x202b || c == 0x202e || c == 0x2067;
}

/* What a character looks like, or 0 for nothing. */
static uint32_t plain_form(uint32_t c)
{
	if (is_thin(c))
		return 0;
	if (c >= 0xff01 && c <= 0xff5e) /* fullwidth ASCII */
		return c - 0xfee0;
	switch (c) {
	case 0xfe6b: /* small commercial at */
		return '@';
	case 0x2024: /* one dot leader */
	case 0x3002: /* full stops that IDNA takes for dots (UTS 46) */
	case 0xfe52:
	case 0xff61:
		return '.';
	case 0x2010: /* hyphens */
	case 0x2011:
	case 0xfe63:
		return '-';
	case '\t':
	case '\r':
	case '\n':
	case 0xa0:
	case 0x3000:
		return ' ';
	default:
		return c;
	}
}

/* Character by character from the end. */
static void append_turned(struct as_buffer *out, size_t begin, size_t end)
{
	unsigned char *room;
	size_t left = end - begin, used = 0;

	as_buffer_byte(out, '\n');
	room = as_buffer_reserve(out, left);
	if (room == NULL)
		return;
	while (left > 0) {
		const unsigned char *text = out->data + begin;
		size_t first = left - 1;

		while (first > 0 && (text[first] & 0xc0) == 0x80)
			first--;
		memcpy(room + used, text + first, left - first);
		used += left - first;
		left = first;
	}
	as_buffer_commit(out, used);
}

bool as_shown_append(struct as_buffer *out, struct as_span text)
{
	size_t begin = out->size;
	bool turned = false;

	while (text.size > 0) {
		unsigned char octets[4];
		uint32_t c = 0;
		size_t length = as_utf8_next(text, &c);

		text = as_span_from(text, length == 0 ? 1 : length);
		if (length == 0)
			continue;
		turned = turned || turns_direction(c);
		c = plain_form(c);
		if (c != 0)
			as_buffer_append(out, octets, as_utf8_put(c, octets));
	}
	if (turned && !out->failed)
		append_turned(out, begin, out->size);
	return !out->failed;
}

bool as_shown_join(struct as_buffer *out, struct as_span shown, bool *any_out)
{
	size_t begin = out->size;
	bool behind = false;

	*any_out = false;
	for (size_t i = 0; i < shown.size; i++) {
		unsigned char octet = shown.data[i];

		if (octet == ' ' && behind) {
			*any_out = true;
			continue;
		}
		behind = octet == '@';
		while (behind && out->size > begin && out->data[out->size - 1] == ' ') {
			out->size--;
			*any_out = true;
		}
		as_buffer_byte(out, octet);
	}
	return !out->failed;
}

static bool is_domain_octet(unsigned char octet)
{
	return octet >= 0x80 || (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
	       (octet >= 'A' && octet <= 'Z') || octet == '-' || octet == '.';
}

/* What an address in running text has before its '@', not all that it may. */
static bool is_local_octet(unsigned char octet)
{
	return is_domain_octet(octet) || (octet != 0 && strchr("_+=%&~!#$*/?^{|}", octet) != NULL);
}

/* "example.com", but no "gmail" and no "10.30". */
static bool is_domain(struct as_span text)
{
	size_t dot = SIZE_MAX;
	bool word = false;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] != '.') {
			word = word || text.data[i] < '0' || text.data[i] > '9';
			continue;
		}
		dot = i;
		word = false;
	}
	return dot != SIZE_MAX && dot > 0 && text.size - dot > 2 && word;
}

bool as_shown_next(struct as_span shown, size_t *offset, struct as_span *address_out)
{
	size_t at;

	while ((at = as_span_find_byte(shown, *offset, '@')) != SIZE_MAX) {
		size_t begin = at, end = at + 1;

		while (begin > *offset && is_local_octet(shown.data[begin - 1]))
			begin--;
		while (end < shown.size && is_domain_octet(shown.data[end]))
			end++;
		*offset = at + 1;
		while (end > at + 1 && (shown.data[end - 1] == '.' || shown.data[end - 1] == '-'))
			end--;
		if (begin == at || !is_domain(as_span_slice(shown, at + 1, end - at - 1)))
			continue;
		*address_out = as_span_slice(shown, begin, end - begin);
		*offset = end;
		return true;
	}
	return false;
}
