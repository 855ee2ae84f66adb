/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/coverage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Small limits, so that a short input reaches them. */
static const struct as_limits *small_limits(void)
{
	static struct as_limits limits;

	as_limits_standard(&limits);
	limits.mime_depth = 5;
	limits.mime_parts = 16;
	limits.delimiter_lines = 64;
	limits.header_parameters = 20;
	return &limits;
}

static void check_entities(const struct as_mime_tree *tree)
{
	size_t count = 0;

	for (struct as_entity *entity = tree->root; entity != NULL;
	     entity = as_entity_next(entity)) {
		AS_ASSERT(entity->header_begin <= entity->body_begin);
		AS_ASSERT(entity->body_begin <= entity->body_end);
		AS_ASSERT(entity->body_end <= tree->message.size);
		AS_ASSERT(entity->number != NULL && entity->media_type != NULL);
		AS_ASSERT(entity->declared != NULL && entity->charset != NULL);
		AS_ASSERT(entity->disposition != NULL && entity->encoding_text != NULL);
		count++;
	}
	AS_ASSERT(count == tree->entity_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct as_mime_tree *tree;
	struct as_arena arena;

	if (!started)
		AS_ASSERT(as_mime_init() == 0);
	started = true;
	as_arena_init(&arena, (size_t)256 * 1024 * 1024);
	AS_ASSERT(as_mime_parse(&arena, as_span_make(data, size), small_limits(), &tree) == 0);
	AS_ASSERT(as_coverage_complete(tree->regions, tree->region_count, size));
	check_entities(tree);
	for (const struct as_extra_body *extra = tree->extras; extra != NULL; extra = extra->next)
		AS_ASSERT(extra->begin < extra->end && extra->end <= size && extra->number != NULL);
	as_arena_deinit(&arena);
	return 0;
}
