/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite/proof.h"

static struct as_span octets(const struct as_mime_tree *tree, size_t begin, size_t end)
{
	return as_span_slice(tree->message, begin, end - begin);
}

static bool is_same_leaf(const struct as_mime_tree *old_tree, const struct as_entity *old,
			 const struct as_mime_tree *new_tree, const struct as_entity *new)
{
	return as_span_equal(octets(old_tree, old->header_begin, old->body_end),
			     octets(new_tree, new->header_begin, new->body_end)) &&
	       old->body_begin - old->header_begin == new->body_begin - new->header_begin;
}

static bool is_notice(const struct as_entity *entity)
{
	return strcmp(entity->media_type, "text/plain") == 0 && entity->name_count == 0 &&
	       entity->encoding == AS_ENCODING_QP;
}

static bool is_gone(const struct as_rewrite_plan *plan, size_t *next,
		    const struct as_entity *entity)
{
	/* Parts stand in the order of the tree, so one pass over both will do. */
	while (*next < plan->part_count && plan->parts[*next].entity != entity)
		(*next)++;
	if (*next == plan->part_count)
		return false;
	return plan->parts[*next].reason != NULL;
}

static bool is_part(const struct as_entity *entity)
{
	return entity->kind == AS_ENTITY_LEAF && entity->parent != NULL &&
	       entity->parent->kind == AS_ENTITY_MULTIPART;
}

static bool compare(const struct as_rewrite_plan *plan, const struct as_mime_tree *tree)
{
	const struct as_entity *old = plan->tree->root, *new = tree->root;
	size_t next = 0;

	for (; old != NULL && new != NULL; old = as_entity_next(old), new = as_entity_next(new)) {
		if (old->kind != new->kind || old->depth != new->depth ||
		    strcmp(old->number, new->number) != 0)
			return false;
		if (is_part(old) && is_gone(plan, &next, old)) {
			if (!is_notice(new))
				return false;
		} else if (old->kind == AS_ENTITY_LEAF) {
			if (!is_same_leaf(plan->tree, old, tree, new))
				return false;
		} else if (strcmp(old->media_type, new->media_type) != 0 ||
			   old->closed != new->closed) {
			return false;
		}
	}
	return old == NULL && new == NULL;
}

int as_rewrite_prove(const struct as_rewrite_plan *plan, struct as_span changed,
		     const struct as_limits *limits, bool *proven_out)
{
	struct as_mime_tree *tree;
	struct as_arena arena;
	int rc;

	as_arena_init(&arena, AS_SCAN_ARENA_BYTES);
	rc = as_mime_parse(&arena, changed, limits, &tree);
	if (rc == 0)
		*proven_out = tree->gmime_agreed && tree->extra_count == 0 && compare(plan, tree);
	as_arena_deinit(&arena);
	return rc;
}
