/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/tree.h"

#include "mime/coverage.h"
#include "mime/entity.h"
#include "mime/header.h"
#include "mime/raw.h"

#include <errno.h>

struct scanner {
	struct as_mime_tree *tree;
	const struct as_limits *limits;
	struct as_tree_result *result;
	struct as_boundaries boundaries;
	struct as_coverage coverage;
	struct as_header_source source;
	struct as_entity *deepest;   /* innermost open entity: a leaf, or a
					multipart outside of its parts */
	enum as_region_kind section; /* what its octets are from here on */
	uint64_t delimiter_lines;
	size_t header_bytes; /* of all blocks so far */
	size_t header_fields;
};

static void note(struct scanner *scanner, const char *code, enum assay_severity severity,
		 size_t offset, const struct as_entity *entity, const char *text)
{
	as_mime_note(scanner->tree, code, severity, offset, entity, text);
}

/* Numbers as IMAP counts them (RFC 9051 s6.4.5.1). The multipart at the root
 * of a message has the number of that message. */
static const char *make_number(struct scanner *scanner, const struct as_entity *entity,
			       uint32_t index)
{
	const struct as_entity *parent = entity->parent;
	const char *prefix = parent == NULL ? "" : parent->number;

	if (parent == NULL && entity->kind != AS_ENTITY_LEAF)
		return "";
	if (parent != NULL && parent->kind == AS_ENTITY_MESSAGE &&
	    entity->kind == AS_ENTITY_MULTIPART)
		return prefix;
	return as_arena_printf(scanner->tree->arena, "%s%s%u", prefix, prefix[0] == '\0' ? "" : ".",
			       index);
}

static struct as_entity *add_entity(struct scanner *scanner, struct as_entity *parent)
{
	struct as_entity *entity = as_arena_alloc(scanner->tree->arena, sizeof(*entity));

	if (entity == NULL)
		return NULL;
	scanner->tree->entity_count++;
	entity->parent = parent;
	if (parent == NULL) {
		scanner->tree->root = entity;
		return entity;
	}
	entity->depth = parent->depth + 1;
	if (parent->last_child != NULL)
		parent->last_child->next = entity;
	else
		parent->first_child = entity;
	parent->last_child = entity;
	return entity;
}

static enum as_entity_place place_of(const struct as_entity *entity)
{
	const struct as_entity *parent = entity->parent;

	if (parent == NULL || parent->kind == AS_ENTITY_MESSAGE)
		return AS_ENTITY_ROOT;
	if (strcmp(parent->media_type, "multipart/digest") == 0)
		return AS_ENTITY_DIGEST_PART;
	return AS_ENTITY_PART;
}

static void note_header(struct scanner *scanner, const struct as_header *header,
			const struct as_entity *entity)
{
	static const char code[] = "mime.header_malformed";

	if ((header->oddities & AS_HEADER_LEADING) != 0)
		note(scanner, code, ASSAY_INFO, header->odd_at, entity,
		     "lines in front of the header");
	if ((header->oddities & AS_HEADER_JUNK) != 0)
		note(scanner, code, ASSAY_LOW, header->odd_at, entity,
		     "a line among the header fields that is none");
	if ((header->oddities & AS_HEADER_NO_BLANK) != 0)
		note(scanner, code, ASSAY_LOW, header->odd_at, entity,
		     "no blank line between header and body");
	if ((header->oddities & AS_HEADER_LATE) != 0)
		note(scanner, code, ASSAY_LOW, header->odd_at, entity,
		     "Content fields behind a blank line");
}

/* The limits that protect GMime hold for every block, not just for the first,
 * and what confuses readers of a header weighs more than the same in a body. */
static void check_header(struct scanner *scanner, const struct as_entity *entity)
{
	struct as_span block = as_span_slice(scanner->tree->message, entity->header_begin,
					     entity->body_begin - entity->header_begin);
	struct as_raw_header raw;

	as_raw_header_scan(block, scanner->source.terminator, scanner->limits, &raw);
	scanner->header_bytes += raw.block_bytes;
	scanner->header_fields += raw.fields;
	if (scanner->header_bytes > AS_RAW_TOTAL_BYTES ||
	    scanner->header_fields > AS_RAW_TOTAL_FIELDS)
		raw.exceeded |= AS_RAW_TOTAL;
	scanner->result->exceeded |= raw.exceeded;
	if (raw.exceeded != 0)
		note(scanner, "limit.headers", ASSAY_SEVERITY_DEFAULT, entity->header_begin, entity,
		     NULL);
	if (raw.nul.count > 0)
		note(scanner, "mime.nul", ASSAY_MEDIUM, entity->header_begin + raw.nul.first,
		     entity, "a NUL in the header");
	if (raw.lone_cr.count > 0 && scanner->source.terminator == '\n')
		note(scanner, "mime.line_endings", ASSAY_MEDIUM,
		     entity->header_begin + raw.lone_cr.first, entity, "a lone CR in the header");
}

/* What may not be entered stays a leaf, so that its octets are inspected. */
static void limit_descent(struct scanner *scanner, struct as_entity *entity)
{
	if (entity->kind == AS_ENTITY_LEAF)
		return;
	if (entity->depth >= scanner->limits->mime_depth) {
		note(scanner, "limit.depth", ASSAY_SEVERITY_DEFAULT, entity->body_begin, entity,
		     NULL);
	} else if (entity->kind == AS_ENTITY_MESSAGE &&
		   scanner->tree->entity_count >= scanner->limits->mime_parts) {
		note(scanner, "limit.objects", ASSAY_SEVERITY_DEFAULT, entity->body_begin, entity,
		     NULL);
	} else {
		return;
	}
	entity->kind = AS_ENTITY_LEAF;
	entity->boundary = NULL;
	scanner->result->cut = true;
}

static int open_multipart(struct scanner *scanner, struct as_entity *entity)
{
	struct as_span text = as_span_text(entity->boundary);
	unsigned int conflict = as_boundary_conflict(&scanner->boundaries, text);

	/* Both lead to the same leaves: whose parts they are is all that differs. */
	if (conflict > 0)
		note(scanner, "mime.boundary_conflict", conflict == 2 ? ASSAY_LOW : ASSAY_INFO,
		     entity->header_begin, entity,
		     conflict == 2 ? "the boundary of a multipart around this one"
				   : "one of two nested boundaries begins with the other");
	return as_boundary_push(&scanner->boundaries, scanner->tree->arena, text, entity);
}

/* Reads the header at offset. On return *entity_out is the new entity. */
static int enter_one(struct scanner *scanner, struct as_entity *parent, uint32_t index,
		     size_t offset, struct as_entity **entity_out)
{
	struct as_entity *entity = add_entity(scanner, parent);
	struct as_header header;
	int rc;

	if (entity == NULL)
		return -ENOMEM;
	as_header_locate(&scanner->source, offset, place_of(entity) == AS_ENTITY_ROOT, &header);
	entity->header_begin = header.begin;
	entity->body_begin = header.end;
	entity->body_end = header.end;
	entity->number = "";
	rc = as_coverage_add(&scanner->coverage, AS_REGION_HEADER, header.end, entity);
	if (rc < 0)
		return rc;
	note_header(scanner, &header, entity);
	check_header(scanner, entity);
	rc = as_entity_read(scanner->tree, scanner->limits, place_of(entity), entity);
	if (rc < 0)
		return rc;
	limit_descent(scanner, entity);
	entity->number = make_number(scanner, entity, index);
	if (entity->number == NULL)
		return -ENOMEM;
	scanner->deepest = entity;
	*entity_out = entity;
	return 0;
}

/* The entity at offset and, where it is a message, what that consists of. */
static int enter(struct scanner *scanner, struct as_entity *parent, uint32_t index, size_t offset)
{
	for (;;) {
		struct as_entity *entity;
		int rc = enter_one(scanner, parent, index, offset, &entity);

		if (rc < 0)
			return rc;
		if (entity->kind == AS_ENTITY_LEAF) {
			scanner->section = AS_REGION_BODY;
			return 0;
		}
		if (entity->kind == AS_ENTITY_MULTIPART) {
			scanner->section = AS_REGION_PREAMBLE;
			return open_multipart(scanner, entity);
		}
		parent = entity;
		index = 1;
		offset = entity->body_begin;
	}
}

/* Without a single delimiter an encoded multipart is what the field says:
 * encoded as a whole, and has to be decoded to be seen. */
static int close_childless(struct scanner *scanner, struct as_entity *entity, size_t end)
{
	struct as_span body =
		as_span_slice(scanner->tree->message, entity->body_begin, end - entity->body_begin);

	if (!as_span_blank(body))
		note(scanner, "mime.boundary_syntax", ASSAY_LOW, entity->body_begin, entity,
		     "a multipart without a delimiter line");
	if (!as_encoding_changes(entity->encoding))
		return 0;
	entity->kind = AS_ENTITY_LEAF;
	scanner->section = AS_REGION_BODY;
	if (entity->parent == NULL || entity->parent->kind == AS_ENTITY_MESSAGE)
		entity->number = make_number(scanner, entity, 1);
	return entity->number == NULL ? -ENOMEM : 0;
}

/* Closes what is open below until (NULL: everything), whose octets end. */
static int leave(struct scanner *scanner, const struct as_entity *until, size_t end)
{
	struct as_entity *entity = scanner->deepest;
	int rc = 0;

	if (entity != until && entity->kind == AS_ENTITY_MULTIPART && !entity->closed &&
	    entity->first_child == NULL)
		rc = close_childless(scanner, entity, end);
	if (rc == 0)
		rc = as_coverage_add(&scanner->coverage, scanner->section, end, scanner->deepest);
	for (; entity != until; entity = entity->parent) {
		entity->body_end = end > entity->body_begin ? end : entity->body_begin;
		if (entity->kind == AS_ENTITY_MULTIPART && !entity->closed)
			note(scanner, "mime.no_end", ASSAY_INFO, end, entity, NULL);
	}
	return rc;
}

/* The line end in front belongs to the delimiter, unless it ends the header
 * or the delimiter before (RFC 2046 s5.1.1). */
static size_t content_end(const struct scanner *scanner, struct as_line line)
{
	size_t end =
		as_line_end_before(scanner->tree->message, line.begin, scanner->source.terminator);

	return end > scanner->coverage.end ? end : scanner->coverage.end;
}

/* Leaves the rest of the message to one gap. */
static int stop(struct scanner *scanner, size_t offset)
{
	note(scanner, "limit.objects", ASSAY_SEVERITY_DEFAULT, offset, NULL,
	     "too many parts or delimiter lines");
	scanner->result->cut = true;
	return leave(scanner, NULL, offset);
}

static int separate(struct scanner *scanner, struct as_line line, struct as_delimiter found)
{
	struct as_boundary *boundary = &scanner->boundaries.items[found.level];
	int rc = leave(scanner, boundary->entity, content_end(scanner, line));

	if (rc == 0)
		rc = as_coverage_add(&scanner->coverage, AS_REGION_DELIMITER, line.next,
				     boundary->entity);
	if (rc < 0)
		return rc;
	scanner->boundaries.count = found.level + 1;
	scanner->deepest = boundary->entity;
	if (found.kind == AS_DELIMITER_CLOSE) {
		boundary->entity->closed = true;
		boundary->state = AS_BOUNDARY_EPILOGUE;
		scanner->section = AS_REGION_EPILOGUE;
		return 0;
	}
	boundary->state = AS_BOUNDARY_PARTS;
	return enter(scanner, boundary->entity, ++boundary->parts, line.next);
}

/* The next line that begins with two hyphens; offset is a line's beginning. */
static bool find_hyphens(const struct scanner *scanner, size_t offset, struct as_line *line_out)
{
	struct as_span message = scanner->tree->message;

	while (!as_span_has_at(message, offset, "--", 2)) {
		size_t hit = as_span_find_byte(message, offset, scanner->source.terminator);

		if (hit == SIZE_MAX)
			return false;
		offset = hit + 1;
	}
	*line_out = as_line_at(message, offset, scanner->source.terminator);
	return true;
}

static int scan_lines(struct scanner *scanner)
{
	struct as_span message = scanner->tree->message;
	size_t offset = scanner->coverage.end;
	struct as_line line;

	while (find_hyphens(scanner, offset, &line)) {
		struct as_delimiter found =
			as_boundary_match(&scanner->boundaries, as_line_span(message, line));
		int rc;

		offset = line.next;
		if (scanner->boundaries.count > 0 &&
		    ++scanner->delimiter_lines > scanner->limits->delimiter_lines)
			return stop(scanner, line.begin);
		if (found.kind == AS_DELIMITER_NONE)
			continue;
		if (found.kind == AS_DELIMITER_OPEN &&
		    scanner->tree->entity_count >= scanner->limits->mime_parts)
			return stop(scanner, line.begin);
		rc = separate(scanner, line, found);
		if (rc < 0)
			return rc;
		offset = scanner->coverage.end;
	}
	return leave(scanner, NULL, message.size);
}

int as_tree_scan(struct as_mime_tree *tree, const struct as_limits *limits,
		 unsigned char terminator, struct as_tree_result *result_out)
{
	struct scanner scanner = {
		.tree = tree,
		.limits = limits,
		.result = result_out,
	};
	int rc;

	result_out->exceeded = 0;
	result_out->cut = false;
	as_coverage_init(&scanner.coverage, tree->arena);
	scanner.source = (struct as_header_source){
		.message = tree->message,
		.terminator = terminator,
		.boundaries = &scanner.boundaries,
	};
	rc = enter(&scanner, NULL, 1, 0);
	if (rc == 0)
		rc = scan_lines(&scanner);
	if (rc == 0)
		rc = as_coverage_add(&scanner.coverage, AS_REGION_GAP, tree->message.size, NULL);
	if (rc < 0)
		return rc;
	tree->regions = scanner.coverage.items;
	tree->region_count = scanner.coverage.count;
	return 0;
}
