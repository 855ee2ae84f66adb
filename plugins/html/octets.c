/* SPDX-License-Identifier: BSD-2-Clause */
#include "octets.h"

#include "view.h"

/* Shifted by one, so that all that is not named is no digit. */
#define NONE	    (-1)
#define FOUR(c, v)  [c] = (v), [(c) + 1] = (v) + 1, [(c) + 2] = (v) + 2, [(c) + 3] = (v) + 3
#define EIGHT(c, v) FOUR(c, v), FOUR((c) + 4, (v) + 4)

const signed char
	html_base64_values[256] =
		{
			[0 ... '*'] = NONE,   ['+'] = 62,     [','] = NONE,
			['-'] = 62,	      ['.'] = NONE,   ['/'] = 63,
			EIGHT('0', 52),	      ['8'] = 60,     ['9'] = 61,
			[':' ... '@'] = NONE, EIGHT('A', 0),  EIGHT('I', 8),
			EIGHT('Q', 16),	      ['Y'] = 24,     ['Z'] = 25,
			['[' ... '^'] = NONE, ['_'] = 63,     ['`'] = NONE,
			EIGHT('a', 26),	      EIGHT('i', 34), EIGHT('q', 42),
			['y'] = 50,	      ['z'] = 51,     ['{' ... 255] = NONE,
};

#define IS(c, low, high)   ((c) >= (low) && (c) <= (high))
#define IS_ALNUM(c)	   (IS(c, 'a', 'z') || IS(c, 'A', 'Z') || IS(c, '0', '9'))
#define IF(condition, bit) ((condition) ? (bit) : 0)
#define OCTET(c)                                                                                   \
	(IF(IS_ALNUM(c) || (c) == '+' || (c) == '/' || (c) == '-' || (c) == '_' || (c) == '=',     \
	    HTML_OCTET_BASE64) |                                                                   \
	 IF((c) == ' ' || IS(c, '\t', '\r') || (c) == HTML_MARK_BLANK, HTML_OCTET_BLANK) |         \
	 IF((c) == ' ' || IS(c, '\t', '\r') || (c) == '+' || (c) == '&' || (c) == ',' ||           \
		    (c) == '.' || (c) == '_' || (c) == '\\',                                       \
	    HTML_OCTET_JOINT) |                                                                    \
	 IF((c) == '"' || (c) == '\'' || (c) == '`' ||                                             \
		    IS(c, HTML_MARK_DOUBLE, HTML_MARK_BACKTICK),                                   \
	    HTML_OCTET_QUOTE) |                                                                    \
	 IF((c) == '\\' || (c) == '%', HTML_OCTET_ESCAPE) |                                        \
	 IF(IS_ALNUM(c) || (c) == '_' || (c) == '$' || (c) >= 0x80, HTML_OCTET_WORD) |             \
	 IF(IS(c, '0', '9') || (c) == '&', HTML_OCTET_NUMBER) |                                    \
	 IF((c) == '&' || (c) == 0x7f || ((c) < 0x20 && !IS(c, '\t', '\n') && !IS(c, '\f', '\r')), \
	    HTML_OCTET_CHANGED))
#define OCTETS4(c)  OCTET(c), OCTET((c) + 1), OCTET((c) + 2), OCTET((c) + 3)
#define OCTETS16(c) OCTETS4(c), OCTETS4((c) + 4), OCTETS4((c) + 8), OCTETS4((c) + 12)
#define OCTETS64(c) OCTETS16(c), OCTETS16((c) + 16), OCTETS16((c) + 32), OCTETS16((c) + 48)

const unsigned char html_octets[256] = {
	OCTETS64(0),
	OCTETS64(64),
	OCTETS64(128),
	OCTETS64(192),
};

bool html_word_at(struct as_span text, size_t at, const char *word)
{
	size_t size = strlen(word);

	if (!as_span_holds(text, at, size))
		return false;
	for (size_t i = 0; i < size; i++)
		if (html_lower(text.data[at + i]) != (unsigned char)word[i])
			return false;
	return true;
}

/* Horspool: by the last octet, and how far that one lets the search go on. */
size_t html_find_word(struct as_span text, size_t from, const char *word)
{
	size_t size = strlen(word);
	size_t at = from + size - 1;
	unsigned char skip[256];

	if (from >= text.size || text.size - from < size)
		return SIZE_MAX;
	memset(skip, (int)size, sizeof(skip));
	for (size_t i = 0; i + 1 < size; i++) {
		unsigned char c = (unsigned char)word[i];

		skip[c] = (unsigned char)(size - 1 - i);
		if (html_is_letter(c))
			skip[c - 32] = skip[c];
	}
	while (at < text.size) {
		unsigned char c = text.data[at];

		if (html_lower(c) == (unsigned char)word[size - 1] &&
		    html_word_at(text, at - (size - 1), word))
			return at - (size - 1);
		at += skip[c];
	}
	return SIZE_MAX;
}

void html_base64_decode(struct as_span text, struct html_buffer *out)
{
	uint32_t bits = 0;
	unsigned count = 0;

	if (!html_buffer_reserve(out, text.size / 4 * 3 + 3))
		return;
	for (size_t i = 0; i <= text.size; i++) {
		unsigned char c = i < text.size ? text.data[i] : '=';
		int value = html_base64_value(c);

		if (value >= 0) {
			bits = bits << 6 | (uint32_t)value;
			if (++count < 4)
				continue;
			html_buffer_push(out, (unsigned char)(bits >> 16));
			html_buffer_push(out, (unsigned char)(bits >> 8));
			html_buffer_push(out, (unsigned char)bits);
			count = 0;
		} else if (c == '=') {
			if (count >= 2)
				html_buffer_push(out,
						 (unsigned char)(bits >> (count == 2 ? 4 : 10)));
			if (count == 3)
				html_buffer_push(out, (unsigned char)(bits >> 2));
			count = 0;
		}
	}
}

void html_hex_decode(struct as_span text, struct html_buffer *out)
{
	for (size_t i = 0; i + 2 <= text.size; i += 2)
		html_buffer_push(out, (unsigned char)html_hex_pair(text, i));
}

/* Up to max digits from the offset on; the number of digits. */
static size_t read_number(struct as_span text, size_t at, int base, size_t max, int64_t *value_out)
{
	int64_t value = 0;
	size_t count = 0;

	while (count < max && at + count < text.size) {
		int digit = html_hex_value(text.data[at + count]);

		if (digit < 0 || digit >= base)
			break;
		value = value * base + digit;
		count++;
	}
	*value_out = value;
	return count;
}

static size_t escape_unicode(struct as_span text, size_t at, int64_t *code_out)
{
	size_t count;

	if (at + 2 < text.size && text.data[at + 2] == '{') {
		count = read_number(text, at + 3, 16, 8, code_out);
		return count > 0 && as_span_has_at(text, at + 3 + count, "}", 1) ? count + 4 : 0;
	}
	return read_number(text, at + 2, 16, 4, code_out) == 4 ? 6 : 0;
}

static int64_t escape_letter(unsigned char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'v':
		return '\v';
	default:
		return c;
	}
}

size_t html_escape(struct as_span text, size_t at, int64_t *code_out, bool *numeric_out)
{
	unsigned char c;
	size_t size;

	*numeric_out = true;
	*code_out = -1;
	if (at >= text.size || text.data[at] != '\\')
		return 0;
	if (at + 1 == text.size)
		return 1;
	c = text.data[at + 1];
	if (c == 'x' && read_number(text, at + 2, 16, 2, code_out) == 2)
		return 4;
	if (c == 'u' && (size = escape_unicode(text, at, code_out)) > 0)
		return size;
	if (c >= '0' && c <= '7')
		return 1 + read_number(text, at + 1, 8, c <= '3' ? 3 : 2, code_out);
	*numeric_out = false;
	*code_out = -1;
	if (c == '\r' && as_span_has_at(text, at + 2, "\n", 1))
		return 3;
	if (c != '\r' && c != '\n')
		*code_out = escape_letter(c);
	return 2;
}

size_t html_percent(struct as_span text, size_t at, int64_t *code_out)
{
	int pair;

	if (!as_span_has_at(text, at, "%", 1))
		return 0;
	if (at + 1 < text.size && html_lower(text.data[at + 1]) == 'u')
		return read_number(text, at + 2, 16, 4, code_out) == 4 ? 6 : 0;
	pair = html_hex_pair(text, at + 1);
	if (pair < 0)
		return 0;
	*code_out = pair;
	return 3;
}
