/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/mailboxes.h"

#include "mime/field.h"
#include "mime/header_text.h"

#include <errno.h>
#include <strings.h>

struct reader {
	struct as_arena *arena;
	struct as_span in;
	size_t at, max;
	struct as_mailbox_list *list;
	size_t mark;		   /* mailboxes of the list before the current one */
	struct as_buffer word;	   /* octets as they stand */
	struct as_buffer shown;	   /* the same word without quotes */
	struct as_buffer all;	   /* words of this mailbox as they are shown */
	struct as_buffer rest;	   /* those that are no address */
	struct as_buffer comments; /* of this mailbox */
	const char *group;
	size_t group_mark; /* mailboxes of the list before its first */
	bool has_at, gap, bracket;
	/* One without an end was seen, so that none has: data from then on. */
	bool no_comments, no_quotes, no_literals;
	bool failed;
};

static bool is_space(unsigned char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/* Behind the quoted string or domain literal that opens here; without an end it
 * is one octet. */
static size_t closed_length(const struct reader *reader, unsigned char close, bool *none)
{
	struct as_span in = reader->in;

	if (*none)
		return 1;
	for (size_t i = reader->at + 1; i < in.size; i++) {
		if (in.data[i] == '\\')
			i++;
		else if (in.data[i] == close)
			return i + 1 - reader->at;
	}
	*none = true;
	return 1;
}

/*
 * The encoded word that begins here (RFC 2047 s2), or 0. Mailers put commas and
 * colons into them, against s5; readers that take the word as one are many.
 * With what makes an address inside it is not one word to all of them, and
 * splits. Each step stops at a '?', so all tries together are linear.
 */
static size_t encoded_word_length(const struct reader *reader)
{
	struct as_span in = as_span_from(reader->in, reader->at);
	size_t mark, end;
	unsigned char encoding;

	if (!as_span_has_at(in, 0, "=?", 2))
		return 0;
	mark = as_span_find_byte(in, 2, '?');
	if (mark == SIZE_MAX || !as_span_holds(in, mark, 3) || in.data[mark + 2] != '?')
		return 0;
	encoding = in.data[mark + 1] | 0x20;
	if (encoding != 'b' && encoding != 'q')
		return 0;
	for (end = mark + 3; end < in.size && in.data[end] != '?'; end++)
		if (in.data[end] <= ' ' || strchr("<>@\"", in.data[end]) != NULL)
			return 0;
	return as_span_has_at(in, end, "?=", 2) ? end + 2 : 0;
}

/* Content of a quoted string or comment: without its ends, escapes undone,
 * folds gone. */
static void append_unquoted(struct as_buffer *out, struct as_span quoted)
{
	for (size_t i = 1; i + 1 < quoted.size; i++) {
		if (quoted.data[i] == '\\' && i + 2 < quoted.size)
			i++;
		if (quoted.data[i] != '\r' && quoted.data[i] != '\n')
			as_buffer_byte(out, quoted.data[i]);
	}
}

/* Takes one octet, or a whole quoted string, literal or encoded word. */
static void take_text(struct reader *reader)
{
	unsigned char octet = reader->in.data[reader->at];
	size_t length = 1;
	struct as_span taken;

	if (octet == '"')
		length = closed_length(reader, '"', &reader->no_quotes);
	else if (octet == '[')
		length = closed_length(reader, ']', &reader->no_literals);
	else if (octet == '=')
		length = encoded_word_length(reader);
	if (length == 0)
		length = 1;
	if (octet == '@')
		reader->has_at = true;
	taken = as_span_slice(reader->in, reader->at, length);
	as_buffer_append(&reader->word, taken.data, taken.size);
	if (octet == '"' && length > 1)
		append_unquoted(&reader->shown, taken);
	else
		as_buffer_append(&reader->shown, taken.data, taken.size);
	reader->at += length;
}

/* Passes over one blank or a comment, whose text is kept: readers show it. */
static bool skip_space(struct reader *reader)
{
	unsigned char octet = reader->in.data[reader->at];
	size_t behind;

	if (is_space(octet)) {
		reader->at++;
		return true;
	}
	if (octet != '(' || reader->no_comments)
		return false;
	behind = as_comment_skip(reader->in, reader->at);
	if (behind == reader->at) {
		reader->no_comments = true;
		return false;
	}
	if (reader->comments.size > 0)
		as_buffer_byte(&reader->comments, ' ');
	append_unquoted(&reader->comments,
			as_span_slice(reader->in, reader->at, behind - reader->at));
	reader->at = behind;
	return true;
}

static const char *decode(struct reader *reader, struct as_span text)
{
	const char *decoded = text.size == 0 ? "" : as_header_text(reader->arena, text);

	if (decoded != NULL)
		return decoded;
	reader->failed = true;
	return "";
}

/* The name that text and the comments make. */
static const char *make_name(struct reader *reader, const struct as_buffer *text)
{
	struct as_buffer name;
	const char *decoded;

	if (reader->comments.size == 0)
		return decode(reader, as_buffer_span(text));
	if (text->size == 0)
		return decode(reader, as_buffer_span(&reader->comments));
	as_buffer_init(&name, 0);
	as_buffer_append(&name, text->data, text->size);
	as_buffer_text(&name, " (");
	as_buffer_append(&name, reader->comments.data, reader->comments.size);
	as_buffer_byte(&name, ')');
	decoded = decode(reader, as_buffer_span(&name));
	if (name.failed)
		reader->failed = true;
	as_buffer_deinit(&name);
	return decoded;
}

static void push_mailbox(struct reader *reader, struct as_span address)
{
	struct as_mailbox_list *list = reader->list;
	const char *copy;

	if (list->count >= reader->max) {
		list->too_many = true;
		return;
	}
	copy = as_arena_copy(reader->arena, address);
	if (copy == NULL) {
		reader->failed = true;
		return;
	}
	list->items[list->count++] = (struct as_mailbox){
		.name = "",
		.group = reader->group,
		.address = as_span_make(copy, address.size),
	};
}

static void drop_word(struct reader *reader)
{
	as_buffer_clear(&reader->word);
	as_buffer_clear(&reader->shown);
	reader->has_at = false;
	reader->gap = false;
}

static void append_word(struct as_buffer *text, const struct as_buffer *word)
{
	if (text->size > 0)
		as_buffer_byte(text, ' ');
	as_buffer_append(text, word->data, word->size);
}

/* A word outside of brackets is an address if it has an '@', unless a bracket
 * follows, which makes it a part of the name. */
static void end_word(struct reader *reader)
{
	if (reader->word.size > 0) {
		append_word(&reader->all, &reader->shown);
		if (!reader->has_at)
			append_word(&reader->rest, &reader->shown);
		else if (!reader->bracket)
			push_mailbox(reader, as_buffer_span(&reader->word));
	}
	drop_word(reader);
}

static void end_mailbox(struct reader *reader)
{
	struct as_mailbox_list *list = reader->list;
	const struct as_buffer *text = &reader->all;

	end_word(reader);
	if (!reader->bracket && list->count > reader->mark)
		text = &reader->rest;
	else if (!reader->bracket && reader->all.size > 0)
		push_mailbox(reader, as_span_make(NULL, 0));
	if (list->count > reader->mark) {
		const char *name = make_name(reader, text);

		for (size_t i = reader->mark; i < list->count; i++)
			list->items[i].name = name;
	}
	reader->mark = list->count;
	reader->bracket = false;
	as_buffer_clear(&reader->all);
	as_buffer_clear(&reader->rest);
	as_buffer_clear(&reader->comments);
}

/* One without members is all that readers have to show. */
static void end_group(struct reader *reader)
{
	end_mailbox(reader);
	if (reader->group[0] != '\0' && reader->list->count == reader->group_mark)
		push_mailbox(reader, as_span_make(NULL, 0));
	reader->mark = reader->list->count;
	reader->group = "";
}

/* s3.4: the name of a group, up to the ';' behind its members. Behind a bracket
 * it is no name. */
static void begin_group(struct reader *reader)
{
	end_word(reader);
	if (!reader->bracket) {
		reader->list->count = reader->mark;
		reader->group = make_name(reader, &reader->all);
		reader->group_mark = reader->mark;
		as_buffer_clear(&reader->all);
	}
	end_mailbox(reader);
}

/* Behind a route, "@a,@b:" (s4.4); 0 when what begins like one is none. */
static size_t route_length(struct as_span address)
{
	size_t colon = as_span_find_byte(address, 0, ':');

	if (address.size == 0 || address.data[0] != '@' || colon == SIZE_MAX)
		return 0;
	for (size_t i = 1; i < colon; i++)
		if (address.data[i] == '@' && address.data[i - 1] != ',')
			return 0;
	return colon + 1;
}

/* Blanks are for nothing next to dots, '@' and the separators of a route; others
 * are kept as one. */
static bool joins(unsigned char octet)
{
	return octet == '@' || octet == '.' || octet == ',' || octet == ':';
}

static void take_angle_text(struct reader *reader)
{
	struct as_buffer *word = &reader->word;

	if (reader->gap && word->size > 0 && !joins(reader->in.data[reader->at]) &&
	    !joins(word->data[word->size - 1]))
		as_buffer_byte(word, ' ');
	reader->gap = false;
	take_text(reader);
}

/* From '<' to '>'. A ',' or ';' ends one that is not closed, unless it stands
 * in a route. */
static void take_angle(struct reader *reader)
{
	struct as_span in = reader->in, address;

	end_word(reader);
	if (reader->bracket)
		end_mailbox(reader);
	reader->list->count = reader->mark;
	reader->bracket = true;
	reader->at++;
	while (reader->at < in.size) {
		unsigned char octet = in.data[reader->at];
		bool route = reader->word.size > 0 && reader->word.data[0] == '@';

		if (octet == '>' || octet == '<' || ((octet == ',' || octet == ';') && !route))
			break;
		if (skip_space(reader))
			reader->gap = true;
		else
			take_angle_text(reader);
	}
	if (reader->at < in.size && in.data[reader->at] == '>')
		reader->at++;
	address = as_buffer_span(&reader->word);
	push_mailbox(reader, as_span_from(address, route_length(address)));
	drop_word(reader);
}

/* Obsolete addresses have blanks round dots and '@' (s4.4); others part words. */
static void take_bare(struct reader *reader)
{
	unsigned char octet = reader->in.data[reader->at];

	if (reader->gap && reader->word.size > 0) {
		unsigned char last = reader->word.data[reader->word.size - 1];

		if (octet != '@' && octet != '.' && last != '@' && last != '.')
			end_word(reader);
		else
			as_buffer_byte(&reader->shown, ' ');
	}
	reader->gap = false;
	take_text(reader);
}

static void take_next(struct reader *reader)
{
	unsigned char octet = reader->in.data[reader->at];

	if (octet == '<') {
		take_angle(reader);
	} else if (octet == ':') {
		begin_group(reader);
		reader->at++;
	} else if (octet == ',') {
		end_mailbox(reader);
		reader->at++;
	} else if (octet == ';') {
		end_group(reader);
		reader->at++;
	} else if (skip_space(reader)) {
		reader->gap = true;
	} else {
		take_bare(reader);
	}
}

int as_mailboxes_parse(struct as_arena *arena, struct as_span value, size_t max,
		       struct as_mailbox_list *list)
{
	struct reader reader = {
		.arena = arena,
		.in = value,
		.max = max,
		.list = list,
		.mark = list->count,
		.group = "",
	};
	struct as_buffer *const buffers[] = {&reader.word, &reader.shown, &reader.all, &reader.rest,
					     &reader.comments};

	for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++)
		as_buffer_init(buffers[i], 0);
	while (reader.at < value.size && !reader.failed)
		take_next(&reader);
	end_group(&reader);
	for (size_t i = 0; i < sizeof(buffers) / sizeof(buffers[0]); i++) {
		reader.failed = reader.failed || buffers[i]->failed;
		as_buffer_deinit(buffers[i]);
	}
	return reader.failed ? -ENOMEM : 0;
}

int as_mailboxes_read(struct as_arena *arena, struct as_span header_block, const char *field_name,
		      size_t max, struct as_mailbox_list *list_out)
{
	struct as_mailbox_list list = {.count = 0};
	struct as_field field;
	size_t offset = 0;

	while (as_field_next(header_block, &offset, &field)) {
		if (!as_field_is(&field, field_name))
			continue;
		list.fields++;
		if (list.items == NULL)
			list.items = as_arena_array(arena, max, sizeof(*list.items));
		if (list.items == NULL || as_mailboxes_parse(arena, field.value, max, &list) < 0)
			return -ENOMEM;
	}
	*list_out = list;
	return 0;
}

int as_authors_read(struct as_arena *arena, struct as_span header_block,
		    struct as_authors *authors_out)
{
	static const char *const names[] = {"From", "Sender", "Reply-To"};
	struct as_mailbox_list lists[3];

	for (size_t i = 0; i < 3; i++)
		if (as_mailboxes_read(arena, header_block, names[i], AS_IDENTITY_AUTHORS_MAX,
				      &lists[i]) < 0)
			return -ENOMEM;
	*authors_out = (struct as_authors){
		.from = lists[0].items,
		.from_count = lists[0].count,
		.from_fields = lists[0].fields,
		.sender = lists[1].items,
		.sender_count = lists[1].count,
		.reply_to = lists[2].items,
		.reply_to_count = lists[2].count,
		.too_many = lists[0].too_many,
	};
	return 0;
}
