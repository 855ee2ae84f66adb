/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings_work.h"

#include "mime/coverage.h"

/* Boundaries of one header that lines have, each of them: then the header
 * really leads to two trees. */
static void note_conflict(const struct as_reading *reading, const struct as_reading_zone *own)
{
	size_t first = SIZE_MAX;

	for (size_t i = 0; i < own->claims.boundaries.count; i++) {
		const struct as_claim *claim = &own->claims.boundaries.items[i];
		size_t token = as_tokens_find(&reading->tokens, claim->text);

		if (token == SIZE_MAX || reading->tokens.items[token].matches == 0)
			continue;
		if (first != SIZE_MAX && first != token) {
			as_mime_note(reading->tree, "mime.boundary_conflict", ASSAY_MEDIUM,
				     own->zone.begin + claim->offset, own->entity,
				     "one header leads to two boundaries, and lines with both are "
				     "there");
			return;
		}
		first = token;
	}
}

static const struct as_entity *entity_at(const struct as_mime_tree *tree, size_t offset)
{
	const struct as_region *region = as_coverage_find(tree, offset);

	return region == NULL ? NULL : region->entity;
}

/* What a line that the tree did not take may be. By itself all of this occurs
 * in honest mail: what follows from it is judged where the parts are known. */
static void note_mark(const struct as_reading *reading, size_t index)
{
	const struct as_mark *mark = &reading->marks.items[index];
	const struct as_reading_mark *state = &reading->states[index];
	struct as_mime_tree *tree = reading->tree;
	const struct as_entity *entity = entity_at(tree, mark->begin);

	if (state->claimed && state->fit == AS_TOKEN_LOOSE)
		as_mime_note(tree, "mime.boundary_syntax", mark->content ? ASSAY_LOW : ASSAY_INFO,
			     mark->begin, entity,
			     "a line begins like a delimiter and does not end like one");
	else if (state->claimed)
		as_mime_note(tree, "mime.hidden_part", ASSAY_INFO, mark->begin, entity,
			     "a delimiter line where its multipart is not open");
	else
		as_mime_note(tree, "mime.hidden_part", ASSAY_INFO, mark->begin, entity,
			     "what looks like a part inside of a body");
}

void as_reading_note(struct as_reading *reading)
{
	size_t noted = 0;

	for (size_t i = 0; i < reading->own_count; i++)
		if (reading->own[i].claims.boundaries.count > 1)
			note_conflict(reading, &reading->own[i]);
	for (size_t i = 0; i < reading->marks.count && noted < AS_READINGS_NOTES_MAX; i++) {
		if (reading->marks.items[i].consumed || !reading->states[i].active)
			continue;
		note_mark(reading, i);
		noted++;
	}
	if (reading->cut || reading->extras.refused)
		as_mime_note(reading->tree, "limit.objects", ASSAY_SEVERITY_DEFAULT, 0, NULL,
			     "too many parts that only some readers see");
}
