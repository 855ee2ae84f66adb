/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_QP_H
#define ASSAY_MIME_QP_H

#include "mime/base64.h"

#include <assay/span.h>

/*
 * RFC 2045 s6.7. Where the rules are broken the reading of common clients is
 * taken: lower-case digits count, an '=' that starts no escape is data, blanks
 * may stand between '=' and the line end, '=' ends the body or stands before a
 * lone CR like a soft break. Blanks before a line end and at the end of the
 * body are removed, as rule 3 demands: they came from transport.
 *
 * Output never exceeds the input. Allocates nothing, writes at most
 * out_capacity octets, returns how many. in and out must not overlap.
 */
size_t as_qp_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out);

#endif
