/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/nearest.h"

#include <string.h>

#define WORD_MAX 63u

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Insertions, deletions and replacements that make one word of the other. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b_size; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_size; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_size; j++) {
			size_t above = row[j];
			size_t replaced = corner + (a[i - 1] != b[j - 1]);

			row[j] = least(replaced, least(above, row[j - 1]) + 1);
			corner = above;
		}
	}
	return row[b_size];
}

const char *as_nearest(const char *word, const char *const *words, size_t count)
{
	size_t size = strlen(word);
	size_t best = (size + 2) / 3 + 1;
	const char *nearest = NULL;

	if (size > WORD_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(words[i]);
		size_t far;

		if (other > WORD_MAX)
			continue;
		far = distance(word, size, words[i], other);
		if (far < best) {
			best = far;
			nearest = words[i];
		}
	}
	return nearest;
}
