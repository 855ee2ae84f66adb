/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_READINGS_H
#define ASSAY_INSPECT_READINGS_H

#include "inspect/scan.h"

/* Files in one text; with more of them the rest is reported, not inspected. */
#define AS_INLINE_FILES_MAX 256u

/*
 * Further readings of one body, where clients differ in how they decode it:
 * as it stood, when a decoder left text out; under the mechanisms that its
 * octets look like, when the declared one is not known; and files that were
 * put into plain text by uuencode.
 */
struct as_body {
	struct as_object *message; /* whose budget is charged */
	struct as_object *object;  /* the body as it was inspected */
	struct as_span raw;	   /* with its transfer encoding */
	enum as_encoding encoding;
	bool outside; /* the decoder left text out */
};

void as_readings_inspect(struct assay_scan *scan, const struct as_body *body);

#endif
