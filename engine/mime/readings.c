/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings.h"

#include "mime/readings_work.h"

/* Whether a line that the tree did not take for a delimiter could be one, by a
 * boundary of the tree's own headers or by the fields behind it. */
static bool has_open_marks(const struct as_reading *reading)
{
	for (size_t i = 0; i < reading->marks.count; i++) {
		const struct as_mark *mark = &reading->marks.items[i];

		if (mark->consumed)
			continue;
		if (mark->content ||
		    as_tokens_match(&reading->tokens, mark->token).fit != AS_TOKEN_NONE)
			return true;
	}
	return false;
}

/* Ordinary mail ends here: one reading of every header, and every line that
 * looks like a delimiter is one, or harmless. */
static bool has_readings(struct as_reading *reading)
{
	bool any = false;

	for (size_t i = 0; i < reading->own_count; i++) {
		struct as_reading_zone *own = &reading->own[i];
		const struct as_entity *parent = own->entity->parent;

		own->odd = as_reading_is_odd(reading, own);
		any = any || own->odd;
		/* In document order: what stands above has been looked at. */
		if (parent != NULL && parent->header_begin < own->entity->header_begin)
			own->odd =
				own->odd || as_reading_own_at(reading, parent->header_begin)->odd;
	}
	return any || has_open_marks(reading);
}

int as_readings_collect(struct as_mime_tree *tree, const struct as_limits *limits,
			unsigned char terminator)
{
	struct as_reading reading = {
		.tree = tree,
		.limits = limits,
		.terminator = terminator,
		.tokens = {.arena = tree->arena},
	};
	int rc = as_marks_collect(tree, (size_t)limits->delimiter_lines, &reading.marks);

	if (rc == 0)
		rc = as_reading_own(&reading);
	if (rc < 0)
		return rc;
	as_tokens_sort(&reading.tokens);
	if (!has_readings(&reading))
		return 0;
	rc = as_reading_candidates(&reading);
	if (rc == 0)
		rc = as_reading_match(&reading);
	if (rc == 0)
		rc = as_extra_set_init(&reading.extras, tree);
	if (rc == 0)
		rc = as_reading_parts(&reading);
	if (rc == 0)
		rc = as_reading_clients(&reading);
	if (rc == 0)
		rc = as_reading_look_alikes(&reading);
	if (rc < 0)
		return rc;
	as_reading_note(&reading);
	return 0;
}
