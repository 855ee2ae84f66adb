/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_STATS_METRICS_H
#define ASSAY_CLI_STATS_METRICS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads GET /metrics: the text format of Prometheus, version 0.0.4. Only what
 * a daemon of ours writes is understood: samples without time stamps, labels
 * with the three escapes of the format. Lines that are otherwise are left out.
 */

/* The daemon counts at most 2,048 codes; everything else is some hundred. */
#define AS_SAMPLES_MAX 16384u
/* Of one sample. */
#define AS_LABELS_MAX 8u

struct as_label {
	const char *name, *value;
};

struct as_sample {
	const char *name;
	struct as_label labels[AS_LABELS_MAX];
	size_t label_count;
	double value;
};

struct as_samples {
	struct as_arena arena; /* everything points into it */
	struct as_sample *samples;
	size_t count;
};

/* 0, or -ENOMEM. free it in any case. */
int as_samples_parse(struct as_span text, struct as_samples *samples_out);
void as_samples_free(struct as_samples *samples);

/* "" when the sample has no such label. */
const char *as_sample_label(const struct as_sample *sample, const char *name);

/* The sum of all samples of that name whose label has that value; label NULL:
 * of all. */
double as_samples_sum(const struct as_samples *samples, const char *name, const char *label,
		      const char *value);

/*
 * The bound below which a share (0 to 1) of what a histogram counted between
 * two readings lies, in its unit; before may be NULL. Negative when nothing
 * was counted; infinity above the last bound. Within a bucket the values are
 * taken to lie evenly.
 */
double as_samples_quantile(const struct as_samples *before, const struct as_samples *now,
			   const char *name, double share);

#endif
