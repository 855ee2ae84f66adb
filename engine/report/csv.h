/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_CSV_H
#define ASSAY_REPORT_CSV_H

#include "base/buffer.h"

/*
 * Comma-separated values after RFC 4180: CRLF, quotes where needed, doubled
 * inside. Control characters are escaped as on a terminal.
 *
 * Text that a spreadsheet would take for a formula (it begins with = + - @)
 * gets an apostrophe before it: subjects and file names come from strangers.
 */
void as_csv_text(struct as_buffer *out, const char *text, bool last);
void as_csv_number(struct as_buffer *out, uint64_t number, bool last);

#endif
