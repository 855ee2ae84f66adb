/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_VIEW_HEADER_H
#define ASSAY_MIME_VIEW_HEADER_H

#include "mime/mime.h"

/* The multiparts that a client has open (view.c asks for delimiters). */
struct as_view_levels;

struct as_view_header {
	size_t begin, end; /* end: where the body begins */
	const char *media_type;
	struct as_span boundary; /* empty: none that the client takes */
	enum as_encoding encoding;
};

/* Whether a line ends the header in front of it. */
typedef bool as_view_delimits(const struct as_view_levels *levels, struct as_span line);

struct as_view_source {
	struct as_arena *arena;
	struct as_span message;
	unsigned char terminator;
	uint32_t habits;
	size_t max_params;
	const struct as_view_levels *levels;
	as_view_delimits *delimits;
};

/* The header at offset as a client of these habits reads it. standard: the type
 * when none is declared. -ENOMEM. */
int as_view_header_read(const struct as_view_source *source, size_t offset, bool root,
			const char *standard, struct as_view_header *header_out);

#endif
