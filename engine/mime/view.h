/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_VIEW_H
#define ASSAY_MIME_VIEW_H

#include "mime/clients.h"
#include "mime/mime.h"

/* A part as one client shows it. */
struct as_view_part {
	uint32_t depth;
	bool composite; /* a multipart or message: what is below it follows */
	const char *number;
	const char *media_type;
	enum as_encoding encoding;
	struct as_span name; /* the file name that this client shows, or empty */
	size_t header_begin, body_begin, body_end;
};

struct as_view {
	struct as_view_part *parts; /* in document order, in the arena */
	size_t count;
	bool cut; /* a limit ended it */
};

/* The tree of a client: its habits (clients.h) applied to the same octets.
 * Bounded by the limits mime_parts, mime_depth and delimiter_lines. -ENOMEM. */
int as_view_make(const struct as_mime_tree *tree, const struct as_limits *limits,
		 enum as_client client, struct as_view *view_out);

/* The same without numbers and names ("" and empty), in another arena. */
int as_view_outline(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		    enum as_client client, struct as_view *view_out);

#endif
