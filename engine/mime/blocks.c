/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/blocks_walk.h"

#include "mime/blocks_qp.h"

/* Columns of a table of hints: what may begin with an octet. */
#define MARK 1u
#define UU   2u
#define B64  4u

/* A line of uuencode or xxencode has as many characters as its first tells. */
#define LINE_MIN   4u
#define INLINE_MIN (AS_BLOCK_BYTES_MIN / 3 * 4)
/* Shorter lines do not end with the beginning of data: see as_block_tail(). */
#define TAIL_LINE    17u

#define EQUALS_AHEAD 4096u

struct finder {
	struct as_span text;
	/* Where walks of each kind may begin again. */
	size_t uu, xx, binhex, base64;
	size_t signature; /* the end of one that was passed over */
	size_t paragraph;
	size_t yenc; /* SIZE_MAX, or where an open yEnc file began */
	struct as_span yenc_name;
	size_t yenc_left; /* octets that are missing of what it announced */
	size_t yenc_end;  /* SIZE_MAX, or where it ends without =yend */
	struct as_block_qp qp;
	size_t equals; /* no '=' stands from the last line up to here */
	struct as_block block;
};

static inline unsigned int hints(unsigned char c)
{
	unsigned int what = 0;

	if (as_block_base64_digit(c))
		what |= B64;
	if (c > ' ' && c <= '`')
		what |= UU;
	if (c == 'b' || c == 'B' || c == '=' || c == '(' || c == ':')
		what |= MARK;
	return what;
}

/* Cheaper than reading the line: prose fails here. */
static inline bool fits(struct as_span line, enum as_uu_alphabet alphabet)
{
	size_t least = ((size_t)as_uu_value(alphabet, line.data[0]) * 8 + 5) / 6;

	return line.size >= LINE_MIN && line.size - 1 >= least &&
	       (line.size - 1 <= least + 3 + AS_UU_CHECKSUM_MAX ||
		as_octet_blank(line.data[line.size - 1]));
}

static bool finish_yenc(struct finder *finder, size_t end)
{
	finder->block = (struct as_block){
		.encoding = AS_ENCODING_YENC,
		.begin = finder->yenc,
		.end = end,
		.name = finder->yenc_name,
		.sure = true,
	};
	return true;
}

/* "name=" is the last word of a =ybegin line. */
static struct as_span yenc_name(struct as_span line)
{
	for (size_t at = 0; at + 5 <= line.size; at++)
		if (as_rawline_begins(as_span_from(line, at), "name=", 5))
			return as_rawline_trim(as_span_from(line, at + 5));
	return as_span_make(line.data, 0);
}

/* What it says it holds; SIZE_MAX when it does not tell. */
static size_t yenc_size(struct as_span line)
{
	size_t at = 0, size = 0;

	while (at + 5 <= line.size && !as_rawline_begins(as_span_from(line, at), "size=", 5))
		at++;
	for (at += 5; at < line.size && line.data[at] >= '0' && line.data[at] <= '9'; at++)
		if (!as_size_mul(size, 10, &size) ||
		    !as_size_add(size, (size_t)(line.data[at] - '0'), &size))
			return SIZE_MAX;
	return size == 0 ? SIZE_MAX : size;
}

/* The octets that a line makes, without the escapes. */
static void count_yenc(struct finder *finder, struct as_span line)
{
	size_t octets = line.size;

	if (finder->yenc_left == SIZE_MAX || as_span_has_at(line, 0, "=y", 2))
		return;
	for (size_t i = 0; i < line.size; i++)
		octets -= line.data[i] == '=';
	finder->yenc_left -= octets < finder->yenc_left ? octets : finder->yenc_left;
}

/* A blank line ends a file without =yend when enough octets stood before. */
static void take_blank(struct finder *finder, struct as_line line)
{
	finder->paragraph = line.next;
	if (finder->yenc != SIZE_MAX && finder->yenc_left == 0 && finder->yenc_end == SIZE_MAX)
		finder->yenc_end = line.begin;
}

/* Parts of one file stand one behind the other. */
static bool goes_on(struct as_span text, size_t at)
{
	struct as_line line;

	for (unsigned int junk = 0; at < text.size && junk <= AS_BLOCK_JUNK_LINES; at = line.next) {
		struct as_span bare;

		line = as_rawline_at(text, at);
		bare = as_rawline_unquote(as_line_span(text, line));
		if (bare.size == 0)
			continue;
		if (as_rawline_begins(bare, "=ybegin part=", 13))
			return !as_rawline_begins(bare, "=ybegin part=1 ", 15);
		junk++;
	}
	return false;
}

/* The marks of yEnc. True: a block has ended. */
static bool take_yenc(struct finder *finder, struct as_line line, struct as_span bare)
{
	bool begins = as_rawline_begins(bare, "=ybegin ", 8);

	if (begins && finder->yenc_end != SIZE_MAX)
		return finish_yenc(finder, finder->yenc_end);
	if (begins || as_rawline_begins(bare, "=ypart ", 7)) {
		if (finder->yenc == SIZE_MAX) {
			finder->yenc = line.begin;
			finder->yenc_left = yenc_size(bare);
			finder->yenc_name = begins ? yenc_name(bare) : as_span_make(bare.data, 0);
		}
		return false;
	}
	if (!as_rawline_begins(bare, "=yend", 5))
		return false;
	if (finder->yenc != SIZE_MAX)
		return !goes_on(finder->text, line.next) && finish_yenc(finder, line.end);
	if (finder->paragraph == line.begin)
		return false;
	finder->block = (struct as_block){
		.encoding = AS_ENCODING_YENC, .begin = finder->paragraph, .end = line.end};
	return true;
}

static bool take_mark(struct finder *finder, struct as_line line, struct as_span bare)
{
	struct as_uu_mark mark;
	bool marked;

	switch (bare.data[0]) {
	case 'b':
	case 'B':
		if (!as_uu_mark_read(bare, &mark))
			return false;
		if (!mark.base64)
			return as_block_marked_uu(finder->text, line, &finder->block);
		if (!as_block_marked_base64(finder->text, line.next, &finder->block))
			return false;
		finder->block.name = mark.name;
		return true;
	case '=':
		return take_yenc(finder, line, bare);
	case '(':
	case ':':
		marked = as_block_is_mark(bare);
		return (marked || (bare.data[0] == ':' && line.begin >= finder->binhex)) &&
		       as_block_binhex(finder->text, line.begin, marked, &finder->binhex,
				       &finder->block);
	default:
		return false;
	}
}

static bool take_uu(struct finder *finder, struct as_line line, enum as_uu_alphabet alphabet)
{
	size_t *stop = alphabet == AS_UU ? &finder->uu : &finder->xx;
	struct as_uu_line uu;

	return line.begin >= *stop &&
	       as_uu_line_unquote(as_line_span(finder->text, line), alphabet, &uu) == AS_UU_EXACT &&
	       as_block_plain_uu(finder->text, line.begin, alphabet, stop, &finder->block);
}

static size_t find_tail(struct as_span text, struct as_line line)
{
	return as_block_may_have_tail(as_line_span(text, line)) ? as_block_tail(text, line)
								: line.end;
}

/* Lines of base64, or a line that ends with the first of them. */
static bool take_base64(struct finder *finder, struct as_line line, struct as_span bare)
{
	struct as_span text = finder->text;
	size_t begin = (size_t)(bare.data - text.data);
	/* In data of another encoding a run of letters is a part of it: only
	 * lines of their own are blocks. */
	bool alone = finder->yenc == SIZE_MAX && !finder->qp.dense;
	bool long_line = alone && line.end - begin >= INLINE_MIN;
	bool word = as_block_begins_with_word(bare);
	size_t key = word ? 0 : as_block_key(bare);
	bool within = word || key > 0 || !as_block_base64_line(bare);

	if (within && !alone)
		return false;
	if (within) {
		/* A block within the line stands before its tail. */
		begin = key > 0 ? begin + key : find_tail(text, line);
		if (key == 0 && long_line &&
		    as_block_inline(text, line.begin, begin, &finder->block))
			return true;
	}
	if (begin < line.end && line.begin >= finder->base64 &&
	    as_block_base64(text, begin, within, &finder->base64, &finder->signature,
			    &finder->block))
		return true;
	return long_line && line.begin >= finder->signature &&
	       as_block_inline(text, begin, line.end, &finder->block);
}

/* Looked for far ahead, but not again and again to the end of the text. */
static bool has_equals(struct finder *finder, struct as_line line)
{
	if (finder->equals < line.begin) {
		struct as_span ahead = as_span_slice(finder->text, line.begin, EQUALS_AHEAD);
		size_t hit = as_span_find_byte(ahead, 0, '=');

		finder->equals = line.begin + (hit == SIZE_MAX ? ahead.size : hit);
	}
	return finder->equals < line.end;
}

/* True: a block begins at this line or within it. */
static bool take_line(struct finder *finder, struct as_line line)
{
	struct as_span span = as_line_span(finder->text, line);
	struct as_span bare = as_rawline_unquote(span);
	unsigned int what;

	if (bare.size == 0) {
		take_blank(finder, line);
		return false;
	}
	if (finder->yenc != SIZE_MAX)
		count_yenc(finder, span);
	what = hints(bare.data[0]);
	if (span.data[0] == '>')
		what |= UU;
	if ((what & MARK) && take_mark(finder, line, bare))
		return true;
	if ((what & UU) && (fits(bare, AS_UU) || (span.data[0] == '>' && fits(span, AS_UU))) &&
	    take_uu(finder, line, AS_UU))
		return true;
	if ((what & B64) && fits(bare, AS_XX) && take_uu(finder, line, AS_XX))
		return true;
	if (((what & B64) || bare.size >= TAIL_LINE) && take_base64(finder, line, bare))
		return true;
	if (finder->yenc == SIZE_MAX && has_equals(finder, line))
		as_block_qp_line(&finder->qp, finder->text, line, finder->paragraph);
	return false;
}

/* A region that was open where another block begins, or at the end of the text,
 * goes first. */
static bool close_region(struct finder *finder, size_t end)
{
	if (finder->yenc < end)
		return finish_yenc(finder, finder->yenc_end < end ? finder->yenc_end : end);
	if (!finder->qp.dense || finder->qp.begin >= end)
		return false;
	finder->block = (struct as_block){
		.encoding = AS_ENCODING_QP, .begin = finder->qp.begin, .end = end};
	return true;
}

bool as_block_next(struct as_span text, size_t *offset, struct as_block *block_out)
{
	struct finder finder = {
		.text = text, .paragraph = *offset, .yenc = SIZE_MAX, .yenc_end = SIZE_MAX};
	struct as_line line;
	bool found = false;

	for (size_t at = *offset; at < text.size && !found; at = line.next) {
		line = as_rawline_at(text, at);
		found = take_line(&finder, line);
	}
	if (!found) {
		found = close_region(&finder, text.size);
	} else {
		close_region(&finder, finder.block.begin);
	}
	*offset = found ? finder.block.end : text.size;
	if (found)
		*block_out = finder.block;
	return found;
}
