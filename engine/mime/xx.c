/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/legacy.h"

#include "mime/uu.h"

size_t as_xx_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, struct as_span *name_out)
{
	bool outside;

	return as_uu_decode_from(AS_XX, in, out, out_capacity, stats_out, &outside, name_out);
}
