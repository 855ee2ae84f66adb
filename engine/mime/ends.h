/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_ENDS_H
#define ASSAY_MIME_ENDS_H

#include "mime/raw.h"

/*
 * Lines of a single dot: the end of data in SMTP (RFC 5321 s4.1.1.4), where
 * only CRLF . CRLF is one. Servers that also take LF . LF, CR . CR or a mixture
 * for it read the rest of the message as commands: whoever writes those as
 * text sends a second message in the name of the first server ("SMTP
 * smuggling"). Others drop NULs first.
 */

/* How the line before a dot ended, or the dot's own. */
enum as_line_end {
	AS_LINE_END_NONE = 0, /* begin or end of the message */
	AS_LINE_END_LF,
	AS_LINE_END_CRLF,
	AS_LINE_END_CR,
	AS_LINE_END_DOUBLED, /* CR CR LF */
};

/* NULs at a dot that are passed over; more are a binary file. */
#define AS_ENDS_NULS_MAX 16u

/* How far behind a dot the commands of an envelope are looked for. A server
 * that answers 500 to a line reads on, so a few others may stand between. */
#define AS_ENDS_WINDOW_BYTES 2048u
#define AS_ENDS_LINES_MAX    16u
#define AS_ENDS_JUNK_MAX     3u

/* Dots by what is around them. Those behind which nothing comes are in last
 * only. */
struct as_ends {
	struct as_raw_count lf, crlf, cr, doubled; /* between two ends of one kind */
	struct as_raw_count unlike;		   /* of two kinds, or with NULs */
	struct as_raw_count last;
	struct as_raw_count envelopes; /* any of these with commands behind */
	size_t text_end;	       /* behind the last octet that is not blank or NUL */
};

void as_ends_begin(struct as_ends *ends, struct as_span message);

/* To be called where a line begins at from, behind an end of the kind before,
 * if its first octet is a dot or NUL. */
void as_ends_look(struct as_ends *ends, struct as_span message, size_t from,
		  enum as_line_end before);

/* Sorts the dots by what is the rule in this message, into report. last_crlf:
 * where the last CRLF stands. */
void as_ends_report(const struct as_ends *ends, size_t last_crlf, struct as_raw_report *report);

#endif
