/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_JSON_H
#define ASSAY_POLICY_JSON_H

#include "base/buffer.h"

#include <jansson.h>

/* JSON values of text that may hold anything: what is not UTF-8 is repaired,
 * so that a value can never be missing from a verdict. */
json_t *as_json_text(const char *text);
json_t *as_json_span(struct as_span text);
json_t *as_json_sha256(const unsigned char *digest);

/* Appends the value on one line, keys in their order. -ENOMEM, also when the
 * value is NULL. */
int as_json_write(const json_t *value, struct as_buffer *out);

#endif
