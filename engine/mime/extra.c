/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/extra.h"

#include "base/assert.h"
#include "mime/coverage.h"
#include "mime/field.h"
#include "mime/header.h"
#include "mime/names.h"
#include "mime/param.h"

#include <errno.h>

void as_hidden_push(struct as_hidden_list *list, size_t line, size_t header)
{
	list->total++;
	if (list->count < AS_HIDDEN_MAX)
		list->items[list->count++] = (struct as_hidden){line, header};
}

static const char *number_at(const struct as_mime_tree *tree, size_t offset)
{
	const struct as_region *region = as_coverage_find(tree, offset);

	return region != NULL && region->entity != NULL ? region->entity->number : "";
}

static bool refuse(struct as_mime_tree *tree, size_t offset)
{
	as_mime_note(tree, "limit.objects", ASSAY_SEVERITY_DEFAULT, offset, NULL,
		     "too many parts that only some readers see");
	return false;
}

bool as_extra_add(struct as_mime_tree *tree, const struct as_extra_body *body)
{
	struct as_extra_body *added;

	for (const struct as_extra_body *other = tree->extras; other != NULL; other = other->next)
		if (other->begin == body->begin && other->end == body->end &&
		    other->encoding == body->encoding)
			return true;
	if (tree->extra_count >= AS_EXTRAS_MAX)
		return refuse(tree, body->begin);
	added = as_arena_alloc(tree->arena, sizeof(*added));
	if (added == NULL)
		return refuse(tree, body->begin);
	*added = *body;
	added->next = NULL;
	added->number = number_at(tree, body->begin);
	if (tree->last_extra != NULL)
		tree->last_extra->next = added;
	else
		tree->extras = added;
	tree->last_extra = added;
	tree->extra_count++;
	return true;
}

static int read_block(struct as_mime_tree *tree, const struct as_limits *limits,
		      struct as_span block, struct as_extra_body *body)
{
	size_t max = (size_t)limits->header_parameters;
	struct as_params params;
	struct as_field field;
	int rc;

	body->media_type = "text/plain";
	if (as_field_find(block, "content-transfer-encoding", &field))
		body->encoding = as_encoding_find(field.value);
	if (as_field_find(block, "content-type", &field)) {
		rc = as_params_parse(tree->arena, field.value, max, &params);
		if (rc < 0)
			return rc;
		if (params.type[0] != '\0')
			body->media_type = params.type;
	}
	return as_names_collect(tree->arena, block, max, &body->names, &body->name_count);
}

/* A hidden part ends where its own delimiter stands again, with anything
 * behind it; a part whose delimiter is not known ends with the span. */
static size_t find_end(struct as_span message, const struct as_hidden *hidden, size_t offset,
		       unsigned char terminator)
{
	struct as_line line = as_line_at(message, hidden->line, terminator);
	struct as_span token = as_line_span(message, line);

	while (token.size > 0 && as_octet_blank(token.data[token.size - 1]))
		token.size--;
	if (hidden->line == hidden->header)
		return message.size;
	for (; offset < message.size; offset = line.next) {
		line = as_line_at(message, offset, terminator);
		if (as_span_has_at(message, offset, token.data, token.size))
			return offset;
	}
	return message.size;
}

static int collect_one(struct as_mime_tree *tree, const struct as_limits *limits,
		       const struct as_hidden *hidden, size_t end, unsigned char terminator)
{
	static const struct as_boundaries none;
	struct as_header_source source = {
		.message = as_span_slice(tree->message, 0, end),
		.terminator = terminator,
		.boundaries = &none,
	};
	struct as_extra_body body = {0};
	struct as_header header;
	int rc;

	as_header_locate(&source, hidden->header, true, &header);
	if (header.end == header.begin || header.end >= end)
		return 0;
	rc = read_block(tree, limits,
			as_span_slice(tree->message, header.begin, header.end - header.begin),
			&body);
	if (rc < 0)
		return rc;
	body.begin = header.end;
	body.end = as_line_end_before(tree->message,
				      find_end(source.message, hidden, header.end, terminator),
				      terminator);
	if (body.end > body.begin)
		as_extra_add(tree, &body);
	return 0;
}

int as_extra_collect(struct as_mime_tree *tree, const struct as_limits *limits,
		     const struct as_hidden_list *hidden, unsigned char terminator)
{
	for (size_t i = 0; i < hidden->count; i++) {
		const struct as_hidden *item = &hidden->items[i];
		const struct as_region *region = as_coverage_find(tree, item->line);
		size_t end;
		int rc;

		AS_ASSERT(region != NULL);
		end = region->end;
		if (i + 1 < hidden->count && hidden->items[i + 1].line < end)
			end = hidden->items[i + 1].line;
		rc = collect_one(tree, limits, item, end, terminator);
		if (rc < 0)
			return rc;
	}
	if (hidden->total > hidden->count)
		refuse(tree, hidden->items[hidden->count - 1].line);
	return 0;
}
