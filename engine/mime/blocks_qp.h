/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BLOCKS_QP_H
#define ASSAY_MIME_BLOCKS_QP_H

#include "mime/rawline.h"

/*
 * Regions of quoted-printable in text that does not declare it: an '=' in them
 * is an escape or ends a line, which links and HTML do not keep up for long.
 */

/* So many escapes more than half of the other '=' make a region. */
#define AS_BLOCK_ESCAPES_MIN 16u
/* An '=' that is no escape takes so many escapes away. */
#define AS_BLOCK_ESCAPES_LOST 2u
/* Without an escape for so long a region has ended before it was one. */
#define AS_BLOCK_ESCAPES_GAP 512u

struct as_block_qp {
	size_t begin; /* the paragraph of its first escape */
	size_t last;  /* behind the last escape */
	unsigned int score;
	bool dense;
};

void as_block_qp_line(struct as_block_qp *qp, struct as_span text, struct as_line line,
		      size_t paragraph);

#endif
