/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/view_header.h"

#include "mime/claims.h"
#include "mime/clients.h"
#include "mime/line.h"

#include <errno.h>

enum line_kind {
	LINE_BLANK = 0,
	LINE_WHITE, /* blanks, but not empty */
	LINE_FIELD,
	LINE_FOLD,
	LINE_OTHER,
};

static enum line_kind kind_of(struct as_span line)
{
	size_t i = 0;

	if (line.size == 0 || (line.size == 1 && line.data[0] == '\r'))
		return LINE_BLANK;
	if (as_span_blank(line))
		return LINE_WHITE;
	if (line.data[0] == ' ' || line.data[0] == '\t')
		return LINE_FOLD;
	while (i < line.size && line.data[i] > ' ' && line.data[i] != ':')
		i++;
	while (i > 0 && i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
		i++;
	return i > 0 && i < line.size && line.data[i] == ':' ? LINE_FIELD : LINE_OTHER;
}

/* Byte order marks, mbox lines and blank lines in front of a message. */
static size_t skip_leading(const struct as_view_source *source, size_t offset)
{
	struct as_span message = source->message;

	if (as_span_has_at(message, offset, "\xef\xbb\xbf", 3))
		offset += 3;
	while (offset < message.size) {
		struct as_line line = as_line_at(message, offset, source->terminator);
		struct as_span text = as_line_span(message, line);

		if (source->delimits(source->levels, text) ||
		    (!as_span_blank(text) && !as_span_has_at(text, 0, "From ", 5) &&
		     !as_span_has_at(text, 0, ">From ", 6)))
			break;
		offset = line.next;
	}
	return offset;
}

/* Whether the header goes on behind a line; else *end is set. */
static bool goes_on(const struct as_view_source *source, struct as_line line, bool any, size_t *end)
{
	*end = line.begin;
	switch (kind_of(as_line_span(source->message, line))) {
	case LINE_FIELD:
		return true;
	case LINE_BLANK:
		*end = line.next;
		return !any && (source->habits & AS_HABIT_SKIP_BLANK) != 0;
	case LINE_WHITE:
		*end = line.next;
		return (source->habits & AS_HABIT_WHITE_LINE) == 0;
	case LINE_FOLD:
		return any;
	case LINE_OTHER:
		return any && (source->habits & AS_HABIT_SKIP_JUNK) != 0;
	}
	return false;
}

static size_t find_end(const struct as_view_source *source, size_t offset)
{
	bool any = false;
	size_t end = offset;

	while (offset < source->message.size) {
		struct as_line line = as_line_at(source->message, offset, source->terminator);

		if (source->delimits(source->levels, as_line_span(source->message, line)))
			return line.begin;
		if (!goes_on(source, line, any, &end))
			return end;
		any = any || kind_of(as_line_span(source->message, line)) == LINE_FIELD;
		offset = line.next;
		end = offset;
	}
	return end;
}

static int take_claims(const struct as_view_source *source, const struct as_claims *claims,
		       struct as_view_header *header)
{
	const struct as_claim *type =
		as_claims_choose(&claims->types, claims->type_fields, source->habits);
	const struct as_claim *boundary =
		as_claims_choose(&claims->boundaries, claims->type_fields, source->habits);
	const struct as_claim *encoding =
		as_claims_choose(&claims->encodings, claims->encoding_fields, source->habits);
	bool whole = type != NULL && as_span_find_byte(type->text, 0, '/') != SIZE_MAX;

	if (whole)
		header->media_type = as_arena_copy(source->arena, type->text);
	else if (type != NULL && as_span_has_at(type->text, 0, "multipart", 9))
		header->media_type = "multipart/mixed";
	if (boundary != NULL)
		header->boundary = boundary->text;
	if (encoding != NULL && encoding->encoding != AS_ENCODING_UNKNOWN)
		header->encoding = encoding->encoding;
	return header->media_type == NULL ? -ENOMEM : 0;
}

int as_view_header_read(const struct as_view_source *source, size_t offset, bool root,
			const char *standard, struct as_view_header *header_out)
{
	struct as_view_header header = {.media_type = standard};
	struct as_claims claims;
	int rc;

	header.begin = root ? skip_leading(source, offset) : offset;
	header.end = find_end(source, header.begin);
	rc = as_claims_read(source->arena,
			    as_span_slice(source->message, header.begin, header.end - header.begin),
			    source->max_params, &claims);
	if (rc == 0)
		rc = take_claims(source, &claims, &header);
	if (rc == 0)
		*header_out = header;
	return rc;
}
