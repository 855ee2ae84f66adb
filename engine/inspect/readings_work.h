/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_READINGS_WORK_H
#define ASSAY_INSPECT_READINGS_WORK_H

#include "inspect/hidden.h"
#include "inspect/readings.h"

/* What the files readings*.c share. */

/* One reading: the octets, how they are called and what they mean if they were
 * not seen before. */
struct as_body_reading {
	struct as_span data;
	const char *label, *via;
	struct as_span name; /* that the data gives itself, or empty */
	bool piece;	     /* of a text: a message is no message in each piece */
	bool guess;	     /* nothing says that it is encoded: its parts, if it has any,
				were read with the message around it */
	struct as_hidden_kind hidden;
};

/* No client is known to have it. */
bool as_body_reading_doubted(const struct as_body_reading *reading);

/* readings_one.c: makes an object of the octets and inspects it. */
void as_body_reading_inspect(struct assay_scan *scan, const struct as_body *body,
			     const struct as_body_reading *reading);
/* Decodes raw, if the budget for readings allows, and inspects what comes out. */
void as_body_reading_decode(struct assay_scan *scan, const struct as_body *body, struct as_span raw,
			    enum as_encoding encoding, struct as_body_reading *reading);

/* readings_blocks.c: files within a text (mime/blocks.h). */
void as_readings_blocks(struct assay_scan *scan, const struct as_body *body, struct as_span text);

#endif
