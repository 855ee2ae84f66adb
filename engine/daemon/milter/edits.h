/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_EDITS_H
#define ASSAY_DAEMON_MILTER_EDITS_H

#include "base/arena.h"
#include "daemon/milter/changed.h"
#include "policy/answer.h"

/*
 * The header of a message that is delivered: what came in under our names goes
 * out, what we found is put in, and with a changed body its MIME fields.
 *
 * Order: changes and deletions first, for one name from the last field to the
 * first, so that no number moves before it is used, whether or not a server
 * counts deleted fields; then additions; then insertions at the top, the last
 * of the list first, so that the first ends on top.
 */
struct as_milter_edits {
	const struct as_milter_fields *fields;	 /* of the message */
	const struct as_milter_changed *changed; /* NULL: the body stays */
	const struct as_edit *edits;		 /* what to say */
	size_t edit_count;
	const char *prefix; /* of the subject; "": none */
	uint32_t actions;   /* agreed with the server */
	bool space;	    /* HDR_LEADSPC */
};

/* Appends the frames. -ENOMEM. */
int as_milter_edits_write(const struct as_milter_edits *edits, struct as_arena *arena,
			  struct as_buffer *out);

#endif
