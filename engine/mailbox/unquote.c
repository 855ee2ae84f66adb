/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/unquote.h"

static const char from[] = "From ";
#define FROM_SIZE (sizeof(from) - 1)

void as_unquote_start(struct as_unquote *unquote)
{
	*unquote = (struct as_unquote){.in_line = false};
}

void as_unquote_finish(struct as_unquote *unquote, struct as_buffer *out)
{
	if (unquote->held)
		as_buffer_byte(out, '>');
	as_buffer_append(out, from, unquote->matched);
	unquote->held = false;
	unquote->matched = 0;
}

/* One octet near the begin of a line. In a run of ">" it does not matter which
 * one is dropped, so the first is held and the others pass. */
static void push_octet(struct as_unquote *unquote, unsigned char octet, struct as_buffer *out)
{
	if (octet == '>' && unquote->matched == 0) {
		if (unquote->held)
			as_buffer_byte(out, '>');
		unquote->held = true;
		return;
	}
	if (unquote->held && octet == (unsigned char)from[unquote->matched]) {
		if (++unquote->matched < FROM_SIZE)
			return;
		unquote->held = false;
		unquote->in_line = true;
		as_unquote_finish(unquote, out);
		return;
	}
	as_unquote_finish(unquote, out);
	as_buffer_byte(out, octet);
	unquote->in_line = octet != '\n';
}

void as_unquote_push(struct as_unquote *unquote, struct as_span piece, struct as_buffer *out)
{
	size_t i = 0;

	while (i < piece.size) {
		size_t end;

		if (!unquote->in_line) {
			push_octet(unquote, piece.data[i++], out);
			continue;
		}
		end = as_span_find_byte(piece, i, '\n');
		unquote->in_line = end == SIZE_MAX;
		end = unquote->in_line ? piece.size : end + 1;
		as_buffer_append(out, piece.data + i, end - i);
		i = end;
	}
}
