/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/qp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first octet cuts the output short, so that full buffers are met too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span in = as_span_make(data, size);
	struct as_decode_stats stats;
	size_t capacity, written;
	unsigned char *out;

	if (size == 0)
		return 0;
	in = as_span_from(in, 1);
	capacity = in.size;
	if (data[0] < capacity)
		capacity -= data[0];
	out = malloc(capacity + 1);
	AS_ASSERT(out != NULL);
	out[capacity] = 0x5a;
	written = as_qp_decode(in, out, capacity, &stats);
	AS_ASSERT(written <= capacity && out[capacity] == 0x5a);
	AS_ASSERT((stats.first_anomaly == SIZE_MAX) == (stats.anomalies == 0));
	AS_ASSERT(stats.anomalies == 0 || stats.first_anomaly <= in.size);
	AS_ASSERT(data[0] > 0 || !stats.truncated);
	free(out);
	return 0;
}
