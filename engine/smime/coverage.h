/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_COVERAGE_H
#define ASSAY_SMIME_COVERAGE_H

#include "smime/smime.h"

/*
 * How much of what a reader sees a layer covers (the "Johnny" papers, EFAIL).
 *
 * Of the tree that a layer stands in, everything but the layer's own entity is
 * outside: leaves with octets that are not blank, other than the signature
 * part, preamble and epilogue text, extra parts behind the signature, bodies
 * that only another parser sees. whole: nothing outside, and the layer it stands
 * in is whole. none: the layer's content shows nothing (empty, certificates).
 */
struct as_coverage_request {
	struct as_arena *arena;
	struct as_smime_notes *notes;
	const struct as_smime_layer *layer; /* tree, entity, state, parent */
	const struct as_entity *root;	    /* of the mail or of the parent layer's content */
	/* The signature part of a clear-signed layer: neither in nor out. */
	const struct as_entity *signature;
	enum as_smime_coverage parent; /* WHOLE when there is no parent layer */
};
/*
 * Sets nothing, answers the coverage and notes, for signed layers:
 * smime.partial_coverage (medium with something to read outside; low when only
 * attachments or blank-looking things are; the place is named), extra_part and
 * texts are find.h's; smime.html_hiding (HTML outside or around that hides text:
 * display:none, visibility, zero sizes, colour on same colour, opacity, comment
 * or attribute or style or textarea or template left open at the end of a part,
 * position off the page, meta refresh; a cid: reference from outside to a signed
 * part; also inside of the signed part as info). For encrypted layers:
 * smime.partial_encryption, exfiltration_structure (an HTML or text part before
 * the ciphertext that leaves a tag, attribute or quote open, with something
 * behind to close it; or references that would carry the following text to a
 * host; several ciphertexts between texts), and long runs of blanks or line
 * ends that push text out of sight (as partial_encryption text, medium).
 * Which alternative is covered is told in the text.
 */
int as_coverage_check(const struct as_coverage_request *request,
		      enum as_smime_coverage *coverage_out);

/* HTML of one part read leniently, for the above; pure, linear. */
struct as_html_state {
	bool open_tag, open_attribute, open_comment, open_raw; /* at the end */
	const char *open_element;			       /* "style", "textarea", ... or "" */
	bool hides;	       /* style or attribute that hides text */
	const char *hides_how; /* which, or "" */
	bool remote_prefix;    /* the open attribute is a URL to another host */
	bool has_cid;	       /* some cid: reference */
	bool visible_text;     /* anything to read */
};
void as_html_scan(struct as_span html, struct as_html_state *state_out);
/* Whether html refers to cid:content_id. */
bool as_html_refers(struct as_span html, struct as_span content_id);

#endif
