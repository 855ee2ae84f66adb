/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_NUMBERS_H
#define ASSAY_HTML_NUMBERS_H

#include "job.h"

/*
 * Octets written as lists of numbers, decimal (77), hexadecimal (0x4d, &H4D)
 * or octal (0115, 0o115), in any language: what stands between two of them is
 * always the same. [77, 90], "77-90", Chr(77) & Chr(90),
 * String.fromCharCode(77)+String.fromCharCode(90).
 */

/* What stands between two numbers, without blanks. */
#define HTML_GAP_BYTES 48u

void html_numbers_read(struct html_job *job);

#endif
