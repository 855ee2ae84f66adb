/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/frame.h"

#include "base/assert.h"

enum line_kind {
	LINE_TEXT = 0,
	LINE_OPEN,
	LINE_CLOSE,
	LINE_OUTER,
	LINE_READING,
	LINE_LOOSE,
};

struct scan {
	struct as_span message;
	unsigned char terminator;
	const struct as_smime_fences *fences;
	struct as_smime_frame *frame;
};

static struct as_span trim_end(struct as_span text)
{
	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

static size_t shorter(size_t a, size_t b)
{
	return a < b ? a : b;
}

void as_smime_fences_add(struct as_smime_fences *fences, struct as_span text,
			 enum as_smime_fence_role role)
{
	text = trim_end(text);
	if (text.size == 0)
		return;
	for (size_t i = 0; i < fences->count; i++) {
		if (as_span_equal(fences->items[i].text, text)) {
			if (i == 0 && role == AS_SMIME_FENCE_OUTER)
				fences->equal = true;
			return;
		}
	}
	if (fences->count == AS_SMIME_FENCES_MAX) {
		fences->lost = true;
		return;
	}
	fences->items[fences->count++] = (struct as_smime_fence){text, role};
	fences->begins[text.data[0]] = true;
}

void as_smime_fences_init(struct as_smime_fences *fences, const struct as_entity *entity)
{
	enum as_smime_fence_role role = AS_SMIME_FENCE_OWN;

	*fences = (struct as_smime_fences){0};
	for (; entity != NULL; entity = entity->parent) {
		if (entity->kind == AS_ENTITY_MULTIPART && entity->boundary != NULL)
			as_smime_fences_add(fences, as_span_text(entity->boundary), role);
		role = AS_SMIME_FENCE_OUTER;
	}
}

bool as_smime_fences_alike(struct as_span a, struct as_span b)
{
	size_t size;

	a = trim_end(a);
	b = trim_end(b);
	size = shorter(shorter(a.size, b.size), AS_SMIME_BOUNDARY_STANDARD);
	return size > 0 && memcmp(a.data, b.data, size) == 0;
}

static enum line_kind exact_kind(const struct as_smime_fence *fence, bool close)
{
	switch (fence->role) {
	case AS_SMIME_FENCE_OWN:
		return close ? LINE_CLOSE : LINE_OPEN;
	case AS_SMIME_FENCE_OUTER:
		return LINE_OUTER;
	case AS_SMIME_FENCE_READING:
		break;
	}
	return LINE_READING;
}

/* text: the line behind its two hyphens, without trailing blanks. Fences stand
 * in order of roles, so the first that fits wholly is the one that counts. */
static enum line_kind match(const struct as_smime_fences *fences, struct as_span text)
{
	bool loose = false;

	for (size_t i = 0; i < fences->count; i++) {
		const struct as_smime_fence *fence = &fences->items[i];
		struct as_span own = fence->text;

		if (as_span_equal(text, own))
			return exact_kind(fence, false);
		if (text.size == own.size + 2 && as_span_has_at(text, own.size, "--", 2) &&
		    memcmp(text.data, own.data, own.size) == 0)
			return exact_kind(fence, true);
		own.size = shorter(own.size, AS_SMIME_BOUNDARY_STANDARD);
		if (fence->role != AS_SMIME_FENCE_READING &&
		    as_span_has_at(text, 0, own.data, own.size))
			loose = true;
	}
	return loose ? LINE_LOOSE : LINE_TEXT;
}

/* What the line at begin is; its end is that of any reader. */
static enum line_kind kind_at(struct scan *scan, struct as_span line)
{
	if (line.size < 3 || !scan->fences->begins[line.data[2]])
		return LINE_TEXT;
	scan->frame->compared += scan->fences->count;
	if (scan->frame->compared > AS_SMIME_FENCE_COMPARES_MAX) {
		scan->frame->cut = true;
		return LINE_TEXT;
	}
	return match(scan->fences, as_span_from(trim_end(line), 2));
}

static void mark(size_t *place, size_t offset)
{
	if (*place == AS_SMIME_NOWHERE)
		*place = offset;
}

static bool is_open(const struct as_smime_frame *frame)
{
	return frame->parts > 0 && frame->behind == AS_SMIME_NOWHERE;
}

/* The line end in front of a delimiter is its own, unless it ends the delimiter
 * before (RFC 2046 s5.1.1). */
static void end_first_part(struct scan *scan, size_t line)
{
	struct as_smime_frame *frame = scan->frame;

	if (!is_open(frame))
		return;
	frame->behind = as_line_end_before(scan->message, line, scan->terminator);
	if (frame->behind < frame->part)
		frame->behind = frame->part;
}

static void take_open(struct scan *scan, struct as_line line)
{
	struct as_smime_frame *frame = scan->frame;

	if (frame->closed) {
		mark(&frame->late_at, line.begin);
		return;
	}
	end_first_part(scan, line.begin);
	if (frame->parts++ == 0) {
		frame->found = true;
		frame->first = line.begin;
		frame->part = line.next;
	}
}

static void take_close(struct scan *scan, struct as_line line)
{
	struct as_smime_frame *frame = scan->frame;

	if (frame->closed)
		return;
	end_first_part(scan, line.begin);
	if (frame->parts == 0)
		frame->first = line.begin;
	frame->closed = true;
	frame->epilogue = line.next;
}

static bool before_signature(const struct as_smime_frame *frame)
{
	return !frame->closed && (frame->parts == 0 || is_open(frame));
}

/* False when the multipart ends here. */
static bool take_line(struct scan *scan, struct as_line line)
{
	struct as_smime_frame *frame = scan->frame;
	enum line_kind kind = kind_at(scan, as_line_span(scan->message, line));

	/* Once it is closed its boundary is that of the multipart around. */
	if (frame->closed && scan->fences->equal && (kind == LINE_OPEN || kind == LINE_CLOSE))
		kind = LINE_OUTER;
	switch (kind) {
	case LINE_TEXT:
		break;
	case LINE_OPEN:
		take_open(scan, line);
		break;
	case LINE_CLOSE:
		take_close(scan, line);
		break;
	case LINE_OUTER:
		end_first_part(scan, line.begin);
		frame->end = as_line_end_before(scan->message, line.begin, scan->terminator);
		return false;
	case LINE_READING:
		mark(&frame->reading_at, line.begin);
		break;
	case LINE_LOOSE:
		if (before_signature(frame))
			mark(&frame->loose_at, line.begin);
		break;
	}
	return !frame->cut;
}

/* Behind the next of these octets that two hyphens follow, or SIZE_MAX. One
 * search for all three takes a tenth of what a step for every line takes, and
 * nested multiparts are searched once for each level. */
static size_t find_hyphens_behind(struct as_span text, size_t offset, unsigned char octet)
{
	const char needle[] = {(char)octet, '-', '-'};
	const unsigned char *hit;

	if (offset >= text.size)
		return SIZE_MAX;
	hit = memmem(text.data + offset, text.size - offset, needle, sizeof(needle));
	return hit == NULL ? SIZE_MAX : (size_t)(hit - text.data) + 1;
}

/* The next line that begins with two hyphens; offset is a line's beginning. */
static bool find_hyphens(const struct scan *scan, size_t offset, struct as_line *line_out)
{
	if (!as_span_has_at(scan->message, offset, "--", 2))
		offset = find_hyphens_behind(scan->message, offset, scan->terminator);
	if (offset == SIZE_MAX)
		return false;
	*line_out = as_line_at(scan->message, offset, scan->terminator);
	return true;
}

static size_t line_end_of_any_reader(struct as_span message, size_t offset, size_t end)
{
	while (offset < end && message.data[offset] != '\r' && message.data[offset] != '\n')
		offset++;
	return offset;
}

/* Readers for whom a lone CR ends a line see delimiters behind it. */
static void scan_lone_crs(struct scan *scan)
{
	struct as_smime_frame *frame = scan->frame;
	struct as_span text =
		as_span_slice(scan->message, 0, frame->found ? frame->behind : frame->end);
	size_t offset = frame->begin;

	while (!frame->cut && (offset = find_hyphens_behind(text, offset, '\r')) != SIZE_MAX) {
		size_t end = line_end_of_any_reader(text, offset, text.size);

		if (kind_at(scan, as_span_slice(text, offset, end - offset)) != LINE_TEXT)
			mark(&frame->loose_at, offset);
		offset = end;
	}
}

/* A message without any LF has lines that end with CR (line.h). */
static unsigned char terminator_of(struct as_span message)
{
	return as_span_find_byte(message, 0, '\n') == SIZE_MAX ? '\r' : '\n';
}

void as_smime_frame_scan(const struct as_mime_tree *tree, const struct as_entity *entity,
			 const struct as_smime_fences *fences, struct as_smime_frame *frame_out)
{
	struct scan scan = {
		.message = tree->message,
		.terminator = terminator_of(tree->message),
		.fences = fences,
		.frame = frame_out,
	};
	struct as_line line = {.next = entity->body_begin};

	AS_ASSERT(entity->kind == AS_ENTITY_MULTIPART && entity->boundary != NULL);

	*frame_out = (struct as_smime_frame){
		.begin = entity->body_begin,
		.first = AS_SMIME_NOWHERE,
		.behind = AS_SMIME_NOWHERE,
		.epilogue = AS_SMIME_NOWHERE,
		.end = tree->message.size,
		.late_at = AS_SMIME_NOWHERE,
		.loose_at = AS_SMIME_NOWHERE,
		.reading_at = AS_SMIME_NOWHERE,
	};
	while (find_hyphens(&scan, line.next, &line))
		if (!take_line(&scan, line))
			break;
	if (frame_out->end < frame_out->begin)
		frame_out->end = frame_out->begin;
	if (is_open(frame_out))
		frame_out->behind = frame_out->end;
	if (frame_out->first == AS_SMIME_NOWHERE)
		frame_out->first = frame_out->end;
	if (frame_out->epilogue == AS_SMIME_NOWHERE || frame_out->epilogue > frame_out->end)
		frame_out->epilogue = frame_out->end;
	if (scan.terminator == '\n')
		scan_lone_crs(&scan);
}
