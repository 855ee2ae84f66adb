/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_RAW_H
#define ASSAY_MIME_RAW_H

#include "base/limits.h"

#include <assay/span.h>

/*
 * The first look at a message: one linear pass that allocates nothing and
 * decides whether GMime may see the octets at all. GMime has no limits of its
 * own: 160 KB of nested groups in To end its stack, 700 KB of empty parts cost
 * it 129 MB.
 *
 * Offsets count from the start of the span that was passed in.
 */

/* How often something occurs, and where first (SIZE_MAX: never). */
struct as_raw_count {
	uint64_t count;
	size_t first;
};

/* Limits that were exceeded. Each one forbids GMime. */
enum as_raw_excess {
	AS_RAW_HEADER_BLOCK = 1u << 0,
	AS_RAW_HEADER_FIELD = 1u << 1,
	AS_RAW_HEADER_FIELDS = 1u << 2,
	AS_RAW_PARAMETERS = 1u << 3,
	AS_RAW_GROUPS = 1u << 4,
	AS_RAW_DELIMITERS = 1u << 5,
	AS_RAW_LINE = 1u << 6,
	AS_RAW_TOTAL = 1u << 7, /* all header blocks together */
};

/* GMime keeps every field of every part as objects of its own: 4,000 parts of
 * 900 fields cost it 1.8 GB and 15 s. A digest of 500 messages has 15,000. */
#define AS_RAW_TOTAL_BYTES  ((size_t)4 * 1024 * 1024)
#define AS_RAW_TOTAL_FIELDS 40000u

/* Only names of these lengths matter, so the search for the colon is bounded. */
#define AS_RAW_NAME_MAX 64u

/* RFC 5322 s2.1.1, without the line end. */
#define AS_RAW_LINE_STANDARD 998u

struct as_raw_header {
	size_t block_bytes;
	size_t line_bytes;  /* longest line */
	size_t field_bytes; /* biggest field, with its folds */
	size_t fields;
	size_t parameters; /* most semicolons in one Content-* field */
	size_t groups;	   /* most colons in one address field's value */
	struct as_raw_count eight_bit;
	struct as_raw_count nul;
	struct as_raw_count lone_cr; /* CR CR LF is not counted here */
	uint32_t exceeded;	     /* enum as_raw_excess */
};

struct as_raw_report {
	struct as_raw_count crlf;
	struct as_raw_count lone_lf;
	struct as_raw_count lone_cr;	  /* neither before LF nor in CR CR LF */
	struct as_raw_count doubled_cr;	  /* CR CR LF */
	struct as_raw_count cr_delimiter; /* lone CR, then two hyphens, or a line
					   of hyphens that a lone CR ends: a
					   delimiter for some readers only */
	struct as_raw_count nul;
	struct as_raw_count long_lines; /* over 998 octets */
	struct as_raw_count huge_lines; /* over the limit line_bytes */
	struct as_raw_count delimiters; /* lines that begin with "--" */
	/* Lines of one dot (ends.h) with text behind them, but for the third. */
	struct as_raw_count odd_dots;	/* one server's end of data, another's text */
	struct as_raw_count mixed_dots; /* LF . LF where LF and CRLF are mixed */
	struct as_raw_count last_dots;	/* odd ones at the end of all text */
	struct as_raw_count plain_dots; /* CRLF . CRLF, which SMTP cannot carry */
	struct as_raw_count envelopes;	/* of any kind, with SMTP commands behind */
	bool nul_only_at_end;		/* nothing but NULs and blanks behind the first */
	unsigned char terminator;	/* '\n', or '\r' when there is no LF */
	size_t groups;			/* most colons in what any reader could take for
					   an address field, anywhere in the message */
	struct as_raw_header header;	/* the outermost block, read simply: from
					   the first line that is not blank to
					   the next blank one; empty when lines
					   end with CR */
	uint32_t exceeded;
};

/* Never fails and never reads outside the span. */
void as_raw_scan(struct as_span message, const struct as_limits *limits,
		 struct as_raw_report *report_out);

/* One header block, without or with its blank line. terminator: line.h. */
void as_raw_header_scan(struct as_span block, unsigned char terminator,
			const struct as_limits *limits, struct as_raw_header *header_out);

#endif
