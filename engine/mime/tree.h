/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_TREE_H
#define ASSAY_MIME_TREE_H

#include "mime/mime.h"

/*
 * The boundary scan: one pass over the lines, with a stack of open multiparts
 * in place of recursion (RFC 2046 s5.1). A parent's delimiter ends whatever is
 * open below it; a message that is not encoded is entered in place; parts
 * behind the close delimiter stay epilogue.
 */
struct as_tree_result {
	uint32_t exceeded; /* enum as_raw_excess, of any header block */
	bool cut;	   /* a limit ended the scan or a descent */
};

/*
 * Fills root, entity_count and the regions of *tree, whose message and arena
 * are set. When a limit is reached, limit.depth, limit.objects or
 * limit.headers is noted and what was not taken apart is a leaf or a gap.
 * terminator: line.h. -ENOMEM.
 */
int as_tree_scan(struct as_mime_tree *tree, const struct as_limits *limits,
		 unsigned char terminator, struct as_tree_result *result_out);

#endif
