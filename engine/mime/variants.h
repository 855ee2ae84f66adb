/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_VARIANTS_H
#define ASSAY_MIME_VARIANTS_H

#include "mime/base64.h"
#include "mime/mime.h"

/*
 * Other ways to decode a base64 or quoted-printable body that breaks the rules,
 * as other readers do: padding ends the data, is skipped, begins anew, or is
 * zero; junk is skipped, ends the line, discards the line; lines are decoded
 * one by one; the data begins one to three characters late; '-' and '_' count
 * or do not; a bad escape is kept, dropped, or takes its digits with it ...
 *
 * A body that is as it should be has none. Bodies without an anomaly may have
 * some: lines that end within a quantum are read alike by all clients that are
 * known, and yet not by everything that ever read mail. So this count, and not
 * the count of anomalies, tells whether there is more to look at.
 */

/* What one body may cost in decodings, and in inspections when all differ. */
#define AS_VARIANTS_MAX 16u
/* A tail behind whole base64 data is taken for what a mailing list or a gateway
 * appended, and costs one variant, when it is not larger than disclaimers are ... */
#define AS_VARIANTS_PROSE_MAX ((size_t)16 * 1024)
/* ... and no more characters of it than this look like data. The EICAR file
 * has 91, of which two thirds or more look so however they are spread. */
#define AS_VARIANTS_PROSE_DIGITS 48u

/* How many are worth trying for a body that the usual decoder left with these
 * statistics. Others would give the same octets. */
size_t as_variants_count(enum as_encoding encoding, struct as_span in,
			 const struct as_decode_stats *stats);

/* More kinds of errors met in one body than AS_VARIANTS_MAX readings cover: no
 * honest body, and some reading was left out. */
bool as_variants_cut(enum as_encoding encoding, struct as_span in,
		     const struct as_decode_stats *stats);

/* Nothing is wrong but the lengths of the lines, of which no client is known to
 * make anything else: old gateways cut lines after 990 octets or so. */
bool as_variants_by_lines(enum as_encoding encoding, struct as_span in,
			  const struct as_decode_stats *stats);

/* A word for paths and people: "restart", "lines"; index below the count. */
const char *as_variants_label(enum as_encoding encoding, struct as_span in,
			      const struct as_decode_stats *stats, size_t index);

/* Writes at most out_capacity octets (as_base64_bound(in.size) is enough for
 * base64, in.size for quoted-printable), returns how many. Linear. Two indices
 * may give equal octets. stats are those of the usual decoder over the same in. */
size_t as_variants_decode(enum as_encoding encoding, struct as_span in,
			  const struct as_decode_stats *stats, size_t index, unsigned char *out,
			  size_t out_capacity);

#endif
