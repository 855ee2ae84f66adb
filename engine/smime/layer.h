/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_LAYER_H
#define ASSAY_SMIME_LAYER_H

#include "smime/cms.h"
#include "smime/mail.h"

/*
 * One layer while it is judged, for the files that do it: layer.c finds the CMS
 * object and says what it is, layer_oddities.c notes what is odd about it,
 * layer_content.c verifies or opens what it holds.
 */
struct as_layer_work {
	struct as_smime_session *session;
	const struct as_smime_subject *subject;
	const struct as_smime_candidate *candidate; /* NULL: bare */
	struct as_smime_layer *layer;
	struct as_smime_notes *notes;
	struct as_span octets; /* the CMS object as it was found */
	struct as_cms_parse parse;
	struct as_buffer *made;
	bool clear;	  /* multipart/signed */
	const char *skip; /* opened, not verified: why; NULL: it is */
	bool ambiguous;	  /* which octets were signed */
};

/* layer_oddities.c */
void as_layer_note_oddities(struct as_layer_work *work);
/* The content is not id-data. */
void as_layer_note_type(struct as_layer_work *work);

/* layer_content.c: by the layer's state, which is set, as its coverage is. Sets
 * content, signers, valid, opening ... -ENOMEM. */
int as_layer_judge_content(struct as_layer_work *work);

#endif
