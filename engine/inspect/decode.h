/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_DECODE_H
#define ASSAY_INSPECT_DECODE_H

#include "inspect/scan.h"
#include "mime/transfer.h"

/*
 * The body of an entity without its transfer encoding. Identity bodies are
 * not copied; the octets of others are on the heap until as_decoded_free().
 */
struct as_decoded {
	struct as_span data;
	unsigned char *heap;
	struct as_transfer transfer;
};

/* Charges the output to the budget on behalf of message. Negative when the
 * budget or the memory is gone; the finding has been reported then. */
int as_decode(struct assay_scan *scan, struct as_object *message, enum as_encoding encoding,
	      struct as_span raw, struct as_decoded *decoded_out);
/* The same for one of the other ways to decode a damaged body (variants.h). */
int as_decode_variant(struct assay_scan *scan, struct as_object *message, enum as_encoding encoding,
		      struct as_span raw, const struct as_decode_stats *stats, size_t index,
		      struct as_decoded *decoded_out);
void as_decoded_free(struct as_decoded *decoded);

/* Findings about errors in the encoding, and the flag DAMAGED. */
void as_decode_report(struct assay_scan *scan, struct as_object *object,
		      const struct as_decoded *decoded, enum as_encoding encoding);

#endif
