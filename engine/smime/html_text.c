/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/html_text.h"

#include "base/utf8.h"

/* The longest name below; longer ones are shown as they stand. */
#define REFERENCE_NAME_MAX 16u
/* A scheme and what follows it; nothing behind decides. */
#define ADDRESS_BYTES  40u
#define LAST_CHARACTER 0x10ffffu

/* Those without a shape, and those that addresses and styles are made of. */
static const struct {
	const char *name;
	uint32_t character;
} references[] = {
	{"amp", '&'},
	{"apos", '\''},
	{"bsol", '\\'},
	{"colon", ':'},
	{"comma", ','},
	{"emsp", 0x2003},
	{"emsp13", 0x2004},
	{"emsp14", 0x2005},
	{"ensp", 0x2002},
	{"equals", '='},
	{"gt", '>'},
	{"hairsp", 0x200a},
	{"lowbar", '_'},
	{"lpar", '('},
	{"lrm", 0x200e},
	{"lt", '<'},
	{"mediumspace", 0x205f},
	{"nbsp", 0xa0},
	{"newline", '\n'},
	{"nobreak", 0x2060},
	{"nonbreakingspace", 0xa0},
	{"num", '#'},
	{"numsp", 0x2007},
	{"period", '.'},
	{"puncsp", 0x2008},
	{"quest", '?'},
	{"quot", '"'},
	{"rlm", 0x200f},
	{"rpar", ')'},
	{"semi", ';'},
	{"shy", 0xad},
	{"sol", '/'},
	{"tab", '\t'},
	{"thinsp", 0x2009},
	{"zerowidthspace", 0x200b},
	{"zwj", 0x200d},
	{"zwnj", 0x200c},
};

/* First and last of each run of characters without a shape. */
static const uint32_t blanks[][2] = {
	{0x00, 0x20},	  {0x7f, 0xa0},	    {0xad, 0xad},     {0x034f, 0x034f},	  {0x061c, 0x061c},
	{0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f},	  {0x2000, 0x200f},
	{0x2028, 0x202f}, {0x205f, 0x206f}, {0x2800, 0x2800}, {0x3000, 0x3000},	  {0x3164, 0x3164},
	{0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xe0000, 0xe0fff},
};

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + ('a' - 'A')) : c;
}

static bool is_letter_or_digit(unsigned char c)
{
	c = lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int digit_value(unsigned char c, bool hexadecimal)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return hexadecimal && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool as_span_is_word(struct as_span span, const char *word)
{
	for (size_t i = 0; i < span.size; i++)
		if (word[i] == '\0' || lower(span.data[i]) != (unsigned char)word[i])
			return false;
	return word[span.size] == '\0';
}

size_t as_html_lower(struct as_span span, char *out, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < span.size && length + 1 < size; i++) {
		unsigned char c = lower(span.data[i]);

		out[length++] = (char)(c > 0 && c < 0x7f ? c : '?');
	}
	out[length] = '\0';
	return length;
}

/* "&#" stands at offset. 0: no digit follows. */
static size_t read_number(struct as_span text, size_t offset, uint32_t *character_out)
{
	size_t at = offset + 2, first;
	bool hexadecimal = at < text.size && lower(text.data[at]) == 'x';
	uint32_t value = 0;

	if (hexadecimal)
		at++;
	for (first = at; at < text.size; at++) {
		int digit = digit_value(text.data[at], hexadecimal);

		if (digit < 0)
			break;
		/* Stays too large, whatever follows. */
		if (value <= LAST_CHARACTER)
			value = value * (hexadecimal ? 16u : 10u) + (uint32_t)digit;
	}
	if (at == first)
		return 0;
	*character_out = value <= LAST_CHARACTER ? value : 0xfffd;
	if (at < text.size && text.data[at] == ';')
		at++;
	return at - offset;
}

static size_t read_name(struct as_span text, size_t offset, uint32_t *character_out)
{
	size_t begin = offset + 1, size = 0;
	struct as_span name;

	while (size <= REFERENCE_NAME_MAX && begin + size < text.size &&
	       is_letter_or_digit(text.data[begin + size]))
		size++;
	name = as_span_slice(text, begin, size);
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		if (!as_span_is_word(name, references[i].name))
			continue;
		*character_out = references[i].character;
		return 1 + size + (as_span_has_at(text, begin + size, ";", 1) ? 1u : 0u);
	}
	return 0;
}

size_t as_html_character(struct as_span text, size_t offset, uint32_t *character_out)
{
	unsigned char first = text.data[offset];
	size_t size = 0;

	*character_out = first;
	if (first == '&') {
		if (as_span_has_at(text, offset, "&#", 2))
			size = read_number(text, offset, character_out);
		else
			size = read_name(text, offset, character_out);
	} else if (first >= 0x80) {
		size = as_utf8_next(as_span_from(text, offset), character_out);
	}
	if (size > 0)
		return size;
	*character_out = first < 0x80 ? first : 0xfffd;
	return 1;
}

bool as_character_blank(uint32_t character)
{
	if (character > ' ' && character < 0x7f)
		return false;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (character >= blanks[i][0] && character <= blanks[i][1])
			return true;
	return false;
}

bool as_html_blank(struct as_span text)
{
	size_t at = 0;

	while (at < text.size) {
		uint32_t character;

		at += as_html_character(text, at, &character);
		if (!as_character_blank(character))
			return false;
	}
	return true;
}

/* The beginning of an address without what browsers drop: controls and blanks
 * in front, tabs and line ends everywhere. */
static size_t address_prefix(struct as_span address, bool resolve, char out[ADDRESS_BYTES])
{
	size_t at = 0, length = 0;

	while (at < address.size && length + 1 < ADDRESS_BYTES) {
		uint32_t c = address.data[at];

		if (resolve)
			at += as_html_character(address, at, &c);
		else
			at++;
		if (c == '\t' || c == '\n' || c == '\r' || (length == 0 && c <= ' '))
			continue;
		if (c == '\\')
			c = '/';
		out[length++] = (char)(c > ' ' && c < 0x7f ? lower((unsigned char)c) : '?');
	}
	out[length] = '\0';
	return length;
}

enum as_url_kind as_url_kind(struct as_span address, bool resolve)
{
	static const char *const local[] = {"data", "cid", "mid", "about", "blob", "javascript"};
	char prefix[ADDRESS_BYTES];
	size_t length = address_prefix(address, resolve, prefix);
	size_t scheme = strspn(prefix, "abcdefghijklmnopqrstuvwxyz0123456789+-.");

	if (length == 0)
		return AS_URL_EMPTY;
	if (prefix[0] == '#')
		return AS_URL_LOCAL;
	if (strncmp(prefix, "//", 2) == 0)
		return AS_URL_REMOTE;
	if (scheme == 0 || prefix[scheme] != ':')
		return AS_URL_RELATIVE;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (strlen(local[i]) == scheme && strncmp(prefix, local[i], scheme) == 0)
			return AS_URL_LOCAL;
	return AS_URL_REMOTE;
}
