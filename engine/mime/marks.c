/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/marks.h"

#include "mime/coverage.h"
#include "mime/line.h"

#include <errno.h>
#include <strings.h>

#define FIRST_CAPACITY 32u

struct collector {
	const struct as_mime_tree *tree;
	struct as_span text;
	struct as_marks *marks;
	size_t capacity;
	size_t dashes, max_dashes;
	size_t fields;

	size_t last_dashes; /* index of the last mark of this kind */
	bool have_dashes;
	bool text_seen;	       /* a line that is not blank behind it */
	bool block_over;       /* and a blank one behind that */
	size_t run_end;	       /* behind the last Content-* line that was seen */
	struct as_span before; /* the line in front */
};

static bool is_skipped(unsigned char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\v' || octet == '\f' ||
	       octet == 0;
}

size_t as_marks_skip(struct as_span text, size_t offset)
{
	while (offset < text.size && is_skipped(text.data[offset]))
		offset++;
	return offset;
}

/* The colon behind a name, perhaps behind blanks or on a line of its own. */
static bool has_colon(struct as_span text, size_t offset)
{
	bool folded = false;

	for (; offset < text.size; offset++) {
		unsigned char octet = text.data[offset];

		if (octet == ':')
			return true;
		if (octet == '\n') {
			unsigned char next = offset + 1 < text.size ? text.data[offset + 1] : 0;

			if (folded || (next != ' ' && next != '\t'))
				return false;
			folded = true;
		} else if (!is_skipped(octet)) {
			return false;
		}
	}
	return false;
}

bool as_marks_content_at(struct as_span text, size_t offset)
{
	static const char *const names[] = {"type", "transfer-encoding", "disposition",
					    "description"};

	offset = as_marks_skip(text, offset);
	if (!as_span_holds(text, offset, 12) ||
	    strncasecmp((const char *)text.data + offset, "content-", 8) != 0)
		return false;
	offset += 8;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t length = strlen(names[i]);

		if (as_span_holds(text, offset, length) &&
		    strncasecmp((const char *)text.data + offset, names[i], length) == 0)
			return has_colon(text, offset + length);
	}
	return false;
}

static struct as_mark *push(struct collector *collector)
{
	struct as_marks *marks = collector->marks;

	if (marks->count == collector->capacity) {
		size_t capacity =
			collector->capacity == 0 ? FIRST_CAPACITY : collector->capacity * 2;
		struct as_mark *items =
			as_arena_array(collector->tree->arena, capacity, sizeof(*items));

		if (items == NULL)
			return NULL;
		if (marks->count > 0)
			memcpy(items, marks->items, marks->count * sizeof(*items));
		marks->items = items;
		collector->capacity = capacity;
	}
	return &marks->items[marks->count++];
}

/* A Content-* field on the next line that is not blank. */
static bool content_follows(struct as_span text, size_t offset)
{
	while (offset < text.size && (is_skipped(text.data[offset]) || text.data[offset] == '\n'))
		offset++;
	return as_marks_content_at(text, offset);
}

static int see_dashes(struct collector *collector, size_t dashes, struct as_line line,
		      size_t next_lf)
{
	const struct as_region *region = as_coverage_find(collector->tree, dashes);
	struct as_span token = as_span_slice(collector->text, dashes + 2, line.end - dashes - 2);
	struct as_mark *mark;

	collector->have_dashes = false;
	if (collector->dashes == collector->max_dashes) {
		collector->marks->cut = true;
		return 0;
	}
	mark = push(collector);
	if (mark == NULL)
		return -ENOMEM;
	while (token.size > 0 && as_octet_blank(token.data[token.size - 1]))
		token.size--;
	*mark = (struct as_mark){
		.kind = AS_MARK_DASHES,
		.consumed = region != NULL && region->kind == AS_REGION_DELIMITER,
		.begin = line.begin,
		.next = line.next,
		.next_lf = next_lf,
		.token = token,
	};
	if (!mark->consumed)
		mark->content = content_follows(collector->text, line.next) ||
				(next_lf != line.next && content_follows(collector->text, next_lf));
	collector->dashes++;
	collector->have_dashes = true;
	collector->last_dashes = collector->marks->count - 1;
	collector->text_seen = false;
	collector->block_over = false;
	collector->before = as_span_slice(collector->text, dashes, line.end - dashes);
	return 0;
}

/* Whether the field belongs to a header that the tree has. A delimiter line
 * within a header block ends that to some. */
static bool is_in_header(const struct collector *collector, size_t offset)
{
	const struct as_region *region = as_coverage_find(collector->tree, offset);
	const struct as_mark *last;

	if (region == NULL || region->kind != AS_REGION_HEADER)
		return false;
	if (!collector->have_dashes)
		return true;
	last = &collector->marks->items[collector->last_dashes];
	return last->consumed || last->begin < region->begin;
}

static int see_content(struct collector *collector, struct as_line line)
{
	bool again = line.begin == collector->run_end;
	struct as_mark *mark;

	collector->run_end = line.next;
	if (again || is_in_header(collector, line.begin))
		return 0;
	if (collector->have_dashes && !collector->block_over &&
	    !collector->marks->items[collector->last_dashes].consumed) {
		collector->marks->items[collector->last_dashes].content = true;
		return 0;
	}
	if (collector->fields == AS_MARKS_FIELDS_MAX) {
		collector->marks->cut = true;
		return 0;
	}
	mark = push(collector);
	if (mark == NULL)
		return -ENOMEM;
	collector->fields++;
	*mark = (struct as_mark){
		.kind = AS_MARK_FIELDS,
		.content = true,
		.begin = line.begin,
		.next = line.begin,
		.next_lf = line.begin,
		.token = as_span_slice(collector->before, 0, AS_MARKS_MIDDLE_MAX),
	};
	return 0;
}

static int see_line(struct collector *collector, struct as_line line, size_t next_lf)
{
	size_t first = line.begin;
	int rc = 0;

	if (line.begin == line.end) {
		collector->block_over = collector->text_seen;
		return 0;
	}
	if (is_skipped(collector->text.data[first]))
		first = as_marks_skip(as_span_slice(collector->text, 0, line.end), first);
	if (first == line.end) {
		collector->block_over = collector->text_seen;
		return 0;
	}
	if (as_span_has_at(collector->text, first, "--", 2) && line.end - first >= 2)
		return see_dashes(collector, first, line, next_lf);
	if ((collector->text.data[first] | 0x20) == 'c' &&
	    as_marks_content_at(collector->text, first))
		rc = see_content(collector, line);
	collector->text_seen = true;
	collector->before = as_line_span(collector->text, line);
	return rc;
}

/* The lines that lone CRs make of one. Those in front of its line end make
 * none: CR CR LF is one line end to all. */
static int see_pieces(struct collector *collector, struct as_line line)
{
	struct as_span text = as_span_slice(collector->text, 0, line.end);
	size_t begin = line.begin, tail = line.end;

	while (tail > begin && text.data[tail - 1] == '\r')
		tail--;
	text.size = tail;
	do {
		size_t hit = as_span_find_byte(text, begin, '\r');
		struct as_line piece = {begin, tail, line.next};
		int rc;

		if (hit != SIZE_MAX)
			piece = (struct as_line){begin, hit, hit + 1};
		rc = see_line(collector, piece,
			      line.next < collector->text.size ? line.next : piece.next);
		if (rc < 0)
			return rc;
		begin = piece.next;
	} while (begin < tail);
	return 0;
}

int as_marks_collect(const struct as_mime_tree *tree, size_t max_dashes, struct as_marks *marks_out)
{
	struct collector collector = {
		.tree = tree,
		.text = tree->message,
		.marks = marks_out,
		.max_dashes = max_dashes,
		.run_end = SIZE_MAX,
	};
	size_t offset = 0;

	*marks_out = (struct as_marks){0};
	while (offset < tree->message.size) {
		struct as_line line = as_line_at(tree->message, offset, '\n');
		int rc;

		if (memchr(tree->message.data + line.begin, '\r', line.end - line.begin) != NULL)
			rc = see_pieces(&collector, line);
		else
			rc = see_line(&collector, line, line.next);
		if (rc < 0)
			return rc;
		offset = line.next;
	}
	return 0;
}
