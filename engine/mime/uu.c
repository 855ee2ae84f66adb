/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/uu.h"

#include "mime/rawline.h"
#include "mime/sink.h"

struct decoder {
	struct as_sink sink;
	bool outside;
	bool inside; /* between "begin" and "end" */
	enum as_uu_alphabet alphabet;
	struct as_span name;
};

/* Characters outside the alphabet are masked, as readers do; what is missing at
 * the end was blanks. */
static unsigned int digit_at(const struct decoder *decoder, struct as_span digits, size_t at)
{
	unsigned char value;

	if (at >= digits.size)
		return 0;
	value = as_uu_value(decoder->alphabet, digits.data[at]);
	return value > 63 ? (digits.data[at] - 32u) & 63u : value;
}

static void decode_line(struct decoder *decoder, const struct as_uu_line *line)
{
	size_t left = line->octets;

	for (size_t at = 0; left > 0; at += 4) {
		unsigned int value = 0;

		for (size_t i = 0; i < 4; i++)
			value = value << 6 | digit_at(decoder, line->digits, at + i);
		as_sink_put(&decoder->sink, value >> 16 & 255u);
		if (left > 1)
			as_sink_put(&decoder->sink, value >> 8 & 255u);
		if (left > 2)
			as_sink_put(&decoder->sink, value & 255u);
		left -= left < 3 ? left : 3;
	}
}

/* The lines up to the end mark as one run: they need not end at a quantum. */
static size_t decode_base64(struct decoder *decoder, struct as_span in, size_t begin)
{
	struct as_decode_stats stats;
	struct as_uu_mark mark;
	struct as_line line;
	size_t end;

	for (end = begin; end < in.size; end = line.next) {
		struct as_span text;

		line = as_rawline_at(in, end);
		text = as_line_span(in, line);
		if (as_uu_end_read(text) || as_uu_mark_read(text, &mark))
			break;
	}
	decoder->sink.size += as_base64_decode(as_span_slice(in, begin, end - begin),
					       decoder->sink.out + decoder->sink.size,
					       decoder->sink.capacity - decoder->sink.size, &stats);
	decoder->sink.stats->anomalies += stats.anomalies;
	decoder->sink.stats->truncated |= stats.truncated;
	decoder->sink.stats->altered |= stats.altered;
	if (stats.first_anomaly != SIZE_MAX && decoder->sink.stats->first_anomaly == SIZE_MAX)
		decoder->sink.stats->first_anomaly = begin + stats.first_anomaly;
	return end;
}

/* Whether a line that fits so well is data where the decoder stands. */
static bool is_data(const struct decoder *decoder, enum as_uu_fit fit,
		    const struct as_uu_line *line)
{
	switch (fit) {
	case AS_UU_EXACT:
		return true;
	case AS_UU_LOOSE:
	case AS_UU_SHORT:
		return decoder->inside || line->digits.size >= AS_UU_WRONG_MIN ||
		       decoder->sink.size > 0;
	case AS_UU_WRONG:
		return decoder->inside || line->digits.size >= AS_UU_WRONG_MIN;
	default:
		return false;
	}
}

/* The alphabet of the lines before is kept unless the other fits better: two
 * alphabets seldom agree about the length of a line. */
static enum as_uu_fit choose(struct decoder *decoder, struct as_span text,
			     struct as_uu_line *line_out)
{
	enum as_uu_alphabet other = decoder->alphabet == AS_UU ? AS_XX : AS_UU;
	enum as_uu_fit fit = as_uu_line_unquote(text, decoder->alphabet, line_out);
	struct as_uu_line line;

	if (fit != AS_UU_EXACT && as_uu_line_unquote(text, other, &line) == AS_UU_EXACT) {
		decoder->alphabet = other;
		*line_out = line;
		return AS_UU_EXACT;
	}
	return fit;
}

static void take_line(struct decoder *decoder, struct as_span text, size_t offset)
{
	struct as_uu_line line;
	struct as_span bare;
	enum as_uu_fit fit;

	bare = as_rawline_trim(as_rawline_unquote(text));
	if (bare.size == 0 || (bare.size == 1 && (bare.data[0] == '`' || bare.data[0] == '+')))
		return;
	if (as_uu_end_read(text)) {
		decoder->inside = false;
		return;
	}
	fit = choose(decoder, text, &line);
	if (is_data(decoder, fit, &line)) {
		if (fit == AS_UU_WRONG || fit == AS_UU_LOOSE) {
			as_sink_note(&decoder->sink, offset);
			decoder->sink.stats->altered = true;
		}
		decode_line(decoder, &line);
		return;
	}
	decoder->outside = true;
	decoder->sink.stats->junk += text.size;
	as_sink_note(&decoder->sink, offset);
}

size_t as_uu_decode_from(enum as_uu_alphabet alphabet, struct as_span in, unsigned char *out,
			 size_t out_capacity, struct as_decode_stats *stats_out, bool *outside_out,
			 struct as_span *name_out)
{
	struct decoder decoder = {
		.sink = {.out = out, .capacity = out_capacity, .stats = stats_out},
		.alphabet = alphabet,
	};
	struct as_uu_mark mark;
	struct as_line line;

	*stats_out = (struct as_decode_stats){.first_anomaly = SIZE_MAX, .first_run = SIZE_MAX};
	for (size_t at = 0; at < in.size; at = line.next) {
		struct as_span text;

		line = as_rawline_at(in, at);
		text = as_line_span(in, line);
		if (!as_uu_mark_read(text, &mark)) {
			take_line(&decoder, text, at);
			continue;
		}
		if (decoder.name.size == 0)
			decoder.name = mark.name;
		decoder.inside = true;
		if (mark.base64) {
			line.next = decode_base64(&decoder, in, line.next);
			decoder.inside = false;
		}
	}
	*outside_out = decoder.outside;
	if (name_out != NULL)
		*name_out = decoder.name;
	return decoder.sink.size;
}

size_t as_uu_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, bool *outside_out)
{
	return as_uu_decode_from(AS_UU, in, out, out_capacity, stats_out, outside_out, NULL);
}
