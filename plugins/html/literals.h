/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_LITERALS_H
#define ASSAY_HTML_LITERALS_H

#include "job.h"

/*
 * Blobs in the strings of scripts. The text is cut at its quotes, and what a
 * piece is, base64 or escapes or the code between two strings, its octets say
 * and not its place: a quote in a comment or a pattern, which would turn code
 * into strings, changes nothing.
 */

/* Octets of code between two strings that belong together. */
#define HTML_GLUE_BYTES 128u

/* Escapes in one string that make it a blob at any density. */
#define HTML_MIN_ESCAPES 16u

/* Pieces of one blob whose bounds are kept, to try each alone as well: lists
 * of several files. */
#define HTML_MAX_PIECES 64u

/* Offers what strings hold, joined and alone. */
void html_strings_read(struct html_job *job);

/*
 * The offset of the first octet of the next string, when the quote at the
 * offset ends one that goes on ("a" + "b"); otherwise 0.
 */
size_t html_string_next(struct as_span text, size_t quote);

/* Decodes one blob of base64 or hexadecimal digits and offers it. */
void html_digits_offer(struct html_job *job, struct as_span digits, bool bare);

#endif
