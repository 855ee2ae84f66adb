/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/outside.h"

static void note(const struct as_coverage_request *request, const struct as_outside_fact *fact,
		 const char *does, const char *tail)
{
	char place[AS_PLACE_SIZE];

	if (!fact->found)
		return;
	as_spot_name(request->arena, &fact->spot, place);
	as_smime_note(request->notes, request->layer, "smime.html_hiding", ASSAY_SEVERITY_DEFAULT,
		      "What stands outside of the signature, %s, %s %s%s.", place, does, fact->how,
		      tail);
}

/* The signer's own affair, but a reply can show what the mail did not: covert
 * content of "Re: What's up Johnny?". Newsletters do it with their preheader. */
static void note_inside(const struct as_coverage_request *request, const char *place,
			const char *how)
{
	as_smime_note(request->notes, request->layer, "smime.html_hiding", ASSAY_INFO,
		      "The signed HTML of %s holds text that is not shown (%s).", place, how);
}

/* Only HTML is read: in plain text nothing is hidden. It is said for information
 * and must not use up what is kept for the outside. */
static int check_inside(const struct as_coverage_request *request, struct as_outside *outside)
{
	size_t index = 0;

	for (const struct as_entity *entity = request->layer->tree->root;
	     entity != NULL && request->memo->read_bytes < AS_COVERAGE_TOTAL_BYTES / 2;
	     entity = as_entity_next(entity), index++) {
		const struct as_look *look = NULL;
		struct as_spot spot = as_spot_entity(entity);
		char place[AS_PLACE_SIZE];
		int rc;

		if (entity->kind != AS_ENTITY_LEAF ||
		    strcmp(entity->media_type, "text/html") != 0 ||
		    !as_outside_covers(outside, entity->header_begin, entity->body_end))
			continue;
		rc = as_look_entity(&outside->looks, index, entity, &look);
		if (rc < 0)
			return rc;
		if (!look->state.hides)
			continue;
		as_spot_name(request->arena, &spot, place);
		note_inside(request, place, look->state.hides_how);
		return 0;
	}
	return 0;
}

int as_hiding_check(const struct as_coverage_request *request, struct as_outside *outside)
{
	const struct as_spot *cid = as_outside_cid(outside);
	char place[AS_PLACE_SIZE];

	note(request, &outside->hides, "hides text with", "");
	note(request, &outside->swallows, "hides what follows it: it leaves", " open");
	if (outside->text_before.found)
		note(request, &outside->pushes, "pushes the signed part out of sight with", "");
	if (cid != NULL) {
		as_spot_name(request->arena, cid, place);
		as_smime_note(request->notes, request->layer, "smime.html_hiding",
			      ASSAY_SEVERITY_DEFAULT,
			      "HTML outside of the signature, %s, shows a signed part as its own.",
			      place);
	}
	return check_inside(request, outside);
}
