/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_ENVELOPE_H
#define ASSAY_SMIME_ENVELOPE_H

#include "smime/decrypt.h"
#include "smime/open.h"

/* The recipients of an envelope: what a report says of them, and what the
 * keeper has to be asked for one whose key is here. */

/* Sets layer->recipients. -ENOMEM. */
int as_envelope_describe(struct as_arena *arena, const struct as_cms *cms,
			 struct as_smime_layer *layer);

/* A recipient whose key is here; both by index. */
struct as_recipient_match {
	size_t recipient, key;
};
/* The first of them in order of recipients, at most max; returns how many. */
size_t as_recipient_matches(const struct as_cms *cms, const struct as_keys *keys,
			    struct as_recipient_match *matches_out, size_t max);

enum as_recipient_ask {
	AS_RECIPIENT_ASK = 0,	  /* request_out is complete, spans live in the arena */
	AS_RECIPIENT_UNSUPPORTED, /* an algorithm; its name in *what_out */
	AS_RECIPIENT_MALFORMED,	  /* parameters that cannot be read, or too large */
	AS_RECIPIENT_MEMORY,
};
enum as_recipient_ask as_recipient_ask(struct as_arena *arena,
				       const struct as_cms_recipient *recipient,
				       const struct as_cipher *cipher,
				       struct as_key_request *request_out, const char **what_out);

#endif
