/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/base64_read.h"

/* With a blank in this share of all octets and more, blanks separate the digits
 * and say nothing about a line being prose. */
#define BLANK_SHARE 16u

struct reader {
	struct as_span in;
	const struct as_decode_stats *stats;
	const struct as_base64_habits *habits;
	unsigned char *out;
	size_t size, capacity;
	uint32_t bits;		 /* of the open quantum */
	unsigned int digits;	 /* 0-3 of them */
	unsigned int symbols;	 /* 0-3: digits and, where they count, pads */
	unsigned int pads;	 /* in the open quantum */
	unsigned int pad_places; /* bit n: the character n is a pad */
	unsigned int late;	 /* digits still to be left out */
	bool blanks_are_junk;
	bool any; /* a digit was read */
	bool done;
};

static void put(struct reader *reader, uint32_t octet)
{
	if (reader->size < reader->capacity)
		reader->out[reader->size++] = (unsigned char)octet;
}

static void reset(struct reader *reader)
{
	reader->bits = 0;
	reader->digits = 0;
	reader->symbols = 0;
	reader->pads = 0;
	reader->pad_places = 0;
}

static bool counts_pads(const struct reader *reader)
{
	return reader->habits->pad == AS_PAD_COUNT || reader->habits->pad == AS_PAD_PLACE ||
	       reader->habits->pad == AS_PAD_LAST;
}

/* The whole octets of what there is of a quantum. */
static void flush(struct reader *reader)
{
	unsigned int given = reader->digits, octets;
	uint32_t bits;

	if (reader->habits->pad == AS_PAD_PLACE || reader->habits->pad == AS_PAD_LAST)
		given = reader->symbols;
	bits = reader->bits << 6 * (4 - given);
	octets = given * 6 / 8;
	if (reader->habits->pad == AS_PAD_PLACE)
		octets = octets > reader->pads ? octets - reader->pads : 0;
	for (unsigned int i = 0; i < octets; i++)
		if (reader->habits->pad != AS_PAD_LAST || i == 0 ||
		    (reader->pad_places & 1u << (i + 1)) == 0)
			put(reader, bits >> (16 - 8 * i) & 0xff);
	reset(reader);
}

static void take_digit(struct reader *reader, uint32_t digit)
{
	if (reader->late > 0) {
		reader->late--;
		return;
	}
	/* Padding that ended nothing: a stray one, or the quantum is lost. */
	if (reader->pads > 0 && !counts_pads(reader)) {
		if (reader->habits->junk == AS_JUNK_RESET)
			reset(reader);
		reader->pads = 0;
	}
	reader->any = true;
	reader->bits = reader->bits << 6 | digit;
	reader->digits++;
	if (++reader->symbols == 4)
		flush(reader);
}

static void count_pad(struct reader *reader)
{
	if (reader->habits->pad != AS_PAD_COUNT)
		reader->bits <<= 6;
	reader->pad_places |= 1u << reader->symbols;
	reader->pads++;
	if (++reader->symbols == 4)
		flush(reader);
}

/* Padding as RFC 4648 has it, and what the usual decoder skips. */
static void end_quantum(struct reader *reader)
{
	if (reader->digits < 2) {
		if (reader->habits->junk == AS_JUNK_RESET)
			reset(reader);
		return;
	}
	if (reader->digits + ++reader->pads < 4)
		return;
	flush(reader);
	reader->done = reader->habits->pad == AS_PAD_STOP;
}

static void take_pad(struct reader *reader, size_t offset)
{
	if (reader->stats->last_digit == SIZE_MAX || offset > reader->stats->last_digit) {
		if (counts_pads(reader) && reader->symbols > 0)
			count_pad(reader);
		else if (!counts_pads(reader))
			end_quantum(reader);
		return;
	}
	switch (reader->habits->pad) {
	case AS_PAD_END:
		reader->done = reader->any;
		break;
	case AS_PAD_SKIP:
		break;
	case AS_PAD_EACH:
		flush(reader);
		break;
	case AS_PAD_ZERO:
		take_digit(reader, 0);
		break;
	case AS_PAD_COUNT:
	case AS_PAD_PLACE:
	case AS_PAD_LAST:
		count_pad(reader);
		break;
	case AS_PAD_RUNS:
	case AS_PAD_STOP:
		end_quantum(reader);
		break;
	}
}

/* Answers whether the rest of the line is left out. */
static bool take_junk(struct reader *reader)
{
	switch (reader->habits->junk) {
	case AS_JUNK_STOP:
		reader->done = reader->any;
		break;
	case AS_JUNK_LINE:
		return true;
	case AS_JUNK_RESET:
		reset(reader);
		break;
	case AS_JUNK_ZERO:
		take_digit(reader, 0);
		break;
	case AS_JUNK_SKIP:
	case AS_JUNK_DROP:
	case AS_JUNK_FIELD:
		break;
	}
	return false;
}

static unsigned int meaning(const struct reader *reader, unsigned char octet)
{
	unsigned int what = as_base64_meaning[octet];

	if (what == AS_BASE64_URL && reader->habits->url)
		what = octet == '-' ? 62 : 63;
	return what;
}

/* The last octet of the line that is no blank, plus one. */
static size_t text_end(struct as_span in, size_t begin, size_t end)
{
	while (end > begin && as_base64_meaning[in.data[end - 1]] == AS_BASE64_BLANK)
		end--;
	return end;
}

static bool has_junk(const struct reader *reader, size_t begin, size_t end)
{
	bool blank = false;

	for (size_t i = begin; i < end; i++) {
		unsigned int what = meaning(reader, reader->in.data[i]);

		if (what == AS_BASE64_JUNK || what == AS_BASE64_URL)
			return true;
		blank = blank || what == AS_BASE64_BLANK;
	}
	return blank && reader->blanks_are_junk;
}

/* "--", "Field:", "begin-base64 644 name" */
static bool is_foreign(struct as_span text)
{
	size_t i = 0;

	if (as_span_has_at(text, 0, "--", 2))
		return true;
	while (i < text.size && (as_base64_meaning[text.data[i]] < 64 || text.data[i] == '-'))
		i++;
	return i > 1 && i < text.size &&
	       (text.data[i] == ':' || as_base64_meaning[text.data[i]] == AS_BASE64_BLANK);
}

static bool is_left_out(const struct reader *reader, size_t begin, size_t end)
{
	if (reader->habits->junk == AS_JUNK_DROP)
		return has_junk(reader, begin, end);
	return reader->habits->junk == AS_JUNK_FIELD &&
	       is_foreign(as_span_slice(reader->in, begin, end - begin));
}

static void take_text(struct reader *reader, size_t begin, size_t end)
{
	for (size_t i = begin; i < end && !reader->done; i++) {
		unsigned int what;

		if (reader->symbols == 0 && reader->pads == 0 && reader->late == 0) {
			size_t quanta = as_base64_quanta(as_span_slice(reader->in, i, end - i),
							 reader->out + reader->size,
							 reader->capacity - reader->size);

			reader->size += quanta * 3;
			reader->any = reader->any || quanta > 0;
			i += quanta * 4;
			if (i >= end)
				break;
		}
		what = meaning(reader, reader->in.data[i]);
		if (what < 64)
			take_digit(reader, what);
		else if (what == AS_BASE64_PAD)
			take_pad(reader, i);
		else if (what != AS_BASE64_BLANK || reader->blanks_are_junk)
			if (take_junk(reader))
				break;
	}
}

static void take_line(struct reader *reader, size_t begin, size_t end)
{
	size_t text = text_end(reader->in, begin, end);

	while (begin < text && as_base64_meaning[reader->in.data[begin]] == AS_BASE64_BLANK)
		begin++;
	if (reader->habits->line == AS_LINE_BLANK && text == begin && reader->any) {
		reader->done = true;
		return;
	}
	if (!is_left_out(reader, begin, text))
		take_text(reader, begin, text);
	if (reader->done)
		return;
	if (reader->habits->line == AS_LINE_DROP)
		reset(reader);
	else if (reader->habits->line == AS_LINE_FLUSH)
		flush(reader);
}

/* Finds lines one after the other, each octet looked at twice at most. */
struct lines {
	struct as_span in;
	size_t line_feed; /* the next one, in.size when there is none */
};

/* The line at begin; answers where the next one begins. */
static size_t next_line(struct lines *lines, size_t begin, size_t *end_out)
{
	size_t end;

	if (begin == 0 || lines->line_feed < begin) {
		lines->line_feed = as_span_find_byte(lines->in, begin, '\n');
		if (lines->line_feed == SIZE_MAX)
			lines->line_feed = lines->in.size;
	}
	end = as_span_find_byte(as_span_slice(lines->in, 0, lines->line_feed), begin, '\r');
	if (end == SIZE_MAX)
		end = lines->line_feed;
	*end_out = end;
	if (end + 1 == lines->line_feed && lines->line_feed < lines->in.size)
		return end + 2;
	return end < lines->in.size ? end + 1 : end;
}

static size_t blank_start(struct as_span in)
{
	struct lines lines = {.in = in};
	bool any = false;

	for (size_t begin = 0, end; begin < in.size;) {
		size_t next = next_line(&lines, begin, &end);
		size_t text = text_end(in, begin, end);

		if (any && text == begin)
			return next;
		any = any || text > begin;
		begin = next;
	}
	return in.size;
}

static size_t wide_start(struct as_span in)
{
	struct lines lines = {.in = in};
	size_t widest = 0, start = 0;

	for (size_t begin = 0, end; begin < in.size;) {
		size_t next = next_line(&lines, begin, &end);

		if (end - begin > widest) {
			widest = end - begin;
			start = begin;
		}
		begin = next;
	}
	return start;
}

static size_t pad_start(struct as_span in)
{
	size_t i = 0;

	while (i < in.size && as_base64_meaning[in.data[i]] >= 64)
		i++;
	i = as_span_find_byte(in, i, '=');
	while (i < in.size && in.data[i] == '=')
		i++;
	return i < in.size ? i : in.size;
}

static size_t start(const struct reader *reader)
{
	struct lines lines = {.in = reader->in};
	size_t end;

	switch (reader->habits->start) {
	case AS_START_SECOND:
		return next_line(&lines, 0, &end);
	case AS_START_BLANK:
		return blank_start(reader->in);
	case AS_START_WIDE:
		return wide_start(reader->in);
	case AS_START_PAD:
		return pad_start(reader->in);
	case AS_START_FIRST:
	case AS_START_LATE:
	case AS_START_HEAD:
		break;
	}
	return 0;
}

size_t as_base64_tail(struct as_span in, const struct as_decode_stats *stats)
{
	size_t tail = in.size;

	if (stats->first_anomaly < tail)
		tail = stats->first_anomaly;
	if (stats->first_odd < tail)
		tail = stats->first_odd;
	if (tail == in.size)
		return tail;
	while (tail > 0 && in.data[tail - 1] != '\n')
		tail--;
	return tail;
}

size_t as_base64_read(struct as_span in, const struct as_decode_stats *stats,
		      const struct as_base64_habits *habits, unsigned char *out,
		      size_t out_capacity)
{
	struct reader reader = {
		.in = in,
		.stats = stats,
		.habits = habits,
		.out = out,
		.capacity = out_capacity,
	};
	struct lines lines;

	if (habits->start == AS_START_LATE)
		reader.late = stats->surplus;
	if (habits->start == AS_START_HEAD)
		reader.in.size = as_base64_tail(in, stats);
	if (habits->junk == AS_JUNK_LINE || habits->junk == AS_JUNK_DROP)
		reader.blanks_are_junk = stats->inner_blanks < in.size / BLANK_SHARE + 1;
	lines = (struct lines){.in = reader.in};
	for (size_t begin = start(&reader), end; begin < reader.in.size && !reader.done;) {
		size_t next = next_line(&lines, begin, &end);

		take_line(&reader, begin, end);
		begin = next;
	}
	/* Padding that was begun says that the quantum was meant. */
	if (!habits->whole || (reader.pads > 0 && !counts_pads(&reader)))
		flush(&reader);
	return reader.size;
}
