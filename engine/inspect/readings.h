/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_READINGS_H
#define ASSAY_INSPECT_READINGS_H

#include "inspect/scan.h"
#include "mime/transfer.h"

/* Encoded files in one text; with more of them the rest is reported, not
 * inspected. Bundles of certificates have some 150. */
#define AS_INLINE_FILES_MAX 256u

/*
 * Further readings of one body, where readers differ in how they decode it: as
 * it stood, when a decoder left text out; in every other way, when the data is
 * damaged (mime/variants.h); under the mechanisms that its octets look like,
 * when the declared one is not known; and files that were put into text
 * (mime/blocks.h).
 */
struct as_body {
	struct as_object *message; /* whose budget is charged */
	struct as_object *object;  /* the body as it was inspected */
	struct as_span raw;	   /* with its transfer encoding */
	enum as_encoding encoding;
	struct as_span data; /* without */
	struct as_transfer transfer;
	bool outside; /* no body: a preamble, an epilogue, a gap */
};

void as_readings_inspect(struct assay_scan *scan, const struct as_body *body);

/* Data in the fields of a header block that begins like a file. */
void as_readings_header(struct assay_scan *scan, struct as_object *message,
			struct as_object *headers, struct as_span block);

#endif
