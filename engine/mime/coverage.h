/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_COVERAGE_H
#define ASSAY_MIME_COVERAGE_H

#include "mime/mime.h"

/*
 * The coverage map: every octet of a message belongs to one region. It is
 * built from front to back and each region begins where the one before it
 * ended, so nothing can be left out or claimed twice.
 */
struct as_coverage {
	struct as_arena *arena;
	struct as_region *items;
	size_t count;
	size_t capacity;
	size_t end; /* everything before is covered */
};

void as_coverage_init(struct as_coverage *coverage, struct as_arena *arena);

/* Covers what lies between the last region and end; nothing when empty. end
 * must not lie before what is covered. -ENOMEM. */
int as_coverage_add(struct as_coverage *coverage, enum as_region_kind kind, size_t end,
		    const struct as_entity *entity);

/* The region that holds offset, NULL behind the last one. */
const struct as_region *as_coverage_find(const struct as_mime_tree *tree, size_t offset);

/* Whether the regions are in order, not empty, and make up [0, size). */
bool as_coverage_complete(const struct as_region *regions, size_t count, size_t size);

#endif
