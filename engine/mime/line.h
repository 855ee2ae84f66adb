/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_LINE_H
#define ASSAY_MIME_LINE_H

#include "mime/octet.h"

#include <assay/span.h>

/*
 * Lines of a message. A line ends with LF; a CR right before it belongs to
 * the line end, so LF, CRLF and a mixture of both are read alike, as GMime and
 * every mail client do. A message without any LF is read by its CRs: then
 * terminator is '\r'.
 */
struct as_line {
	size_t begin; /* [begin, end) is the line without its line end */
	size_t end;
	size_t next; /* where the following line begins */
};

static inline struct as_line as_line_at(struct as_span text, size_t begin, unsigned char terminator)
{
	size_t hit = as_span_find_byte(text, begin, terminator);
	struct as_line line = {begin, text.size, text.size};

	if (hit == SIZE_MAX)
		return line;
	line.end = hit;
	line.next = hit + 1;
	if (terminator == '\n' && hit > begin && text.data[hit - 1] == '\r')
		line.end--;
	return line;
}

static inline struct as_span as_line_span(struct as_span text, struct as_line line)
{
	return as_span_slice(text, line.begin, line.end - line.begin);
}

/* A line of nothing but CRs is blank: broken relays write CR CR LF. */
static inline bool as_line_blank(struct as_span text, struct as_line line)
{
	for (size_t i = line.begin; i < line.end; i++)
		if (text.data[i] != '\r')
			return false;
	return true;
}

/* Where the line end in front of offset begins; offset when there is none. */
static inline size_t as_line_end_before(struct as_span text, size_t offset,
					unsigned char terminator)
{
	if (offset == 0 || text.data[offset - 1] != terminator)
		return offset;
	offset--;
	if (terminator == '\n' && offset > 0 && text.data[offset - 1] == '\r')
		offset--;
	return offset;
}

static inline struct as_span as_span_trim(struct as_span text)
{
	while (text.size > 0 && as_octet_blank(text.data[0]))
		text = as_span_from(text, 1);
	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

static inline bool as_span_blank(struct as_span text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!as_octet_blank(text.data[i]))
			return false;
	return true;
}

#endif
