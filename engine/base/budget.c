/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/budget.h"

#include "base/assert.h"

#include <stddef.h>

static bool stop_with(struct as_budget *budget, enum as_budget_stop stop)
{
	if (budget->stop == AS_BUDGET_OK)
		budget->stop = stop;
	return false;
}

void as_budget_start(struct as_budget *budget, const struct as_budget_limits *limits,
		     uint64_t now_us)
{
	AS_ASSERT(budget != NULL && limits != NULL);
	*budget = (struct as_budget){.limits = *limits, .start_us = now_us};
}

bool as_budget_alive(struct as_budget *budget, uint64_t now_us)
{
	if (budget->stop != AS_BUDGET_OK)
		return false;
	if (now_us > budget->start_us &&
	    (now_us - budget->start_us) / 1000u > budget->limits.max_ms)
		return stop_with(budget, AS_BUDGET_TIME);
	return true;
}

bool as_budget_charge(struct as_budget *budget, uint64_t bytes, uint64_t now_us)
{
	if (!as_budget_alive(budget, now_us))
		return false;
	/* Compared by subtraction: a sum of hostile sizes could wrap. */
	if (bytes > budget->limits.max_bytes - budget->bytes)
		return stop_with(budget, AS_BUDGET_BYTES);
	budget->bytes += bytes;
	return true;
}

bool as_budget_object(struct as_budget *budget, uint64_t now_us)
{
	if (!as_budget_alive(budget, now_us))
		return false;
	if (budget->objects >= budget->limits.max_objects)
		return stop_with(budget, AS_BUDGET_OBJECTS);
	budget->objects++;
	return true;
}

uint64_t as_budget_left_bytes(const struct as_budget *budget)
{
	return budget->stop != AS_BUDGET_OK ? 0 : budget->limits.max_bytes - budget->bytes;
}

uint64_t as_budget_left_ms(const struct as_budget *budget, uint64_t now_us)
{
	uint64_t spent_ms = now_us > budget->start_us ? (now_us - budget->start_us) / 1000u : 0;

	if (budget->stop != AS_BUDGET_OK || spent_ms >= budget->limits.max_ms)
		return 0;
	return budget->limits.max_ms - spent_ms;
}

const char *as_budget_stop_code(enum as_budget_stop stop)
{
	switch (stop) {
	case AS_BUDGET_OK:
		return "";
	case AS_BUDGET_BYTES:
		return "limit.bytes";
	case AS_BUDGET_OBJECTS:
		return "limit.objects";
	case AS_BUDGET_TIME:
		return "limit.time";
	}
	abort();
}
