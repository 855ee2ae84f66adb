/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/base64.h"

/* All but digits have the top bit, so that four digits are checked by one test. */
#define J     AS_BASE64_JUNK
#define BLANK AS_BASE64_BLANK
#define PAD   AS_BASE64_PAD
#define URL   AS_BASE64_URL
#define J4    J, J, J, J
#define J16   J4, J4, J4, J4
#define J64   J16, J16, J16, J16

const unsigned char as_base64_meaning[256] = {
	J,     J,  J,  J,  J,  J,  J,  J,  J,  BLANK, BLANK, BLANK, BLANK, BLANK, J,  J,  J16,
	BLANK, J,  J,  J,  J,  J,  J,  J,  J,  J,     J,     62,    J,	   URL,	  J,  63, 52,
	53,    54, 55, 56, 57, 58, 59, 60, 61, J,     J,     J,	    PAD,   J,	  J,  J,  0,
	1,     2,  3,  4,  5,  6,  7,  8,  9,  10,    11,    12,    13,	   14,	  15, 16, 17,
	18,    19, 20, 21, 22, 23, 24, 25, J,  J,     J,     J,	    URL,   J,	  26, 27, 28,
	29,    30, 31, 32, 33, 34, 35, 36, 37, 38,    39,    40,    41,	   42,	  43, 44, 45,
	46,    47, 48, 49, 50, 51, J,  J,  J,  J,     J,     J64,   J64,
};

struct decoder {
	unsigned char *out;
	size_t size, capacity;
	uint32_t bits;	     /* digits of the open quantum */
	unsigned int digits; /* 0-3 of them */
	unsigned int pads;   /* seen since the last digit of the quantum */
	size_t pad_at;	     /* where the first of these stood */
	bool ended;	     /* the last quantum was padded */
	size_t line_begin;
	size_t shortest;  /* line with anything on it */
	size_t open_line; /* a line end among digits stands here */
	size_t blank_at;  /* a blank behind data of this line */
	size_t empty_at;  /* an empty line behind data */
	size_t end_begin; /* first '=' since the last digit */
	unsigned int end_digits, end_pads;
	struct as_decode_stats *stats;
};

size_t as_base64_bound(size_t in_size)
{
	/* No overflow: in_size / 4 * 3 is less than in_size. */
	return in_size / 4 * 3 + 3;
}

void as_decode_stats_init(struct as_decode_stats *stats)
{
	*stats = (struct as_decode_stats){
		.first_anomaly = SIZE_MAX,
		.first_run = SIZE_MAX,
		.last_digit = SIZE_MAX,
		.first_junk = SIZE_MAX,
		.first_stray = SIZE_MAX,
		.first_odd = SIZE_MAX,
	};
}

static void note(struct decoder *decoder, size_t *counter, size_t offset)
{
	(*counter)++;
	decoder->stats->anomalies++;
	decoder->stats->altered = true;
	if (offset < decoder->stats->first_anomaly)
		decoder->stats->first_anomaly = offset;
}

/* What only makes other readings worth a try. */
static void note_odd(struct decoder *decoder, size_t *counter, size_t offset)
{
	(*counter)++;
	if (offset < decoder->stats->first_odd)
		decoder->stats->first_odd = offset;
}

static void put(struct decoder *decoder, uint32_t octet)
{
	if (decoder->size == decoder->capacity) {
		decoder->stats->truncated = true;
		return;
	}
	decoder->out[decoder->size++] = (unsigned char)octet;
}

/* Writes the one or two whole octets that 2 or 3 digits hold. */
static void flush(struct decoder *decoder)
{
	if (decoder->digits == 2) {
		put(decoder, decoder->bits >> 4);
	} else if (decoder->digits == 3) {
		put(decoder, decoder->bits >> 10);
		put(decoder, decoder->bits >> 2 & 0xff);
	}
	decoder->digits = 0;
	decoder->bits = 0;
	decoder->pads = 0;
}

/* Data goes on at offset: what stood before it was not the end. */
static void go_on(struct decoder *decoder, size_t offset)
{
	if (decoder->open_line != SIZE_MAX) {
		if (decoder->digits > 0)
			note_odd(decoder, &decoder->stats->split_quanta, decoder->open_line);
		decoder->open_line = SIZE_MAX;
	}
	if (decoder->blank_at != SIZE_MAX) {
		note_odd(decoder, &decoder->stats->inner_blanks, decoder->blank_at);
		decoder->blank_at = SIZE_MAX;
	}
	if (decoder->empty_at != SIZE_MAX) {
		note_odd(decoder, &decoder->stats->empty_lines, decoder->empty_at);
		decoder->empty_at = SIZE_MAX;
	}
	decoder->end_begin = SIZE_MAX;
	decoder->stats->last_digit = offset;
}

static void take_digit(struct decoder *decoder, uint32_t digit, size_t offset)
{
	go_on(decoder, offset);
	if (decoder->ended) {
		note(decoder, &decoder->stats->padding_inside, offset);
		if (decoder->stats->first_run == SIZE_MAX)
			decoder->stats->first_run = decoder->size;
		decoder->ended = false;
	}
	if (decoder->pads > 0) {
		note(decoder, &decoder->stats->junk, decoder->pad_at);
		if (decoder->pad_at < decoder->stats->first_stray)
			decoder->stats->first_stray = decoder->pad_at;
		decoder->pads = 0;
	}
	decoder->bits = decoder->bits << 6 | digit;
	if (++decoder->digits < 4)
		return;
	put(decoder, decoder->bits >> 16);
	put(decoder, decoder->bits >> 8 & 0xff);
	put(decoder, decoder->bits & 0xff);
	decoder->digits = 0;
	decoder->bits = 0;
}

/* The LF, or the end of all, at offset. */
static void end_line(struct decoder *decoder, struct as_span in, size_t offset)
{
	size_t width = offset - decoder->line_begin;

	if (width > 0 && in.data[offset - 1] == '\r')
		width--;
	if (width == 0) {
		if (decoder->stats->last_digit != SIZE_MAX && decoder->empty_at == SIZE_MAX)
			decoder->empty_at = offset;
	} else if (width > decoder->shortest) {
		note_odd(decoder, &decoder->stats->longer_lines, decoder->line_begin);
	} else {
		decoder->shortest = width;
	}
	if (decoder->digits > 0)
		decoder->open_line = offset;
	decoder->blank_at = SIZE_MAX;
	decoder->line_begin = offset + 1;
}

static void take_blank(struct decoder *decoder, struct as_span in, size_t offset)
{
	if (in.data[offset] == '\n') {
		end_line(decoder, in, offset);
		return;
	}
	if (decoder->blank_at == SIZE_MAX && decoder->stats->last_digit != SIZE_MAX &&
	    decoder->stats->last_digit >= decoder->line_begin)
		decoder->blank_at = offset;
}

static void take_pad(struct decoder *decoder, size_t offset)
{
	if (decoder->end_begin == SIZE_MAX) {
		decoder->end_begin = offset;
		decoder->end_digits = decoder->digits;
		decoder->end_pads = 0;
	}
	decoder->end_pads++;
	if (decoder->digits < 2) {
		note(decoder, &decoder->stats->junk, offset);
		if (offset < decoder->stats->first_stray)
			decoder->stats->first_stray = offset;
		return;
	}
	if (decoder->pads == 0)
		decoder->pad_at = offset;
	decoder->pads++;
	if (decoder->digits + decoder->pads == 4) {
		flush(decoder);
		decoder->ended = true;
	}
}

static void take_junk(struct decoder *decoder, unsigned int what, size_t offset)
{
	if (what == URL)
		decoder->stats->urlsafe++;
	if (offset < decoder->stats->first_junk)
		decoder->stats->first_junk = offset;
	note(decoder, &decoder->stats->junk, offset);
}

size_t as_base64_quanta(struct as_span in, unsigned char *out, size_t out_capacity)
{
	const unsigned char *meaning = as_base64_meaning, *p = in.data;
	size_t quanta = in.size / 4, room = out_capacity / 3, done;

	if (quanta > room)
		quanta = room;
	for (done = 0; done < quanta; done++, p += 4, out += 3) {
		uint32_t a = meaning[p[0]], b = meaning[p[1]];
		uint32_t c = meaning[p[2]], d = meaning[p[3]];

		if ((a | b | c | d) & 0x80)
			break;
		out[0] = (unsigned char)(a << 2 | b >> 4);
		out[1] = (unsigned char)(b << 4 | c >> 2);
		out[2] = (unsigned char)(c << 6 | d);
	}
	return done;
}

/* Answers how many octets of input were used. */
static size_t take_quanta(struct decoder *decoder, struct as_span in, size_t offset)
{
	size_t quanta;

	if (decoder->capacity - decoder->size < 3)
		return 0;
	quanta = as_base64_quanta(as_span_from(in, offset), decoder->out + decoder->size,
				  decoder->capacity - decoder->size);
	if (quanta == 0)
		return 0;
	go_on(decoder, offset + quanta * 4 - 1);
	decoder->size += quanta * 3;
	return quanta * 4;
}

static void finish(struct decoder *decoder, struct as_span in)
{
	unsigned int left = decoder->digits;

	end_line(decoder, in, in.size);
	if (decoder->end_begin != SIZE_MAX)
		left = decoder->end_digits + decoder->end_pads;
	decoder->stats->surplus = left % 4;
	if (decoder->digits == 0)
		return;
	note(decoder, &decoder->stats->missing_padding, in.size);
	flush(decoder);
}

size_t as_base64_decode(struct as_span in, unsigned char *out, size_t out_capacity,
			struct as_decode_stats *stats_out)
{
	struct decoder decoder = {
		.out = out,
		.capacity = out_capacity,
		.stats = stats_out,
		.shortest = SIZE_MAX,
		.open_line = SIZE_MAX,
		.blank_at = SIZE_MAX,
		.empty_at = SIZE_MAX,
		.end_begin = SIZE_MAX,
	};

	as_decode_stats_init(stats_out);
	for (size_t i = 0; i < in.size; i++) {
		unsigned int what;

		if (decoder.digits == 0 && !decoder.ended)
			i += take_quanta(&decoder, in, i);
		if (i == in.size)
			break;
		/* Of a line end only the LF matters. */
		if (in.data[i] == '\r' && i + 1 < in.size && in.data[i + 1] == '\n')
			i++;
		what = as_base64_meaning[in.data[i]];
		if (what < 64)
			take_digit(&decoder, what, i);
		else if (what == BLANK)
			take_blank(&decoder, in, i);
		else if (what == PAD)
			take_pad(&decoder, i);
		else
			take_junk(&decoder, what, i);
	}
	finish(&decoder, in);
	return decoder.size;
}
