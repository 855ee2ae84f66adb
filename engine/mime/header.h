/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_HEADER_H
#define ASSAY_MIME_HEADER_H

#include "mime/boundary.h"

/*
 * Where a header block begins and ends. Lines that are no field do not end it
 * as long as a field follows before the blank line: GMime and Exchange read on
 * there, and a filter that stops loses the Content-Type (RFC 7103 s7).
 */
#define AS_HEADER_LEADING  (1u << 0) /* mbox line, blank lines, byte order mark */
#define AS_HEADER_JUNK	   (1u << 1) /* a line that is no field, fields behind it */
#define AS_HEADER_NO_BLANK (1u << 2) /* ended by a line that is no field */
#define AS_HEADER_CUT	   (1u << 3) /* ended by a delimiter line or the end */
#define AS_HEADER_LATE                                                                             \
	(1u << 4) /* none, but a blank line with Content-*                                         \
		   fields behind it: a header to readers                                           \
		   that skip the blank line */

struct as_header {
	size_t begin; /* first field, behind what LEADING stands for */
	size_t end;   /* where the body begins, behind the blank line */
	uint32_t oddities;
	size_t odd_at; /* first oddity, SIZE_MAX when there is none */

	/* Where other readers let the header end; SIZE_MAX: nowhere. */
	size_t white_end; /* behind the first line of blanks */
	size_t junk_at;	  /* the first line that is no field */
	size_t cr_end;	  /* behind the first two lone CRs in a row */
};

/* What lines are: the message, its line terminator (line.h), the multiparts
 * whose delimiters end a header as well. */
struct as_header_source {
	struct as_span message;
	unsigned char terminator;
	const struct as_boundaries *boundaries;
};

/* The block at offset, the beginning of a line. At the root of a message,
 * leading lines that belong to no header are passed over. Linear. */
void as_header_locate(const struct as_header_source *source, size_t offset, bool root,
		      struct as_header *header_out);

/* Whether a Content-* field stands at offset, the beginning of a line. */
bool as_header_content_at(const struct as_header_source *source, size_t offset);

#endif
