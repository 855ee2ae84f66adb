/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_TEXT_H
#define ASSAY_FILETYPE_TEXT_H

#include "detect.h"

/*
 * What of an object can be read as text. The markers that follow are all
 * ASCII, so other encodings are brought down to one octet a character; plain
 * 8-bit text is looked at in place.
 */

/* Characters of UTF-16, or octets with NUL among them, that are converted.
 * Markers behind more than that are found in 8-bit text only. */
#define FT_WIDE_BYTES 32768u
/* Octets on which the question "text or binary" is decided. */
#define FT_TEXT_TEST_BYTES 8192u
/* Octets looked at, in pairs, to recognise UTF-16 without a mark. */
#define FT_UTF16_SAMPLE_BYTES 512u
/* Leading blanks that are passed over before a marker. */
#define FT_BLANKS_MAX 1024u

struct ft_text {
	struct as_span view; /* into the object or into buffer */
	size_t shift;	     /* offset of view in the object, if in place */
	bool textual;	     /* false: control octets; view can still be
				searched for exact markers */
	bool wide;	     /* view is in buffer, offsets are not exact */
	unsigned char buffer[FT_WIDE_BYTES];
};

/* data must outlive text. */
void ft_text_init(struct ft_text *text, struct as_span data);

/* Blanks and NULs skipped from at on, at most limit of them. */
size_t ft_text_skip_blanks(struct as_span view, size_t at, size_t limit);

/* The line that begins at *at, without its end; moves *at behind it. False at
 * the end of the view. */
bool ft_text_line(struct as_span view, size_t *at, struct as_span *line_out);

#endif
