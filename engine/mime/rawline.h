/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_RAWLINE_H
#define ASSAY_MIME_RAWLINE_H

#include "mime/line.h"

#include <endian.h>

/*
 * Lines of text that may end with LF, CRLF or CR, in any mixture: encoded data
 * holds neither octet, so whichever stands there ends a line for some reader.
 */

/* How many of eight octets stand before the first below 14, as CR and LF are. */
static inline size_t as_rawline_plain(const unsigned char *p)
{
	const uint64_t ones = 0x0101010101010101u;
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	word = le64toh(word);
	word = (word - ones * 14) & ~word & ones << 7;
	return word == 0 ? 8 : (size_t)__builtin_ctzll(word) / 8;
}

/* One walk for both octets: a search for each would go to the end of a text
 * that has only the other, for each of its lines. */
static inline struct as_line as_rawline_at(struct as_span text, size_t begin)
{
	struct as_line line = {begin, text.size, text.size};
	size_t at = begin;

	while (at < text.size) {
		size_t plain = text.size - at < 8 ? 0 : as_rawline_plain(text.data + at);

		at += plain;
		if (plain == 8)
			continue;
		if (text.data[at] == '\n' || text.data[at] == '\r') {
			line.end = at;
			line.next = at + 1;
			if (text.data[at] == '\r' && line.next < text.size &&
			    text.data[line.next] == '\n')
				line.next++;
			return line;
		}
		at++;
	}
	return line;
}

/* Without the blanks and quote marks that stand in front of it: "> > M...". */
static inline struct as_span as_rawline_unquote(struct as_span line)
{
	size_t at = 0;

	while (at < line.size &&
	       (line.data[at] == ' ' || line.data[at] == '\t' || line.data[at] == '>'))
		at++;
	return as_span_from(line, at);
}

static inline struct as_span as_rawline_trim(struct as_span line)
{
	while (line.size > 0 &&
	       (line.data[line.size - 1] == ' ' || line.data[line.size - 1] == '\t'))
		line.size--;
	return line;
}

/* Whether it begins with word (lower case), whatever its case. */
static inline bool as_rawline_begins(struct as_span line, const char *word, size_t size)
{
	if (line.size < size)
		return false;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = line.data[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (c != (unsigned char)word[i])
			return false;
	}
	return true;
}

#endif
