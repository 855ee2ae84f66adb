/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/crosscheck.h"

#include "mime/coverage.h"
#include "mime/entity.h"
#include "mime/extra.h"
#include "mime/line.h"
#include "mime/names.h"

#include <errno.h>
#include <strings.h>

#include <gmime/gmime.h>

struct checker {
	struct as_mime_tree *tree;
	size_t offset;			 /* of GMime's first octet in the message */
	const struct as_entity **leaves; /* ours that are not empty, in order */
	size_t leaf_count;
	size_t matched;
	bool differs;
	uint32_t warnings;
	bool no_memory;
};

static int list_leaves(struct checker *checker)
{
	struct as_mime_tree *tree = checker->tree;

	checker->leaves = as_arena_array(tree->arena, tree->entity_count, sizeof(*checker->leaves));
	if (checker->leaves == NULL)
		return -ENOMEM;
	for (struct as_entity *entity = tree->root; entity != NULL; entity = as_entity_next(entity))
		if (entity->kind == AS_ENTITY_LEAF && entity->body_end > entity->body_begin)
			checker->leaves[checker->leaf_count++] = entity;
	return 0;
}

/* The last leaf that begins at offset or before it. */
static const struct as_entity *leaf_before(const struct checker *checker, size_t offset)
{
	size_t low = 0, high = checker->leaf_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (checker->leaves[middle]->body_begin <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : checker->leaves[low - 1];
}

/* An unknown mechanism leaves the octets as they are, for both. */
static bool same_encoding(enum as_encoding a, enum as_encoding b)
{
	if (a == AS_ENCODING_UNKNOWN)
		a = AS_ENCODING_IDENTITY;
	if (b == AS_ENCODING_UNKNOWN)
		b = AS_ENCODING_IDENTITY;
	return a == b;
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

static bool blank_between(const struct as_mime_tree *tree, size_t a, size_t b)
{
	size_t begin = a < b ? a : b, end = a < b ? b : a;

	return as_span_blank(as_span_slice(tree->message, begin, end - begin));
}

/* Whether all regions under the body are read with its encoding; what is no
 * body of a leaf is read as it stands. Encoded octets count only in one piece.
 * GMime's leaves do not overlap, so that this is linear over all of them. */
static bool is_read_alike(const struct as_mime_tree *tree, const struct as_extra_body *body)
{
	const struct as_region *region = as_coverage_find(tree, body->begin);
	const struct as_region *end = tree->regions + tree->region_count;

	if (region == NULL || (body->encoding != AS_ENCODING_IDENTITY && region->end < body->end))
		return false;
	for (; region < end && region->begin < body->end; region++) {
		enum as_encoding encoding = AS_ENCODING_IDENTITY;

		if (region->kind == AS_REGION_BODY)
			encoding = region->entity->encoding;
		if (!same_encoding(encoding, body->encoding))
			return false;
	}
	return true;
}

/* Whether everything in the body is inspected already: it is read alike, or
 * differs from a leaf by blanks. */
static bool is_harmless(const struct checker *checker, const struct as_extra_body *body)
{
	const struct as_mime_tree *tree = checker->tree;
	const struct as_entity *leaf = leaf_before(checker, body->begin);

	if (is_read_alike(tree, body))
		return true;
	if (leaf == NULL || leaf->body_end <= body->begin)
		leaf = leaf_before(checker, body->end);
	return leaf != NULL && leaf->body_end > body->begin &&
	       same_encoding(leaf->encoding, body->encoding) &&
	       blank_between(tree, leaf->body_begin, body->begin) &&
	       blank_between(tree, leaf->body_end, body->end);
}

static bool has_range(const struct as_entity *leaf, const struct as_extra_body *body)
{
	return leaf != NULL && leaf->body_begin == body->begin && leaf->body_end == body->end;
}

static bool matches_leaf(struct checker *checker, const struct as_extra_body *body)
{
	const struct as_entity *leaf = leaf_before(checker, body->begin);

	if (!has_range(leaf, body) || !same_encoding(leaf->encoding, body->encoding))
		return false;
	checker->matched++;
	return true;
}

static char *copy_lower(struct as_arena *arena, const char *text)
{
	char *copy = as_arena_strdup(arena, text);

	if (copy == NULL)
		return NULL;
	for (char *p = copy; *p != '\0'; p++)
		*p = g_ascii_tolower(*p);
	return copy;
}

static int describe(struct checker *checker, GMimePart *part, struct as_extra_body *body)
{
	struct as_arena *arena = checker->tree->arena;
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	char *media_type = g_mime_content_type_get_mime_type(type);
	const char *filename = g_mime_part_get_filename(part);
	struct assay_name *name;
	int rc = 0;

	body->media_type = copy_lower(arena, media_type != NULL ? media_type : "");
	g_free(media_type);
	if (body->media_type == NULL)
		return -ENOMEM;
	if (filename == NULL)
		return 0;
	name = as_arena_alloc(arena, sizeof(*name));
	if (name == NULL)
		return -ENOMEM;
	rc = as_name_make(arena, as_span_text(filename), ASSAY_NAME_FILENAME, name);
	if (rc < 0)
		return rc;
	body->names = name;
	body->name_count = 1;
	return 0;
}

/* Where the content of a part stands; false when it has none, which GMime
 * shows as no content object when a delimiter ended the header. */
static bool find_range(const struct checker *checker, GMimePart *part, struct as_extra_body *body)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
	size_t size = checker->tree->message.size - checker->offset;

	if (stream == NULL || stream->bound_start < 0 || (uint64_t)stream->bound_start > size)
		return false;
	body->begin = checker->offset + (size_t)stream->bound_start;
	body->end = checker->tree->message.size;
	if (stream->bound_end >= 0 && (uint64_t)stream->bound_end <= size)
		body->end = checker->offset + (size_t)stream->bound_end;
	body->encoding = encoding_of(g_mime_data_wrapper_get_encoding(content));
	return body->end > body->begin;
}

static void check_part(struct checker *checker, GMimePart *part)
{
	struct as_extra_body body = {0};

	if (!find_range(checker, part, &body) || matches_leaf(checker, &body))
		return;
	checker->differs = true;
	body.claimed = !is_harmless(checker, &body);
	if (describe(checker, part, &body) < 0) {
		checker->no_memory = true;
		return;
	}
	/* Two parsers that differ are no harm by themselves, and honest mailers
	 * make them differ ("base64;"): what the part holds decides. */
	as_mime_note(checker->tree, "mime.hidden_part", ASSAY_INFO, body.begin, NULL,
		     "another parser reads this part in another way");
	as_extra_add(checker->tree, &body);
}

/* GMime's tree may be 1,024 levels deep: a stack on the heap. */
static void check_tree(struct checker *checker, GMimeObject *root)
{
	GPtrArray *stack = g_ptr_array_new();

	g_ptr_array_add(stack, root);
	while (stack->len > 0) {
		GMimeObject *object = g_ptr_array_remove_index(stack, stack->len - 1);

		if (GMIME_IS_MULTIPART(object)) {
			int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));

			for (int i = count; i-- > 0;)
				g_ptr_array_add(stack, g_mime_multipart_get_part(
							       GMIME_MULTIPART(object), i));
		} else if (GMIME_IS_MESSAGE_PART(object)) {
			GMimeMessage *message =
				g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
			GMimeObject *part =
				message == NULL ? NULL : g_mime_message_get_mime_part(message);

			if (part != NULL)
				g_ptr_array_add(stack, part);
		} else if (GMIME_IS_PART(object)) {
			check_part(checker, GMIME_PART(object));
		}
	}
	g_ptr_array_free(stack, TRUE);
}

/* The tree has its own notes on types, boundaries and delimiters; what is left
 * are the fields that RFC 5322 s3.6 allows once, and GMime's own limit. */
static void warned(gint64 offset, GMimeParserWarning code, const gchar *item, gpointer data)
{
	struct checker *checker = data;
	size_t size = checker->tree->message.size - checker->offset;
	size_t at = checker->offset;

	if (++checker->warnings > AS_GMIME_WARNINGS_MAX && code != GMIME_CRIT_NESTING_OVERFLOW)
		return;
	if (offset >= 0 && (uint64_t)offset < size)
		at += (size_t)offset;
	if (code == GMIME_CRIT_NESTING_OVERFLOW) {
		as_mime_note(checker->tree, "limit.depth", ASSAY_SEVERITY_DEFAULT, at, NULL, NULL);
	} else if (code == GMIME_CRIT_CONFLICTING_HEADER && item != NULL &&
		   strncasecmp(item, "content-", 8) != 0 && strcasecmp(item, "from") != 0) {
		as_mime_note(checker->tree, "mime.duplicate_header", ASSAY_INFO, at, NULL,
			     "a field that may stand only once is repeated with another value");
	}
}

static GMimeMessage *parse(struct checker *checker, GByteArray *octets)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GMimeParserOptions *options = g_mime_parser_options_new();
	GMimeMessage *message;
	GMimeParser *parser;

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), octets);
	parser = g_mime_parser_new_with_stream(stream);
	g_mime_parser_set_persist_stream(parser, TRUE);
	g_mime_parser_options_set_warning_callback(options, warned, checker);
	message = g_mime_parser_construct_message(parser, options);
	g_object_unref(parser);
	g_object_unref(stream);
	g_mime_parser_options_free(options);
	return message;
}

int as_crosscheck(struct as_mime_tree *tree)
{
	struct checker checker = {.tree = tree, .offset = tree->root->header_begin};
	struct as_span octets = as_span_from(tree->message, checker.offset);
	/* GMime reads through the array and never writes or frees its octets:
	 * the stream does not own it. */
	GByteArray borrowed = {.data = (guint8 *)(uintptr_t)octets.data, .len = (guint)octets.size};
	GMimeMessage *message;
	int rc = list_leaves(&checker);

	if (rc < 0)
		return rc;
	message = parse(&checker, &borrowed);
	if (message != NULL) {
		GMimeObject *root = g_mime_message_get_mime_part(message);

		if (root != NULL)
			check_tree(&checker, root);
		g_object_unref(message);
	}
	tree->gmime_agreed = !checker.differs && checker.matched == checker.leaf_count;
	return checker.no_memory ? -ENOMEM : 0;
}
