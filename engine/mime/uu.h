/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_UU_H
#define ASSAY_MIME_UU_H

#include "mime/base64.h"

/*
 * uuencode (POSIX.1-2017, uuencode: both algorithms), as Outlook and
 * Thunderbird read it under Content-Transfer-Encoding: x-uuencode: a "begin"
 * line or none, an "end" line or none, lines whose trailing blanks were lost
 * on the way. Several files one behind the other give one run of octets.
 *
 * Lines that fit nothing are skipped and counted as anomalies; `outside` tells
 * whether text stood around the encoded lines. Output never exceeds the input.
 * Allocates nothing, writes at most out_capacity octets, returns how many.
 */
size_t as_uu_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, bool *outside_out);

#endif
