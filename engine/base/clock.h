/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_CLOCK_H
#define ASSAY_BASE_CLOCK_H

#include <stdint.h>

/*
 * Time is a parameter: whatever measures or waits takes a struct as_clock, so
 * that tests can turn the hands. Budgets and deadlines use the monotonic
 * hand only; a wall clock that jumps changes ids and log stamps, nothing else.
 */
struct as_clock {
	uint64_t (*monotonic_us)(void *context);
	uint64_t (*wall_us)(void *context); /* since 1970-01-01 UTC */
	void *context;
};

/* The kernel's clocks. */
extern const struct as_clock as_clock_system;

static inline uint64_t as_clock_us(const struct as_clock *clock)
{
	return clock->monotonic_us(clock->context);
}

static inline uint64_t as_clock_wall_us(const struct as_clock *clock)
{
	return clock->wall_us(clock->context);
}

#endif
