/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"
#include "tags.h"

/* One stray control octet in this many is a damaged text, not a binary. */
#define STRAY_DIVISOR 512u

static bool is_control(unsigned char c)
{
	/* Text has tab, line ends, form feed, backspace, escape (ISO 2022) and
	 * the end mark of DOS. */
	return (c < 0x20 && (c < '\b' || c > '\r') && c != 0x1b && c != 0x1a) || c == 0x7f;
}

static bool is_text(struct as_span data)
{
	size_t end = data.size < FT_TEXT_TEST_BYTES ? data.size : FT_TEXT_TEST_BYTES, stray = 0;

	/* NUL only at the very end is padding (and in mail an old habit). */
	while (end > 0 && end == data.size && data.data[end - 1] == 0)
		data.size = --end;
	for (size_t i = 0; i < end; i++)
		stray += is_control(data.data[i]);
	return end > 0 && stray <= end / STRAY_DIVISOR;
}

/* 0, or which octet of a pair is the low one: 1 for big, 2 for little endian. */
static unsigned int guess_utf16(struct as_span data)
{
	size_t end =
		data.size < FT_UTF16_SAMPLE_BYTES ? data.size & ~(size_t)1 : FT_UTF16_SAMPLE_BYTES;
	size_t big = 0, little = 0;

	for (size_t i = 0; i + 1 < end; i += 2) {
		unsigned char a = data.data[i], b = data.data[i + 1];

		big += a == 0 && b != 0 && !is_control(b);
		little += b == 0 && a != 0 && !is_control(a);
	}
	if (end < 8)
		return 0;
	if (little * 2 * 10 >= end * 7)
		return 2;
	return big * 2 * 10 >= end * 7 ? 1 : 0;
}

static void narrow(struct ft_text *text, struct as_span data, bool little)
{
	size_t used = 0;

	for (size_t i = 0; i + 1 < data.size && used < FT_WIDE_BYTES; i += 2) {
		unsigned char low = data.data[i + !little], high = data.data[i + little];

		text->buffer[used++] = high == 0 && low < 0x80 ? low : 0x80;
	}
	text->view = as_span_make(text->buffer, used);
	text->textual = is_text(text->view);
	text->wide = true;
}

/* HTML readers and command interpreters pass over NUL; so do the markers. */
static void squeeze(struct ft_text *text, struct as_span data)
{
	size_t used = 0, end = data.size < FT_WIDE_BYTES ? data.size : FT_WIDE_BYTES;

	for (size_t i = 0; i < end; i++)
		if (data.data[i] != 0)
			text->buffer[used++] = data.data[i];
	text->view = as_span_make(text->buffer, used);
	text->wide = true;
}

void ft_text_init(struct ft_text *text, struct as_span data)
{
	size_t head = data.size < FT_TEXT_TEST_BYTES ? data.size : FT_TEXT_TEST_BYTES;
	unsigned int order;

	text->view = data;
	text->shift = 0;
	text->textual = text->wide = false;
	if (as_span_has_at(data, 0, "\xef\xbb\xbf", 3))
		text->shift = 3;
	else if (as_span_has_at(data, 0, "\xff\xfe", 2) || as_span_has_at(data, 0, "\xfe\xff", 2))
		text->shift = 2;
	text->view = as_span_from(data, text->shift);
	order = text->shift == 3 ? 0 : guess_utf16(text->view);
	/* Letters beyond ASCII leave few NULs behind a mark; but a mark before
	 * plain ASCII is a known trick with batch files. */
	if (order == 0 && text->shift == 2 && !is_text(text->view))
		order = data.data[0] == 0xff ? 2 : 1;
	if (order == 0 && text->shift == 2 && data.size % 2 == 0 &&
	    as_span_find_byte(as_span_slice(data, 0, head), 0, 0) != SIZE_MAX)
		order = data.data[0] == 0xff ? 2 : 1;
	if (order != 0) {
		narrow(text, text->view, order == 2);
		return;
	}
	text->textual = is_text(text->view);
	if (!text->textual && as_span_find_byte(as_span_slice(data, 0, head), 0, 0) != SIZE_MAX)
		squeeze(text, text->view);
}

size_t ft_text_skip_blanks(struct as_span view, size_t at, size_t limit)
{
	while (at < view.size && limit > 0 && (ft_is_blank(view.data[at]) || view.data[at] == 0)) {
		at++;
		limit--;
	}
	return at;
}

bool ft_text_line(struct as_span view, size_t *at, struct as_span *line_out)
{
	size_t end = *at;

	if (*at >= view.size)
		return false;
	while (end < view.size && view.data[end] != '\n' && view.data[end] != '\r')
		end++;
	*line_out = as_span_slice(view, *at, end - *at);
	if (end + 1 < view.size && view.data[end] == '\r' && view.data[end + 1] == '\n')
		end++;
	*at = end < view.size ? end + 1 : end;
	return true;
}
