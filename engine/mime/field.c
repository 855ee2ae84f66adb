/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/field.h"

#include "mime/octet.h"

#include <strings.h>

/* memchr for two octets by turns must not run far ahead of the nearer one, or
 * a block of lone CRs costs its size for each line. */
#define WINDOW_BYTES 256u

/* Position of the next CR or LF, or the size. */
static size_t find_line_end(struct as_span block, size_t from)
{
	while (from < block.size) {
		struct as_span window = as_span_slice(block, from, WINDOW_BYTES);
		size_t newline = as_span_find_byte(window, 0, '\n');
		size_t cr;

		if (newline != SIZE_MAX)
			window.size = newline;
		cr = as_span_find_byte(window, 0, '\r');
		if (cr != SIZE_MAX)
			return from + cr;
		if (newline != SIZE_MAX)
			return from + newline;
		from += window.size;
	}
	return block.size;
}

/* Octets of the line end at offset, which holds CR or LF or is the size. */
static size_t line_end_length(struct as_span block, size_t offset)
{
	if (as_span_has_at(block, offset, "\r\r\n", 3))
		return 3;
	if (as_span_has_at(block, offset, "\r\n", 2))
		return 2;
	return offset < block.size ? 1 : 0;
}

/* What readers skip round a name: VT, FF and NUL have been used to hide one. */
static bool pads_name(unsigned char octet)
{
	return as_octet_wsp(octet) || octet == '\v' || octet == '\f' || octet == 0;
}

static struct as_span trim_name(struct as_span name)
{
	while (name.size > 0 && pads_name(name.data[0]))
		name = as_span_from(name, 1);
	while (name.size > 0 && pads_name(name.data[name.size - 1]))
		name.size--;
	return name;
}

static bool is_value_edge(unsigned char octet)
{
	return as_octet_wsp(octet) || octet == '\r' || octet == '\n';
}

static struct as_span trim_value(struct as_span value)
{
	while (value.size > 0 && is_value_edge(value.data[0]))
		value = as_span_from(value, 1);
	while (value.size > 0 && is_value_edge(value.data[value.size - 1]))
		value.size--;
	return value;
}

/* RFC 5322 s3.6.8 without the limit to ASCII: readers look names up and never
 * check them. A blank inside tells an mbox "From " line from a field. */
static bool can_be_name(struct as_span name)
{
	for (size_t i = 0; i < name.size; i++)
		if (name.data[i] <= ' ' || name.data[i] == 0x7f)
			return false;
	return name.size > 0;
}

/* Where the colon is: in the first line, or first thing in the second. */
static size_t find_colon(struct as_span text, size_t first_line)
{
	size_t colon = as_span_find_byte(as_span_slice(text, 0, first_line), 0, ':');
	size_t i = first_line;

	if (colon != SIZE_MAX)
		return colon;
	while (i < text.size && is_value_edge(text.data[i]))
		i++;
	return i < text.size && text.data[i] == ':' ? i : SIZE_MAX;
}

/* text is the whole field without its last line end. */
static void split_field(struct as_span text, size_t first_line, struct as_field *field)
{
	size_t colon = find_colon(text, first_line);
	size_t name_end = colon < first_line ? colon : first_line;

	field->has_colon = false;
	field->name = as_span_slice(text, 0, 0);
	field->value = text;
	if (colon == SIZE_MAX)
		return;
	field->name = trim_name(as_span_slice(text, 0, name_end));
	field->has_colon = can_be_name(field->name);
	if (field->has_colon)
		field->value = trim_value(as_span_from(text, colon + 1));
	else
		field->name.size = 0;
}

bool as_field_next(struct as_span block, size_t *offset, struct as_field *field_out)
{
	size_t begin = *offset, end, next, first_line;

	if (begin >= block.size)
		return false;
	end = find_line_end(block, begin);
	if (end == begin)
		return false;
	first_line = end - begin;
	next = end + line_end_length(block, end);
	while (next < block.size && as_octet_wsp(block.data[next])) {
		end = find_line_end(block, next);
		next = end + line_end_length(block, end);
	}
	field_out->begin = begin;
	field_out->end = next;
	split_field(as_span_slice(block, begin, end - begin), first_line, field_out);
	*offset = next;
	return true;
}

bool as_field_is(const struct as_field *field, const char *name)
{
	return field->has_colon && field->name.size == strlen(name) &&
	       strncasecmp((const char *)field->name.data, name, field->name.size) == 0;
}

bool as_field_find(struct as_span block, const char *name, struct as_field *field_out)
{
	struct as_field field;
	size_t offset = 0;

	while (as_field_next(block, &offset, &field)) {
		if (as_field_is(&field, name)) {
			*field_out = field;
			return true;
		}
	}
	return false;
}

bool as_field_unfold(struct as_buffer *out, struct as_span value)
{
	size_t i = 0;

	while (i < value.size) {
		size_t end = find_line_end(value, i);

		as_buffer_append(out, value.data + i, end - i);
		i = end + line_end_length(value, end);
	}
	return !out->failed;
}

size_t as_comment_skip(struct as_span text, size_t offset)
{
	size_t depth = 0;

	for (size_t i = offset; i < text.size; i++) {
		if (text.data[i] == '\\') {
			i++;
		} else if (text.data[i] == '(') {
			depth++;
		} else if (text.data[i] == ')') {
			if (--depth == 0)
				return i + 1;
		}
	}
	return offset;
}

static bool ends_token(unsigned char octet)
{
	return octet <= ' ' || octet == ';' || octet == ',' || octet == '"' || octet == '(';
}

/* The first token; quotes and whatever no token can begin with are skipped. */
static struct as_span first_token(struct as_span text)
{
	size_t begin = 0, end;

	while (begin < text.size && ends_token(text.data[begin])) {
		size_t next = begin + 1;

		if (text.data[begin] == '(') {
			next = as_comment_skip(text, begin);
			if (next == begin)
				return as_span_slice(text, begin, 0);
		}
		begin = next;
	}
	for (end = begin; end < text.size && !ends_token(text.data[end]); end++)
		;
	return as_span_slice(text, begin, end - begin);
}

enum as_encoding as_encoding_find(struct as_span field_value)
{
	static const struct {
		const char *name;
		enum as_encoding encoding;
	} known[] = {
		{"7bit", AS_ENCODING_IDENTITY},		{"8bit", AS_ENCODING_IDENTITY},
		{"binary", AS_ENCODING_IDENTITY},	{"base64", AS_ENCODING_BASE64},
		{"quoted-printable", AS_ENCODING_QP},	{"x-uuencode", AS_ENCODING_UUENCODE},
		{"x-uue", AS_ENCODING_UUENCODE},	{"x-uu", AS_ENCODING_UUENCODE},
		{"uuencode", AS_ENCODING_UUENCODE},	{"uue", AS_ENCODING_UUENCODE},
		{"x-xxencode", AS_ENCODING_XXENCODE},	{"xxencode", AS_ENCODING_XXENCODE},
		{"x-xxe", AS_ENCODING_XXENCODE},	{"xxe", AS_ENCODING_XXENCODE},
		{"x-yencode", AS_ENCODING_YENC},	{"yencode", AS_ENCODING_YENC},
		{"x-yenc", AS_ENCODING_YENC},		{"yenc", AS_ENCODING_YENC},
		{"mac-binhex40", AS_ENCODING_BINHEX},	{"mac-binhex", AS_ENCODING_BINHEX},
		{"binhex40", AS_ENCODING_BINHEX},	{"binhex", AS_ENCODING_BINHEX},
		{"x-binhex40", AS_ENCODING_BINHEX},	{"x-binhex", AS_ENCODING_BINHEX},
		{"x-gzip64", AS_ENCODING_BASE64},	{"gzip64", AS_ENCODING_BASE64},
		{"x-base64", AS_ENCODING_BASE64},	{"x-qp", AS_ENCODING_QP},
		{"quotedprintable", AS_ENCODING_QP},	{"quoted_printable", AS_ENCODING_QP},
		{"x-quoted-printable", AS_ENCODING_QP},
	};
	struct as_span token = first_token(field_value);

	if (token.size == 0)
		return trim_value(field_value).size == 0 ? AS_ENCODING_IDENTITY
							 : AS_ENCODING_UNKNOWN;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strlen(known[i].name) == token.size &&
		    strncasecmp(known[i].name, (const char *)token.data, token.size) == 0)
			return known[i].encoding;
	return AS_ENCODING_UNKNOWN;
}

bool as_encoding_is_alias(struct as_span field_value)
{
	static const char *const standard[] = {"7bit", "8bit", "binary", "base64",
					       "quoted-printable"};
	struct as_span token = first_token(field_value);

	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (strlen(standard[i]) == token.size &&
		    strncasecmp(standard[i], (const char *)token.data, token.size) == 0)
			return false;
	return token.size > 0;
}
