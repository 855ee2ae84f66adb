/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks_walk.h"

#include "mime/legacy.h"

/* A run without mark has a line of so many octets ... */
#define UU_LINE_OCTETS 20u
/* ... or so many lines without anything between them: columns of numbers fit
 * now and then. */
#define UU_LINES_MIN 16u

/* All lines of xxencode but the last have 45 octets, or at least one length. */
#define XX_LINE_OCTETS	  45u
#define XX_LINES_MIN	  4u

#define BINHEX_DIGITS_MIN (AS_BLOCK_BYTES_MIN / 3 * 4)
/* A first line has 64 characters; less than half of it is a clause or a smiley. */
#define BINHEX_LINE_MIN 30u

struct run {
	size_t end;    /* of the last line that belongs to it */
	size_t octets; /* or digits */
	size_t lines;
	size_t longest, first;
	size_t odd; /* lines of another length than the first */
	size_t exact;
	size_t letters, others; /* of its digits */
	unsigned int junk;	/* lines in a row that do not belong to it */
	bool broken;		/* some stood within it */
};

bool as_block_is_mark(struct as_span line)
{
	struct as_span bare = as_rawline_unquote(line);
	struct as_uu_mark mark;

	if (bare.size == 0)
		return false;
	switch (bare.data[0]) {
	case 'b':
	case 'B':
		return as_uu_mark_read(bare, &mark) && (mark.mode || mark.base64);
	case '=':
		return as_rawline_begins(bare, "=ybegin ", 8) ||
		       as_rawline_begins(bare, "=ypart ", 7);
	case '(':
		return as_rawline_begins(bare, AS_BINHEX_MARK, sizeof(AS_BINHEX_MARK) - 1);
	default:
		return false;
	}
}

static bool add_junk(struct run *run)
{
	return ++run->junk <= AS_BLOCK_JUNK_LINES;
}

static void add_line(struct run *run, struct as_line line, size_t octets)
{
	run->broken |= run->junk > 0;
	run->junk = 0;
	run->end = line.end;
	run->octets += octets;
	if (run->lines++ == 0)
		run->first = octets;
	run->odd += octets != run->first;
	if (octets > run->longest)
		run->longest = octets;
}

static enum as_uu_fit read_either(struct as_span line, enum as_uu_alphabet *alphabet,
				  struct as_uu_line *uu)
{
	enum as_uu_alphabet other = *alphabet == AS_UU ? AS_XX : AS_UU;
	enum as_uu_fit fit = as_uu_line_unquote(line, *alphabet, uu);
	struct as_uu_line second;

	if (fit != AS_UU_EXACT && as_uu_line_unquote(line, other, &second) == AS_UU_EXACT) {
		*alphabet = other;
		*uu = second;
		return AS_UU_EXACT;
	}
	return fit;
}

static bool is_end_of_data(struct as_span line)
{
	line = as_rawline_trim(as_rawline_unquote(line));
	return line.size == 1 && (line.data[0] == '`' || line.data[0] == '+');
}

/* Readers go by the mark, so lines of a wrong length belong to it. Without a
 * mode the first line must fit: "begin with" is a sentence. */
bool as_block_marked_uu(struct as_span text, struct as_line first, struct as_block *block_out)
{
	enum as_uu_alphabet alphabet = AS_UU;
	struct run run = {.end = first.end};
	struct as_uu_mark mark = {.mode = false}, next;
	struct as_line line;

	if (!as_uu_mark_read(as_line_span(text, first), &mark) || mark.base64)
		return false;
	for (size_t at = first.next; at < text.size; at = line.next) {
		struct as_span span;
		struct as_uu_line uu;
		enum as_uu_fit fit;

		line = as_rawline_at(text, at);
		span = as_line_span(text, line);
		if (as_span_blank(span) || is_end_of_data(span))
			continue;
		if (as_uu_end_read(span)) {
			run.end = line.end;
			break;
		}
		if (as_uu_mark_read(span, &next))
			break;
		fit = read_either(span, &alphabet, &uu);
		run.exact += fit == AS_UU_EXACT;
		if (fit != AS_UU_NONE && (mark.mode || run.exact > 0))
			add_line(&run, line, uu.octets);
		else if (!add_junk(&run))
			break;
	}
	if (run.octets == 0)
		return false;
	*block_out = (struct as_block){
		.encoding = alphabet == AS_UU ? AS_ENCODING_UUENCODE : AS_ENCODING_XXENCODE,
		.begin = first.begin,
		.end = run.end,
		.name = mark.name,
		.sure = true,
	};
	return true;
}

static void count_texture(struct run *run, struct as_span digits)
{
	for (size_t i = 0; i < digits.size; i++) {
		unsigned char c = digits.data[i];

		if (c >= 'A' && c <= 'Z')
			run->letters++;
		else if (c != ' ' && (c < '0' || c > '9'))
			run->others++;
	}
}

/* Columns of numbers and words in capitals have a length that fits by chance,
 * but not both capitals and other characters in such a number. */
static bool is_plausible(const struct run *run, enum as_uu_alphabet alphabet)
{
	size_t digits = run->octets / 3 * 4;

	if (run->octets < AS_BLOCK_BYTES_MIN || run->exact == 0)
		return false;
	if (run->longest < UU_LINE_OCTETS && (run->lines < UU_LINES_MIN || run->broken))
		return false;
	/* Lines of base64 of any length fit xxencode as well now and then, but not
	 * as its encoders write them. */
	if (alphabet == AS_XX &&
	    (run->odd > 1 || (run->first != XX_LINE_OCTETS && run->lines < XX_LINES_MIN)))
		return false;
	return run->letters >= digits / 16 && run->others >= digits / 16;
}

bool as_block_plain_uu(struct as_span text, size_t begin, enum as_uu_alphabet alphabet,
		       size_t *stop_out, struct as_block *block_out)
{
	struct run run = {.end = begin};
	struct as_line line;

	for (*stop_out = begin; *stop_out < text.size; *stop_out = line.next) {
		struct as_span span;
		struct as_uu_line uu;
		enum as_uu_fit fit;

		line = as_rawline_at(text, *stop_out);
		span = as_line_span(text, line);
		if (as_span_blank(span))
			continue;
		if (as_block_is_mark(span) || (run.octets > 0 && as_uu_end_read(span)))
			break;
		fit = as_uu_line_unquote(span, alphabet, &uu);
		if (fit == AS_UU_EXACT || (run.exact > 0 && run.junk == 0 &&
					   (fit == AS_UU_SHORT || fit == AS_UU_LOOSE))) {
			run.exact += fit == AS_UU_EXACT;
			add_line(&run, line, uu.octets);
			count_texture(&run, uu.digits);
		} else if (!is_end_of_data(span) && !add_junk(&run)) {
			break;
		}
	}
	if (*stop_out < begin + 1)
		*stop_out = begin + 1;
	if (!is_plausible(&run, alphabet))
		return false;
	*block_out = (struct as_block){
		.encoding = alphabet == AS_UU ? AS_ENCODING_UUENCODE : AS_ENCODING_XXENCODE,
		.begin = begin,
		.end = run.end,
	};
	return true;
}

/* Digits of the line up to the ':' at its end; none when others stand there. */
static size_t binhex_digits(struct as_span line, bool *ended_out)
{
	size_t digits = 0;

	line = as_rawline_trim(line);
	*ended_out = false;
	for (; digits < line.size; digits++) {
		if (as_binhex_digit(line.data[digits]))
			continue;
		*ended_out = line.data[digits] == ':' && digits + 1 == line.size;
		return *ended_out ? digits : 0;
	}
	return digits;
}

bool as_block_binhex(struct as_span text, size_t begin, bool marked, size_t *stop_out,
		     struct as_block *block_out)
{
	struct run run = {.end = begin};
	struct as_line line = as_rawline_at(text, begin);
	bool started = false, ended = false;

	*stop_out = marked ? line.next : begin;
	for (; *stop_out < text.size && !ended; *stop_out = line.next) {
		struct as_span span;
		size_t digits;

		line = as_rawline_at(text, *stop_out);
		span = as_rawline_unquote(as_line_span(text, line));
		if (span.size == 0)
			continue;
		if ((started || marked) && as_block_is_mark(span))
			break;
		if (!started && span.data[0] == ':') {
			digits = binhex_digits(as_span_from(span, 1), &ended);
			started = digits >= (marked ? 1 : BINHEX_LINE_MIN);
		} else {
			digits = started ? binhex_digits(span, &ended) : 0;
		}
		if (digits > 0 || (started && ended))
			add_line(&run, line, digits);
		else if (!add_junk(&run))
			break;
	}
	if (*stop_out < begin + 1)
		*stop_out = begin + 1;
	if (!started || (!marked && run.octets < BINHEX_DIGITS_MIN))
		return false;
	*block_out = (struct as_block){
		.encoding = AS_ENCODING_BINHEX,
		.begin = begin,
		.end = run.end,
		.sure = marked,
	};
	return true;
}
