/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_DECODE_H
#define ATTACHMENT_DECODE_H

#include <assay/span.h>

/*
 * What a name may still be encoded in after the parser has done its work:
 * encoded words inside quotes (RFC 2047 s5 forbids them there, Outlook,
 * Thunderbird and Apple Mail decode them all the same) and percent escapes.
 *
 * A name of more octets than this fits no file system: 255 UTF-16 units are
 * 2,295 octets in percent escapes of UTF-8. Longer ones are cut to head and
 * tail, which the caller reports, so that work per name stays bounded.
 */
#define ATT_NAME_OCTETS 8192u
/* RFC 2047 s2 allows 75 octets for a whole encoded word; the label of the
 * longest registered charset has 45. */
#define ATT_CHARSET_OCTETS 64u

struct att_text {
	unsigned char data[ATT_NAME_OCTETS];
	size_t size;
	bool cut; /* there was more */
};

/* Head and tail when the text is too long. */
void att_text_set(struct att_text *text, struct as_span from);
struct as_span att_text_span(const struct att_text *text);

/*
 * Each decodes all of `from` into `to` and tells whether that changed
 * anything. Malformed input decodes as far as a lenient client would: no
 * padding, junk between base64 characters, no closing "?=".
 */
bool att_decode_words(struct as_span from, struct att_text *to);
bool att_decode_percent(struct as_span from, struct att_text *to);

#endif
