/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_STATS_DRAW_H
#define ASSAY_CLI_STATS_DRAW_H

#include "base/buffer.h"
#include "cli/stats_metrics.h"

#include <jansson.h>

/* What a daemon said of itself at one moment. */
struct as_picture {
	struct as_samples samples; /* GET /metrics */
	json_t *status;		   /* GET /v1/status */
	uint64_t at_us;		   /* monotonic */
};

/* Findings that are listed. */
#define AS_STATS_TOP 8u

/*
 * The page of `assay stats`: rates and latencies of the time between two
 * pictures, or since the daemon's start when before is NULL.
 */
void as_stats_draw(const struct as_picture *before, const struct as_picture *now, const char *where,
		   bool colour, struct as_buffer *out);

#endif
