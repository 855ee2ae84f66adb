/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_SEPARATOR_H
#define ASSAY_MAILBOX_SEPARATOR_H

#include <assay/span.h>

/*
 * The line that begins a message in a mailbox file (RFC 4155, appendix A):
 * "From ", an address, a date in the form of asctime(3). Writers differ in the
 * date, and bodies hold sentences that begin with "From", so the line is
 * graded and the caller looks at what stands around it.
 */

/* Octets of such a line without its end: an address has at most 320 (RFC 5321
 * s4.5.3.1), rewritten ones (SRS, VERP) some more, a date 40. */
#define AS_FROM_LINE_MAX 1024u
/* Octets of a field name that are looked at; names of real mail end below 80. */
#define AS_FIELD_NAME_MAX 128u

enum as_from_line {
	AS_FROM_NONE = 0, /* does not begin with "From " */
	AS_FROM_PROSE,	  /* more likely a sentence */
	AS_FROM_BARE,	  /* an address and nothing else */
	AS_FROM_DATED,	  /* ends with a date */
};

/* line has no line end. */
enum as_from_line as_from_line_grade(struct as_span line);

/* Whether text begins as a header does: a field name and a colon (RFC 5322
 * s2.2), or the ">From " that relays of old wrote above the header. */
bool as_begins_with_field(struct as_span text);

/* Whether a line is one that a mailbox writer quoted: ">", any number of them,
 * then "From ". text must hold the line's beginning only. */
bool as_begins_with_quoted_from(struct as_span text);

#endif
