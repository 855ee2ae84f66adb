/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/base64.h"

/* What an octet means; values below 64 are digits. All others have the top
 * bit, so that four digits are checked by one test. */
#define JUNK  0x80u
#define BLANK 0x81u
#define PAD   0x82u
#define URL   0x83u

#define J     JUNK
#define J4    J, J, J, J
#define J16   J4, J4, J4, J4
#define J64   J16, J16, J16, J16

static const unsigned char meaning[256] = {
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
	struct as_decode_stats *stats;
};

size_t as_base64_bound(size_t in_size)
{
	/* No overflow: in_size / 4 * 3 is less than in_size. */
	return in_size / 4 * 3 + 3;
}

static void note(struct decoder *decoder, size_t *counter, size_t offset)
{
	(*counter)++;
	decoder->stats->anomalies++;
	decoder->stats->altered = true;
	if (offset < decoder->stats->first_anomaly)
		decoder->stats->first_anomaly = offset;
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

static void take_digit(struct decoder *decoder, uint32_t digit, size_t offset)
{
	if (decoder->ended) {
		note(decoder, &decoder->stats->padding_inside, offset);
		if (decoder->stats->first_run == SIZE_MAX)
			decoder->stats->first_run = decoder->size;
		decoder->ended = false;
	}
	if (decoder->pads > 0) {
		note(decoder, &decoder->stats->junk, decoder->pad_at);
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

static void take_other(struct decoder *decoder, unsigned int what, size_t offset)
{
	if (what == BLANK)
		return;
	if (what != PAD || decoder->digits < 2) {
		if (what == URL)
			decoder->stats->urlsafe++;
		note(decoder, &decoder->stats->junk, offset);
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

/* Whole quanta of digits, which is what honest bodies are made of. Answers how
 * many octets of input were used. */
static size_t take_quanta(struct decoder *decoder, const unsigned char *p, size_t size)
{
	size_t quanta = size / 4, room = (decoder->capacity - decoder->size) / 3;
	unsigned char *out;
	size_t done;

	if (quanta > room)
		quanta = room;
	if (quanta == 0)
		return 0;
	out = decoder->out + decoder->size;
	for (done = 0; done < quanta; done++, p += 4, out += 3) {
		uint32_t a = meaning[p[0]], b = meaning[p[1]];
		uint32_t c = meaning[p[2]], d = meaning[p[3]];

		if ((a | b | c | d) & 0x80)
			break;
		out[0] = (unsigned char)(a << 2 | b >> 4);
		out[1] = (unsigned char)(b << 4 | c >> 2);
		out[2] = (unsigned char)(c << 6 | d);
	}
	decoder->size += done * 3;
	return done * 4;
}

size_t as_base64_decode(struct as_span in, unsigned char *out, size_t out_capacity,
			struct as_decode_stats *stats_out)
{
	struct decoder decoder = {.out = out, .capacity = out_capacity, .stats = stats_out};
	size_t i = 0;

	*stats_out = (struct as_decode_stats){.first_anomaly = SIZE_MAX, .first_run = SIZE_MAX};
	while (i < in.size) {
		unsigned int what;

		if (decoder.digits == 0 && !decoder.ended)
			i += take_quanta(&decoder, in.data + i, in.size - i);
		if (i == in.size)
			break;
		what = meaning[in.data[i]];
		if (what < 64)
			take_digit(&decoder, what, i);
		else
			take_other(&decoder, what, i);
		i++;
	}
	if (decoder.digits > 0) {
		note(&decoder, &stats_out->missing_padding, in.size);
		flush(&decoder);
	}
	return decoder.size;
}
