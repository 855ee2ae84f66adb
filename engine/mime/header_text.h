/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_HEADER_TEXT_H
#define ASSAY_MIME_HEADER_TEXT_H

#include "base/arena.h"
#include "base/buffer.h"

/*
 * Header values as people read them (RFC 2047, RFC 5322). All of it is linear
 * in the size of the value. Encoded words are decoded wherever they stand,
 * also inside quotes and words, as clients do.
 */

/* RFC 2047 s2 ends a word at 75 octets; a charset that does not fit in here
 * with a NUL is none that anybody knows, and the bound keeps "=?=?=?" linear. */
#define AS_WORD_CHARSET_SIZE 64u

/*
 * Appends value as UTF-8, unfolded, with encoded words decoded; octets outside
 * of words that are no UTF-8 are taken for windows-1252. NUL and other controls
 * that words contained come through. False when out is full or out of memory.
 * found_out (may be NULL) tells whether there was an encoded word.
 */
bool as_header_words(struct as_buffer *out, struct as_span value, bool *found_out);

/* The same for display: NUL-terminated, NUL as U+FFFD, CR and LF as blanks so
 * that a decoded value is one line. NULL: no memory. */
char *as_header_text(struct as_arena *arena, struct as_span value);

/* Appends the block field by field, "Name: value\n", each value as
 * as_header_text() has it; lines without a colon as they stand. */
void as_headers_text(struct as_buffer *out, struct as_span block);

/*
 * The addr-specs of an address list (RFC 5322 s3.4), in order, at most max;
 * valid UTF-8, without comments and without blanks outside quotes. Groups,
 * routes and missing brackets are tolerated; "<>" is no address. -ENOMEM.
 */
int as_header_addresses(struct as_arena *arena, struct as_span value, size_t max,
			const char ***addresses_out, size_t *count_out);

#endif
