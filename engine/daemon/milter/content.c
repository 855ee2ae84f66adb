/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/content.h"

void as_milter_content_octets(struct as_milter_content *content, struct as_span octets)
{
	if (content->error == 0 && octets.size > 0)
		content->error = content->sink->append(content->context, octets);
}

static void text(struct as_milter_content *content, const char *octets)
{
	as_milter_content_octets(content, as_span_text(octets));
}

void as_milter_content_field_begin(struct as_milter_content *content)
{
	content->place = AS_MILTER_IN_NAME;
	content->name_size = 0;
	content->first = true;
	content->last = '\0';
}

static void end_name(struct as_milter_content *content)
{
	size_t kept = content->name_size;
	bool whole = kept <= sizeof(content->name);

	if (!whole)
		kept = sizeof(content->name);
	as_milter_fields_begin(&content->fields, as_span_make(content->name, kept), whole);
	text(content, ":");
	content->place = AS_MILTER_IN_VALUE;
}

static void name(struct as_milter_content *content, struct as_span piece)
{
	for (size_t i = 0; i < piece.size && content->name_size + i < sizeof(content->name); i++)
		content->name[content->name_size + i] = piece.data[i];
	content->name_size += piece.size;
	as_milter_content_octets(content, piece);
}

/*
 * Without HDR_LEADSPC the server has eaten one blank, if there was one. Fields
 * without it are rare, but those which fold right behind the colon or begin
 * with a tab mostly have none.
 */
static void put_blank_back(struct as_milter_content *content, unsigned char first)
{
	if (!content->space && first != '\t' && first != '\n' && first != '\r')
		text(content, " ");
}

/* LF becomes CRLF unless it is one already. */
static void value(struct as_milter_content *content, struct as_span piece)
{
	size_t from = 0, at;

	if (piece.size == 0)
		return;
	if (content->first)
		put_blank_back(content, piece.data[0]);
	content->first = false;
	as_milter_fields_value(&content->fields, piece);
	for (;;) {
		at = as_span_find_byte(piece, from, '\n');
		if (at == SIZE_MAX)
			break;
		as_milter_content_octets(content, as_span_slice(piece, from, at - from));
		if ((at > 0 ? piece.data[at - 1] : content->last) != '\r')
			text(content, "\r");
		text(content, "\n");
		from = at + 1;
	}
	as_milter_content_octets(content, as_span_from(piece, from));
	content->last = piece.data[piece.size - 1];
}

bool as_milter_content_field_piece(struct as_milter_content *content, struct as_span piece)
{
	size_t end;

	while (piece.size > 0) {
		if (content->place == AS_MILTER_IN_END)
			return false;
		end = as_span_find_byte(piece, 0, '\0');
		if (content->place == AS_MILTER_IN_NAME)
			name(content, as_span_slice(piece, 0, end));
		else
			value(content, as_span_slice(piece, 0, end));
		if (end == SIZE_MAX)
			break;
		if (content->place == AS_MILTER_IN_NAME)
			end_name(content);
		else
			content->place = AS_MILTER_IN_END;
		piece = as_span_from(piece, end + 1);
	}
	return true;
}

bool as_milter_content_field_end(struct as_milter_content *content)
{
	if (content->place != AS_MILTER_IN_END)
		return false;
	if (content->first)
		put_blank_back(content, '\0');
	as_milter_fields_end(&content->fields);
	text(content, "\r\n");
	return true;
}
