/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_UU_H
#define ASSAY_MIME_UU_H

#include "mime/base64.h"

/*
 * uuencode (POSIX.1-2017, uuencode: both algorithms), as Outlook and
 * Thunderbird read it under Content-Transfer-Encoding: x-uuencode: a "begin"
 * line or none, an "end" line or none, lines whose trailing blanks were lost
 * on the way or that were quoted or indented. Several files one behind the
 * other give one run of octets.
 *
 * A line whose length character is wrong is taken as long as it is. Lines in
 * the alphabet of xxencode are read as such: the label is often wrong.
 *
 * Lines that fit nothing are skipped and counted as anomalies; `outside` tells
 * whether text stood around the encoded lines. Output never exceeds the input.
 * Allocates nothing, writes at most out_capacity octets, returns how many.
 */
size_t as_uu_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, bool *outside_out);

enum as_uu_alphabet { AS_UU = 0, AS_XX };

/* The same, beginning with this alphabet. name_out: of the first begin line. */
size_t as_uu_decode_from(enum as_uu_alphabet alphabet, struct as_span in, unsigned char *out,
			 size_t out_capacity, struct as_decode_stats *stats_out, bool *outside_out,
			 struct as_span *name_out);

/* Encoders add one or two characters of checksum to a line. */
#define AS_UU_CHECKSUM_MAX 2u
/* One character in so many may be outside the alphabet in a line of the right
 * length: readers mask such characters, and prose has more of them. */
#define AS_UU_FOREIGN_DIVISOR 8u
/* A line of another length than it announces is data from so many characters on
 * when no "begin" stood before it. */
#define AS_UU_WRONG_MIN 20u

enum as_uu_fit {
	AS_UU_NONE = 0,
	AS_UU_WRONG, /* the alphabet, but another length than announced */
	AS_UU_SHORT, /* as announced when blanks at its end were cut, or digits
			that hold nothing */
	AS_UU_LOOSE, /* as long as announced, some characters are foreign */
	AS_UU_EXACT,
};

struct as_uu_line {
	struct as_span digits; /* without the length character */
	size_t octets;	       /* of output, never more than the line has */
};

/* One line without its line end, as it stands. line_out is set unless NONE. */
enum as_uu_fit as_uu_line_read(struct as_span line, enum as_uu_alphabet alphabet,
			       struct as_uu_line *line_out);

/* The same, without quote marks and blanks in front when that fits better. */
enum as_uu_fit as_uu_line_unquote(struct as_span line, enum as_uu_alphabet alphabet,
				  struct as_uu_line *line_out);

/* What one digit means; values above 63: outside the alphabet. */
extern const unsigned char as_uu_values[2][256];

static inline unsigned char as_uu_value(enum as_uu_alphabet alphabet, unsigned char digit)
{
	return as_uu_values[alphabet][digit];
}

struct as_uu_mark {
	bool base64;	     /* "begin-base64" */
	bool mode;	     /* digits stood where the mode is due */
	struct as_span name; /* may be empty */
};

/* "begin 644 name" in all its forms: any number of digits or none, other case,
 * tabs, quoted. */
bool as_uu_mark_read(struct as_span line, struct as_uu_mark *mark_out);

/* "end", "====", in any case, quoted. */
bool as_uu_end_read(struct as_span line);

#endif
