/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/legacy.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(struct as_span name, struct as_span in, const unsigned char *out,
		       size_t capacity)
{
	volatile unsigned char sum = 0;

	if (name.size == 0)
		return;
	AS_ASSERT((name.data >= in.data && name.data + name.size <= in.data + in.size) ||
		  (name.data >= out && name.data + name.size <= out + capacity));
	for (size_t i = 0; i < name.size; i++)
		sum = (unsigned char)(sum + name.data[i]);
}

/* Output fits into as many octets as came in, BinHex into its bound. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bound = as_binhex_bound(size), capacity = bound > size ? bound : size;
	unsigned char *out = malloc(capacity + 1);
	struct as_span in = as_span_make(data, size), name;
	struct as_decode_stats stats;

	if (out == NULL)
		return 0;
	as_xx_decode(in, out, size, &stats, &name);
	AS_ASSERT(!stats.truncated);
	check_name(name, in, out, capacity);
	as_yenc_decode(in, out, size, &stats, &name);
	AS_ASSERT(!stats.truncated);
	check_name(name, in, out, capacity);
	AS_ASSERT(as_binhex_decode(in, out, bound, &stats, &name) <= bound);
	check_name(name, in, out, capacity);
	free(out);
	return 0;
}
