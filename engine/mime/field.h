/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_FIELD_H
#define ASSAY_MIME_FIELD_H

#include "base/buffer.h"
#include "mime/mime.h"

#include <assay/span.h>

/*
 * One header field at a time (RFC 5322 s2.2), without copying. Spans point
 * into the block. Lines end with CRLF, LF, a lone CR, or CR CR LF, which
 * broken gateways write; all readers of this module agree on that.
 */
struct as_field {
	struct as_span name;  /* blanks and NULs round it cut off */
	struct as_span value; /* folds inside; blanks and line ends round it
				 cut off. Without colon: the line(s) */
	size_t begin, end;    /* in the block, with the last line end */
	bool has_colon;	      /* a name that could be one, and a colon */
};

/*
 * The field at *offset; *offset moves behind it. False at the blank line or
 * at the end of the block, where *offset then stands. Begin with 0.
 *
 * A name that is parted from its colon by a fold is accepted, as is an indented
 * first line. A line of blanks continues the field before it (RFC 5322 s4.2).
 */
bool as_field_next(struct as_span block, size_t *offset, struct as_field *field_out);

/* Compares without regard to case. False for lines without a colon. */
bool as_field_is(const struct as_field *field, const char *name);

/* The first field of that name. */
bool as_field_find(struct as_span block, const char *name, struct as_field *field_out);

/* Appends value without its line ends; the blanks of folds stay (s2.2.3). */
bool as_field_unfold(struct as_buffer *out, struct as_span value);

/* Behind the comment that opens at offset, nested ones included (s3.2.2). One
 * without an end is no comment: offset, after a search of all of text. */
size_t as_comment_skip(struct as_span text, size_t offset);

/*
 * The mechanism that a Content-Transfer-Encoding value names (RFC 2045 s6.1):
 * its first token, without regard to case, comments, quotes and what follows.
 * An empty value is the identity. RFC 2045 knows no uuencode and no BinHex, but
 * MS-OXCMAIL s2.2.3.4 has readers accept them; libmime of Thunderbird knows
 * yEnc, metamail knew x-gzip64 (base64 round gzip), others are spellings that
 * have but one meaning. A token that would have to be guessed is UNKNOWN.
 */
enum as_encoding as_encoding_find(struct as_span field_value);

/* Whether the value names its mechanism otherwise than RFC 2045 does: "x-base64",
 * but also names that nobody knows. */
bool as_encoding_is_alias(struct as_span field_value);

#endif
