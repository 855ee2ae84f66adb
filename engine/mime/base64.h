/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BASE64_H
#define ASSAY_MIME_BASE64_H

#include <assay/span.h>

/*
 * How an encoded body departed from its standard. Offsets are of input. White
 * space and line ends are never anomalies.
 */
struct as_decode_stats {
	size_t anomalies;     /* all below but urlsafe, which is junk too */
	size_t first_anomaly; /* offset, SIZE_MAX when there is none */

	/* base64 */
	size_t junk;		/* octets outside the alphabet, stray '=' */
	size_t urlsafe;		/* of these '-' and '_' */
	size_t padding_inside;	/* padded quanta with data behind them */
	size_t missing_padding; /* ended inside a quantum */
	size_t first_run;	/* octets of output before the first padded
				   quantum's successor: what readers see that
				   stop at padding; SIZE_MAX: all of it */

	/* quoted-printable */
	size_t bad_escapes; /* '=' that starts nothing, kept as data */
	size_t lower_hex;   /* =c3 for =C3 */
	size_t odd_breaks;  /* '=' before a lone CR */

	bool altered;	/* another reader may get other octets */
	bool truncated; /* out was too small */
};

/* Octets of output that in_size octets can make at most. */
size_t as_base64_bound(size_t in_size);

/*
 * RFC 2045 s6.8, read as clients do that show the most: octets outside the
 * alphabet are skipped (s6.8 asks for it), a padded quantum ends a run and the
 * next octet begins a new one, one '=' where two are due is skipped when data
 * follows, and two or three characters left at the end give one or two octets.
 *
 * Allocates nothing, writes at most out_capacity octets, returns how many.
 */
size_t as_base64_decode(struct as_span in, unsigned char *out, size_t out_capacity,
			struct as_decode_stats *stats_out);

#endif
