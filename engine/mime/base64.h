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

	/*
	 * The rest tells variants.h which other readings are worth the work. What
	 * is counted here is no anomaly by itself: bodies of honest senders have
	 * it. Offsets are SIZE_MAX when there is none.
	 */

	/* base64 */
	size_t last_digit;    /* offset */
	size_t first_junk;    /* offset of an octet outside the alphabet but '=' */
	size_t first_stray;   /* offset of an '=' that ended no quantum */
	size_t first_odd;     /* offset where one of the next four began */
	size_t split_quanta;  /* a line end among four digits */
	size_t inner_blanks;  /* blanks or lone CR with data before and behind */
	size_t empty_lines;   /* with data before and behind */
	size_t longer_lines;  /* longer than one before */
	unsigned int surplus; /* characters at the end beyond whole quanta, with
				 their padding: 0-3 */

	/* quoted-printable */
	size_t doubled;	      /* of bad_escapes: "==" */
	size_t half_escapes;  /* of bad_escapes: one digit and something else */
	size_t split_escapes; /* of bad_escapes: a line end or blank within */
	size_t blank_breaks;  /* blanks between '=' and the line end */
	size_t doubled_ends;  /* another line end behind that of a soft break */
	size_t controls;      /* lines with controls that stand there raw */
	size_t eight_bit;     /* lines with octets above 127 */
	size_t trimmed;	      /* lines that lost blanks at their end */
	size_t hard_breaks;   /* line ends that are data, CRLF only */
	size_t binary;	      /* escapes for octets that no text has */
};

void as_decode_stats_init(struct as_decode_stats *stats);

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

/* Octets of the alphabet have a value below 64, all others one of these. */
enum as_base64_other {
	AS_BASE64_JUNK = 0x80,
	AS_BASE64_BLANK,
	AS_BASE64_PAD,
	AS_BASE64_URL, /* '-' and '_' */
};
extern const unsigned char as_base64_meaning[256];

/* Decodes four digits at a time as long as there are some and three octets fit,
 * which is what honest bodies are made of. Answers how many quanta. */
size_t as_base64_quanta(struct as_span in, unsigned char *out, size_t out_capacity);

#endif
