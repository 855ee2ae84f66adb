/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REWRITE_NOTICE_H
#define ASSAY_REWRITE_NOTICE_H

#include "rewrite/plan.h"

/*
 * Appends the part that stands in the place of one that was taken out: header,
 * blank line and a text in quoted-printable (RFC 2045 s6.7) without a line end
 * behind it. No line of it begins with a hyphen, so that a file name cannot make
 * a delimiter.
 *
 * eol is what the message's lines end with. False without memory.
 */
bool as_rewrite_notice(struct as_buffer *out, const struct as_rewrite_part *part, const char *id,
		       const char *eol);

#endif
