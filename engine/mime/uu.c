/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/uu.h"

/* A line of 45 octets has 61 characters; some encoders write up to 63 octets. */
#define LINE_OCTETS_MAX 63u

enum mode { MODE_UU = 0, MODE_BASE64 };

struct decoder {
	unsigned char *out;
	size_t capacity;
	size_t size;
	struct as_decode_stats *stats;
	bool outside;
	enum mode mode;
};

static bool begins_with(struct as_span line, const char *word)
{
	return as_span_has_at(line, 0, word, strlen(word));
}

static struct as_span next_line(struct as_span in, size_t *offset)
{
	size_t end = as_span_find_byte(in, *offset, '\n');
	size_t stop = end == SIZE_MAX ? in.size : end;
	struct as_span line = as_span_slice(in, *offset, stop - *offset);

	*offset = end == SIZE_MAX ? in.size : end + 1;
	while (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	return line;
}

static bool is_blank(struct as_span line)
{
	for (size_t i = 0; i < line.size; i++)
		if (line.data[i] != ' ' && line.data[i] != '\t')
			return false;
	return true;
}

static void put(struct decoder *decoder, unsigned int byte)
{
	if (decoder->size < decoder->capacity)
		decoder->out[decoder->size++] = (unsigned char)byte;
	else
		decoder->stats->truncated = true;
}

/* Octets that the line announces, 0 when it cannot be an encoded line: as many
 * characters as announced, less blanks that were cut, and a few of checksum
 * that some encoders add. */
static size_t announced(struct as_span line)
{
	size_t count, need;

	if (line.size < 2 || line.data[0] < ' ' || line.data[0] > '`')
		return 0;
	count = (line.data[0] - 32u) & 63u;
	need = (count + 2) / 3 * 4;
	if (count == 0 || count > LINE_OCTETS_MAX || line.size - 1 > need + 2)
		return 0;
	for (size_t i = 1; i < line.size; i++)
		if (line.data[i] < ' ' || line.data[i] > '`')
			return 0;
	/* A line that lost more than a quarter to cut blanks is text. This also
	 * keeps the output within the input. */
	return line.size >= count ? count : 0;
}

static void decode_line(struct decoder *decoder, struct as_span line, size_t count)
{
	for (size_t at = 1; count > 0; at += 4) {
		unsigned int value = 0;

		for (size_t i = 0; i < 4; i++) {
			unsigned int c = at + i < line.size ? line.data[at + i] : ' ';

			value = value << 6 | ((c - 32u) & 63u);
		}
		for (unsigned int shift = 16; count > 0; shift -= 8, count--) {
			put(decoder, value >> shift & 255u);
			if (shift == 0) {
				count--;
				break;
			}
		}
	}
}

static void decode_base64_line(struct decoder *decoder, struct as_span line)
{
	struct as_decode_stats stats;

	decoder->size += as_base64_decode(line, decoder->out + decoder->size,
					  decoder->capacity - decoder->size, &stats);
	decoder->stats->anomalies += stats.anomalies;
	decoder->stats->truncated |= stats.truncated;
}

static void take_line(struct decoder *decoder, struct as_span line, size_t offset)
{
	size_t count;

	if (begins_with(line, "begin-base64 ")) {
		decoder->mode = MODE_BASE64;
		return;
	}
	if (begins_with(line, "begin ")) {
		decoder->mode = MODE_UU;
		return;
	}
	if (is_blank(line) || begins_with(line, "====") ||
	    (line.size == 3 && begins_with(line, "end")) ||
	    (line.size == 1 && line.data[0] == '`')) {
		if (begins_with(line, "===="))
			decoder->mode = MODE_UU;
		return;
	}
	if (decoder->mode == MODE_BASE64) {
		decode_base64_line(decoder, line);
		return;
	}
	count = announced(line);
	if (count > 0) {
		decode_line(decoder, line, count);
		return;
	}
	decoder->outside = true;
	decoder->stats->anomalies++;
	decoder->stats->junk += line.size;
	if (decoder->stats->first_anomaly == SIZE_MAX)
		decoder->stats->first_anomaly = offset;
}

size_t as_uu_decode(struct as_span in, unsigned char *out, size_t out_capacity,
		    struct as_decode_stats *stats_out, bool *outside_out)
{
	struct decoder decoder = {.out = out, .capacity = out_capacity, .stats = stats_out};

	*stats_out = (struct as_decode_stats){.first_anomaly = SIZE_MAX, .first_run = SIZE_MAX};
	for (size_t offset = 0; offset < in.size;) {
		size_t begin = offset;
		struct as_span line = next_line(in, &offset);

		take_line(&decoder, line, begin);
	}
	*outside_out = decoder.outside;
	return decoder.size;
}
