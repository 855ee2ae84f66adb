/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const uint64_t as_metrics_bounds_us[AS_METRICS_BUCKETS] = {
	500,	1000,	2500,	 5000,	  10000,    25000,    50000,
	100000, 250000, 1000000, 5000000, 15000000, 60000000, UINT64_MAX,
};

int as_metrics_init(struct as_metrics *metrics, size_t listeners)
{
	*metrics = (struct as_metrics){.listener_count = listeners};
	metrics->listeners = calloc(listeners > 0 ? listeners : 1, sizeof(*metrics->listeners));
	return metrics->listeners != NULL ? 0 : -ENOMEM;
}

void as_metrics_deinit(struct as_metrics *metrics)
{
	free(metrics->listeners);
	metrics->listeners = NULL;
}

static struct as_metrics_code *find(struct as_metrics *metrics, const char *code)
{
	struct as_metrics_code *row;

	for (size_t i = 0; i < metrics->code_count; i++)
		if (strcmp(metrics->codes[i].code, code) == 0)
			return &metrics->codes[i];
	if (metrics->code_count == AS_METRICS_CODES_MAX || strlen(code) >= sizeof(row->code))
		return NULL;
	row = &metrics->codes[metrics->code_count++];
	snprintf(row->code, sizeof(row->code), "%s", code);
	return row;
}

void as_metrics_codes(struct as_metrics *metrics, const struct as_answer *answer)
{
	for (size_t i = 0; i < answer->code_count; i++) {
		struct as_metrics_code *row = find(metrics, answer->codes[i]);

		if (row == NULL) {
			metrics->other_codes++;
			continue;
		}
		row->messages++;
		if (answer->severities[i] > row->severity)
			row->severity = answer->severities[i];
	}
}

void as_metrics_latency(struct as_metrics *metrics, uint64_t us, uint64_t inspect_us)
{
	size_t bucket = 0;

	while (us > as_metrics_bounds_us[bucket])
		bucket++;
	metrics->latency_count[bucket]++;
	metrics->latency_sum_us += us;
	metrics->inspect_sum_us += inspect_us;
}
