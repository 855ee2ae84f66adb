/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_CURSOR_H
#define ASSAY_HTML_CURSOR_H

#include <assay/span.h>

/*
 * Where an octet stands next. The answer for one octet is kept until the
 * questions have passed it, so that any number of questions in rising order
 * reads the text once per octet asked for.
 */
#define HTML_CURSOR_KINDS 16u

struct html_cursor {
	struct as_span text;
	unsigned char kinds[HTML_CURSOR_KINDS];
	size_t next[HTML_CURSOR_KINDS]; /* SIZE_MAX: none behind it */
	size_t count;
};

/* The first c at or behind the offset, or SIZE_MAX. At most HTML_CURSOR_KINDS
 * different octets may be asked for, each with rising offsets. */
static inline size_t html_cursor_find(struct html_cursor *cursor, unsigned char c, size_t at)
{
	size_t i;

	for (i = 0; i < cursor->count; i++)
		if (cursor->kinds[i] == c)
			break;
	if (i == HTML_CURSOR_KINDS)
		return as_span_find_byte(cursor->text, at, c);
	if (i == cursor->count) {
		cursor->kinds[i] = c;
		cursor->next[i] = as_span_find_byte(cursor->text, at, c);
		cursor->count++;
	} else if (cursor->next[i] < at) {
		cursor->next[i] = as_span_find_byte(cursor->text, at, c);
	}
	return cursor->next[i];
}

#endif
