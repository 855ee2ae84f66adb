/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_LEGACY_H
#define ASSAY_MIME_LEGACY_H

#include "mime/base64.h"

/*
 * The encodings from before MIME, as lenient as the readers that still accept
 * them. Each allocates nothing, writes at most out_capacity octets and returns
 * how many; anomalies are counted and never end the decoding while data is
 * left. Output never exceeds the input, but for BinHex, whose run lengths are
 * bounded by as_binhex_bound().
 *
 * name_out (may be NULL): the name that the data gives itself, a span of in or
 * (BinHex) of out, behind the octets that are answered; empty when there is
 * none.
 */

/* uuencode with another alphabet ("+-0-9A-Za-z"). */
size_t as_xx_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, struct as_span *name_out);

/* yEnc 1.3: with or without =ybegin, =ypart and =yend lines; several parts one
 * behind the other give one run. Checksums are ignored. */
size_t as_yenc_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		      struct as_decode_stats *stats_out, struct as_span *name_out);

/* BinHex 4.0 (RFC 1741 appendix A): both forks one behind the other, the data
 * fork first; header and checksums are not part of the output. When the header
 * makes no sense all decoded octets are given. */
#define AS_BINHEX_MARK "(this file must be converted with binhex"
/* What BinHex may grow to: run lengths make up to 127 octets of one, programs
 * with long runs of zeros stay below this. What is beyond is cut off and
 * stats_out->truncated set. */
#define AS_BINHEX_GROWTH 6u
#define AS_BINHEX_SLACK	 ((size_t)256 * 1024)

size_t as_binhex_bound(size_t in_size);
bool as_binhex_digit(unsigned char digit);
size_t as_binhex_decode(struct as_span in, unsigned char *out, size_t out_capacity,
			struct as_decode_stats *stats_out, struct as_span *name_out);

#endif
