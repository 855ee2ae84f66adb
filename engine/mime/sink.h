/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_SINK_H
#define ASSAY_MIME_SINK_H

#include "mime/base64.h"

/* Where a decoder writes, and what it noticed. */
struct as_sink {
	unsigned char *out;
	size_t capacity, size;
	struct as_decode_stats *stats;
};

static inline void as_sink_put(struct as_sink *sink, unsigned int octet)
{
	if (sink->size < sink->capacity)
		sink->out[sink->size++] = (unsigned char)octet;
	else
		sink->stats->truncated = true;
}

/* An anomaly at this offset of the input. */
static inline void as_sink_note(struct as_sink *sink, size_t offset)
{
	sink->stats->anomalies++;
	if (sink->stats->first_anomaly == SIZE_MAX)
		sink->stats->first_anomaly = offset;
}

#endif
