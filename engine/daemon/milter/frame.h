/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_FRAME_H
#define ASSAY_DAEMON_MILTER_FRAME_H

#include <assay/span.h>

/*
 * Frames of the milter protocol: a length of four octets, highest first, that
 * counts the command octet and the payload behind it. The reader keeps five
 * octets and hands the payload on in the pieces in which it came, so that a
 * peer cannot make us hold a frame by sending it slowly.
 *
 * Pure: no memory, no descriptors, no clock.
 */

/* What the mail server sends. */
#define AS_MILTER_OPTNEG  'O'
#define AS_MILTER_MACRO	  'D'
#define AS_MILTER_CONNECT 'C'
#define AS_MILTER_HELO	  'H'
#define AS_MILTER_MAIL	  'M'
#define AS_MILTER_RCPT	  'R'
#define AS_MILTER_DATA	  'T'
#define AS_MILTER_HEADER  'L'
#define AS_MILTER_EOH	  'N'
#define AS_MILTER_BODY	  'B'
#define AS_MILTER_EOM	  'E'
#define AS_MILTER_UNKNOWN 'U'
#define AS_MILTER_ABORT	  'A'
#define AS_MILTER_QUIT_NC 'K'
#define AS_MILTER_QUIT	  'Q'

/* Payload of a header field or a piece of the body. Postfix sends fields of up
 * to header_size_limit (102,400) octets, which libmilter does not take. The
 * slack is for the name and the two NULs. */
#define AS_MILTER_CONTENT_FRAME_MAX ((1u << 20) + 4096u)
/* Payload of all other commands, which are collected before they are read: the
 * largest frame of libmilter, and 30 times an SMTP line of Postfix. */
#define AS_MILTER_COMMAND_FRAME_MAX 65535u

struct as_milter_frame {
	unsigned char head[5];
	unsigned char have; /* octets of head; one more once it was reported */
	uint32_t left;	    /* octets of the payload that have not come */
};

enum as_milter_event {
	AS_MILTER_NEED = 0, /* all input is used up */
	AS_MILTER_BEGIN,    /* command and size of the payload are known */
	AS_MILTER_PIECE,    /* some of the payload */
	AS_MILTER_END,	    /* the frame is whole */
	/* Nothing can be read after these. */
	AS_MILTER_BAD_LENGTH,  /* 0: not even a command */
	AS_MILTER_BAD_COMMAND, /* no command of the protocol */
	AS_MILTER_BAD_SIZE,    /* over the limit of its command */
};

/* Takes octets from the front of *in. *piece_out is set with PIECE only and
 * points into *in. */
enum as_milter_event as_milter_frame_next(struct as_milter_frame *frame, struct as_span *in,
					  struct as_span *piece_out);

/* Of the frame that has begun. */
static inline unsigned char as_milter_frame_command(const struct as_milter_frame *frame)
{
	return frame->head[4];
}

/* Some octets of a frame have come, and not all. */
static inline bool as_milter_frame_inside(const struct as_milter_frame *frame)
{
	return frame->have > 0;
}

#endif
