/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_VIEW_H
#define ASSAY_REPORT_VIEW_H

#include <assay/span.h>

#include <jansson.h>

/*
 * Reads a verdict (schema 1). It was rendered in a worker that has handled
 * hostile octets, so nothing is taken for granted: what is missing or of
 * another type reads as "" or 0.
 */

/* NULL when it is not a JSON object; json_decref() it. */
json_t *as_view_open(struct as_span json);

/* The last argument of the list of keys is NULL. Strings live as long as the
 * value. */
const char *as_view_text(const json_t *value, ...) __attribute__((sentinel));
uint64_t as_view_number(const json_t *value, ...) __attribute__((sentinel));
const json_t *as_view_member(const json_t *value, ...) __attribute__((sentinel));
/* The text of element index of a list. */
const char *as_view_item(const json_t *list, size_t index);

#endif
