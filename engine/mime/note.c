/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/mime.h"

#include <stdio.h>
#include <string.h>

/* Room for the sentence about notes that were not kept. */
#define MORE_TEXT_BYTES 64u

/* The registry's own severity is not known here; it ranks in the middle. */
static enum assay_severity rank(enum assay_severity severity)
{
	return severity == ASSAY_SEVERITY_DEFAULT ? ASSAY_MEDIUM : severity;
}

/* One note more than is kept: the last of its code speaks for all of them,
 * with the place and the severity of the worst. A flood of harmless ones must
 * not hide the one that counts. */
static void merge(struct as_mime_tree *tree, struct as_note *last, enum assay_severity severity,
		  size_t offset, const struct as_entity *entity)
{
	if (rank(severity) > rank(last->severity)) {
		last->severity = severity;
		last->offset = offset;
		last->entity = entity;
	}
	if (last->more_text == NULL)
		last->more_text = as_arena_alloc(tree->arena, MORE_TEXT_BYTES);
	if (last->more < UINT32_MAX)
		last->more++;
	if (last->more_text == NULL)
		return;
	snprintf(last->more_text, MORE_TEXT_BYTES, "this and %u more of the same kind", last->more);
	last->text = last->more_text;
}

void as_mime_note(struct as_mime_tree *tree, const char *code, enum assay_severity severity,
		  size_t offset, const struct as_entity *entity, const char *text)
{
	struct as_note *last = NULL, *added;
	size_t count = 0;

	for (struct as_note *note = tree->notes; note != NULL; note = note->next) {
		if (strcmp(note->code, code) == 0) {
			last = note;
			count++;
		}
	}
	if (count >= AS_NOTES_MAX) {
		merge(tree, last, severity, offset, entity);
		return;
	}
	added = as_arena_alloc(tree->arena, sizeof(*added));
	if (added == NULL) {
		tree->notes_lost = true;
		return;
	}
	*added = (struct as_note){
		.code = code,
		.severity = severity,
		.offset = offset,
		.text = text,
		.entity = entity,
	};
	if (tree->last_note != NULL)
		tree->last_note->next = added;
	else
		tree->notes = added;
	tree->last_note = added;
}

struct as_entity *as_entity_next(const struct as_entity *entity)
{
	if (entity->first_child != NULL)
		return entity->first_child;
	while (entity != NULL && entity->next == NULL)
		entity = entity->parent;
	return entity == NULL ? NULL : entity->next;
}
