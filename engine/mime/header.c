/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/header.h"

#include <strings.h>

static bool pads_name(unsigned char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\v' || octet == '\f' || octet == 0;
}

static bool in_name(unsigned char octet)
{
	return octet > ' ' && octet != 0x7f && octet != ':';
}

static bool is_continuation(struct as_span message, struct as_line line)
{
	return line.begin < line.end &&
	       (message.data[line.begin] == ' ' || message.data[line.begin] == '\t');
}

/* A name and a colon; the colon may stand first in the continuation line. */
static bool is_field(const struct as_header_source *source, struct as_line line)
{
	struct as_span message = source->message;
	size_t i = line.begin;

	while (i < line.end && in_name(message.data[i]))
		i++;
	if (i == line.begin)
		return false;
	while (i < line.end && pads_name(message.data[i]))
		i++;
	if (i < line.end)
		return message.data[i] == ':';
	line = as_line_at(message, line.next, source->terminator);
	if (!is_continuation(message, line))
		return false;
	i = line.begin;
	while (i < line.end && pads_name(message.data[i]))
		i++;
	return i < line.end && message.data[i] == ':';
}

static bool is_content_field(const struct as_header_source *source, struct as_line line)
{
	return line.end - line.begin > 8 &&
	       strncasecmp((const char *)source->message.data + line.begin, "content-", 8) == 0 &&
	       is_field(source, line);
}

bool as_header_content_at(const struct as_header_source *source, size_t offset)
{
	return is_content_field(source, as_line_at(source->message, offset, source->terminator));
}

static bool ends_block(const struct as_header_source *source, struct as_line line)
{
	return line.begin == line.next || as_line_blank(source->message, line) ||
	       as_boundary_ends(source->boundaries, as_line_span(source->message, line));
}

/* The next field before the end of the block, or SIZE_MAX. */
static size_t find_field(const struct as_header_source *source, size_t offset, bool content_only)
{
	for (;;) {
		struct as_line line = as_line_at(source->message, offset, source->terminator);

		if (ends_block(source, line))
			return SIZE_MAX;
		if (content_only ? is_content_field(source, line) : is_field(source, line))
			return line.begin;
		offset = line.next;
	}
}

static bool is_mbox_line(struct as_span message, struct as_line line)
{
	return as_span_has_at(message, line.begin, "From ", 5) ||
	       as_span_has_at(message, line.begin, ">From ", 6);
}

/* Behind what tools put in front of a message: a byte order mark, the line of
 * an mbox, its quoted form, blank lines. */
static size_t skip_leading(const struct as_header_source *source, size_t offset)
{
	struct as_span message = source->message;

	if (as_span_has_at(message, offset, "\xef\xbb\xbf", 3))
		offset += 3;
	while (offset < message.size) {
		struct as_line line = as_line_at(message, offset, source->terminator);

		if (!is_mbox_line(message, line) && !as_span_blank(as_line_span(message, line)))
			break;
		if (as_boundary_ends(source->boundaries, as_line_span(message, line)))
			break;
		offset = line.next;
	}
	return offset;
}

static void mark(struct as_header *header, uint32_t oddity, size_t offset)
{
	header->oddities |= oddity;
	if (offset < header->odd_at)
		header->odd_at = offset;
}

/* Two line ends in a row to readers who take a lone CR for one. */
static void look_for_crs(const struct as_header_source *source, struct as_line line,
			 struct as_header *header)
{
	struct as_span text = as_span_slice(source->message, 0, line.end);
	size_t cr = as_span_find_byte(text, line.begin, '\r');

	while (cr != SIZE_MAX) {
		if (cr == line.begin || as_span_has_at(text, cr + 1, "\r", 1)) {
			header->cr_end = cr == line.begin ? cr + 1 : cr + 2;
			return;
		}
		cr = as_span_find_byte(text, cr + 1, '\r');
	}
}

/* Notes where a reader of other habits ends the header. */
static void look_at_line(const struct as_header_source *source, struct as_line line, bool field,
			 struct as_header *header)
{
	if (!field && header->white_end == SIZE_MAX &&
	    as_span_blank(as_line_span(source->message, line)))
		header->white_end = line.next;
	if (header->cr_end == SIZE_MAX && source->terminator == '\n')
		look_for_crs(source, line, header);
}

static struct as_header empty_header(size_t begin)
{
	return (struct as_header){
		.begin = begin,
		.odd_at = SIZE_MAX,
		.white_end = SIZE_MAX,
		.junk_at = SIZE_MAX,
		.cr_end = SIZE_MAX,
	};
}

/* Walks the block from header->begin on. Whether there was any field. */
static bool walk_block(const struct as_header_source *source, struct as_header *header, bool root)
{
	size_t known_field = 0, offset = header->begin;
	bool any = false;

	for (;;) {
		struct as_line line = as_line_at(source->message, offset, source->terminator);
		bool field;

		header->end = line.begin;
		if (line.begin == line.next ||
		    as_boundary_ends(source->boundaries, as_line_span(source->message, line))) {
			mark(header, AS_HEADER_CUT, line.begin);
			return any;
		}
		if (as_line_blank(source->message, line)) {
			header->end = line.next;
			return any;
		}
		field = is_field(source, line);
		look_at_line(source, line, field, header);
		if (field) {
			any = true;
		} else if (!any || !is_continuation(source->message, line)) {
			/* What was found ahead is kept, so that a run of such
			 * lines is searched once and not once a line. */
			if (header->junk_at == SIZE_MAX)
				header->junk_at = line.begin;
			if (line.begin >= known_field)
				known_field = find_field(source, line.next, !any && !root);
			if (known_field == SIZE_MAX) {
				mark(header, any ? AS_HEADER_NO_BLANK : 0, line.begin);
				return any;
			}
			mark(header, AS_HEADER_JUNK, line.begin);
		}
		offset = line.next;
	}
}

static void look_behind_blanks(const struct as_header_source *source, struct as_header *header)
{
	size_t offset = header->end;

	while (offset < source->message.size) {
		struct as_line line = as_line_at(source->message, offset, source->terminator);

		if (is_content_field(source, line))
			mark(header, AS_HEADER_LATE, line.begin);
		if (!as_line_blank(source->message, line))
			return;
		offset = line.next;
	}
}

void as_header_locate(const struct as_header_source *source, size_t offset, bool root,
		      struct as_header *header_out)
{
	size_t begin = root ? skip_leading(source, offset) : offset;
	struct as_header header = empty_header(begin);

	if (begin != offset)
		mark(&header, AS_HEADER_LEADING, offset);
	if (!walk_block(source, &header, root)) {
		/* No header at all: what was passed over is body. */
		header = empty_header(offset);
		if (!walk_block(source, &header, false) && header.end > offset)
			look_behind_blanks(source, &header);
	}
	*header_out = header;
}
