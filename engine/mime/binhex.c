/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/legacy.h"

#include "mime/rawline.h"

#define RUN_MARK 0x90u
/* Name of 63 octets at most (a Pascal string of HFS). */
#define NAME_MAX_OCTETS 63u
/* Length of the name, then NUL, type, creator, flags, both lengths, checksum. */
#define HEADER_FIXED 22u
#define CHECKSUM     2u
#define FILLING_MAX  3u

/* RFC 1741 appendix A. */
static const char alphabet[] = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";

struct decoder {
	unsigned char *out;
	size_t capacity, size;
	struct as_decode_stats *stats;
	uint32_t bits;
	unsigned int digits; /* 0-3 of the open quantum */
	bool run;	     /* the last octet was the mark */
	unsigned int last;   /* what a run repeats */
	size_t start;	     /* of this file, in out */
	char name[NAME_MAX_OCTETS];
	size_t name_size;
	unsigned char values[256];
};

size_t as_binhex_bound(size_t in_size)
{
	size_t most, grown;

	/* Four digits are three octets, two of which ask for up to 254 more. */
	if (!as_size_mul(in_size, 128, &most))
		most = SIZE_MAX;
	if (!as_size_mul(in_size, AS_BINHEX_GROWTH, &grown) ||
	    !as_size_add(grown, AS_BINHEX_SLACK, &grown))
		grown = SIZE_MAX;
	return most < grown ? most : grown;
}

bool as_binhex_digit(unsigned char digit)
{
	return digit != 0 && strchr(alphabet, digit) != NULL;
}

static void put(struct decoder *decoder, unsigned int octet, size_t count)
{
	size_t room = decoder->capacity - decoder->size;

	if (count > room) {
		decoder->stats->truncated = true;
		count = room;
	}
	if (count > 0)
		memset(decoder->out + decoder->size, (int)octet, count);
	decoder->size += count;
}

static void take_octet(struct decoder *decoder, unsigned int octet)
{
	if (!decoder->run) {
		if (octet == RUN_MARK) {
			decoder->run = true;
			return;
		}
		put(decoder, octet, 1);
		decoder->last = octet;
		return;
	}
	decoder->run = false;
	if (octet == 0) {
		put(decoder, RUN_MARK, 1);
		decoder->last = RUN_MARK;
	} else {
		put(decoder, decoder->last, octet - 1);
	}
}

static void take_digit(struct decoder *decoder, unsigned int value)
{
	decoder->bits = decoder->bits << 6 | value;
	if (++decoder->digits == 1)
		return;
	switch (decoder->digits) {
	case 2:
		take_octet(decoder, decoder->bits >> 4 & 255u);
		break;
	case 3:
		take_octet(decoder, decoder->bits >> 2 & 255u);
		break;
	default:
		take_octet(decoder, decoder->bits & 255u);
		decoder->digits = 0;
		decoder->bits = 0;
	}
}

/* Moves size octets at from to where the output of this file ends. */
static size_t keep(struct decoder *decoder, size_t to, size_t from, size_t size)
{
	memmove(decoder->out + to, decoder->out + from, size);
	return to + size;
}

/*
 * Takes the header and the checksums out of what this file gave. Lengths that
 * do not fit what is there come from a cut or lying file: all behind the header
 * is kept then.
 */
static void finish_file(struct decoder *decoder)
{
	struct as_span file =
		as_span_make(decoder->out + decoder->start, decoder->size - decoder->start);
	size_t start = decoder->start, at, to = start;
	uint32_t data, resource;

	decoder->start = decoder->size;
	decoder->digits = 0;
	decoder->bits = 0;
	decoder->run = false;
	if (file.size == 0 || file.data[0] > NAME_MAX_OCTETS)
		return;
	at = (size_t)file.data[0];
	if (!as_span_be32(file, at + 12, &data) || !as_span_be32(file, at + 16, &resource) ||
	    !as_span_holds(file, 0, at + HEADER_FIXED))
		return;
	/* Encoders write other versions than 0, and empty names; then the lengths
	 * have to be right. */
	if ((at == 0 || file.data[at + 1] != 0) &&
	    (uint64_t)at + HEADER_FIXED + data + resource > file.size)
		return;
	if (decoder->name_size == 0 && at > 0) {
		memcpy(decoder->name, file.data + 1, at);
		decoder->name_size = at;
	}
	at += HEADER_FIXED;
	file = as_span_from(file, at);
	if (data > file.size || resource > file.size - data) {
		decoder->stats->anomalies++;
		to = keep(decoder, to, start + at, file.size);
	} else {
		size_t second = (size_t)data + CHECKSUM;
		size_t third = second + (size_t)resource + CHECKSUM;

		to = keep(decoder, to, start + at, data);
		if (file.size > second) {
			size_t left = file.size - second;

			to = keep(decoder, to, start + at + second,
				  resource < left ? resource : left);
		}
		/* Less is what fills the last quantum. */
		if (file.size > third && file.size - third > FILLING_MAX)
			to = keep(decoder, to, start + at + third, file.size - third);
	}
	decoder->size = to;
	decoder->start = to;
}

/* Where the data begins: behind the ':' that begins a line, at best below the
 * line that tells what it is; all of it when there is none. */
static size_t find_start(struct as_span in)
{
	struct as_line line;
	size_t first = SIZE_MAX;
	bool mark = false;

	for (size_t at = 0; at < in.size; at = line.next) {
		struct as_span text;

		line = as_rawline_at(in, at);
		text = as_rawline_unquote(as_line_span(in, line));
		if (as_rawline_begins(text, AS_BINHEX_MARK, sizeof(AS_BINHEX_MARK) - 1))
			mark = true;
		if (text.size == 0 || text.data[0] != ':')
			continue;
		if (mark)
			return (size_t)(text.data - in.data) + 1;
		if (first == SIZE_MAX)
			first = (size_t)(text.data - in.data) + 1;
	}
	return first == SIZE_MAX ? 0 : first;
}

static void note(struct decoder *decoder, size_t offset)
{
	decoder->stats->junk++;
	decoder->stats->anomalies++;
	if (decoder->stats->first_anomaly == SIZE_MAX)
		decoder->stats->first_anomaly = offset;
}

static bool begins_line(struct as_span in, size_t at)
{
	while (at > 0 &&
	       (in.data[at - 1] == ' ' || in.data[at - 1] == '\t' || in.data[at - 1] == '>'))
		at--;
	return at == 0 || in.data[at - 1] == '\n' || in.data[at - 1] == '\r';
}

static void decode(struct decoder *decoder, struct as_span in, size_t begin)
{
	/* Behind the ':' that ends a file stands text until a line begins with the
	 * next. */
	bool inside = true;

	for (size_t i = begin; i < in.size; i++) {
		unsigned char c = in.data[i];

		if (c == ':') {
			if (inside)
				finish_file(decoder);
			inside = !inside && begins_line(in, i);
		} else if (as_octet_blank(c)) {
			continue;
		} else if (decoder->values[c] > 63) {
			note(decoder, i);
		} else if (inside) {
			take_digit(decoder, decoder->values[c]);
		}
	}
	finish_file(decoder);
}

size_t as_binhex_decode(struct as_span in, unsigned char *out, size_t out_capacity,
			struct as_decode_stats *stats_out, struct as_span *name_out)
{
	struct decoder decoder = {.out = out, .capacity = out_capacity, .stats = stats_out};

	*stats_out = (struct as_decode_stats){.first_anomaly = SIZE_MAX, .first_run = SIZE_MAX};
	memset(decoder.values, 0xff, sizeof(decoder.values));
	for (unsigned char i = 0; i < 64; i++)
		decoder.values[(unsigned char)alphabet[i]] = i;
	if (in.size > 0)
		decode(&decoder, in, find_start(in));
	if (name_out == NULL)
		return decoder.size;
	*name_out = as_span_make(NULL, 0);
	/* The header made room behind the forks. */
	if (decoder.name_size > 0 && decoder.name_size <= out_capacity - decoder.size) {
		memcpy(out + decoder.size, decoder.name, decoder.name_size);
		*name_out = as_span_make(out + decoder.size, decoder.name_size);
	}
	return decoder.size;
}
