/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_FIELD_LINE_H
#define ASSAY_BASE_FIELD_LINE_H

#include <assay/span.h>

/*
 * Lines of octets that may be the header of a message, or may be anything: for
 * whoever has to tell the one from the other. What parses a message that is
 * known to be one is mime/field.h.
 */

/* The first line of text without its end, and text behind it. A line ends with
 * LF, CRLF, or CR alone, which bounces of old systems have. */
struct as_span as_field_line_take(struct as_span *text);

/* Octets of the field name that line begins with, at most name_max; 0: it is no
 * field (RFC 5322 s2.2). Blanks before the colon are obsolete, not extinct
 * (s4.5). */
size_t as_field_line_name(struct as_span line, size_t name_max);

/* Whether name is one of names, whatever the case. */
bool as_field_line_is_any(struct as_span name, const char *const *names, size_t count);

#endif
