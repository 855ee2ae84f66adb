/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/view.h"

#include "mime/entity.h"
#include "mime/line.h"
#include "mime/names.h"
#include "mime/view_header.h"

#include <errno.h>

#define FIRST_CAPACITY 8u
#define NO_PART	       SIZE_MAX

/* A multipart or message that is open. */
struct level {
	size_t part;
	struct as_span boundary;
	bool message;
	bool guess;  /* the first delimiter-like line tells the boundary */
	bool closed; /* behind its close delimiter */
	uint32_t children;
};

struct as_view_levels {
	struct level *items;
	size_t count, capacity;
	uint32_t habits;
};

struct viewer {
	struct as_view_source source;
	const struct as_limits *limits;
	struct as_view_levels levels;
	struct as_view *view;
	size_t capacity;
	size_t leaf; /* the open one, or NO_PART */
	bool outline;
};

enum delimiter { DELIMITER_NONE = 0, DELIMITER_OPEN, DELIMITER_CLOSE };

static struct as_span trim(struct as_span text)
{
	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

static enum delimiter match_level(const struct level *level, uint32_t habits, struct as_span line)
{
	struct as_span rest;
	bool loose = (habits & AS_HABIT_LOOSE_DELIMITER) != 0;

	if (level->message || level->guess ||
	    (level->closed && (habits & AS_HABIT_LATE_PARTS) == 0) ||
	    !as_span_has_at(line, 0, level->boundary.data, level->boundary.size))
		return DELIMITER_NONE;
	rest = as_span_from(line, level->boundary.size);
	if (rest.size == 0)
		return DELIMITER_OPEN;
	if (as_span_has_at(rest, 0, "--", 2) && (rest.size == 2 || loose))
		return DELIMITER_CLOSE;
	return loose && level->boundary.size > 0 ? DELIMITER_OPEN : DELIMITER_NONE;
}

static enum delimiter match(const struct as_view_levels *levels, struct as_span line,
			    size_t *level_out)
{
	if (levels->count == 0 || !as_span_has_at(line, 0, "--", 2))
		return DELIMITER_NONE;
	line = as_span_from(trim(line), 2);
	for (size_t i = levels->count; i-- > 0;) {
		enum delimiter found = match_level(&levels->items[i], levels->habits, line);

		if (found != DELIMITER_NONE) {
			*level_out = i;
			return found;
		}
	}
	return DELIMITER_NONE;
}

static bool delimits(const struct as_view_levels *levels, struct as_span line)
{
	size_t level;

	return match(levels, line, &level) != DELIMITER_NONE;
}

static int push_level(struct viewer *viewer, const struct level *level)
{
	struct as_view_levels *levels = &viewer->levels;

	if (levels->count == levels->capacity) {
		size_t capacity = levels->capacity == 0 ? FIRST_CAPACITY : levels->capacity * 2;
		struct level *items =
			as_arena_array(viewer->source.arena, capacity, sizeof(*items));

		if (items == NULL)
			return -ENOMEM;
		if (levels->count > 0)
			memcpy(items, levels->items, levels->count * sizeof(*items));
		levels->items = items;
		levels->capacity = capacity;
	}
	levels->items[levels->count++] = *level;
	return 0;
}

static struct as_view_part *push_part(struct viewer *viewer)
{
	struct as_view *view = viewer->view;

	if (view->count == viewer->capacity) {
		size_t capacity = viewer->capacity == 0 ? FIRST_CAPACITY : viewer->capacity * 2;
		struct as_view_part *parts =
			as_arena_array(viewer->source.arena, capacity, sizeof(*parts));

		if (parts == NULL)
			return NULL;
		if (view->count > 0)
			memcpy(parts, view->parts, view->count * sizeof(*parts));
		view->parts = parts;
		viewer->capacity = capacity;
	}
	return &view->parts[view->count++];
}

/* The file name by the sources that a client prefers; else the best. */
static struct as_span choose_name(uint32_t habits, const struct assay_name *names, size_t count)
{
	static const enum assay_name_source extended[] = {
		ASSAY_NAME_FILENAME_EXT, ASSAY_NAME_ENCODED_WORD, ASSAY_NAME_FILENAME,
		ASSAY_NAME_NAME_EXT, ASSAY_NAME_NAME};
	static const enum assay_name_source plain[] = {ASSAY_NAME_ENCODED_WORD, ASSAY_NAME_FILENAME,
						       ASSAY_NAME_FILENAME_EXT, ASSAY_NAME_NAME,
						       ASSAY_NAME_NAME_EXT};
	const enum assay_name_source *order =
		(habits & AS_HABIT_EXTENDED_FIRST) != 0 ? extended : plain;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (order[i] == ASSAY_NAME_ENCODED_WORD && (habits & AS_HABIT_WORDS) == 0)
			continue;
		for (size_t k = 0; k < count; k++)
			if (names[k].source == order[i])
				return as_span_make(names[k].text, names[k].length);
	}
	return count == 0 ? as_span_make(NULL, 0) : as_span_make(names[0].text, names[0].length);
}

static int describe(struct viewer *viewer, struct as_view_part *part, uint32_t index)
{
	struct as_view_levels *levels = &viewer->levels;
	const struct level *parent = levels->count == 0 ? NULL : &levels->items[levels->count - 1];
	const char *prefix = parent == NULL ? "" : viewer->view->parts[parent->part].number;
	bool multipart = strncmp(part->media_type, "multipart/", 10) == 0 && part->composite;
	const struct assay_name *names = NULL;
	size_t count = 0;
	int rc;

	part->number = prefix;
	if (!(parent == NULL ? part->composite : parent->message && multipart))
		part->number = as_arena_printf(viewer->source.arena, "%s%s%u", prefix,
					       prefix[0] == '\0' ? "" : ".", index);
	if (part->number == NULL)
		return -ENOMEM;
	rc = as_names_collect(viewer->source.arena,
			      as_span_slice(viewer->source.message, part->header_begin,
					    part->body_begin - part->header_begin),
			      viewer->source.max_params, &names, &count);
	part->name = choose_name(viewer->source.habits, names, count);
	return rc;
}

static bool is_message(const char *type)
{
	return strcmp(type, "message/rfc822") == 0 || strcmp(type, "message/global") == 0 ||
	       strcmp(type, "message/news") == 0;
}

/* What the header makes of the part: a level to enter, or nothing. */
static bool make_level(const struct viewer *viewer, const struct as_view_header *header,
		       struct level *level_out)
{
	bool multipart = strncmp(header->media_type, "multipart/", 10) == 0;
	bool guess = (viewer->source.habits & AS_HABIT_GUESS_BOUNDARY) != 0;

	*level_out = (struct level){.boundary = trim(header->boundary)};
	if (viewer->levels.count >= viewer->limits->mime_depth) {
		viewer->view->cut =
			viewer->view->cut || multipart || is_message(header->media_type);
		return false;
	}
	if (multipart) {
		level_out->guess = level_out->boundary.size == 0;
		return level_out->boundary.size > 0 || guess;
	}
	level_out->message =
		is_message(header->media_type) && !as_encoding_changes(header->encoding);
	return level_out->message;
}

static const char *standard_type(const struct viewer *viewer, const struct level *parent)
{
	if (parent == NULL || parent->message ||
	    strcmp(viewer->view->parts[parent->part].media_type, "multipart/digest") != 0)
		return "text/plain";
	return "message/rfc822";
}

/* The part at offset; *inside_out: a message, whose content begins there. */
static int enter_one(struct viewer *viewer, size_t offset, size_t *inside_out)
{
	struct level *parent =
		viewer->levels.count == 0 ? NULL : &viewer->levels.items[viewer->levels.count - 1];
	uint32_t index = parent == NULL ? 1 : ++parent->children;
	struct as_view_header header;
	struct as_view_part *part;
	struct level level;
	int rc;

	*inside_out = SIZE_MAX;
	viewer->source.levels = &viewer->levels;
	rc = as_view_header_read(&viewer->source, offset, parent == NULL || parent->message,
				 standard_type(viewer, parent), &header);
	if (rc < 0)
		return rc;
	part = push_part(viewer);
	if (part == NULL)
		return -ENOMEM;
	*part = (struct as_view_part){
		.depth = (uint32_t)viewer->levels.count,
		.composite = make_level(viewer, &header, &level),
		.number = "",
		.media_type = header.media_type,
		.encoding = header.encoding,
		.header_begin = header.begin,
		.body_begin = header.end,
		.body_end = header.end,
	};
	if (!viewer->outline)
		rc = describe(viewer, part, index);
	level.part = viewer->view->count - 1;
	viewer->leaf = part->composite ? NO_PART : level.part;
	if (rc == 0 && part->composite)
		rc = push_level(viewer, &level);
	if (level.message && part->composite)
		*inside_out = header.end;
	return rc;
}

static int enter(struct viewer *viewer, size_t offset)
{
	int rc = 0;

	while (rc == 0 && offset != SIZE_MAX) {
		if (viewer->view->count >= viewer->limits->mime_parts) {
			viewer->view->cut = true;
			return 0;
		}
		rc = enter_one(viewer, offset, &offset);
	}
	return rc;
}

static void end_part(struct viewer *viewer, size_t part, size_t end)
{
	struct as_view_part *item = &viewer->view->parts[part];

	item->body_end = end > item->body_begin ? end : item->body_begin;
}

/* Ends what is open above the first count levels. */
static void leave(struct viewer *viewer, size_t count, size_t end)
{
	if (viewer->leaf != NO_PART)
		end_part(viewer, viewer->leaf, end);
	viewer->leaf = NO_PART;
	while (viewer->levels.count > count)
		end_part(viewer, viewer->levels.items[--viewer->levels.count].part, end);
}

/* A boundary that the innermost multipart has to learn from this line. */
static void learn(struct viewer *viewer, struct as_span line)
{
	struct as_view_levels *levels = &viewer->levels;
	struct level *level = levels->count == 0 ? NULL : &levels->items[levels->count - 1];

	if (level == NULL || !level->guess || line.size <= 2)
		return;
	level->boundary = as_span_from(trim(line), 2);
	level->guess = false;
}

static int scan(struct viewer *viewer)
{
	struct as_span message = viewer->source.message;
	uint64_t lines = 0;
	size_t offset = 0;
	int rc = enter(viewer, 0);

	if (viewer->view->count > 0)
		offset = viewer->view->parts[viewer->view->count - 1].body_begin;
	while (rc == 0 && offset < message.size && !viewer->view->cut) {
		struct as_line line = as_line_at(message, offset, viewer->source.terminator);
		struct as_span text = as_line_span(message, line);
		enum delimiter found;
		size_t level = 0;

		offset = line.next;
		if (!as_span_has_at(text, 0, "--", 2))
			continue;
		if (++lines > viewer->limits->delimiter_lines)
			viewer->view->cut = true;
		learn(viewer, text);
		found = match(&viewer->levels, text, &level);
		if (found == DELIMITER_NONE)
			continue;
		leave(viewer, level + 1,
		      as_line_end_before(message, line.begin, viewer->source.terminator));
		viewer->levels.items[level].closed = found == DELIMITER_CLOSE;
		if (found == DELIMITER_CLOSE)
			continue;
		rc = enter(viewer, line.next);
		offset = viewer->view->parts[viewer->view->count - 1].body_begin;
	}
	leave(viewer, 0, message.size);
	return rc;
}

static int make(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		enum as_client client, bool outline, struct as_view *view_out)
{
	struct as_view view = {0};
	struct viewer viewer = {
		.source = {.arena = arena,
			   .message = message,
			   .terminator = '\n',
			   .habits = as_clients[client].habits,
			   .max_params = (size_t)limits->header_parameters,
			   .delimits = delimits},
		.limits = limits,
		.levels = {.habits = as_clients[client].habits},
		.view = &view,
		.leaf = NO_PART,
		.outline = outline,
	};
	int rc;

	if (as_span_find_byte(message, 0, '\n') == SIZE_MAX)
		viewer.source.terminator = '\r';
	rc = scan(&viewer);
	if (rc == 0)
		*view_out = view;
	return rc;
}

int as_view_make(const struct as_mime_tree *tree, const struct as_limits *limits,
		 enum as_client client, struct as_view *view_out)
{
	return make(tree->arena, tree->message, limits, client, false, view_out);
}

int as_view_outline(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		    enum as_client client, struct as_view *view_out)
{
	return make(arena, message, limits, client, true, view_out);
}
