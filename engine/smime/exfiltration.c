/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/outside.h"

#include <stdio.h>

/*
 * EFAIL s4.1 (direct exfiltration): clients that put decrypted text between
 * other parts of the mail let these decide what becomes of it. "Re: What's up
 * Johnny?": clients that quote what the reader did not see.
 */

static void note_leaks(const struct as_coverage_request *request, const struct as_outside *outside)
{
	char place[AS_PLACE_SIZE];

	if (outside->leaks.found) {
		as_spot_name(request->arena, &outside->leaks.spot, place);
		as_smime_note(request->notes, request->layer, "smime.exfiltration_structure",
			      ASSAY_SEVERITY_DEFAULT,
			      "Before the encrypted part stands %s, which ends with %s: decrypted "
			      "text would become a part of it.",
			      place, outside->leaks.how);
	}
	if (outside->unread.found) {
		as_spot_name(request->arena, &outside->unread.spot, place);
		as_smime_note(request->notes, request->layer, "smime.limit_exceeded",
			      ASSAY_SEVERITY_DEFAULT,
			      "HTML before the encrypted part, %s, is too large to be judged.",
			      place);
	}
}

static void note_oracle(const struct as_coverage_request *request,
			const struct as_outside_fact *fact, const char *does, const char *tail)
{
	char place[AS_PLACE_SIZE];

	if (!fact->found)
		return;
	as_spot_name(request->arena, &fact->spot, place);
	as_smime_note(request->notes, request->layer, "smime.partial_encryption", ASSAY_MEDIUM,
		      "What is not encrypted, %s, %s %s%s.", place, does, fact->how, tail);
}

/* Signs that its reader is meant not to see the decrypted text, and to send it
 * back with an answer. Blanks alone push nothing: there is no other text. */
static void note_oracles(const struct as_coverage_request *request,
			 const struct as_outside *outside)
{
	struct as_outside_fact shown = {.found = false};
	const struct as_spot *cid = as_outside_cid(outside);

	if (outside->text_before.found)
		note_oracle(request, &outside->pushes,
			    "pushes the encrypted part out of sight with", "");
	note_oracle(request, &outside->hides, "hides text with", "");
	note_oracle(request, &outside->swallows, "hides what follows it: it leaves", " open");
	if (cid != NULL)
		shown = (struct as_outside_fact){.found = true, .spot = *cid, .how = ""};
	note_oracle(request, &shown, "shows the encrypted part as its own", "");
	if (outside->sandwiches > 1)
		as_smime_note(
			request->notes, request->layer, "smime.partial_encryption", ASSAY_MEDIUM,
			"Several encrypted parts stand between texts that are not encrypted.");
}

/* A layer that is not encrypted may stand between: what is beside it stands
 * beside the ciphertext as well. What is outside of an encrypted one cannot see
 * what is inside, except through that layer's own note. */
static int check_ancestors(const struct as_coverage_request *request)
{
	for (const struct as_smime_layer *up = request->layer->parent; up != NULL;
	     up = up->parent) {
		struct as_coverage_request outer = *request;
		struct as_outside outside;
		int rc;

		if (up->state == AS_SMIME_ENVELOPED || up->state == AS_SMIME_AUTHENVELOPED ||
		    up->state == AS_SMIME_ENCRYPTED || up->tree == NULL || up->entity == NULL)
			return 0;
		outer.layer = up;
		outer.signature = NULL;
		outer.root = up->tree->root;
		if (up->mail != NULL && up->mail->tree == up->tree && up->mail->root != NULL)
			outer.root = up->mail->root;
		rc = as_outside_gather(&outside, &outer);
		if (rc < 0)
			return rc;
		note_leaks(request, &outside);
	}
	return 0;
}

int as_exfiltration_check(const struct as_coverage_request *request,
			  const struct as_outside *outside)
{
	char place[AS_PLACE_SIZE];

	if (outside->worst != AS_LOOK_NOTHING) {
		as_spot_name(request->arena, &outside->places[0], place);
		as_smime_note(request->notes, request->layer, "smime.partial_encryption",
			      ASSAY_SEVERITY_DEFAULT,
			      "Only a part of the mail is encrypted; outside of it: %s%s.", place,
			      outside->place_count > 1 ? " and more" : "");
	}
	note_leaks(request, outside);
	note_oracles(request, outside);
	return check_ancestors(request);
}
