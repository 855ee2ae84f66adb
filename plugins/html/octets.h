/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_OCTETS_H
#define ASSAY_HTML_OCTETS_H

#include "buffer.h"

/* Small questions about single octets, and the decoders of octets written as
 * text. None of them allocates beyond the buffer it is given. */

static inline unsigned char html_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static inline bool html_is_letter(unsigned char c)
{
	return html_lower(c) >= 'a' && html_lower(c) <= 'z';
}

static inline bool html_is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* What the URL parser drops and forgiving base64 passes over. */
static inline bool html_is_blank(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline int html_hex_value(unsigned char c)
{
	if (html_is_digit(c))
		return c - '0';
	c = html_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Both alphabets of RFC 4648; -1 for everything else, '=' too. */
extern const signed char html_base64_values[256];

static inline int html_base64_value(unsigned char c)
{
	return html_base64_values[c];
}

/* Two hexadecimal digits at the offset, or -1. */
static inline int html_hex_pair(struct as_span text, size_t at)
{
	int high, low;

	if (!as_span_holds(text, at, 2))
		return -1;
	high = html_hex_value(text.data[at]);
	low = html_hex_value(text.data[at + 1]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* What the readers that look at every octet ask, as bits. */
enum html_octet {
	HTML_OCTET_BASE64 = 1,	  /* of both alphabets, and '=' */
	HTML_OCTET_BLANK = 2,	  /* also as a stand-in */
	HTML_OCTET_JOINT = 4,	  /* joins two strings */
	HTML_OCTET_QUOTE = 8,	  /* also as a stand-in */
	HTML_OCTET_ESCAPE = 16,	  /* begins an escape */
	HTML_OCTET_WORD = 32,	  /* of identifiers */
	HTML_OCTET_NUMBER = 64,	  /* a number may begin: a digit, or & */
	HTML_OCTET_CHANGED = 128, /* not itself in the view of a document */
};
extern const unsigned char html_octets[256];

/* Whether the lower-case word stands at the offset, in any case. */
bool html_word_at(struct as_span text, size_t at, const char *word);
/* Where the lower-case word stands first from the offset on, in any case, or
 * SIZE_MAX. Linear in text. */
size_t html_find_word(struct as_span text, size_t from, const char *word);

/*
 * The octets of base64 text. Blanks and what is outside of the alphabet are
 * passed over; padding ends a section, and the next one follows it, so that
 * pieces padded one by one come out whole.
 */
void html_base64_decode(struct as_span text, struct html_buffer *out);

/* The octets of pairs of hexadecimal digits. */
void html_hex_decode(struct as_span text, struct html_buffer *out);

/*
 * One escape of a script string: the offset is that of the backslash. Gives
 * the length of the escape and, in *code_out, its character or -1 for one
 * that stands for nothing (a line that goes on); *numeric_out: written as a
 * number. 1 for a lone backslash at the end, 0 without a backslash.
 */
size_t html_escape(struct as_span text, size_t at, int64_t *code_out, bool *numeric_out);

/* The same for %4d and %u004d; 0 when it is none. */
size_t html_percent(struct as_span text, size_t at, int64_t *code_out);

#endif
