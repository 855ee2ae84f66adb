/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include "octets.h"

/* A code beyond Unicode, however many digits follow. */
#define CODE_MAX 0x110000u

struct reference {
	const char *name;
	uint32_t code;
};

/* HTML Living Standard, 13.5: the names of ASCII characters, with those that
 * vanish from a link. A link has no use for any other. */
static const struct reference references[] = {
	{"Tab", '\t'},	 {"NewLine", '\n'},
	{"amp", '&'},	 {"AMP", '&'},
	{"lt", '<'},	 {"LT", '<'},
	{"gt", '>'},	 {"GT", '>'},
	{"quot", '"'},	 {"QUOT", '"'},
	{"apos", '\''},	 {"nbsp", 0xa0},
	{"colon", ':'},	 {"semi", ';'},
	{"comma", ','},	 {"period", '.'},
	{"sol", '/'},	 {"bsol", '\\'},
	{"equals", '='}, {"plus", '+'},
	{"percnt", '%'}, {"num", '#'},
	{"excl", '!'},	 {"quest", '?'},
	{"lpar", '('},	 {"rpar", ')'},
	{"lsqb", '['},	 {"lbrack", '['},
	{"rsqb", ']'},	 {"rbrack", ']'},
	{"lcub", '{'},	 {"lbrace", '{'},
	{"rcub", '}'},	 {"rbrace", '}'},
	{"lowbar", '_'}, {"UnderBar", '_'},
	{"grave", '`'},	 {"ast", '*'},
	{"midast", '*'}, {"dollar", '$'},
	{"commat", '@'}, {"verbar", '|'},
	{"vert", '|'},	 {"Hat", '^'},
	{"shy", 0xad},	 {"DiacriticalGrave", '`'},
};

/* Where what stands in the text is next another thing in its view. */
static size_t next_change(struct as_span data, size_t at)
{
	while (at < data.size && (html_octets[data.data[at]] & HTML_OCTET_CHANGED) == 0)
		at++;
	return at;
}

bool html_view_differs(struct as_span data)
{
	return next_change(data, 0) < data.size;
}

/* &#100; and &#x64; with any number of zeros, with or without the semicolon.
 * The length, 0 when there is no digit. */
static size_t numeric(struct as_span data, size_t at, uint32_t *code_out)
{
	size_t i = at + 2;
	uint32_t base = 10, code = 0;
	size_t first;

	if (i < data.size && html_lower(data.data[i]) == 'x') {
		base = 16;
		i++;
	}
	for (first = i; i < data.size; i++) {
		int digit = html_hex_value(data.data[i]);

		if (digit < 0 || (uint32_t)digit >= base)
			break;
		if (code < CODE_MAX)
			code = code * base + (uint32_t)digit;
	}
	if (i == first)
		return 0;
	if (i < data.size && data.data[i] == ';')
		i++;
	*code_out = code;
	return i - at;
}

/* By name. Without the semicolon browsers resolve only some: the others are
 * resolved too, which can only show more. */
static size_t named(struct as_span data, size_t at, uint32_t *code_out)
{
	size_t best = 0;

	if (at + 1 >= data.size || !html_is_letter(data.data[at + 1]))
		return 0;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		const char *name = references[i].name;
		size_t size;

		if ((unsigned char)name[0] != data.data[at + 1])
			continue;
		size = strlen(name);
		if (size <= best || !as_span_has_at(data, at + 1, name, size))
			continue;
		best = size;
		*code_out = references[i].code;
	}
	if (best == 0)
		return 0;
	return as_span_has_at(data, at + 1 + best, ";", 1) ? best + 2 : best + 1;
}

static void push_code(struct html_buffer *out, uint32_t code)
{
	switch (code) {
	case '"':
		html_buffer_push(out, HTML_MARK_DOUBLE);
		break;
	case '\'':
		html_buffer_push(out, HTML_MARK_SINGLE);
		break;
	case '`':
		html_buffer_push(out, HTML_MARK_BACKTICK);
		break;
	case '<':
		html_buffer_push(out, HTML_MARK_LESS);
		break;
	case '>':
		html_buffer_push(out, HTML_MARK_GREATER);
		break;
	case ' ':
		html_buffer_push(out, HTML_MARK_BLANK);
		break;
	default:
		/* Tab and line ends too: they vanish from links. */
		if (code > 0x20 && code != 0x7f && (code < 0xd800 || code > 0xdfff))
			html_buffer_push_utf8(out, code);
		break;
	}
}

void html_view_make(struct as_span data, struct html_buffer *out)
{
	if (!html_buffer_reserve(out, data.size))
		return;
	for (size_t i = 0; i < data.size;) {
		size_t change = next_change(data, i), size = 0;
		uint32_t code = 0;

		html_buffer_append(out, as_span_slice(data, i, change - i));
		i = change;
		if (i == data.size)
			break;
		if (data.data[i] == '&') {
			size = i + 1 < data.size && data.data[i + 1] == '#'
				       ? numeric(data, i, &code)
				       : named(data, i, &code);
			if (size > 0)
				push_code(out, code);
			else
				html_buffer_push(out, '&');
		}
		/* Another control character is dropped. */
		i += size > 0 ? size : 1;
	}
}

static bool next_ascii(struct as_span span, size_t *at, unsigned char *c_out)
{
	while (*at < span.size) {
		unsigned char c = span.data[(*at)++];

		if (c >= 0x20 && c < 0x7f) {
			*c_out = c;
			return true;
		}
	}
	return false;
}

bool html_view_same_ascii(struct as_span a, struct as_span b)
{
	size_t at_a = 0, at_b = 0;
	unsigned char c_a = 0, c_b = 0;

	for (;;) {
		bool more = next_ascii(a, &at_a, &c_a);

		if (next_ascii(b, &at_b, &c_b) != more)
			return false;
		if (!more)
			return true;
		if (c_a != c_b)
			return false;
	}
}
