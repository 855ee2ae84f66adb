/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REWRITE_PLAN_H
#define ASSAY_REWRITE_PLAN_H

#include "policy/verdict.h"

/* Which parts go. */
struct as_rewrite_part {
	const struct as_entity *entity;	 /* a leaf below a multipart */
	const struct as_finding *reason; /* NULL: it stays */
};

struct as_rewrite_plan {
	const struct as_mime_tree *tree;
	struct as_rewrite_part *parts; /* all such leaves, as they stand in the message */
	size_t part_count;
	const char *refused; /* why nothing can be done; static */
};

/* -ENOMEM. The ruling is strip. Points into scan. */
int as_rewrite_plan_init(struct as_rewrite_plan *plan, const struct assay_scan *scan,
			 const struct as_ruling *ruling);
void as_rewrite_plan_deinit(struct as_rewrite_plan *plan);

#endif
