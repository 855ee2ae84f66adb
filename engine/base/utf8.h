/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_UTF8_H
#define ASSAY_BASE_UTF8_H

#include "base/buffer.h"

#include <stdint.h>

/*
 * UTF-8 as RFC 3629 s3 has it: no overlong forms, no surrogates, nothing
 * above U+10FFFF.
 */

/* Octets of the well-formed character at the start of text, 0 when there is
 * none; *character_out may be NULL. */
size_t as_utf8_next(struct as_span text, uint32_t *character_out);
bool as_utf8_valid(struct as_span text);
/* 1-4 octets; 0 for values that have no UTF-8 form. */
size_t as_utf8_put(uint32_t character, unsigned char out[4]);

/* Appends text as valid UTF-8: each octet that is not becomes U+FFFD. */
bool as_utf8_repair(struct as_buffer *out, struct as_span text);

/*
 * Appends text for a terminal, a log line or a path: valid UTF-8, with
 * control characters, DEL, C1, bidi controls and invalid octets written as
 * \xNN or \u{NNNN}, so that no mail can move a cursor or reverse a line.
 */
bool as_utf8_escape(struct as_buffer *out, struct as_span text);

#endif
