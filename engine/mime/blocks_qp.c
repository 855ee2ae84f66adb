/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks_qp.h"

#include "mime/octet.h"

static void lose(struct as_block_qp *qp)
{
	qp->score -= qp->score < AS_BLOCK_ESCAPES_LOST ? qp->score : AS_BLOCK_ESCAPES_LOST;
}

static void take_equals(struct as_block_qp *qp, struct as_span line, size_t at, size_t offset,
			size_t paragraph)
{
	if (at + 3 <= line.size && as_octet_hex(line.data[at + 1]) &&
	    as_octet_hex(line.data[at + 2])) {
		if (qp->score == 0 || offset - qp->last > AS_BLOCK_ESCAPES_GAP) {
			qp->score = 0;
			qp->begin = paragraph;
		}
		qp->score++;
		qp->last = offset;
		qp->dense = qp->score >= AS_BLOCK_ESCAPES_MIN;
	} else if (as_span_blank(as_span_from(line, at + 1))) {
		/* A soft break; base64 and rules end with '=' too. */
		qp->last = offset;
	} else {
		lose(qp);
	}
}

void as_block_qp_line(struct as_block_qp *qp, struct as_span text, struct as_line line,
		      size_t paragraph)
{
	if (qp->dense)
		return;
	for (size_t at = line.begin; at < line.end; at++) {
		const unsigned char *hit = memchr(text.data + at, '=', line.end - at);

		if (hit == NULL)
			return;
		at = (size_t)(hit - text.data);
		take_equals(qp, as_line_span(text, line), at - line.begin, at, paragraph);
		if (qp->dense)
			return;
	}
}
