/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BLOCKS_H
#define ASSAY_MIME_BLOCKS_H

#include "mime/mime.h"

/*
 * Encoded data within text: what some clients offer as an attachment, and what
 * hides where nobody looks (preambles, epilogues, gaps, bodies under a wrong
 * label). Structure-blind.
 */
struct as_block {
	enum as_encoding encoding; /* never IDENTITY or UNKNOWN */
	size_t begin, end;	   /* in the text; what the decoder takes */
	struct as_span name;	   /* as it stands in the text; may be empty */
	bool sure;		   /* has its mark ("begin 644 x", "=ybegin", the line of
				      BinHex), so that clients offer it; else it was made
				      out by its look */
};

/* Shortest run that is taken for data by its look alone, in octets of output:
 * the EICAR file has 68, ids and hashes have up to 64. */
#define AS_BLOCK_BYTES_MIN 48u

/* Lines in a row that may stand within a block: decoys, page marks, lines that
 * a relay broke. Decoders skip them; more of them are text. */
#define AS_BLOCK_JUNK_LINES 2u

/*
 * The next block at *offset or behind it, in order; *offset moves behind it.
 * False at the end. Begin with 0. Blocks do not overlap: a region of yEnc or
 * quoted-printable ends where lines of another encoding begin, and base64 within
 * a line of such a region is left to whoever looks at its decoded octets. Linear
 * over all calls; allocates nothing. Ordinary text of people has none but the
 * signatures of PGP.
 */
bool as_block_next(struct as_span text, size_t *offset, struct as_block *block_out);

#endif
