/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_COVERAGE_H
#define ASSAY_SMIME_COVERAGE_H

#include "smime/smime.h"

/*
 * How much of what a reader sees a layer covers (the "Johnny" papers, EFAIL).
 *
 * Of the tree that a layer stands in, everything but the layer's own entity is
 * outside: leaves with octets that are not blank, messages, preamble and
 * epilogue text, parts of a multipart/signed behind the first one, bodies that
 * only another parser sees. The signature part is neither in nor out. whole:
 * nothing outside, and the layer it stands in is whole. none: the object covers
 * nothing (certificates, malformed, no first part), or what it covers is blank
 * while something outside is not.
 */

/* A part is decoded and read up to 1 MiB of raw octets: it holds text then, and
 * HTML of that size beside an S/MIME object is none that people write. */
#define AS_COVERAGE_PART_BYTES ((size_t)1024 * 1024)
/* Of all parts outside of the layers of one mail. What is not read counts as
 * something to read. */
#define AS_COVERAGE_TOTAL_BYTES ((size_t)16 * 1024 * 1024)

/* Layers of one mail whose outside is walked through; each costs a look at all
 * entities. The others are a part, and the mail is not judged completely. */
#define AS_COVERAGE_LAYERS_MAX 256u

/* What was read of bodies, kept from one layer of a mail to the next, so that
 * 4,000 layers do not read 4,000 parts each. Begin with zeros; in the arena. */
struct as_coverage_memo {
	struct as_look_table *tables;
	size_t read_bytes;
};

struct as_coverage_request {
	struct as_arena *arena;
	struct as_smime_notes *notes;
	const struct as_smime_layer *layer; /* tree, entity, state, parent */
	const struct as_entity *root;	    /* of the mail or of the parent layer's content */
	/* The signature part of a clear-signed layer: neither in nor out. */
	const struct as_entity *signature;
	enum as_smime_coverage parent; /* WHOLE when there is no parent layer */
	struct as_coverage_memo *memo; /* of the mail, or NULL */
};

/*
 * Sets nothing, answers the coverage and notes, for signed layers:
 * smime.partial_coverage (medium with something to read outside; low when only
 * preamble, epilogue, certificates or empty attachments are, or when a valid
 * signature covers what is outside; the place is named, and which alternative
 * is covered); smime.html_hiding (HTML outside that hides text or what follows:
 * display:none and its like, a style sheet that can, a comment, attribute,
 * style, textarea or element left open at the end of a part, a layer over the
 * text, meta refresh; a cid: reference from outside to a signed part; hidden
 * text inside of the signed part as info).
 *
 * For encrypted layers: smime.partial_encryption (low; medium when a long run
 * of blanks, hiding HTML, a cid: reference or texts between several ciphertexts
 * put the decrypted text where its reader does not expect it) and
 * smime.exfiltration_structure (HTML before the ciphertext that leaves a tag,
 * attribute, quote, url( or form field open: a client that puts the parts one
 * behind the other sends what follows to a host). smime.limit_exceeded when
 * such HTML was not read to its end. -ENOMEM.
 */
int as_coverage_check(const struct as_coverage_request *request,
		      enum as_smime_coverage *coverage_out);

/* HTML of one part read leniently, for the above; pure, linear. Strings are
 * static. */
struct as_html_state {
	bool open_tag, open_attribute, open_comment, open_raw; /* at the end */
	bool open_start_tag;	  /* of an element of HTML: attributes can follow */
	const char *open_element; /* "style", "textarea", "div" that hides, ... or "" */
	bool hides;		  /* style or attribute that hides text or what follows */
	const char *hides_how;	  /* which, or "" */
	bool leaks;		  /* what follows the part would be sent to a host ... */
	const char *leaks_how;	  /* ... in which way, or "" */
	bool remote_prefix;	  /* the open attribute is a URL to another host */
	bool has_cid;		  /* some cid: reference */
	bool visible_text;	  /* anything to read */
	bool any_text;		  /* or hidden */
	bool has_objects;	  /* images, frames, fields */
	bool pushes;		  /* what follows by more than a screen */
	size_t blank_lines;	  /* longest run */
};
void as_html_scan(struct as_span html, struct as_html_state *state_out);
/* Whether html refers to cid:content_id (without angle brackets). */
bool as_html_refers(struct as_span html, struct as_span content_id);

#endif
