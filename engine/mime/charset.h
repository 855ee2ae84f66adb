/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CHARSET_H
#define ASSAY_MIME_CHARSET_H

#include "base/buffer.h"

/*
 * Text of a named charset to UTF-8. US-ASCII, UTF-7, UTF-8, UTF-16, UTF-32
 * and windows-1252 are done here; the rest by iconv converters that are opened
 * once, because gconv loads its modules lazily and a sandboxed worker cannot.
 * Not safe for use by more than one thread.
 */
enum as_charset_result {
	AS_CHARSET_OK,
	AS_CHARSET_UNKNOWN, /* out is as it was */
	AS_CHARSET_DAMAGED, /* octets that do not belong to the charset came
			       out as U+FFFD, or out is full */
};

/* Room for the letters and digits of a name; the longest known has 18. */
#define AS_CHARSET_NAME_SIZE 32u

/* Opens the converters: once, before any fork and sandbox; a second call does
 * nothing. Converters that this system lacks are unknown charsets later.
 * -ENOENT when not even one is there: the iconv modules are not installed. */
int as_charset_init(void);
/* How many converters are open. */
size_t as_charset_count(void);

/*
 * Appends to out. Names are compared without regard to case and punctuation;
 * what browsers and mail clients read under a name counts, not the registry:
 * iso-8859-1 is windows-1252 and gb2312 is GB18030 (WHATWG Encoding s4.2).
 * "" and us-ascii with 8-bit octets: UTF-8 if valid, else windows-1252, and
 * DAMAGED. Never more than three octets of output for one of input.
 */
enum as_charset_result as_charset_to_utf8(const char *charset, struct as_span in,
					  struct as_buffer *out);

/* Whether ASCII in it is written in other octets than in ASCII, so that whoever
 * does not convert sees no text: UTF-7, UTF-16, UTF-32, EBCDIC. */
bool as_charset_hides_ascii(const char *charset);

/* Octets of unknown charset: as they are if valid UTF-8, else windows-1252. */
bool as_charset_guess(struct as_span in, struct as_buffer *out);

/* Octets in which UTF-16 and UTF-32 show by their zeros. */
#define AS_CHARSET_SNIFF_BYTES 1024u

/*
 * Whether octets of a charset that is not declared, or declared wrongly, look
 * like UTF-16 or UTF-32 (a byte order mark, or zeros in a regular place of the
 * first KiB) or like UTF-7 that hides something (runs of "+...-" that hold
 * markup, or eight letters of ASCII, which honest UTF-7 writes as themselves).
 * Readers that guess see another text than is declared: both are worth a look.
 * One pass; memchr for ordinary text. name_out is one of the names above.
 */
bool as_charset_sniff(struct as_span in, char name_out[AS_CHARSET_NAME_SIZE]);

#endif
