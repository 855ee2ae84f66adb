/* SPDX-License-Identifier: BSD-2-Clause */
#include "decode.h"
#include "points.h"

#include <strings.h>

enum charset {
	CHARSET_ASCII_LIKE, /* ASCII octets mean ASCII, which is all we need */
	CHARSET_UTF16_BE,
	CHARSET_UTF16_LE,
	CHARSET_UTF32_BE,
	CHARSET_UTF32_LE,
	CHARSET_UTF7,
};

struct word {
	enum charset charset;
	bool base64;
	struct as_span text;
	size_t end; /* behind the closing "?=" */
};

static void put_octet(struct att_text *text, unsigned char octet)
{
	if (text->size == sizeof(text->data)) {
		text->cut = true;
		return;
	}
	text->data[text->size++] = octet;
}

static void put_point(struct att_text *text, uint32_t point)
{
	unsigned char octets[4];
	size_t count = att_point_put(point, octets);

	for (size_t i = 0; i < count; i++)
		put_octet(text, octets[i]);
}

void att_text_set(struct att_text *text, struct as_span from)
{
	size_t half = sizeof(text->data) / 2;

	text->cut = from.size > sizeof(text->data);
	text->size = text->cut ? sizeof(text->data) : from.size;
	if (text->cut) {
		memcpy(text->data, from.data, half);
		memcpy(text->data + half, from.data + from.size - half, half);
	} else if (from.size > 0) {
		memcpy(text->data, from.data, from.size);
	}
}

struct as_span att_text_span(const struct att_text *text)
{
	return as_span_make(text->data, text->size);
}

static int hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The value of two hexadecimal digits at offset, or -1. */
static int hex_octet(struct as_span from, size_t offset)
{
	int high, low;

	if (!as_span_holds(from, offset, 2))
		return -1;
	high = hex_digit(from.data[offset]);
	low = hex_digit(from.data[offset + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

bool att_decode_percent(struct as_span from, struct att_text *to)
{
	bool changed = false;

	to->size = 0;
	to->cut = false;
	for (size_t i = 0; i < from.size; i++) {
		int octet = from.data[i] == '%' ? hex_octet(from, i + 1) : -1;

		if (octet < 0) {
			put_octet(to, from.data[i]);
			continue;
		}
		put_octet(to, (unsigned char)octet);
		changed = true;
		i += 2;
	}
	return changed;
}

static int base64_digit(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

/* Junk is skipped and padding starts a new quantum, as clients do. */
static void decode_base64(struct as_span from, struct att_text *to)
{
	uint32_t bits = 0;
	unsigned int count = 0;

	for (size_t i = 0; i < from.size; i++) {
		int digit = base64_digit(from.data[i]);

		if (digit < 0) {
			if (from.data[i] == '=')
				count = 0;
			continue;
		}
		bits = bits << 6 | (uint32_t)digit;
		count += 6;
		if (count >= 8) {
			count -= 8;
			put_octet(to, (unsigned char)(bits >> count & 0xff));
		}
	}
}

static void decode_q(struct as_span from, struct att_text *to)
{
	for (size_t i = 0; i < from.size; i++) {
		int octet = from.data[i] == '=' ? hex_octet(from, i + 1) : -1;

		if (octet >= 0) {
			put_octet(to, (unsigned char)octet);
			i += 2;
		} else {
			put_octet(to, from.data[i] == '_' ? ' ' : from.data[i]);
		}
	}
}

/* Units of UTF-16 or UTF-32. A byte order mark beats the label; surrogate
 * pairs are joined; a last incomplete unit is dropped, it shows nothing. */
static void convert_wide(struct as_span from, size_t unit, bool little, struct att_text *to)
{
	uint32_t lead = 0;

	for (size_t i = 0; as_span_holds(from, i, unit); i += unit) {
		uint32_t point = 0;

		for (size_t k = 0; k < unit; k++)
			point = point << 8 | from.data[i + (little ? unit - 1 - k : k)];
		if (i == 0 && point == (unit == 2 ? 0xfffeu : 0xfffe0000u)) {
			little = !little;
			continue;
		}
		if (unit == 2 && point >= 0xd800 && point <= 0xdbff) {
			lead = point;
			continue;
		}
		if (lead != 0 && point >= 0xdc00 && point <= 0xdfff)
			point = 0x10000 + ((lead - 0xd800) << 10) + (point - 0xdc00);
		lead = 0;
		if (point != 0xfeff)
			put_point(to, point);
	}
}

/* RFC 2152: "+" base64 of UTF-16 "-"; "+-" is a plus sign. */
static void convert_utf7(struct as_span from, struct att_text *to)
{
	struct att_text run;

	for (size_t i = 0; i < from.size; i++) {
		size_t begin = i + 1, end = begin;

		if (from.data[i] != '+') {
			put_octet(to, from.data[i]);
			continue;
		}
		while (end < from.size && from.data[end] != '-' &&
		       base64_digit(from.data[end]) >= 0)
			end++;
		if (end == begin)
			put_octet(to, '+');
		run.size = 0;
		run.cut = false;
		decode_base64(as_span_slice(from, begin, end - begin), &run);
		convert_wide(att_text_span(&run), 2, false, to);
		i = end < from.size && from.data[end] == '-' ? end : end - 1;
	}
}

static enum charset find_charset(struct as_span label)
{
	static const struct {
		const char *label;
		enum charset charset;
	} known[] = {
		{"utf-16", CHARSET_UTF16_BE},	     {"utf-16be", CHARSET_UTF16_BE},
		{"utf-16le", CHARSET_UTF16_LE},	     {"utf16", CHARSET_UTF16_BE},
		{"utf-32", CHARSET_UTF32_BE},	     {"utf-32be", CHARSET_UTF32_BE},
		{"utf-32le", CHARSET_UTF32_LE},	     {"utf-7", CHARSET_UTF7},
		{"unicode-1-1-utf-7", CHARSET_UTF7}, {"utf7", CHARSET_UTF7},
		{"ucs-2", CHARSET_UTF16_BE},	     {"iso-10646-ucs-2", CHARSET_UTF16_BE},
		{"unicode", CHARSET_UTF16_BE},	     {"ucs-4", CHARSET_UTF32_BE},
	};
	size_t star = as_span_find_byte(label, 0, '*'); /* RFC 2231 s5: language */

	if (star != SIZE_MAX)
		label.size = star;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].label) == label.size &&
		    strncasecmp(known[i].label, (const char *)label.data, label.size) == 0)
			return known[i].charset;
	return CHARSET_ASCII_LIKE;
}

/* Whether an encoded word begins at offset. */
static bool find_word(struct as_span from, size_t offset, struct word *word_out)
{
	size_t mark, end;
	unsigned char encoding;

	if (!as_span_has_at(from, offset, "=?", 2))
		return false;
	mark = as_span_find_byte(as_span_slice(from, 0, offset + 2 + ATT_CHARSET_OCTETS),
				 offset + 2, '?');
	if (mark == SIZE_MAX || !as_span_holds(from, mark, 3) || from.data[mark + 2] != '?')
		return false;
	encoding = from.data[mark + 1] | 0x20;
	if (encoding != 'b' && encoding != 'q')
		return false;
	word_out->charset = find_charset(as_span_slice(from, offset + 2, mark - offset - 2));
	word_out->base64 = encoding == 'b';
	for (end = mark + 3; end < from.size; end++)
		if (as_span_has_at(from, end, "?=", 2))
			break;
	word_out->text = as_span_slice(from, mark + 3, end - mark - 3);
	word_out->end = end < from.size ? end + 2 : from.size;
	return true;
}

static void decode_word(const struct word *word, struct att_text *to)
{
	struct att_text octets;

	octets.size = 0;
	octets.cut = false;
	if (word->base64)
		decode_base64(word->text, &octets);
	else
		decode_q(word->text, &octets);
	switch (word->charset) {
	case CHARSET_ASCII_LIKE:
		for (size_t i = 0; i < octets.size; i++)
			put_octet(to, octets.data[i]);
		break;
	case CHARSET_UTF16_BE:
	case CHARSET_UTF16_LE:
		convert_wide(att_text_span(&octets), 2, word->charset == CHARSET_UTF16_LE, to);
		break;
	case CHARSET_UTF32_BE:
	case CHARSET_UTF32_LE:
		convert_wide(att_text_span(&octets), 4, word->charset == CHARSET_UTF32_LE, to);
		break;
	case CHARSET_UTF7:
		convert_utf7(att_text_span(&octets), to);
		break;
	}
	to->cut = to->cut || octets.cut;
}

/* The offset behind blanks, when only blanks lie before the next word: RFC
 * 2047 s6.2 takes them away. Otherwise the offset itself. */
static size_t skip_gap(struct as_span from, size_t offset)
{
	size_t at = offset;

	while (at < from.size && (from.data[at] == ' ' || from.data[at] == '\t' ||
				  from.data[at] == '\r' || from.data[at] == '\n'))
		at++;
	return as_span_has_at(from, at, "=?", 2) ? at : offset;
}

bool att_decode_words(struct as_span from, struct att_text *to)
{
	bool changed = false;
	struct word word;
	size_t i = 0;

	to->size = 0;
	to->cut = false;
	while (i < from.size) {
		if (!find_word(from, i, &word)) {
			put_octet(to, from.data[i++]);
			continue;
		}
		decode_word(&word, to);
		changed = true;
		i = skip_gap(from, word.end);
	}
	return changed;
}
