/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/clock.h"

#include <time.h>

static uint64_t read_us(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t system_monotonic_us(void *context)
{
	(void)context;
	return read_us(CLOCK_MONOTONIC);
}

static uint64_t system_wall_us(void *context)
{
	(void)context;
	return read_us(CLOCK_REALTIME);
}

const struct as_clock as_clock_system = {
	.monotonic_us = system_monotonic_us,
	.wall_us = system_wall_us,
};
