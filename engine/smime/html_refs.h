/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_HTML_REFS_H
#define ASSAY_SMIME_HTML_REFS_H

#include "base/arena.h"

/*
 * References to other parts of a mail: cid: and mid: addresses (RFC 2392)
 * wherever they stand in HTML, character references and %XX resolved.
 */

/* Octets of a Content-ID that are compared; RFC 5322 s2.1.1 allows a line of
 * 998, clients write 30-80. Longer ones are equal when these are. */
#define AS_CID_BYTES 256u
/* References in one part; newsletters have some dozens. */
#define AS_CIDS_MAX 1024u

typedef void as_cid_take(void *context, struct as_span content_id);
void as_html_references(struct as_span html, as_cid_take *take, void *context);

/* Sorted; lives as long as the arena. */
struct as_cids {
	struct as_span *items;
	size_t count;
	bool lost; /* there were more than AS_CIDS_MAX */
};
/* -ENOMEM. */
int as_cids_collect(struct as_arena *arena, struct as_span html, struct as_cids *cids_out);
/* content_id as its header field has it, angle brackets or none. */
bool as_cids_hold(const struct as_cids *cids, struct as_span content_id);

#endif
