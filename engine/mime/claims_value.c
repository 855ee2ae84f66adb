/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims_value.h"

#include "mime/field.h"

/* RFC 2045 s5.1. */
static bool is_token(unsigned char octet)
{
	return octet > ' ' && octet < 0x7f && memchr("()<>@,;:\\\"/[]?=", octet, 15) == NULL;
}

void as_claim_value_put(struct as_claim_reader *reader, struct as_span text,
			const struct as_claim_site *site, enum as_claim_form form)
{
	struct as_claim_site here = *site;

	here.form = form;
	if (as_claim_charge(reader, text.size))
		as_claim_add(reader, &reader->boundaries, text, &here, AS_ENCODING_IDENTITY);
}

/* Up to where the field goes by one kind of line end alone, at most a window. */
static struct as_span window_at(const struct as_claim_reader *reader, size_t offset)
{
	struct as_span text = as_span_slice(reader->zone, offset, AS_CLAIM_WINDOW);
	size_t at = 0;

	for (;;) {
		size_t end = as_span_find_byte(text, at, reader->newline);

		if (end == SIZE_MAX)
			return text;
		if (end + 1 >= text.size ||
		    (text.data[end + 1] != ' ' && text.data[end + 1] != '\t')) {
			if (end > 0 && text.data[end - 1] == '\r')
				end--;
			return as_span_slice(text, 0, end);
		}
		at = end + 1;
	}
}

static size_t skip_space(struct as_span text, size_t at)
{
	while (at < text.size && as_octet_space(text.data[at]) && text.data[at] != 0)
		at++;
	return at;
}

/* Nothing but blanks, folds and a harmless comment up to the end, or the ';'
 * with another parameter behind it. */
static bool ends_value(struct as_span text, size_t at)
{
	size_t behind = skip_space(text, at), comment;

	if (behind > at && behind < text.size && text.data[behind] == '(') {
		comment = behind;
		behind = as_comment_skip(text, comment);
		if (as_claim_holds(as_span_slice(text, comment, behind - comment), '='))
			return false;
	}
	at = skip_space(text, behind);
	if (at >= text.size)
		return true;
	return text.data[at] == ';' && (skip_space(text, at + 1) == text.size ||
					as_span_find_byte(text, at, '=') != SIZE_MAX);
}

/* A token, or a quoted string of harmless octets, and nothing else: its length
 * with *inner_out what stands between the quotes. */
static bool is_simple(struct as_span text, struct as_span *inner_out)
{
	size_t begin = text.size > 0 && text.data[0] == '"', end = begin;
	bool quoted = begin == 1;

	while (end < text.size &&
	       (is_token(text.data[end]) ||
		(quoted && text.data[end] > ' ' && text.data[end] != 0x7f &&
		 memchr("\\\";", text.data[end], 3) == NULL)) &&
	       (quoted || text.data[end] != '%'))
		end++;
	*inner_out = as_span_slice(text, begin, end - begin);
	if (end == begin || inner_out->data[0] == '\'' ||
	    (end - begin > 4 && as_claim_holds(*inner_out, '?') &&
	     as_span_has_at(*inner_out, 0, "=?", 2)))
		return false;
	if (quoted && (end >= text.size || text.data[end++] != '"'))
		return false;
	return ends_value(text, end);
}

static size_t find_any(struct as_span text, size_t from, const char *set, size_t count)
{
	for (size_t i = from; i < text.size; i++)
		if (memchr(set, text.data[i], count) != NULL)
			return i;
	return text.size;
}

static size_t find_unescaped(struct as_span text, size_t from, unsigned char octet)
{
	for (size_t i = from; i < text.size; i++) {
		if (text.data[i] == '\\')
			i++;
		else if (text.data[i] == octet)
			return i;
	}
	return text.size;
}

/* What may end a value for somebody. The sets hold their NUL on purpose. */
static const struct {
	const char *set;
	size_t count;
	enum as_claim_form form;
} stops[] = {
	{";", 1, AS_CLAIM_CUT},
	{";\r\n", 3, AS_CLAIM_CUT},
	{"\r\n", 2, AS_CLAIM_CUT},
	{" \t\v\f\r\n;", 7, AS_CLAIM_CUT},
	{"\0", 1, AS_CLAIM_CUT},
	{"\"", 1, AS_CLAIM_QUOTE},
	{"\\", 1, AS_CLAIM_CUT},
	{",", 1, AS_CLAIM_CUT},
	{"(", 1, AS_CLAIM_CUT},
	{"'", 1, AS_CLAIM_QUOTE},
	{"()<>@,;:\\\"/[]?= \t\r\n\v\f", 20, AS_CLAIM_CUT},
};

static void add_stops(struct as_claim_reader *reader, struct as_span text, size_t begin,
		      size_t limit, const struct as_claim_site *site)
{
	size_t done[sizeof(stops) / sizeof(stops[0])];
	size_t count = 0;

	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		struct as_span part = as_span_slice(text, 0, limit);
		size_t end = find_any(part, begin, stops[i].set, stops[i].count), k;

		for (k = 0; k < count && done[k] != end; k++)
			;
		if (k < count || end == begin)
			continue;
		done[count++] = end;
		as_claim_value_add(reader, as_span_slice(text, begin, end - begin), site,
				   stops[i].form);
	}
}

/* text begins with a quote mark. */
static void add_quoted(struct as_claim_reader *reader, struct as_span text,
		       const struct as_claim_site *site)
{
	unsigned char mark = text.data[0];
	size_t close = find_unescaped(text, 1, mark);
	size_t plain = as_span_find_byte(text, 1, mark), tail;

	as_claim_value_add(reader, as_span_slice(text, 1, close - 1), site, AS_CLAIM_QUOTE);
	if (plain != SIZE_MAX && plain != close)
		as_claim_value_add(reader, as_span_slice(text, 1, plain - 1), site, AS_CLAIM_QUOTE);
	add_stops(reader, text, 1, close, site);
	if (close == text.size) {
		as_claim_value_add(reader, text, site, AS_CLAIM_QUOTE);
		add_stops(reader, text, 0, text.size, site);
		return;
	}
	if (mark == '\'')
		add_stops(reader, text, 0, text.size, site);
	tail = find_any(text, close + 1, "; \t\r\n", 5);
	if (tail > close + 1) {
		as_claim_value_add(reader, as_span_slice(text, 0, tail), site, AS_CLAIM_QUOTE);
		as_claim_value_add(reader, as_span_slice(text, close + 1, tail - close - 1), site,
				   AS_CLAIM_QUOTE);
	}
}

static void add_bare(struct as_claim_reader *reader, struct as_span text,
		     const struct as_claim_site *site)
{
	size_t semicolon = as_span_find_byte(text, 0, ';');
	size_t open = as_span_find_byte(text, 0, '"'), close;

	add_stops(reader, text, 0, text.size, site);
	if (as_claim_holds(text, '\\'))
		as_claim_value_add(reader, as_span_slice(text, 0, find_unescaped(text, 0, ';')),
				   site, AS_CLAIM_QUOTE);
	/* "a;b" unquoted, when what is behind the ';' is no parameter. */
	if (semicolon != SIZE_MAX && as_span_find_byte(text, semicolon, '=') == SIZE_MAX)
		as_claim_value_add(reader, text, site, AS_CLAIM_CUT);
	if (open == SIZE_MAX)
		return;
	close = as_span_find_byte(text, open + 1, '"');
	if (close == SIZE_MAX)
		return;
	as_claim_value_add(reader, as_span_slice(text, open + 1, close - open - 1), site,
			   AS_CLAIM_QUOTE);
	close = find_any(text, open + 1, "\"\\", 2);
	as_claim_value_add(reader, as_span_slice(text, open + 1, close - open - 1), site,
			   AS_CLAIM_QUOTE);
}

size_t as_claim_skip(struct as_span text, size_t at, bool (*is_space)(unsigned char octet))
{
	while (at < text.size) {
		size_t next = at;

		if (is_space(text.data[at]))
			next++;
		else if (text.data[at] == '(')
			next = as_comment_skip(text, at);
		if (next == at)
			break;
		at = next;
	}
	return at;
}

static void add_all(struct as_claim_reader *reader, struct as_span text,
		    const struct as_claim_site *site)
{
	if (text.size == 0)
		as_claim_value_put(reader, text, site, AS_CLAIM_CUT);
	else if (text.data[0] == '"' || text.data[0] == '\'')
		add_quoted(reader, text, site);
	else
		add_bare(reader, text, site);
}

/* What a section of RFC 2231 holds: a token or the text between quotes. */
static struct as_span section_text(struct as_span text)
{
	if (text.size > 0 && text.data[0] == '"')
		return as_span_slice(text, 1, find_unescaped(text, 1, '"') - 1);
	return as_span_slice(text, 0, find_any(text, 0, "; \t\r\n", 5));
}

struct as_span as_claim_value_read(struct as_claim_reader *reader, size_t offset,
				   const struct as_claim_site *site)
{
	struct as_span window = window_at(reader, offset), text, inner;
	size_t begin = 0, behind;

	while (begin < window.size && as_octet_space(window.data[begin]))
		begin++;
	text = as_span_from(window, begin);
	if (is_simple(text, &inner)) {
		as_claim_value_put(reader, inner, site, site->form);
		if (begin == 0 || as_octet_break(window.data[0]) || text.data[0] == '"')
			return inner;
		/* A blank behind the '=' is part of the value to some. */
		as_claim_value_put(reader, as_span_slice(window, 0, begin + inner.size), site,
				   AS_CLAIM_LOOSE);
		return inner;
	}
	inner = section_text(text);
	if (!as_claim_charge(reader, 16 * text.size))
		return inner;
	add_all(reader, text, site);
	behind = as_claim_skip(text, 0, as_octet_space);
	if (behind > 0 && behind < text.size)
		add_all(reader, as_span_from(text, behind), site);
	if (begin > 0 && text.size > 0 && text.data[0] != '"')
		add_stops(reader, window, 0, window.size, site);
	return inner;
}
