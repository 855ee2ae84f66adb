/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/mbox.h"

#include "mailbox/separator.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

/* What must be in view to judge a line: itself, its end, the next field. */
#define LOOK_BYTES (AS_FROM_LINE_MAX + 2 + AS_FIELD_NAME_MAX)
/* Octets of a Content-Length field: the name, blanks, 20 digits. */
#define LENGTH_FIELD_BYTES 64u

struct as_mbox {
	as_mbox_read *read;
	void *context;
	uint64_t size; /* smaller once the file was found shorter */
	bool shrunk;
	int error;
	uint64_t next;	 /* where the next From line is expected */
	uint64_t limit;	 /* end of what is being split */
	uint64_t resume; /* first reading, behind a second one */
	bool second;
	uint64_t base; /* of the window */
	size_t fill;
	size_t capacity;
	unsigned char *window;
};

/* A message in the making. */
struct walk {
	uint64_t at;	   /* begin of the current line */
	uint64_t blank_at; /* of the line before, if that was blank */
	bool after_blank;
	bool in_header;
	bool length_known, length_doubtful;
	uint64_t length;     /* of the body, as the header says */
	uint64_t swallow_to; /* no separator counts before it; 0: none */
	bool bare_from;	     /* "From " at a line's beginning in the body */
	uint64_t inner;	     /* first message inside; UINT64_MAX: none */
};

int as_mbox_open(as_mbox_read *read, void *context, uint64_t size, size_t window,
		 struct as_mbox **mbox_out)
{
	struct as_mbox *mbox = calloc(1, sizeof(*mbox));

	if (mbox == NULL)
		return -ENOMEM;
	*mbox = (struct as_mbox){.read = read, .context = context, .size = size, .limit = size};
	mbox->capacity = window > 0 ? window : AS_MBOX_WINDOW;
	if (mbox->capacity < LOOK_BYTES)
		mbox->capacity = LOOK_BYTES;
	mbox->window = malloc(mbox->capacity);
	if (mbox->window == NULL) {
		free(mbox);
		return -ENOMEM;
	}
	*mbox_out = mbox;
	return 0;
}

void as_mbox_close(struct as_mbox *mbox)
{
	if (mbox == NULL)
		return;
	free(mbox->window);
	free(mbox);
}

bool as_mbox_shrunk(const struct as_mbox *mbox)
{
	return mbox->shrunk;
}

/* Reads up to size octets at offset; what is missing is behind the end. */
static size_t read_at(struct as_mbox *mbox, uint64_t offset, unsigned char *data, size_t size)
{
	size_t done = 0;

	if (offset >= mbox->size || mbox->error < 0)
		return 0;
	if (size > mbox->size - offset)
		size = (size_t)(mbox->size - offset);
	while (done < size) {
		ssize_t got = mbox->read(mbox->context, offset + done, data + done, size - done);

		if (got < 0)
			mbox->error = (int)got;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	/* An end where there was none, so that every loop below meets it. */
	if (done < size) {
		mbox->size = offset + done;
		mbox->shrunk = mbox->error == 0;
	}
	return done;
}

static uint64_t limit_of(const struct as_mbox *mbox)
{
	return mbox->limit < mbox->size ? mbox->limit : mbox->size;
}

/* What is in view from offset on: need octets or more, or all up to the limit. */
static struct as_span view(struct as_mbox *mbox, uint64_t offset, size_t need)
{
	uint64_t end = limit_of(mbox);
	size_t skip, size;

	if (offset >= end)
		return as_span_make("", 0);
	if (need > end - offset)
		need = (size_t)(end - offset);
	if (offset < mbox->base || offset - mbox->base > mbox->fill ||
	    need > mbox->fill - (size_t)(offset - mbox->base)) {
		mbox->base = offset;
		mbox->fill = read_at(mbox, offset, mbox->window, mbox->capacity);
		end = limit_of(mbox);
		if (offset >= end)
			return as_span_make("", 0);
	}
	skip = (size_t)(offset - mbox->base);
	size = mbox->fill - skip;
	if (size > end - offset)
		size = (size_t)(end - offset);
	return as_span_make(mbox->window + skip, size);
}

/* Octets of the line at the start of text with its end; 0: it goes on. */
static size_t line_size(struct as_span text)
{
	size_t end = as_span_find_byte(text, 0, '\n');

	return end == SIZE_MAX ? 0 : end + 1;
}

static size_t blank_size(struct as_span text)
{
	if (as_span_has_at(text, 0, "\n", 1))
		return 1;
	return as_span_has_at(text, 0, "\r\n", 2) ? 2 : 0;
}

/* Grades the From line at the start of text, which holds LOOK_BYTES or all. */
static enum as_from_line grade(struct as_span text, bool *field_follows_out)
{
	size_t size = line_size(as_span_slice(text, 0, AS_FROM_LINE_MAX + 2));
	struct as_span line = as_span_slice(text, 0, size > 0 ? size - 1 : text.size);

	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	*field_follows_out = size > 0 && as_begins_with_field(as_span_from(text, size));
	return as_from_line_grade(line);
}

static bool begins_message(struct as_span text, bool after_blank)
{
	bool field = false;

	switch (grade(text, &field)) {
	case AS_FROM_DATED:
		return after_blank || field;
	case AS_FROM_BARE:
		return after_blank && field;
	case AS_FROM_PROSE:
	case AS_FROM_NONE:
		break;
	}
	return false;
}

/* Moves to the begin of the next line, or to the limit. */
static void skip_line(struct as_mbox *mbox, struct walk *walk)
{
	struct as_span text = view(mbox, walk->at, 2);
	bool blank = blank_size(text) > 0;
	uint64_t begin = walk->at;

	while (text.size > 0) {
		size_t size = line_size(text);

		walk->at += size > 0 ? size : text.size;
		if (size > 0)
			break;
		text = view(mbox, walk->at, 1);
	}
	walk->after_blank = blank;
	walk->blank_at = begin;
}

/*
 * Whether the octets at target are where a message of that Content-Length may
 * end. Some writers do not count the last line end, most add a blank line.
 * Read apart from the window, which a lying length would make useless.
 */
static bool ends_at(struct as_mbox *mbox, uint64_t body, uint64_t target)
{
	unsigned char octets[LOOK_BYTES + 5];
	struct as_span text;
	bool line_begins = target == body, field;

	if (target > limit_of(mbox))
		return false;
	if (target == limit_of(mbox))
		return true;
	if (!line_begins)
		target--;
	text = as_span_make(octets, read_at(mbox, target, octets, sizeof(octets)));
	if (!line_begins) {
		line_begins = as_span_has_at(text, 0, "\n", 1);
		text = as_span_from(text, 1);
	}
	for (int ends = 0; ends < 2 && blank_size(text) > 0; ends++) {
		line_begins = true;
		text = as_span_from(text, blank_size(text));
	}
	if (text.size == 0)
		return mbox->error == 0;
	return line_begins && grade(text, &field) >= AS_FROM_BARE;
}

static void take_length(struct walk *walk, struct as_span line)
{
	static const char name[] = "content-length";
	size_t i = sizeof(name) - 1;
	uint64_t value = 0;

	if (line.size <= i || strncasecmp((const char *)line.data, name, i) != 0)
		return;
	line = as_span_slice(line, 0, LENGTH_FIELD_BYTES);
	while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
		i++;
	if (i >= line.size || line.data[i++] != ':')
		return;
	while (i < line.size && (line.data[i] == ' ' || line.data[i] == '\t'))
		i++;
	if (i >= line.size || line.data[i] < '0' || line.data[i] > '9')
		return;
	for (; i < line.size && line.data[i] >= '0' && line.data[i] <= '9'; i++)
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(line.data[i] - '0'), &value))
			return;
	if (walk->length_known && walk->length != value)
		walk->length_doubtful = true;
	walk->length_known = true;
	walk->length = value;
}

/* The line at walk->at ends the header. */
static void enter_body(struct as_mbox *mbox, struct walk *walk, struct as_mbox_range *range)
{
	skip_line(mbox, walk);
	walk->in_header = false;
	range->body = walk->at;
	/* A second reading is what there is without that field. */
	if (!walk->length_known || walk->length_doubtful || mbox->second || walk->length == 0 ||
	    walk->length > UINT64_MAX - walk->at)
		return;
	if (ends_at(mbox, walk->at, walk->at + walk->length))
		walk->swallow_to = walk->at + walk->length;
}

/* A "From " line within what Content-Length covers. */
static void note_inside(struct walk *walk, struct as_span text)
{
	bool field = false;

	walk->bare_from = true;
	if (walk->inner == UINT64_MAX && walk->after_blank &&
	    grade(text, &field) == AS_FROM_DATED && field)
		walk->inner = walk->at;
}

/* True when a message begins at the current line. */
static bool look_at_line(struct as_mbox *mbox, struct walk *walk, struct as_mbox_range *range)
{
	struct as_span text = view(mbox, walk->at, 2);

	if (text.size > 0 && text.data[0] == 'F') {
		text = view(mbox, walk->at, LOOK_BYTES);
		if (walk->swallow_to == 0 && begins_message(text, walk->after_blank))
			return true;
		if (walk->swallow_to > 0 && as_span_has_at(text, 0, "From ", 5))
			note_inside(walk, text);
	}
	if (walk->in_header && blank_size(text) > 0) {
		enter_body(mbox, walk, range);
		return false;
	}
	if (walk->in_header && text.size > 0 && (text.data[0] | 0x20) == 'c')
		take_length(walk, view(mbox, walk->at, LENGTH_FIELD_BYTES));
	else if (!walk->in_header && !range->quoted && text.size > 0 && text.data[0] == '>')
		range->quoted = as_begins_with_quoted_from(view(mbox, walk->at, LOOK_BYTES));
	skip_line(mbox, walk);
	return false;
}

/* Skips the From line; at the beginning of the file also blank lines above. */
static void take_from_line(struct as_mbox *mbox, struct walk *walk, struct as_mbox_range *range)
{
	struct as_span text = view(mbox, walk->at, LOOK_BYTES);
	struct as_span rest = text;

	while (walk->at == 0 && blank_size(rest) > 0)
		rest = as_span_from(rest, blank_size(rest));
	range->from = walk->at;
	if (as_span_has_at(rest, 0, "From ", 5) &&
	    line_size(as_span_slice(rest, 0, AS_FROM_LINE_MAX + 2)) > 0) {
		walk->at += text.size - rest.size;
		range->from = walk->at;
		skip_line(mbox, walk);
	}
	walk->after_blank = false;
	range->begin = walk->at;
}

/* Sets where the message ends and where the next one is to be looked for. */
static void finish(struct as_mbox *mbox, const struct walk *walk, struct as_mbox_range *range)
{
	range->end = walk->at;
	mbox->next = walk->at;
	if (walk->swallow_to > 0) {
		/* Only a writer that does not quote leaves such a line. */
		range->quoted = range->quoted && !walk->bare_from;
		range->end = walk->swallow_to < walk->at ? walk->swallow_to : walk->at;
	} else if (walk->after_blank && !walk->in_header && walk->blank_at >= range->body) {
		range->end = walk->blank_at;
	}
	if (walk->in_header || range->body > range->end)
		range->body = range->end;
	if (walk->inner == UINT64_MAX)
		return;
	mbox->resume = walk->at;
	mbox->limit = range->end;
	mbox->next = walk->inner;
	mbox->second = true;
}

int as_mbox_next(struct as_mbox *mbox, struct as_mbox_range *range_out)
{
	struct walk walk = {.in_header = true, .inner = UINT64_MAX};
	struct as_mbox_range range = {.second_reading = mbox->second};

	if (mbox->second && mbox->next >= limit_of(mbox)) {
		mbox->second = range.second_reading = false;
		mbox->limit = mbox->size;
		mbox->next = mbox->resume;
	}
	if (mbox->next >= limit_of(mbox))
		return mbox->error;
	walk.at = mbox->next;
	take_from_line(mbox, &walk, &range);
	while (walk.at < limit_of(mbox)) {
		/* The rest of what is counted may begin in mid-line. */
		if (walk.swallow_to > 0 && walk.at >= walk.swallow_to) {
			while (blank_size(view(mbox, walk.at, 2)) > 0)
				skip_line(mbox, &walk);
			break;
		}
		if (look_at_line(mbox, &walk, &range))
			break;
	}
	if (mbox->error < 0)
		return mbox->error;
	finish(mbox, &walk, &range);
	*range_out = range;
	return 1;
}
