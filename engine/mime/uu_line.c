/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/rawline.h"
#include "mime/uu.h"

/* "begin" with a mode of more digits is a sentence. */
#define MODE_DIGITS_MAX 6u

#define N		0xff

const unsigned char as_uu_values[2][256] = {
	[AS_UU] =
		{
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  0,	1,  2,	3,  4,	5,
			6,  7,	8,  9,	10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
			25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
			44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
			63, 0,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,
		},
	[AS_XX] =
		{
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  0,	N,  1,	N,  N,	2,  3,	4,  5,	6,  7,	8,  9,	10,
			11, N,	N,  N,	N,  N,	N,  N,	12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
			23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, N,	N,  N,	N,
			N,  N,	38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54,
			55, 56, 57, 58, 59, 60, 61, 62, 63, N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,  N,	N,
			N,  N,	N,  N,	N,  N,	N,  N,	N,
		},
};

/* Characters outside the alphabet; more than limit are not counted. */
static size_t count_foreign(struct as_span digits, enum as_uu_alphabet alphabet, size_t limit)
{
	size_t foreign = 0;

	for (size_t i = 0; i < digits.size && foreign <= limit; i++)
		foreign += as_uu_value(alphabet, digits.data[i]) > 63;
	return foreign;
}

/* Rules of dashes and the like would fit now and then. */
static bool is_rule(struct as_span line)
{
	for (size_t i = 1; i < line.size; i++)
		if (line.data[i] != line.data[0])
			return false;
	return true;
}

/* Blanks that a relay added; those that the length asks for are data. */
static void cut_tail(struct as_span *digits, size_t need, enum as_uu_alphabet alphabet)
{
	while (digits->size > 0) {
		unsigned char last = digits->data[digits->size - 1];

		if (last != '\t' && (last != ' ' || (alphabet == AS_UU && digits->size <= need)))
			break;
		digits->size--;
	}
}

enum as_uu_fit as_uu_line_read(struct as_span line, enum as_uu_alphabet alphabet,
			       struct as_uu_line *line_out)
{
	struct as_span digits = as_span_from(line, 1);
	size_t count, least, most, foreign;

	if (line.size < 2)
		return AS_UU_NONE;
	count = as_uu_value(alphabet, line.data[0]);
	if (count > 63)
		return AS_UU_NONE;
	/* The last group may stand without the digits that hold nothing. */
	least = (count * 8 + 5) / 6;
	most = (count + 2) / 3 * 4;
	cut_tail(&digits, most, alphabet);
	*line_out = (struct as_uu_line){.digits = digits, .octets = count};
	if (count > 0 && digits.size >= least && digits.size <= most + AS_UU_CHECKSUM_MAX) {
		foreign = count_foreign(digits, alphabet, digits.size / AS_UU_FOREIGN_DIVISOR);
		if (foreign == 0 && is_rule(line))
			return AS_UU_WRONG;
		/* 64 characters of base64 would fit without the whole last group. */
		if (foreign == 0)
			return digits.size < most ? AS_UU_SHORT : AS_UU_EXACT;
		return foreign * AS_UU_FOREIGN_DIVISOR <= digits.size ? AS_UU_LOOSE : AS_UU_NONE;
	}
	if (digits.size == 0 || count_foreign(digits, alphabet, 0) > 0 || is_rule(line))
		return AS_UU_NONE;
	/* More than a quarter lost is no lost blank, and this keeps the output
	 * within the input. */
	if (count > 0 && digits.size < least && line.size >= count && alphabet == AS_UU)
		return AS_UU_SHORT;
	line_out->octets = digits.size / 4 * 3 + digits.size % 4 * 3 / 4;
	return line_out->octets > 0 ? AS_UU_WRONG : AS_UU_NONE;
}

enum as_uu_fit as_uu_line_unquote(struct as_span line, enum as_uu_alphabet alphabet,
				  struct as_uu_line *line_out)
{
	struct as_span bare;
	struct as_uu_line other;
	enum as_uu_fit fit, bare_fit;

	fit = as_uu_line_read(line, alphabet, line_out);
	if (fit == AS_UU_EXACT || line.size == 0 ||
	    (line.data[0] != '>' && line.data[0] != ' ' && line.data[0] != '\t'))
		return fit;
	bare = as_rawline_unquote(line);
	bare_fit = as_uu_line_read(bare, alphabet, &other);
	if (bare_fit == AS_UU_NONE || bare_fit < fit) {
		/* A '>' of its own may be the length of the line: one mark only. */
		bare = as_span_from(line, line.size > 1 && line.data[1] == ' ' ? 2 : 1);
		bare_fit = as_uu_line_read(bare, alphabet, &other);
	}
	if (bare_fit <= fit)
		return fit;
	*line_out = other;
	return bare_fit;
}

bool as_uu_mark_read(struct as_span line, struct as_uu_mark *mark_out)
{
	struct as_span rest = as_rawline_unquote(line);
	size_t digits = 0;
	bool base64 = false;

	if (!as_rawline_begins(rest, "begin", 5))
		return false;
	rest = as_span_from(rest, 5);
	if (as_rawline_begins(rest, "-base64", 7)) {
		base64 = true;
		rest = as_span_from(rest, 7);
	}
	if (as_rawline_begins(rest, "-encoded", 8))
		rest = as_span_from(rest, 8);
	rest = as_rawline_trim(rest);
	*mark_out = (struct as_uu_mark){.base64 = base64, .name = rest};
	if (rest.size == 0)
		return true;
	if (rest.data[0] != ' ' && rest.data[0] != '\t')
		return false;
	while (rest.size > 0 && (rest.data[0] == ' ' || rest.data[0] == '\t'))
		rest = as_span_from(rest, 1);
	while (digits < rest.size && rest.data[digits] >= '0' && rest.data[digits] <= '9')
		digits++;
	if (digits > 0 && digits <= MODE_DIGITS_MAX &&
	    (digits == rest.size || rest.data[digits] == ' ' || rest.data[digits] == '\t')) {
		mark_out->mode = true;
		rest = as_span_from(rest, digits);
		while (rest.size > 0 && (rest.data[0] == ' ' || rest.data[0] == '\t'))
			rest = as_span_from(rest, 1);
	}
	mark_out->name = rest;
	return true;
}

bool as_uu_end_read(struct as_span line)
{
	struct as_span rest = as_rawline_trim(as_rawline_unquote(line));

	return (rest.size == 3 && as_rawline_begins(rest, "end", 3)) ||
	       (rest.size == 4 && as_rawline_begins(rest, "====", 4));
}
