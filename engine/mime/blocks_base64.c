/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks_walk.h"

#define DIGITS_MIN (AS_BLOCK_BYTES_MIN / 3 * 4)
/* A line from so many digits on is no word, and the run has real lines. */
#define LONG_LINE 40u
/* A longer word is none. */
#define WORD_MAX 24u
/* With other octets in it a line counts from this length on when one in
 * JUNK_DIVISOR at most is such, and its digits change as those of data do. */
#define JUNK_LINE    40u
#define JUNK_DIVISOR 8u
/* What words do not have, per digits: measured on text and on the most uniform
 * files. Short lines are held to more, they may be a list of names. */
#define EVIDENCE_MIN   3u
#define EVIDENCE_LONG  48u
#define EVIDENCE_SHORT 20u
#define CASE_MIN       2u
#define NOT_HEX_MIN    4u
#define ESCAPES_MIN    2u
/* One line of a folded field. */
#define SIGNATURE_BACK 80u

#define X4(c)	       c, c, c, c
#define X10(c)	       X4(c), X4(c), c, c
#define X26(c)	       X10(c), X10(c), X4(c), c, c

const unsigned char as_block_classes[256] = {
	['+'] = AS_BLOCK_SYMBOL,     ['-'] = AS_BLOCK_URL,	  ['/'] = AS_BLOCK_SYMBOL,
	['0'] = X10(AS_BLOCK_DIGIT), ['='] = AS_BLOCK_PAD,	  ['A'] = X26(AS_BLOCK_UPPER),
	['_'] = AS_BLOCK_URL,	     ['a'] = X26(AS_BLOCK_LOWER),
};

/* Neighbours that words of a language do not have. */
static const unsigned char odd[AS_BLOCK_PAD + 1][AS_BLOCK_PAD + 1] = {
	[AS_BLOCK_LOWER] = {[AS_BLOCK_UPPER] = 1, [AS_BLOCK_DIGIT] = 1},
	[AS_BLOCK_UPPER] = {[AS_BLOCK_DIGIT] = 1},
	[AS_BLOCK_DIGIT] = {[AS_BLOCK_UPPER] = 1, [AS_BLOCK_LOWER] = 1},
};

struct look {
	size_t digits, foreign, evidence;
	size_t upper, lower, not_hex;
	size_t inside;		   /* '=' in front of digits */
	unsigned char first, last; /* digits */
	bool padded;		   /* ends with '=' */
};

struct run {
	size_t begin, end;
	struct look sum;
	size_t longest, lines;
	unsigned int junk;
	bool gap;	 /* blank or other lines since the last */
	bool words;	 /* nothing but words up to here */
	bool short_last; /* the last line had one or two digits */
};

static unsigned int pair(unsigned char a, unsigned char b)
{
	/* Octets of 0 and of 255, of which programs have long runs. */
	return odd[as_block_classes[a]][as_block_classes[b]] |
	       (a == b && (as_block_classes[a] == AS_BLOCK_UPPER || a == '/'));
}

/* Ends early when there are more foreign octets than foreign_max. */
static void look_at(struct as_span line, size_t foreign_max, struct look *look)
{
	unsigned char before = 0;

	*look = (struct look){.padded = false};
	for (size_t i = 0; i < line.size; i++) {
		unsigned char c = line.data[i];
		unsigned char class = as_block_classes[c];

		if (class == AS_BLOCK_FOREIGN) {
			if (++look->foreign > foreign_max)
				return;
			continue;
		}
		look->inside += look->padded && class != AS_BLOCK_PAD;
		look->padded = class == AS_BLOCK_PAD;
		if (class == AS_BLOCK_PAD)
			continue;
		look->evidence += before != 0 && pair(before, c);
		look->digits++;
		look->upper += class == AS_BLOCK_UPPER;
		look->lower += class == AS_BLOCK_LOWER;
		look->not_hex += !as_octet_hex(c);
		if (before == 0)
			look->first = c;
		before = c;
	}
	look->last = before;
}

/* One word: nothing but lower case behind its first letter. */
static bool is_word(const struct look *look, struct as_span line)
{
	if (look->digits < 3 || look->digits > WORD_MAX || look->digits != line.size)
		return false;
	return look->lower == look->digits ||
	       (look->lower == look->digits - 1 && as_block_classes[look->first] == AS_BLOCK_UPPER);
}

/* What stands around words: a link, an address, a piece of JSON. A run in them
 * is looked for by itself. */
static bool has_syntax(struct as_span line)
{
	static const char syntax[] = "\"'<>(){}[]:;,&?@";

	for (size_t i = 0; i < line.size; i++)
		if (line.data[i] != 0 && strchr(syntax, line.data[i]) != NULL)
			return true;
	return false;
}

/* Quoted-printable: each '=' in it is an escape. */
static bool is_escaped(struct as_span line)
{
	size_t escapes = 0;

	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] != '=')
			continue;
		if (i + 1 == line.size)
			break;
		if (i + 2 >= line.size || !as_octet_hex(line.data[i + 1]) ||
		    !as_octet_hex(line.data[i + 2]))
			return false;
		escapes++;
	}
	return escapes >= ESCAPES_MIN;
}

/* Whether the line, without quote marks, is one of base64. Rules and numbers are
 * when they are as long as the lines before; delimiters are not. */
static bool is_line(struct as_span line, size_t longest, struct look *look)
{
	size_t plain = 0;

	while (plain < line.size && as_block_classes[line.data[plain]] != AS_BLOCK_FOREIGN)
		plain++;
	if (plain < line.size && (line.size < JUNK_LINE || line.data[plain] == ' ' ||
				  memchr(line.data + plain, ' ', line.size - plain) != NULL))
		return false;
	if (as_span_has_at(line, 0, "--", 2) && line.size != longest)
		return false;
	look_at(line, 0, look);
	if (look->inside >= ESCAPES_MIN && is_escaped(line))
		return false;
	if (look->foreign == 0)
		return look->upper + look->lower > 0 || (look->digits > 0 && look->digits <= 2) ||
		       (look->digits >= LONG_LINE && look->digits == longest);
	look_at(line, line.size / JUNK_DIVISOR, look);
	return look->foreign <= line.size / JUNK_DIVISOR &&
	       look->evidence >= line.size / JUNK_DIVISOR && !has_syntax(line);
}

bool as_block_base64_line(struct as_span line)
{
	struct look look;

	return is_line(as_rawline_trim(line), 0, &look);
}

size_t as_block_key(struct as_span line)
{
	size_t at = 0;

	while (at < line.size && at < WORD_MAX &&
	       (as_block_classes[line.data[at]] == AS_BLOCK_LOWER ||
		as_block_classes[line.data[at]] == AS_BLOCK_URL ||
		(at == 0 && as_block_classes[line.data[at]] == AS_BLOCK_UPPER)))
		at++;
	if (at == 0 || at + AS_BLOCK_TAIL_MIN >= line.size || line.data[at] != '=' ||
	    !as_block_base64_digit(line.data[at + 1]))
		return 0;
	return at + 1;
}

static void add(struct run *run, const struct look *look, bool word, size_t end)
{
	struct look *sum = &run->sum;

	if (run->short_last && look->digits <= 2 && look->digits > 0)
		sum->evidence += pair(sum->last, look->first);
	run->short_last = look->digits <= 2;
	sum->evidence += look->evidence;
	sum->digits += look->digits;
	sum->upper += look->upper;
	sum->lower += look->lower;
	sum->not_hex += look->not_hex;
	if (look->digits > 0)
		sum->last = look->last;
	sum->padded = look->padded;
	if (look->digits > run->longest)
		run->longest = look->digits;
	run->lines++;
	run->words = run->words && word;
	run->gap = false;
	run->junk = 0;
	run->end = end;
}

static bool is_plausible(const struct run *run)
{
	const struct look *sum = &run->sum;
	size_t divisor = run->longest >= LONG_LINE ? EVIDENCE_LONG : EVIDENCE_SHORT;

	return sum->digits >= DIGITS_MIN && sum->upper >= CASE_MIN && sum->lower >= CASE_MIN &&
	       sum->not_hex >= NOT_HEX_MIN && sum->evidence >= EVIDENCE_MIN &&
	       sum->evidence >= sum->digits / divisor;
}

/*
 * The signature of a DKIM or ARC field (RFC 6376 s3.5): "b=" and exactly as many
 * octets as Ed25519 or RSA of 1024, 2048 or 4096 bits make. Every mail has some.
 * Its first digits may stand in a line that was too short to begin the run.
 */
static bool is_signature(struct as_span text, const struct run *run)
{
	size_t digits = run->sum.digits, octets, at = run->begin;

	for (size_t back = 0; back < SIGNATURE_BACK && at > 0; back++, at--) {
		unsigned char c = text.data[at - 1];

		if (!as_block_base64_digit(c) && !as_octet_blank(c))
			break;
		digits += as_block_base64_digit(c);
	}
	octets = digits / 4 * 3 + digits % 4 * 3 / 4;
	if (octets != 64 && octets != 128 && octets != 256 && octets != 512)
		return false;
	if (at < 3 || text.data[at - 1] != '=' || text.data[at - 2] != 'b')
		return false;
	return text.data[at - 3] == ';' || as_octet_blank(text.data[at - 3]);
}

static bool finish(const struct run *run, struct as_block *block_out)
{
	if (!is_plausible(run))
		return false;
	*block_out = (struct as_block){
		.encoding = AS_ENCODING_BASE64, .begin = run->begin, .end = run->end};
	return true;
}

/* Words around data are text: they would shift it, or add to its end. */
static bool is_stray(const struct run *run, const struct look *look, struct as_span line)
{
	if (!run->gap && !run->sum.padded)
		return false;
	return run->longest >= LONG_LINE && is_word(look, line);
}

/* A greeting, or a word in front of other text: it would shift the data. */
static bool begins_anew(const struct run *run, const struct look *look, bool word)
{
	if (run->lines == 0)
		return false;
	if (run->junk > 0 && run->sum.digits < AS_BLOCK_TAIL_MIN)
		return true;
	return run->words && !word && (run->gap || look->digits >= AS_BLOCK_TAIL_MIN);
}

/* Another encoding begins, or a line that is data by itself. */
static bool ends_run(struct as_span line)
{
	struct as_uu_line uu;

	if (as_block_is_mark(line))
		return true;
	return as_uu_line_unquote(line, AS_UU, &uu) == AS_UU_EXACT && uu.octets >= 20;
}

bool as_block_base64(struct as_span text, size_t begin, bool within, size_t *stop_out,
		     size_t *signature_out, struct as_block *block_out)
{
	struct run run = {.begin = begin, .end = begin, .words = true};
	struct as_line line;

	for (*stop_out = begin; *stop_out < text.size; *stop_out = line.next) {
		struct as_span span;
		struct look look;
		bool word;

		line = as_rawline_at(text, *stop_out);
		span = as_rawline_trim(as_rawline_unquote(as_line_span(text, line)));
		if (span.size == 0) {
			run.gap = true;
			continue;
		}
		if (within && run.lines == 1 && run.gap)
			break;
		if (!is_line(span, run.longest, &look) || is_stray(&run, &look, span)) {
			if ((within && run.lines == 0) || ++run.junk > AS_BLOCK_JUNK_LINES ||
			    ends_run(span))
				break;
			run.gap = true;
			continue;
		}
		word = is_word(&look, span);
		if (begins_anew(&run, &look, word))
			run = (struct run){.begin = line.begin, .words = true};
		add(&run, &look, word, line.end);
	}
	if (*stop_out < begin + 1)
		*stop_out = begin + 1;
	if (is_signature(text, &run)) {
		*signature_out = run.end;
		return false;
	}
	return finish(&run, block_out);
}

bool as_block_marked_base64(struct as_span text, size_t begin, struct as_block *block_out)
{
	struct run run = {.begin = begin, .end = begin};
	struct as_line line;

	for (size_t at = begin; at < text.size; at = line.next) {
		struct as_span span;
		struct look look;

		line = as_rawline_at(text, at);
		span = as_rawline_trim(as_rawline_unquote(as_line_span(text, line)));
		if (span.size == 0)
			continue;
		if (as_uu_end_read(span) || as_block_is_mark(span))
			break;
		if (is_line(span, run.longest, &look))
			add(&run, &look, false, line.end);
		else if (++run.junk > AS_BLOCK_JUNK_LINES)
			break;
	}
	*block_out = (struct as_block){
		.encoding = AS_ENCODING_BASE64, .begin = begin, .end = run.end, .sure = true};
	return run.sum.digits > 0;
}

/* A part of [begin, end) in one alphabet: text that has '-' as well as '/' is a
 * path or a list. */
static bool finish_inline(struct as_span text, size_t begin, size_t end, struct as_block *block_out)
{
	for (unsigned int other = AS_BLOCK_SYMBOL; other <= AS_BLOCK_URL; other++) {
		size_t from = begin;

		for (size_t at = begin; at <= end; at++) {
			struct run run = {.begin = from, .end = at, .words = true};
			struct look look;

			if (at < end &&
			    as_block_classes[text.data[at]] !=
				    (other == AS_BLOCK_SYMBOL ? AS_BLOCK_URL : AS_BLOCK_SYMBOL))
				continue;
			if (at - from >= DIGITS_MIN) {
				look_at(as_span_slice(text, from, at - from), 0, &look);
				add(&run, &look, false, at);
				run.longest = 0;
				if (finish(&run, block_out))
					return true;
			}
			from = at + 1;
		}
	}
	return false;
}

bool as_block_inline(struct as_span text, size_t begin, size_t end, struct as_block *block_out)
{
	size_t floor = begin;

	/* Each run of DIGITS_MIN has a digit at one of these places; the rest is
	 * not looked at. */
	for (size_t at = begin + DIGITS_MIN - 1; at < end;) {
		size_t from = at, to = at;

		while (to < end && as_block_base64_digit(text.data[to]))
			to++;
		while (to > at && from > floor && as_block_base64_digit(text.data[from - 1]))
			from--;
		if (to - from >= DIGITS_MIN && finish_inline(text, from, to, block_out)) {
			while (block_out->end < end && text.data[block_out->end] == '=')
				block_out->end++;
			return true;
		}
		floor = to + 1;
		at = floor + DIGITS_MIN - 1;
	}
	return false;
}

size_t as_block_tail(struct as_span text, struct as_line line)
{
	size_t at = line.end;

	while (at > line.begin && (text.data[at - 1] == ' ' || text.data[at - 1] == '='))
		at--;
	if (at < line.begin + AS_BLOCK_TAIL_MIN ||
	    !as_block_base64_digit(text.data[at - AS_BLOCK_TAIL_MIN]))
		return line.end;
	while (at > line.begin && as_block_base64_digit(text.data[at - 1]))
		at--;
	return line.end - at >= AS_BLOCK_TAIL_MIN ? at : line.end;
}
