/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/layer.h"

#include "smime/armour.h"
#include "smime/coverage.h"

#include <errno.h>

static void link_layer(struct as_smime_layer *layer)
{
	struct as_smime_mail *mail = layer->mail;

	layer->number = mail->layer_count++;
	if (mail->last == NULL)
		mail->first = layer;
	else
		mail->last->next = layer;
	mail->last = layer;
}

/* Nothing that can be verified: clear-signed mail of that kind is not valid, of
 * other things nothing can be said. */
static void give_up(struct as_layer_work *work, const char *reason)
{
	work->layer->reason = reason;
	work->layer->valid = work->clear ? AS_SMIME_NO : AS_SMIME_UNKNOWN;
}

static void judge_broken(struct as_layer_work *work)
{
	struct as_smime_layer *layer = work->layer;

	/* What can be seen is inspected all the same. */
	if (!work->clear && work->parse.cms.has_econtent)
		layer->content = work->parse.cms.econtent;
	if (work->parse.result == AS_CMS_LIMIT) {
		layer->state = as_cms_state(&work->parse.cms, work->clear);
		as_smime_note(work->notes, layer, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
			      "Nothing of this CMS object was verified: %s.", work->parse.reason);
		give_up(work, "a limit was reached");
		layer->valid = AS_SMIME_UNKNOWN;
		return;
	}
	layer->state = AS_SMIME_MALFORMED;
	as_smime_note(work->notes, layer, "smime.malformed", ASSAY_SEVERITY_DEFAULT,
		      "This is no CMS object that can be read: %s.",
		      work->parse.reason[0] != '\0' ? work->parse.reason : "it is empty");
	give_up(work, "malformed");
}

static const char *const *digest_names(struct as_layer_work *work, size_t *count_out)
{
	const struct as_cms *cms = &work->parse.cms;
	const char **names =
		as_arena_array(work->session->arena, cms->signer_count + 1, sizeof(*names));

	*count_out = 0;
	if (names == NULL)
		return NULL;
	for (size_t i = 0; i < cms->signer_count; i++)
		names[(*count_out)++] =
			as_oid_name(work->session->arena, cms->signers[i].digest.oid);
	return names;
}

static void check_structure(struct as_layer_work *work)
{
	struct as_smime_structure structure = {
		.tree = work->subject->tree,
		.candidate = work->candidate,
		.state = work->layer->state,
		.content_missing =
			!work->parse.cms.has_econtent && work->parse.cms.signer_count > 0,
	};

	if (work->candidate == NULL || work->skip != NULL)
		return;
	structure.digests = digest_names(work, &structure.digest_count);
	as_smime_check_structure(work->notes, work->layer, &structure, &work->ambiguous);
}

static int check_coverage(struct as_layer_work *work)
{
	const struct as_smime_layer *parent = work->layer->parent;
	const struct as_coverage_request request = {
		.arena = work->session->arena,
		.notes = work->notes,
		.layer = work->layer,
		.root = work->subject->root,
		.signature = work->candidate != NULL ? work->candidate->signature : NULL,
		.parent = parent != NULL ? parent->coverage : AS_SMIME_WHOLE,
		.memo = work->layer->mail->seen,
	};

	if (work->layer->entity == NULL) {
		if (work->layer->state != AS_SMIME_CERTS_ONLY &&
		    work->layer->state != AS_SMIME_MALFORMED)
			work->layer->coverage = request.parent;
		return 0;
	}
	return as_coverage_check(&request, &work->layer->coverage);
}

/* RFC 8551 s3.2.2, s3.8: without signers it is a bag of certificates if it is called
 * one; under another name it is a signature that nobody made. */
static enum as_smime_state state_of(const struct as_layer_work *work)
{
	enum as_smime_state state = as_cms_state(&work->parse.cms, work->clear);

	if (state == AS_SMIME_CERTS_ONLY && work->candidate != NULL &&
	    as_smime_says_other(work->notes, work->subject->tree, work->candidate->entity, state))
		return AS_SMIME_SIGNED_OPAQUE;
	return state;
}

static int judge(struct as_layer_work *work)
{
	int rc;

	work->layer->state = state_of(work);
	as_layer_note_oddities(work);
	check_structure(work);
	rc = check_coverage(work);
	if (work->layer->state == AS_SMIME_SIGNED_OPAQUE && !work->parse.cms.has_econtent)
		work->layer->coverage = AS_SMIME_NONE;
	if (rc == 0)
		rc = as_layer_judge_content(work);
	return rc;
}

/* -ENOMEM, else 0 with empty octets when there are none. */
static int find_octets(struct as_layer_work *work)
{
	const struct as_smime_subject *subject = work->subject;
	const struct as_entity *leaf;

	if (work->candidate == NULL)
		return as_smime_file_octets(work->notes, work->layer, subject->octets,
					    work->session->max_bytes, &work->octets);
	leaf = work->clear ? work->candidate->signature : work->candidate->entity;
	if (leaf == NULL)
		return 0;
	return as_smime_cms_octets(work->notes, work->layer, subject->tree, leaf,
				   work->session->max_bytes, &work->octets);
}

static void note_stray(struct as_layer_work *work)
{
	const struct as_smime_structure structure = {.tree = work->subject->tree,
						     .candidate = work->candidate};
	bool ambiguous = false;

	as_smime_check_structure(work->notes, NULL, &structure, &ambiguous);
}

/* Called a signature, but it holds a text, or is something else: that has to be
 * judged and opened like any other. */
static bool is_no_signature(const struct as_layer_work *work)
{
	const struct as_cms *cms = &work->parse.cms;

	return work->parse.result != AS_CMS_NOT_CMS && work->parse.result != AS_CMS_MALFORMED &&
	       (cms->has_econtent || as_cms_state(cms, false) != AS_SMIME_SIGNED_OPAQUE);
}

static struct as_smime_layer *new_layer(const struct as_layer_work *work)
{
	const struct as_smime_subject *subject = work->subject;
	struct as_smime_layer *layer = as_arena_alloc(work->session->arena, sizeof(*layer));

	if (layer != NULL)
		*layer = (struct as_smime_layer){
			.path = subject->path,
			.reason = "",
			.cipher = "",
			.parent = subject->place.layer,
			.mail = subject->place.mail,
			.tree = subject->tree,
			.entity = work->candidate != NULL ? work->candidate->entity : NULL,
			.carrier = subject->carrier,
		};
	return layer;
}

/* Whether it makes a layer at all; a stray signature is noted. leaf gets what a
 * stray candidate is when it turns out to be more than that. */
static bool is_layer(struct as_layer_work *work, struct as_smime_candidate *leaf)
{
	const struct as_smime_candidate *candidate = work->candidate;

	if (candidate == NULL)
		return true;
	if (work->parse.result != AS_CMS_OK && candidate->by_content)
		return false;
	if (candidate->form != AS_SMIME_FORM_STRAY)
		return true;
	if (!is_no_signature(work)) {
		note_stray(work);
		return false;
	}
	*leaf = *candidate;
	leaf->form = AS_SMIME_FORM_CMS;
	work->candidate = leaf;
	return true;
}

static const char *why_skipped(struct as_smime_session *session)
{
	if (session->layer_count++ >= AS_SMIME_LAYERS_MAX)
		return "There are too many layers of S/MIME";
	if (session->cost >= AS_SMIME_COST_MAX)
		return "Other layers of S/MIME have cost too much";
	if (session->hashed >= AS_SMIME_HASHED_BYTES_MAX)
		return "The signed texts of other layers are too long together";
	return NULL;
}

int as_smime_judge(struct as_smime_session *session, const struct as_smime_subject *subject,
		   struct as_buffer *made, struct as_smime_layer **layer_out)
{
	struct as_layer_work work = {
		.session = session,
		.subject = subject,
		.candidate = subject->candidate,
		.notes = &subject->place.mail->notes,
		.made = made,
		.clear = subject->candidate != NULL &&
			 subject->candidate->form == AS_SMIME_FORM_MULTIPART,
	};
	struct as_smime_candidate leaf;

	*layer_out = NULL;
	work.layer = new_layer(&work);
	if (work.layer == NULL || find_octets(&work) != 0)
		return -ENOMEM;
	as_cms_parse(session->arena, work.octets, &work.parse);
	if (work.parse.result == AS_CMS_MEMORY)
		return -ENOMEM;
	if (!is_layer(&work, &leaf))
		return 0;
	work.skip = why_skipped(session);
	link_layer(work.layer);
	*layer_out = work.layer;
	if (work.parse.result == AS_CMS_OK)
		return judge(&work);
	judge_broken(&work);
	check_structure(&work);
	return check_coverage(&work);
}
