/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/frame.h"

/* The payload that a command may have, or UINT32_MAX for octets that are no
 * command. */
static uint32_t most_of(unsigned char command)
{
	switch (command) {
	case AS_MILTER_HEADER:
	case AS_MILTER_BODY:
	case AS_MILTER_EOM:
		return AS_MILTER_CONTENT_FRAME_MAX;
	case AS_MILTER_OPTNEG:
	case AS_MILTER_MACRO:
	case AS_MILTER_CONNECT:
	case AS_MILTER_HELO:
	case AS_MILTER_MAIL:
	case AS_MILTER_RCPT:
	case AS_MILTER_DATA:
	case AS_MILTER_EOH:
	case AS_MILTER_UNKNOWN:
	case AS_MILTER_ABORT:
	case AS_MILTER_QUIT_NC:
	case AS_MILTER_QUIT:
		return AS_MILTER_COMMAND_FRAME_MAX;
	default:
		return UINT32_MAX;
	}
}

static enum as_milter_event begin(struct as_milter_frame *frame)
{
	struct as_span head = as_span_make(frame->head, sizeof(frame->head));
	uint32_t most = most_of(frame->head[4]);
	uint32_t length = 0;

	as_span_be32(head, 0, &length);
	if (length == 0)
		return AS_MILTER_BAD_LENGTH;
	if (most == UINT32_MAX)
		return AS_MILTER_BAD_COMMAND;
	if (length - 1 > most)
		return AS_MILTER_BAD_SIZE;
	frame->left = length - 1;
	frame->have++;
	return AS_MILTER_BEGIN;
}

enum as_milter_event as_milter_frame_next(struct as_milter_frame *frame, struct as_span *in,
					  struct as_span *piece_out)
{
	size_t take;

	while (frame->have < sizeof(frame->head)) {
		if (in->size == 0)
			return AS_MILTER_NEED;
		frame->head[frame->have++] = in->data[0];
		*in = as_span_from(*in, 1);
	}
	if (frame->have == sizeof(frame->head))
		return begin(frame);
	if (frame->left == 0) {
		frame->have = 0;
		return AS_MILTER_END;
	}
	if (in->size == 0)
		return AS_MILTER_NEED;
	take = in->size < frame->left ? in->size : frame->left;
	*piece_out = as_span_slice(*in, 0, take);
	*in = as_span_from(*in, take);
	frame->left -= (uint32_t)take;
	return AS_MILTER_PIECE;
}
