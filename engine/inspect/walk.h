/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_WALK_H
#define ASSAY_INSPECT_WALK_H

#include "inspect/scan.h"
#include "inspect/smime.h"

/* What the files share that walk over one message: message.c over its entities,
 * around.c over everything else in it. */
struct as_walk {
	struct assay_scan *scan;
	const struct as_mime_tree *tree;
	struct as_object *message;
	uint32_t depth; /* of what stands directly in the message */
	struct as_smime_view *smime;
};

/*
 * Paths begin with the part number below the innermost message that is an
 * object of its own: 2/mail.eml has the entities 2/mail.eml/1 and so on, while
 * entities of a message that stands unencoded in the tree go on counting.
 */
int as_walk_path(const struct as_walk *walk, struct as_object *object, const char *number,
		 struct as_span rest);

/* around.c: the header, what no body holds, what only other readers see. */
void as_walk_headers(const struct as_walk *walk);
void as_walk_gaps(const struct as_walk *walk);
void as_walk_extras(const struct as_walk *walk);

#endif
