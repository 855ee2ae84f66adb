/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/legacy.h"

#include "mime/rawline.h"
#include "mime/sink.h"

/* yEnc 1.3: lines of 128 octets when =ybegin does not tell. */
#define LINE_USUAL 128u
/* No encoder writes longer lines (254 is the most the draft allows); a larger
 * number is a lie. */
#define LINE_MAX_DIGITS 4u

#define SHIFT		42u
#define ESCAPE		64u

struct decoder {
	struct as_sink sink;
	struct as_span name;
	size_t line; /* octets of output per line */
};

static size_t find_word(struct as_span line, const char *word, size_t size)
{
	for (size_t at = 0; size <= line.size && at <= line.size - size; at++)
		if (as_rawline_begins(as_span_from(line, at), word, size))
			return at + size;
	return SIZE_MAX;
}

static void read_begin(struct decoder *decoder, struct as_span line)
{
	size_t at = find_word(line, "line=", 5);
	size_t value = 0;

	decoder->line = LINE_USUAL;
	for (unsigned int i = 0; at != SIZE_MAX && i < LINE_MAX_DIGITS; i++, at++) {
		if (at >= line.size || line.data[at] < '0' || line.data[at] > '9')
			break;
		value = value * 10 + (size_t)(line.data[at] - '0');
	}
	if (value > 0)
		decoder->line = value;
	/* The name is last and may hold blanks. */
	at = find_word(line, "name=", 5);
	if (at != SIZE_MAX && decoder->name.size == 0)
		decoder->name = as_rawline_trim(as_span_from(line, at));
}

static size_t decoded_size(struct as_span line)
{
	size_t size = 0;

	for (size_t i = 0; i < line.size; i++, size++)
		if (line.data[i] == '=')
			i++;
	return size;
}

static void take_line(struct decoder *decoder, struct as_span line, size_t offset)
{
	/* Transports that double a leading dot make the line longer than it says
	 * it is; a dot that the encoder did not escape is data. */
	if (as_span_has_at(line, 0, "..", 2) && decoded_size(line) > decoder->line)
		line = as_span_from(line, 1);
	for (size_t i = 0; i < line.size; i++) {
		unsigned int octet = line.data[i];

		if (octet != '=') {
			as_sink_put(&decoder->sink, (octet - SHIFT) & 255u);
			continue;
		}
		if (++i == line.size) {
			as_sink_note(&decoder->sink, offset + i - 1);
			break;
		}
		as_sink_put(&decoder->sink, (line.data[i] - ESCAPE - SHIFT) & 255u);
	}
}

static bool has_begin(struct as_span in)
{
	struct as_line line;

	for (size_t at = 0; at < in.size; at = line.next) {
		struct as_span text;

		line = as_rawline_at(in, at);
		text = as_rawline_unquote(as_line_span(in, line));
		if (as_rawline_begins(text, "=ybegin ", 8) || as_rawline_begins(text, "=ypart ", 7))
			return true;
	}
	return false;
}

size_t as_yenc_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		      struct as_decode_stats *stats_out, struct as_span *name_out)
{
	struct decoder decoder = {
		.sink = {.out = out, .capacity = out_capacity, .stats = stats_out},
		.line = LINE_USUAL,
	};
	/* Without any mark all of it is data; else what stands between marks. */
	bool inside = !has_begin(in);
	struct as_line line;

	*stats_out = (struct as_decode_stats){.first_anomaly = SIZE_MAX, .first_run = SIZE_MAX};
	for (size_t at = 0; at < in.size; at = line.next) {
		struct as_span text, bare;

		line = as_rawline_at(in, at);
		text = as_line_span(in, line);
		bare = as_rawline_unquote(text);
		if (as_rawline_begins(bare, "=ybegin ", 8)) {
			read_begin(&decoder, bare);
			inside = true;
		} else if (as_rawline_begins(bare, "=ypart ", 7)) {
			inside = true;
		} else if (as_rawline_begins(bare, "=yend", 5)) {
			inside = false;
		} else if (inside) {
			take_line(&decoder, text, at);
		} else if (!as_span_blank(text)) {
			as_sink_note(&decoder.sink, at);
			stats_out->junk += text.size;
		}
	}
	if (name_out != NULL)
		*name_out = decoder.name;
	return decoder.sink.size;
}
