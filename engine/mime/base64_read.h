/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BASE64_READ_H
#define ASSAY_MIME_BASE64_READ_H

#include "mime/base64.h"

/*
 * Base64 as others read it. What a reader does with an octet that should not
 * be there is a choice of its own for padding, for junk, for line ends and for
 * the place where the data begins; readers differ in all four.
 */

/* An '='. Behind the last digit it is padding to everybody. */
enum as_base64_pad {
	AS_PAD_RUNS = 0, /* as the usual decoder: ends a quantum of two or three
			    digits, else it is skipped */
	AS_PAD_STOP,	 /* the same, but the first padded quantum is the end */
	AS_PAD_END,	 /* any one behind data is the end */
	AS_PAD_SKIP,	 /* is not there (PHP, JavaScript readers) */
	AS_PAD_EACH,	 /* any one ends the quantum */
	AS_PAD_COUNT,	 /* one of the four characters of a quantum, wherever it
			    stands; the others are its digits */
	AS_PAD_PLACE,	 /* the same, but it stands for zero in its place and
			    each takes one octet from the end (Thunderbird) */
	AS_PAD_LAST,	 /* the same, but only the third and fourth take the
			    octet of their place (GLib) */
	AS_PAD_ZERO,	 /* a digit of value zero */
};

/* An octet outside the alphabet. */
enum as_base64_junk {
	AS_JUNK_SKIP = 0,
	AS_JUNK_STOP,  /* behind data it is the end */
	AS_JUNK_LINE,  /* the rest of the line is a comment */
	AS_JUNK_DROP,  /* a line that has any is not data */
	AS_JUNK_FIELD, /* the same, but only if it begins like a header field, a
			  delimiter or several words; else skipped */
	AS_JUNK_RESET, /* the open quantum is thrown away */
	AS_JUNK_ZERO,  /* a digit of value zero */
};

enum as_base64_line {
	AS_LINE_JOIN = 0,
	AS_LINE_DROP,  /* each by itself, an open quantum is thrown away */
	AS_LINE_FLUSH, /* each by itself, an open quantum gives its octets */
	AS_LINE_BLANK, /* joined; an empty line behind data is the end */
};

enum as_base64_start {
	AS_START_FIRST = 0,
	AS_START_SECOND, /* line */
	AS_START_BLANK,	 /* behind the first empty line behind data */
	AS_START_WIDE,	 /* the first line as long as the longest */
	AS_START_PAD,	 /* behind the first '=' behind data */
	AS_START_LATE,	 /* digits at the end that fill no quantum were too many
			    at the beginning */
	AS_START_HEAD,	 /* at the first, and ends before the line in which
			    the oddities begin */
};

struct as_base64_habits {
	enum as_base64_pad pad;
	enum as_base64_junk junk;
	enum as_base64_line line;
	enum as_base64_start start;
	bool url;   /* '-' and '_' are digits */
	bool whole; /* an open quantum at the end gives nothing (mutt, Perl) */
};

/* Lines end with CRLF, LF or CR. stats are those that as_base64_decode left.
 * Linear, allocates nothing; as_base64_bound(in.size) octets are enough. */
size_t as_base64_read(struct as_span in, const struct as_decode_stats *stats,
		      const struct as_base64_habits *habits, unsigned char *out,
		      size_t out_capacity);

/* Begin of the line where the first anomaly or oddity stands; in.size if none. */
size_t as_base64_tail(struct as_span in, const struct as_decode_stats *stats);

#endif
