/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/coverage.h"
#include "mime/line.h"
#include "mime/readings.h"

#include <gmime/gmime.h>

/*
 * No message makes the union of what is inspected smaller than what GMime sees:
 * each body of a GMime leaf is, with the same decoding, a leaf, an octet range
 * that is inspected as it stands, or an extra.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool blank_between(struct as_span message, size_t a, size_t b)
{
	size_t begin = a < b ? a : b, end = a < b ? b : a;

	return as_span_blank(as_span_slice(message, begin, end - begin));
}

static bool same_range(struct as_span message, size_t begin, size_t end, size_t other_begin,
		       size_t other_end)
{
	return blank_between(message, begin, other_begin) && blank_between(message, end, other_end);
}

static enum as_encoding plain(enum as_encoding encoding)
{
	return encoding == AS_ENCODING_UNKNOWN ? AS_ENCODING_IDENTITY : encoding;
}

/* Octets that GMime does not decode are read as well where the tree has no
 * leaf that decodes them: the regions under them are read as they stand. */
static bool is_read_plainly(const struct as_mime_tree *tree, size_t begin, size_t end)
{
	for (size_t i = 0; i < tree->region_count; i++) {
		const struct as_region *region = &tree->regions[i];

		if (region->end > begin && region->begin < end && region->kind == AS_REGION_BODY &&
		    plain(region->entity->encoding) != AS_ENCODING_IDENTITY)
			return false;
	}
	return true;
}

static bool is_inspected(const struct as_mime_tree *tree, size_t begin, size_t end,
			 enum as_encoding encoding)
{
	for (const struct as_extra_body *e = tree->extras; e != NULL; e = e->next)
		if (plain(e->encoding) == encoding &&
		    same_range(tree->message, begin, end, e->begin, e->end))
			return true;
	for (struct as_entity *e = tree->root; e != NULL; e = as_entity_next(e))
		if (e->kind == AS_ENTITY_LEAF && plain(e->encoding) == encoding &&
		    same_range(tree->message, begin, end, e->body_begin, e->body_end))
			return true;
	return encoding == AS_ENCODING_IDENTITY && is_read_plainly(tree, begin, end);
}

static enum as_encoding encoding_of(GMimeContentEncoding encoding)
{
	switch (encoding) {
	case GMIME_CONTENT_ENCODING_BASE64:
		return AS_ENCODING_BASE64;
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
		return AS_ENCODING_QP;
	case GMIME_CONTENT_ENCODING_UUENCODE:
		return AS_ENCODING_UUENCODE;
	default:
		return AS_ENCODING_IDENTITY;
	}
}

static void check_part(GMimeObject *parent, GMimeObject *object, gpointer context)
{
	const struct as_mime_tree *tree = context;
	size_t offset = tree->root->header_begin, end = tree->message.size;
	GMimeDataWrapper *content;
	GMimeStream *stream;

	(void)parent;
	if (GMIME_IS_MESSAGE_PART(object)) {
		GMimeMessage *message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));

		if (message != NULL)
			g_mime_message_foreach(message, check_part, context);
		return;
	}
	if (!GMIME_IS_PART(object))
		return;
	content = g_mime_part_get_content(GMIME_PART(object));
	stream = content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
	if (stream == NULL || stream->bound_start < 0)
		return;
	if (stream->bound_end >= 0)
		end = offset + (size_t)stream->bound_end;
	if (end <= offset + (size_t)stream->bound_start)
		return;
	AS_ASSERT(is_inspected(tree, offset + (size_t)stream->bound_start, end,
			       encoding_of(g_mime_data_wrapper_get_encoding(content))));
}

static void compare(const struct as_mime_tree *tree)
{
	struct as_span octets = as_span_from(tree->message, tree->root->header_begin);
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer((const char *)octets.data, octets.size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message;

	g_mime_parser_set_persist_stream(parser, TRUE);
	message = g_mime_parser_construct_message(parser, NULL);
	if (message != NULL) {
		g_mime_message_foreach(message, check_part, (gpointer)(uintptr_t)tree);
		g_object_unref(message);
	}
	g_object_unref(parser);
	g_object_unref(stream);
}

static bool reached_limit(const struct as_mime_tree *tree)
{
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (strncmp(note->code, "limit.", 6) == 0)
			return true;
	return false;
}

static void check_views(const struct as_mime_tree *tree, const struct as_limits *limits)
{
	for (int client = 0; client < AS_CLIENT_COUNT; client++) {
		struct as_view view;

		AS_ASSERT(as_view_make(tree, limits, (enum as_client)client, &view) == 0);
		for (size_t i = 0; i < view.count; i++) {
			const struct as_view_part *part = &view.parts[i];

			AS_ASSERT(part->header_begin <= part->body_begin);
			AS_ASSERT(part->body_begin <= part->body_end);
			AS_ASSERT(part->body_end <= tree->message.size);
			AS_ASSERT(part->number != NULL && part->media_type != NULL);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct as_limits limits;
	static bool started;
	struct as_mime_tree *tree;
	struct as_arena arena;

	if (!started) {
		AS_ASSERT(as_mime_init() == 0);
		as_limits_standard(&limits);
		limits.mime_depth = 8;
		limits.mime_parts = 64;
	}
	started = true;
	as_arena_init(&arena, (size_t)512 * 1024 * 1024);
	AS_ASSERT(as_mime_parse(&arena, as_span_make(data, size), &limits, &tree) == 0);
	for (const struct as_extra_body *extra = tree->extras; extra != NULL; extra = extra->next)
		AS_ASSERT(extra->begin < extra->end && extra->end <= size &&
			  extra->number != NULL && extra->media_type != NULL &&
			  extra->charset != NULL);
	check_views(tree, &limits);
	as_readings_is_mime(as_span_make(data, size));
	if (!tree->gmime_skipped && !reached_limit(tree))
		compare(tree);
	as_arena_deinit(&arena);
	return 0;
}
