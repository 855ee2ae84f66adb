/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_MAIL_H
#define ASSAY_SMIME_MAIL_H

#include "smime/find.h"
#include "smime/open.h"
#include "smime/trust.h"

/*
 * One inspection's S/MIME: its mails, and the judging of one layer after the
 * other. The caller walks the trees, because what is opened has to be inspected
 * like everything else, and hands each candidate here, outermost first.
 */

/* Layers of one message that are judged, forwarded mails included: a digest has
 * dozens of signed ones, a triple wrap three. Beyond that layers are opened and
 * inspected, but no signature is verified. */
#define AS_SMIME_LAYERS_MAX 64u
/* The same, and no decryption, beyond this cost of the layers so far, in the units of
 * path_cost.h: sixty usual ones are at 1,500, one that is made to be slow at 7,500.
 * 100 ms. */
#define AS_SMIME_COST_MAX 5000u
/* And beyond so many octets that were hashed, as they stand and with CRLF: two signatures
 * over 60 MB take 120 MB. 80 to 300 ms. */
#define AS_SMIME_HASHED_BYTES_MAX ((size_t)128 << 20)

struct as_smime_session {
	const struct as_trust *trust;
	const struct as_key_ops *ops; /* NULL: nothing can be decrypted */
	struct as_arena *arena;
	int64_t at;		/* seconds since 1970, unless the settings fix it */
	size_t max_bytes;	/* of one opened content */
	as_open_charge *charge; /* for what is made; may be NULL */
	void *charge_context;
	uint32_t layer_count;
	unsigned cost; /* of signatures, certificates and keys so far */
	size_t hashed; /* octets of signed content so far */
	struct as_inflation inflation;
	struct as_smime_mail *first, *last;
};

/* Where a tree or a CMS object stands: in a mail, and in a layer of it or NULL. */
struct as_smime_place {
	struct as_smime_mail *mail;
	struct as_smime_layer *layer;
};

/* own: the outermost mail. root may be NULL for a bare CMS object. -ENOMEM. */
int as_smime_mail_new(struct as_smime_session *session, const char *path,
		      const struct as_mime_tree *tree, const struct as_entity *root, bool own,
		      struct as_smime_mail **mail_out);

/* as_smime_find() with a look into the octets of leaves. -ENOMEM. */
int as_smime_mail_find(struct as_smime_session *session, const struct as_mime_tree *tree,
		       const struct as_entity *root, struct as_smime_candidate **first_out);

struct as_smime_subject {
	struct as_smime_place place;
	const char *path;		 /* of the entity, must stay */
	void *carrier;			 /* see struct as_smime_layer */
	const struct as_mime_tree *tree; /* NULL: a bare CMS object */
	const struct as_entity *root;	 /* of the mail, or of the content of place.layer */
	const struct as_smime_candidate *candidate; /* NULL: a bare CMS object ... */
	struct as_span octets;			    /* ... which is this */
};

/*
 * Judges one layer. *layer_out is NULL for what turned out to be no S/MIME, or
 * to be a stray signature, which is noted. What was opened is layer->content: in
 * the message, the arena or *made, which the caller initialises and keeps while
 * the content is inspected. -ENOMEM.
 */
int as_smime_judge(struct as_smime_session *session, const struct as_smime_subject *subject,
		   struct as_buffer *made, struct as_smime_layer **layer_out);

/* What content is, when it is not one of the message's own entities. */
enum as_smime_inside {
	AS_SMIME_INSIDE_NOTHING = 0,
	AS_SMIME_INSIDE_MIME,
	AS_SMIME_INSIDE_CMS,  /* without MIME round it */
	AS_SMIME_INSIDE_FILE, /* anything else; has been noted */
};
enum as_smime_inside as_smime_inside(const struct as_smime_layer *layer);

/* After all layers of all mails: what can only be told from the whole. */
void as_smime_finish(struct as_smime_session *session);

#endif
