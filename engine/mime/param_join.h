/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_PARAM_JOIN_H
#define ASSAY_MIME_PARAM_JOIN_H

#include "mime/param.h"

/* The second half of param.h: continuations and charsets (RFC 2231). */

#define AS_NO_SECTION (-1)

/* name=value as it stood in the text, before continuations are joined. */
struct as_param_segment {
	const char *name; /* lower case, up to the first '*' */
	struct as_span raw;
	struct as_span value; /* without quotes, comments, folds */
	long section;	      /* AS_NO_SECTION: not a continuation */
	size_t order;
	bool quoted;
	bool extended; /* '*' at the end of the name */
};

/* Makes items of the segments, which it sorts, and adds to anomalies.
 * O(n log n). -ENOMEM. */
int as_params_join(struct as_arena *arena, struct as_param_segment *segments, size_t count,
		   struct as_params *params);

#endif
