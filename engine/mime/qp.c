/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/qp.h"

#include "mime/octet.h"

struct decoder {
	unsigned char *out;
	size_t size, capacity;
	struct as_decode_stats *stats;
};

#define ONES 0x0101010101010101u
#define TOPS 0x8080808080808080u

/* Eight octets at a time; true may be a false alarm, which costs a closer look. */
static bool may_hold_raw(const unsigned char *data, size_t size)
{
	uint64_t found = 0;

	while (size >= 8) {
		uint64_t octets;

		memcpy(&octets, data, 8);
		found |= octets | ((octets - 0x20 * ONES) & ~octets);
		data += 8;
		size -= 8;
	}
	for (size_t i = 0; i < size; i++)
		found |= data[i] < 0x20 ? 0x80u : data[i];
	return (found & TOPS) != 0;
}

/* The line without its end. A tab is text, a lone CR may be. */
static void look_for_raw(struct decoder *decoder, const unsigned char *data, size_t size)
{
	bool control = false, eight = false;

	if (size > 0 && data[size - 1] == '\n')
		size--;
	if (size > 0 && data[size - 1] == '\r')
		size--;
	if (!may_hold_raw(data, size))
		return;
	for (size_t i = 0; i < size; i++) {
		control = control || (data[i] < 0x20 && data[i] != '\t');
		eight = eight || data[i] > 0x7f;
	}
	decoder->stats->controls += control;
	decoder->stats->eight_bit += eight;
}

static void put(struct decoder *decoder, const unsigned char *data, size_t size)
{
	if (size > decoder->capacity - decoder->size) {
		size = decoder->capacity - decoder->size;
		decoder->stats->truncated = true;
	}
	if (size > 0)
		memcpy(decoder->out + decoder->size, data, size);
	decoder->size += size;
}

static void note(struct decoder *decoder, size_t *counter, size_t offset)
{
	(*counter)++;
	decoder->stats->anomalies++;
	if (offset < decoder->stats->first_anomaly)
		decoder->stats->first_anomaly = offset;
}

static bool digit(unsigned char octet, unsigned int *value_out, bool *lower)
{
	if (octet >= '0' && octet <= '9') {
		*value_out = octet - (unsigned int)'0';
	} else if (octet >= 'A' && octet <= 'F') {
		*value_out = octet - (unsigned int)'A' + 10;
	} else if (octet >= 'a' && octet <= 'f') {
		*value_out = octet - (unsigned int)'a' + 10;
		*lower = true;
	} else {
		return false;
	}
	return true;
}

/* Octets behind the '=' at offset that make it a soft line break, or SIZE_MAX. */
static size_t soft_break(struct as_span in, size_t offset)
{
	size_t i = offset + 1;

	while (i < in.size && as_octet_wsp(in.data[i]))
		i++;
	if (i < in.size && in.data[i] == '\r')
		i += i + 1 < in.size && in.data[i + 1] == '\n' ? 2 : 1;
	else if (i < in.size && in.data[i] == '\n')
		i++;
	else if (i < in.size)
		return SIZE_MAX;
	return i - offset - 1;
}

/* What is wrong with the '=' at offset, for those who read it otherwise. */
static void note_bad(struct decoder *decoder, struct as_span in, size_t offset)
{
	struct as_decode_stats *stats = decoder->stats;
	struct as_span rest = as_span_slice(in, offset + 1, 2);
	unsigned int value;
	bool lower;

	note(decoder, &stats->bad_escapes, offset);
	stats->altered = true;
	if (rest.size < 2)
		return;
	if (rest.data[0] == '=') {
		stats->doubled++;
	} else if (as_octet_wsp(rest.data[0])) {
		stats->split_escapes++;
	} else if (digit(rest.data[0], &value, &lower)) {
		stats->half_escapes++;
		stats->split_escapes +=
			rest.data[1] == '=' || rest.data[1] == '\r' || rest.data[1] == '\n';
	}
}

/* CRLF LF, of which the CRLF belongs to a soft break: some readers take both
 * for one line end. */
static bool doubled_end(struct as_span in, size_t end)
{
	return end > 0 && in.data[end - 1] == '\n' && end < in.size && in.data[end] == '\n' &&
	       end > 1 && in.data[end - 2] == '\r';
}

/* The '=' at offset. Answers how many octets of input it takes. */
static size_t take_escape(struct decoder *decoder, struct as_span in, size_t offset)
{
	const unsigned char *p = in.data + offset;
	unsigned int high, low;
	bool lower = false;
	unsigned char octet;
	size_t gap;

	if (in.size - offset >= 3 && digit(p[1], &high, &lower) && digit(p[2], &low, &lower)) {
		if (lower)
			note(decoder, &decoder->stats->lower_hex, offset);
		octet = (unsigned char)(high << 4 | low);
		if (octet < 0x20 && octet != '\t' && octet != '\n' && octet != '\r')
			decoder->stats->binary++;
		put(decoder, &octet, 1);
		return 3;
	}
	gap = soft_break(in, offset);
	if (gap != SIZE_MAX) {
		if (gap > 0 && as_octet_wsp(p[1]))
			decoder->stats->blank_breaks++;
		decoder->stats->doubled_ends += doubled_end(in, offset + gap + 1);
		if (gap > 0 && p[gap] == '\r') {
			note(decoder, &decoder->stats->odd_breaks, offset);
			decoder->stats->altered = true;
		}
		return gap + 1;
	}
	note_bad(decoder, in, offset);
	put(decoder, p, 1);
	return 1;
}

/* Octets of the run at begin without escapes: up to the next '=', or to the
 * end of the line that starts there. */
static size_t run_length(struct as_span in, size_t begin, size_t line_end)
{
	size_t equals = as_span_find_byte(as_span_slice(in, 0, line_end), begin, '=');

	return (equals == SIZE_MAX ? line_end : equals) - begin;
}

/* The last run of a line: without the blanks before its end (rule 3). Blanks
 * that were encoded are not part of a run and stay. */
static void put_last_run(struct decoder *decoder, const unsigned char *p, size_t size)
{
	size_t text = size, trimmed;

	if (text > 0 && p[text - 1] == '\n')
		text--;
	if (text < size && text > 0 && p[text - 1] == '\r') {
		text--;
		decoder->stats->hard_breaks++;
	}
	trimmed = text;
	while (trimmed > 0 && as_octet_wsp(p[trimmed - 1]))
		trimmed--;
	decoder->stats->trimmed += trimmed < text;
	put(decoder, p, trimmed);
	put(decoder, p + text, size - text);
}

size_t as_qp_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out)
{
	struct decoder decoder = {.out = out, .capacity = out_capacity, .stats = stats_out};
	size_t i = 0, line_end = 0;

	as_decode_stats_init(stats_out);
	while (i < in.size) {
		size_t run;

		/* A lone CR may end a soft break in mid-line, so that the end
		 * of the line is looked for only when it has been passed. */
		if (i >= line_end) {
			size_t newline = as_span_find_byte(in, i, '\n');

			line_end = newline == SIZE_MAX ? in.size : newline + 1;
			look_for_raw(&decoder, in.data + i, line_end - i);
		}
		run = run_length(in, i, line_end);
		if (i + run == line_end)
			put_last_run(&decoder, in.data + i, run);
		else
			put(&decoder, in.data + i, run);
		i += run;
		if (i < line_end)
			i += take_escape(&decoder, in, i);
	}
	return decoder.size;
}
