/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_codes.h"

#include <errno.h>
#include <stdlib.h>

struct row {
	const char *code;
	enum assay_severity severity;
	uint32_t count;
};

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->code, ((const struct row *)b)->code);
}

static int by_severity(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	return strcmp(x->code, y->code);
}

/* Neighbours of one code become one; returns how many are left. */
static size_t merge(struct row *rows, size_t count)
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (used == 0 || strcmp(rows[used - 1].code, rows[i].code) != 0) {
			rows[used++] = rows[i];
			continue;
		}
		rows[used - 1].count++;
		if (rows[i].severity > rows[used - 1].severity)
			rows[used - 1].severity = rows[i].severity;
	}
	return used;
}

static int keep(struct as_arena *arena, const struct row *rows, size_t count,
		struct as_answer *answer)
{
	const char **codes = as_arena_array(arena, count + 1, sizeof(*codes));
	unsigned char *severities = as_arena_array(arena, count + 1, sizeof(*severities));
	uint32_t *counts = as_arena_array(arena, count + 1, sizeof(*counts));

	if (codes == NULL || severities == NULL || counts == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		codes[i] = rows[i].code;
		severities[i] = (unsigned char)rows[i].severity;
		counts[i] = rows[i].count;
	}
	answer->codes = codes;
	answer->severities = severities;
	answer->code_counts = counts;
	answer->code_count = count;
	return 0;
}

int as_answer_codes(struct as_arena *arena, const struct as_finding *const *findings, size_t count,
		    struct as_answer *answer)
{
	struct row *rows = calloc(count + 1, sizeof(*rows));
	size_t used;
	int rc;

	if (rows == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct row){findings[i]->code, findings[i]->severity, 1};
	qsort(rows, count, sizeof(*rows), by_code);
	used = merge(rows, count);
	qsort(rows, used, sizeof(*rows), by_severity);
	rc = keep(arena, rows, used < AS_ANSWER_CODES_MAX ? used : AS_ANSWER_CODES_MAX, answer);
	free(rows);
	return rc;
}
