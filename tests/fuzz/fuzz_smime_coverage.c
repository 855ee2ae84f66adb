/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "smime/coverage.h"

#include <stdlib.h>

/* What comes before the text: kind of layer, number of its entity, whether the
 * text is HTML instead. */
#define HEAD_BYTES 3u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

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

static void check_html(struct as_span html)
{
	struct as_html_state state;
	struct as_span id = as_span_slice(html, 0, 8);

	as_html_scan(html, &state);
	AS_ASSERT(state.leaks == (state.leaks_how[0] != '\0'));
	AS_ASSERT(state.hides == (state.hides_how[0] != '\0'));
	AS_ASSERT(!state.remote_prefix || state.leaks);
	AS_ASSERT(!state.visible_text || state.any_text);
	AS_ASSERT(!state.open_raw || state.open_element[0] != '\0');
	AS_ASSERT(!state.open_start_tag || state.open_tag);
	as_html_refers(html, id);
}

static void check_layer(struct as_arena *arena, const struct as_mime_tree *tree,
			const struct as_entity *entity, enum as_smime_state kind)
{
	struct as_smime_notes notes = {.arena = arena};
	struct as_coverage_memo memo = {0};
	struct as_smime_layer layer = {.tree = tree, .entity = entity, .state = kind};
	struct as_coverage_request request = {
		.arena = arena,
		.notes = &notes,
		.layer = &layer,
		.root = tree->root,
		.signature = entity->first_child != NULL ? entity->first_child->next : NULL,
		.parent = AS_SMIME_WHOLE,
		.memo = &memo,
	};
	enum as_smime_coverage first, second;

	AS_ASSERT(as_coverage_check(&request, &first) == 0);
	AS_ASSERT(!notes.lost && memo.read_bytes <= AS_COVERAGE_TOTAL_BYTES);
	AS_ASSERT(first != AS_SMIME_PART || notes.first != NULL || kind >= AS_SMIME_COMPRESSED);
	AS_ASSERT(as_coverage_check(&request, &second) == 0);
	AS_ASSERT(first == second);
}

static void check_message(struct as_span message, uint8_t kind, uint8_t number)
{
	const struct as_entity *entity;
	struct as_mime_tree *tree;
	struct as_arena arena;

	as_arena_init(&arena, (size_t)256 * 1024 * 1024);
	AS_ASSERT(as_mime_parse(&arena, message, small_limits(), &tree) == 0);
	entity = tree->root;
	while (number-- > 0 && as_entity_next(entity) != NULL)
		entity = as_entity_next(entity);
	check_layer(&arena, tree, entity,
		    (enum as_smime_state)(kind % ((unsigned int)AS_SMIME_DIGESTED + 1)));
	as_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct as_span text;

	if (!started)
		AS_ASSERT(as_mime_init() == 0);
	started = true;
	if (size < HEAD_BYTES)
		return 0;
	text = as_span_make(data + HEAD_BYTES, size - HEAD_BYTES);
	if ((data[2] & 1) != 0)
		check_html(text);
	else
		check_message(text, data[0], data[1]);
	return 0;
}
