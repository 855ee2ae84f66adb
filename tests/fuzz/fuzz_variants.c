/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "mime/qp.h"
#include "mime/variants.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(enum as_encoding encoding, struct as_span in, size_t capacity,
		     const struct as_decode_stats *stats, unsigned char *out)
{
	size_t count = as_variants_count(encoding, in, stats);

	AS_ASSERT(count <= AS_VARIANTS_MAX);
	for (size_t i = 0; i < count; i++) {
		AS_ASSERT(as_variants_label(encoding, in, stats, i)[0] != '\0');
		out[capacity] = 0x5a;
		AS_ASSERT(as_variants_decode(encoding, in, stats, i, out, capacity) <= capacity);
		AS_ASSERT(out[capacity] == 0x5a);
	}
	AS_ASSERT(as_variants_label(encoding, in, stats, AS_VARIANTS_MAX * 4)[0] == '\0');
}

/* The first octet cuts the output short, so that full buffers are met too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span in = as_span_make(data, size);
	struct as_decode_stats stats;
	unsigned char *out;
	size_t bound;

	if (size == 0)
		return 0;
	in = as_span_from(in, 1);
	bound = as_base64_bound(in.size);
	out = malloc(bound + in.size + 1);
	AS_ASSERT(out != NULL);
	as_base64_decode(in, out, bound, &stats);
	read_all(AS_ENCODING_BASE64, in, data[0] < bound ? bound - data[0] : bound, &stats, out);
	as_qp_decode(in, out, in.size, &stats);
	read_all(AS_ENCODING_QP, in, data[0] < in.size ? in.size - data[0] : in.size, &stats, out);
	free(out);
	return 0;
}
