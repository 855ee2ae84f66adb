/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_BUDGET_H
#define ASSAY_BASE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What one message may cost. Every decoder, unpacker and plugin charges the
 * same budget, so that a bomb is stopped by the sum of its layers and not by
 * whichever layer happens to notice.
 *
 * The first cause is kept: the verdict has to name what ran out, not the last
 * symptom. Depth is different: a branch that is too deep ends that branch
 * only (the caller reports it), the rest of the message goes on.
 *
 * The budget never reads a clock; callers pass the monotonic time.
 */
enum as_budget_stop {
	AS_BUDGET_OK = 0,
	AS_BUDGET_BYTES,
	AS_BUDGET_OBJECTS,
	AS_BUDGET_TIME,
};

struct as_budget_limits {
	uint64_t max_bytes; /* decoded and unpacked, over all levels */
	uint32_t max_objects;
	uint32_t max_depth; /* containers within containers */
	uint64_t max_ms;
};

struct as_budget {
	struct as_budget_limits limits;
	uint64_t start_us;
	uint64_t bytes;
	uint32_t objects;
	enum as_budget_stop stop;
};

void as_budget_start(struct as_budget *budget, const struct as_budget_limits *limits,
		     uint64_t now_us);

/* Each answers whether the work may go on; false also after any earlier stop. */
bool as_budget_charge(struct as_budget *budget, uint64_t bytes, uint64_t now_us);
bool as_budget_object(struct as_budget *budget, uint64_t now_us);
bool as_budget_alive(struct as_budget *budget, uint64_t now_us);

uint64_t as_budget_left_bytes(const struct as_budget *budget);
uint64_t as_budget_left_ms(const struct as_budget *budget, uint64_t now_us);

/* The finding that names the stop: limit.bytes, limit.objects, limit.time. */
const char *as_budget_stop_code(enum as_budget_stop stop);

#endif
