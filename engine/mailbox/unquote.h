/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_UNQUOTE_H
#define ASSAY_MAILBOX_UNQUOTE_H

#include "base/buffer.h"

/*
 * Takes back what a mailbox writer did to body lines: of each line that is one
 * or more ">" and then "From ", one ">" goes. mboxrd quotes so that this is
 * exact; mboxo quotes "From " only, so that an author's own ">From " loses its
 * mark. Nothing in a file tells the two apart.
 *
 * A push parser: pieces may be cut anywhere. Start it at the begin of a line.
 */
struct as_unquote {
	bool in_line;	/* behind what matters of a line */
	bool held;	/* a ">" that may have to go */
	size_t matched; /* octets of "From " that were seen, and held */
};

void as_unquote_start(struct as_unquote *unquote);
/* Appends to out; failures are out's. */
void as_unquote_push(struct as_unquote *unquote, struct as_span piece, struct as_buffer *out);
/* Appends what is still held. */
void as_unquote_finish(struct as_unquote *unquote, struct as_buffer *out);

#endif
