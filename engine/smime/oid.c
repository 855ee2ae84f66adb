/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/oid_table.h"

#include "smime/ber.h"

static int compare(struct as_span a, struct as_span b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}

const struct as_oid *as_oid_find(struct as_span oid)
{
	size_t low = 0, high = as_oid_table_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(oid, as_oid_table[middle].octets);

		if (order == 0)
			return &as_oid_table[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct as_oid *as_oid_get(enum as_oid_id id)
{
	for (size_t i = 0; i < as_oid_table_count; i++)
		if (as_oid_table[i].id == id)
			return &as_oid_table[i];
	return NULL;
}

const char *as_oid_name(struct as_arena *arena, struct as_span oid)
{
	const struct as_oid *known = as_oid_find(oid);

	return known != NULL ? known->name : as_ber_oid_text(arena, oid);
}
