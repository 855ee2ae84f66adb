/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/uu.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Output must fit into as many octets as came in. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *out = malloc(size + 1);
	struct as_decode_stats stats;
	bool outside;

	if (out == NULL)
		return 0;
	as_uu_decode(as_span_make(data, size), out, size, &stats, &outside);
	AS_ASSERT(!stats.truncated);
	free(out);
	return 0;
}
