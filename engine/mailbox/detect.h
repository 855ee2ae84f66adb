/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_DETECT_H
#define ASSAY_MAILBOX_DETECT_H

#include <assay/span.h>

/* What a file is, from its first octets. Names are not looked at: a message
 * saved as .txt is one, a program saved as .eml is none. */
enum as_content {
	AS_CONTENT_FILE = 0, /* none of the others */
	AS_CONTENT_MESSAGE,
	AS_CONTENT_MBOX,
};

/* Octets that are looked at: traces of many relays stand above the fields that
 * tell a mail from other text with colons. */
#define AS_DETECT_BYTES ((size_t)16 << 10)
/* So many fields without a blank line are a message that hides its header,
 * even if none of them is one that mail must have. */
#define AS_DETECT_FLOOD_FIELDS 64u

enum as_content as_content_detect(struct as_span head);

#endif
