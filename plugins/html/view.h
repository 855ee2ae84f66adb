/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_VIEW_H
#define ASSAY_HTML_VIEW_H

#include "buffer.h"

/*
 * A document with its character references resolved, and without the control
 * characters that browsers or mail clients drop. A reference to a mark that
 * would end a string or a tag becomes a stand-in, a control character of its
 * own: &quot; does not end an attribute.
 */
enum html_mark {
	HTML_MARK_DOUBLE = 1, /* &quot; */
	HTML_MARK_SINGLE,     /* &apos; */
	HTML_MARK_BACKTICK,   /* &grave; */
	HTML_MARK_LESS,	      /* &lt; */
	HTML_MARK_GREATER,    /* &gt; */
	HTML_MARK_BLANK,      /* &#32; */
	HTML_MARK_COUNT
};

static inline bool html_is_quote(unsigned char c)
{
	return c == '"' || c == '\'' || c == '`' ||
	       (c >= HTML_MARK_DOUBLE && c <= HTML_MARK_BACKTICK);
}

/* What a stand-in stands for; every other octet as it is. */
static inline unsigned char html_unmark(unsigned char c)
{
	static const unsigned char marks[HTML_MARK_COUNT] = {0, '"', '\'', '`', '<', '>', ' '};

	return c < HTML_MARK_COUNT ? marks[c] : c;
}

/* Whether the view of these octets would differ from them. */
bool html_view_differs(struct as_span data);

/* Appends the view; never longer than the octets. */
void html_view_make(struct as_span data, struct html_buffer *out);

/*
 * Whether b, the octets of a in UTF-8, may hold markup that a lacks: all else
 * than control characters and what is beyond ASCII is compared. A text in
 * Latin-1 gives the same, one in UTF-7 does not.
 */
bool html_view_same_ascii(struct as_span a, struct as_span b);

#endif
