/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_ENVELOPE_H
#define ASSAY_INSPECT_ENVELOPE_H

#include "inspect/scan.h"

/* At most so many From addresses are kept for the verdict. */
#define AS_FROM_MAX 16u
/* Values are for people: what is longer is cut. */
#define AS_HEADER_VALUE_BYTES ((size_t)2048)

/* Fills scan->message and what the verdict says of the message from the
 * header of the outermost one. */
void as_message_describe(struct assay_scan *scan, const struct as_mime_tree *tree);

/* Reports limit.recipients on the message. */
void as_recipients_check(struct assay_scan *scan, const struct as_object *message);

#endif
