/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_REPLY_H
#define ASSAY_DAEMON_MILTER_REPLY_H

#include "base/buffer.h"

#include <sys/types.h>

/*
 * What we send, as frames appended to a buffer. Pure. Texts may come from a
 * mail: whatever they hold, the frame that is made is one that a mail server
 * takes. A failed append is remembered by the buffer.
 */
#define AS_MILTER_CONTINUE    'c'
#define AS_MILTER_TEMPFAIL    't'
#define AS_MILTER_DISCARD     'd'
#define AS_MILTER_PROGRESS    'p'

#define AS_MILTER_VERSION_MIN 2u
#define AS_MILTER_VERSION_MAX 6u

/* Octets of words in an SMTP reply: with the codes and "250 " before them they
 * stay below the 512 of RFC 5321 s4.5.3.1.5. */
#define AS_MILTER_REPLY_MAX 480u
/* Postfix honours so many octets of the reason and no more. */
#define AS_MILTER_REASON_MAX 100u
/* A piece of a new body: more is refused by mail servers. */
#define AS_MILTER_PIECE_MAX 65535u
/* A header value that we send: the frame stays below what libmilter's
 * counterpart reads, with the name beside it. */
#define AS_MILTER_VALUE_MAX 49152u

/* A frame without payload. */
void as_milter_reply(struct as_buffer *out, char command);
/* code is "550 5.7.1"; a percent sign in text is doubled, because Sendmail
 * uses the words as a format. */
void as_milter_reply_text(struct as_buffer *out, const char *code, const char *text);
/* Lists of macros stand in symbols, in the form of the protocol. */
void as_milter_reply_offer(struct as_buffer *out, uint32_t version, uint32_t actions,
			   uint32_t steps, struct as_span symbols);

/* Where a header edit belongs. */
enum as_milter_place {
	AS_MILTER_ADD = 'h',
	AS_MILTER_INSERT = 'i', /* before field number index, from 0 */
	AS_MILTER_CHANGE = 'm', /* field number index of that name, from 1; an
				   empty value deletes it */
};
/* space: the server takes the value as it is, so the blank behind the colon is
 * ours (HDR_LEADSPC). LF is kept where a blank follows it. */
void as_milter_reply_field(struct as_buffer *out, enum as_milter_place place, uint32_t index,
			   struct as_span name, struct as_span value, bool space);
/* address as the server gave it. */
void as_milter_reply_delete(struct as_buffer *out, struct as_span address);
void as_milter_reply_hold(struct as_buffer *out, const char *reason);
/* The head of a frame with a piece of the body; its octets follow. */
void as_milter_reply_body(struct as_buffer *out, size_t size);

#endif
