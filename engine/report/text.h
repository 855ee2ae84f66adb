/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_TEXT_H
#define ASSAY_REPORT_TEXT_H

#include "base/buffer.h"

/*
 * Text in columns of a terminal. Width is in cells: two for wide East Asian
 * characters and emoji, none for combining ones (Unicode 15, the common
 * ranges; a terminal may differ in rare characters, which shifts a column).
 */
size_t as_text_width(struct as_span text);

/* Appends text, escaped for a terminal and cut to at most width cells with an
 * ellipsis; 0: not cut. Returns the cells used. */
size_t as_text_put(struct as_buffer *out, struct as_span text, size_t width);

/* 48,211 */
void as_text_number(struct as_buffer *out, uint64_t number);
/* "48.2 kB", "3.1 MB": three digits, powers of ten. */
void as_text_bytes(struct as_buffer *out, uint64_t bytes);
/* "1.83 ms", "12.4 s", "3:07 min" */
void as_text_duration(struct as_buffer *out, uint64_t us);

#endif
