/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/coverage.h"

#include "base/assert.h"

#include <errno.h>

#define FIRST_CAPACITY 16u

void as_coverage_init(struct as_coverage *coverage, struct as_arena *arena)
{
	*coverage = (struct as_coverage){.arena = arena};
}

/* The arena keeps the smaller arrays as well: together no more than the last
 * one, and the number of regions is bounded by the limit on parts. */
static int grow(struct as_coverage *coverage)
{
	size_t capacity = coverage->capacity == 0 ? FIRST_CAPACITY : coverage->capacity * 2;
	struct as_region *items = as_arena_array(coverage->arena, capacity, sizeof(*items));

	if (items == NULL)
		return -ENOMEM;
	if (coverage->count > 0)
		memcpy(items, coverage->items, coverage->count * sizeof(*items));
	coverage->items = items;
	coverage->capacity = capacity;
	return 0;
}

int as_coverage_add(struct as_coverage *coverage, enum as_region_kind kind, size_t end,
		    const struct as_entity *entity)
{
	AS_ASSERT(end >= coverage->end);
	if (end == coverage->end)
		return 0;
	if (coverage->count == coverage->capacity && grow(coverage) < 0)
		return -ENOMEM;
	coverage->items[coverage->count++] = (struct as_region){
		.kind = kind,
		.begin = coverage->end,
		.end = end,
		.entity = entity,
	};
	coverage->end = end;
	return 0;
}

const struct as_region *as_coverage_find(const struct as_mime_tree *tree, size_t offset)
{
	size_t low = 0, high = tree->region_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tree->regions[middle].end <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low < tree->region_count ? &tree->regions[low] : NULL;
}

bool as_coverage_complete(const struct as_region *regions, size_t count, size_t size)
{
	size_t end = 0;

	for (size_t i = 0; i < count; i++) {
		if (regions[i].begin != end || regions[i].end <= regions[i].begin)
			return false;
		end = regions[i].end;
	}
	return end == size;
}
