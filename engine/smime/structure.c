/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/structure.h"

const char *as_smime_place_name(const struct as_smime_check *check, const struct as_entity *entity)
{
	const char *text;

	if (entity->number[0] == '\0')
		return "the message";
	text = as_arena_printf(check->notes->arena, "part %s", entity->number);
	return text != NULL ? text : "";
}

void as_smime_check_structure(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			      const struct as_smime_structure *structure, bool *ambiguous_out)
{
	const struct as_entity *entity = structure->candidate->entity;
	struct as_smime_types types;
	struct as_smime_fences fences;
	struct as_smime_frame frame;
	struct as_smime_check check = {
		.notes = notes,
		.layer = layer,
		.structure = structure,
		.candidate = structure->candidate,
		.tree = structure->tree,
		.types = &types,
		.fences = &fences,
	};
	bool differ = false;

	*ambiguous_out = false;
	if (as_smime_types_read(notes->arena, as_smime_header(check.tree, entity), &types) < 0) {
		notes->lost = true;
		return;
	}
	as_smime_fences_init(&fences, entity);
	if (check.candidate->form == AS_SMIME_FORM_MULTIPART)
		as_smime_add_readings(&types, &fences, &differ);
	if (check.candidate->form == AS_SMIME_FORM_MULTIPART &&
	    entity->kind == AS_ENTITY_MULTIPART) {
		as_smime_frame_scan(check.tree, entity, &fences, &frame);
		check.frame = &frame;
	}
	as_smime_check_parts(&check);
	as_smime_check_types(&check);
	as_smime_check_headers(&check);
	as_smime_check_ambiguity(&check, differ);
	*ambiguous_out = check.ambiguous;
}
