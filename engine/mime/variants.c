/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/variants.h"

#include "mime/base64_read.h"
#include "mime/qp_read.h"

/* What is the matter with a body. A reading is tried when all of its `all` and
 * one of its `any` are. */
#define RUN    (1u << 0) /* base64: a padded quantum with data behind it */
#define STRAY  (1u << 1) /* an '=' that ends no quantum, data behind it */
#define JUNK   (1u << 2) /* octets outside the alphabet, or blanks, within data */
#define URL    (1u << 3) /* '-' and '_' within data */
#define SPLIT  (1u << 4) /* lines that end within a quantum */
#define EMPTY  (1u << 5) /* an empty line within data */
#define RAGGED (1u << 6) /* a line longer than one before */
#define OPEN   (1u << 7) /* the last quantum is not whole */
#define LATE   (1u << 8) /* characters too many, wherever */
#define PROSE  (1u << 9) /* all of this in a tail of prose: nothing else is set */

#define BAD    (1u << 16) /* quoted-printable: an '=' that begins nothing */
#define TWICE  (1u << 17) /* "==" */
#define HALF   (1u << 18) /* one digit */
#define BROKEN (1u << 19) /* a line end within an escape */
#define LOWER  (1u << 20) /* a-f */
#define BLANKS (1u << 21) /* blanks behind the '=' of a soft break */
#define ENDS   (1u << 22) /* odd line ends behind it */
#define RAW    (1u << 23) /* controls, octets above 127 */
#define NUL    (1u << 24)
#define TRIM   (1u << 25) /* binary data lost blanks at the end of a line */
#define CRLF   (1u << 26) /* binary data has line ends of its own */

struct variant {
	const char *label;
	uint32_t all, any;
	struct as_base64_habits base64;
	struct as_qp_habits qp;
};

/*
 * In order of what is known of readers, then of what is conceivable: where a
 * body has errors of every kind, the first AS_VARIANTS_MAX are tried.
 */
static const struct variant table[] = {
	{"head", PROSE, PROSE, .base64 = {.start = AS_START_HEAD}},
	{"stop", RUN, RUN, .base64 = {.pad = AS_PAD_STOP, .whole = true}},
	{"end", STRAY, STRAY, .base64 = {.pad = AS_PAD_END}},
	{"skip", RUN, RUN, .base64 = {.pad = AS_PAD_SKIP}},
	{"places", STRAY, STRAY, .base64 = {.pad = AS_PAD_PLACE}},
	{"quanta", STRAY, STRAY, .base64 = {.pad = AS_PAD_COUNT, .whole = true}},
	{"comments", JUNK, JUNK, .base64 = {.junk = AS_JUNK_LINE}},
	{"clean-lines", JUNK, JUNK, .base64 = {.junk = AS_JUNK_DROP}},
	{"junk-ends", JUNK, JUNK, .base64 = {.junk = AS_JUNK_STOP}},
	{"lines", SPLIT, SPLIT, .base64 = {.line = AS_LINE_DROP, .whole = true}},
	{"urlsafe", URL, URL, .base64 = {.url = true}},
	{"zero", 0, RUN | STRAY, .base64 = {.pad = AS_PAD_ZERO}},
	{"each", STRAY, STRAY, .base64 = {.pad = AS_PAD_EACH}},
	{"behind-empty", EMPTY, EMPTY, .base64 = {.start = AS_START_BLANK}},
	{"line-2", 0, JUNK | SPLIT | RAGGED, .base64 = {.start = AS_START_SECOND}},
	{"skip-clean", RUN | JUNK, RUN, .base64 = {.pad = AS_PAD_SKIP, .junk = AS_JUNK_DROP}},
	{"reset", 0, JUNK | STRAY, .base64 = {.junk = AS_JUNK_RESET, .whole = true}},
	{"no-fields", JUNK, JUNK, .base64 = {.junk = AS_JUNK_FIELD}},
	{"behind-pad", 0, RUN | STRAY, .base64 = {.start = AS_START_PAD}},
	{"line-wide", 0, JUNK | SPLIT | RAGGED, .base64 = {.start = AS_START_WIDE}},
	{"clean-split", JUNK | SPLIT, JUNK,
	 .base64 = {.junk = AS_JUNK_DROP, .line = AS_LINE_DROP, .whole = true}},
	{"last-places", STRAY, STRAY, .base64 = {.pad = AS_PAD_LAST}},
	{"empty-ends", EMPTY, EMPTY, .base64 = {.line = AS_LINE_BLANK}},
	{"late", LATE, LATE, .base64 = {.start = AS_START_LATE}},
	{"whole", OPEN, OPEN, .base64 = {.whole = true}},
	{"line-ends", SPLIT, SPLIT, .base64 = {.line = AS_LINE_FLUSH}},
	{"skip-comments", RUN | JUNK, RUN, .base64 = {.pad = AS_PAD_SKIP, .junk = AS_JUNK_LINE}},
	{"stop-clean", RUN | JUNK, RUN, .base64 = {.pad = AS_PAD_STOP, .junk = AS_JUNK_DROP}},
	{"quanta-clean", STRAY | JUNK, JUNK, .base64 = {.pad = AS_PAD_COUNT, .junk = AS_JUNK_DROP}},
	{"urlsafe-stop", URL, RUN | STRAY, .base64 = {.pad = AS_PAD_END, .url = true}},
	{"junk-zero", JUNK, JUNK, .base64 = {.junk = AS_JUNK_ZERO}},

	{"drop", BAD, BAD, .qp = {.bad = AS_BAD_DROP_1}},
	{"drop-2", BAD, BAD, .qp = {.bad = AS_BAD_DROP_2}},
	{"drop-3", BAD, BAD, .qp = {.bad = AS_BAD_DROP_3}},
	{"upper-3", LOWER, LOWER, .qp = {.bad = AS_BAD_DROP_3, .upper = true}},
	{"upper-2", LOWER, LOWER, .qp = {.bad = AS_BAD_DROP_2, .upper = true}},
	{"joined", 0, BROKEN | TWICE, .qp = {.joined = true}},
	{"to-line-end", 0, BAD | ENDS, .qp = {.bad = AS_BAD_LINE}},
	{"printable", RAW, RAW, .qp = {.raw = AS_RAW_DROP}},
	{"strict", 0, BLANKS | ENDS, .qp = {.bad = AS_BAD_DROP_1, .strict = true}},
	{"strict-kept", 0, BLANKS | ENDS, .qp = {.strict = true}},
	{"blanks", TRIM, TRIM, .qp = {.blanks = true}},
	{"line-feeds", CRLF, CRLF, .qp = {.end = AS_END_LF}},
	{"stop", BAD, BAD, .qp = {.bad = AS_BAD_STOP}},
	{"nul-ends", NUL, NUL, .qp = {.raw = AS_RAW_STOP}},
	{"unbroken", 0, BAD | ENDS, .qp = {.end = AS_END_NONE}},
	{"single", TWICE, TWICE, .qp = {.bad = AS_BAD_SINGLE}},
	{"half", HALF, HALF, .qp = {.bad = AS_BAD_HALF}},
	{"upper", LOWER | BAD, BAD, .qp = {.upper = true}},
};

static bool is_word_digit(unsigned char octet)
{
	return as_base64_meaning[octet] < 64 && octet != '+' && octet != '/';
}

static bool is_lower(unsigned char octet)
{
	return octet >= 'a' && octet <= 'z';
}

static bool is_upper(unsigned char octet)
{
	return octet >= 'A' && octet <= 'Z';
}

/* "word", "Word" and, from three characters on, "WORD" and "2026". */
static bool is_word(struct as_span run)
{
	size_t lower = 0, upper = 0;

	for (size_t i = 0; i < run.size; i++) {
		lower += is_lower(run.data[i]);
		upper += is_upper(run.data[i]);
	}
	if (lower == run.size)
		return true;
	if (run.size < 3)
		return false;
	return upper == run.size || lower + upper == 0 ||
	       (lower == run.size - 1 && is_upper(run.data[0]));
}

/* People's words are few kinds of runs, data is all kinds: more than half of
 * the characters of data stand in runs that are no words, wherever something is
 * put between them. */
static bool is_prose(struct as_span tail)
{
	size_t strange = 0;

	if (tail.size > AS_VARIANTS_PROSE_MAX)
		return false;
	for (size_t i = 0; i < tail.size;) {
		size_t begin = i;

		while (i < tail.size && is_word_digit(tail.data[i]))
			i++;
		if (i > begin && !is_word(as_span_slice(tail, begin, i - begin)))
			strange += i - begin;
		if (strange > AS_VARIANTS_PROSE_DIGITS)
			return false;
		i += i == begin;
	}
	return true;
}

static uint32_t base64_errors(struct as_span in, const struct as_decode_stats *stats)
{
	uint32_t errors = 0;
	size_t tail;

	if (stats->last_digit == SIZE_MAX)
		return 0;
	if (stats->padding_inside > 0)
		errors |= RUN;
	if (stats->first_stray < stats->last_digit)
		errors |= STRAY;
	if (stats->first_junk < stats->last_digit || stats->inner_blanks > 0)
		errors |= JUNK;
	if (stats->urlsafe > 0)
		errors |= URL;
	if (stats->split_quanta > 0)
		errors |= SPLIT;
	if (stats->empty_lines > 0)
		errors |= EMPTY;
	if (stats->longer_lines > 0)
		errors |= RAGGED;
	tail = errors == 0 ? in.size : as_base64_tail(in, stats);
	if (errors != 0 && is_prose(as_span_from(in, tail)))
		return tail > 0 ? PROSE : 0;
	if (stats->missing_padding > 0)
		errors |= OPEN;
	if (stats->surplus > 0)
		errors |= LATE;
	return errors;
}

static uint32_t qp_errors(struct as_span in, const struct as_decode_stats *stats)
{
	uint32_t errors = 0;

	if (stats->bad_escapes > 0)
		errors |= BAD;
	if (stats->doubled > 0)
		errors |= TWICE;
	if (stats->half_escapes > 0)
		errors |= HALF;
	if (stats->split_escapes > 0)
		errors |= BROKEN;
	if (stats->lower_hex > 0)
		errors |= LOWER;
	if (stats->blank_breaks > 0)
		errors |= BLANKS;
	if (stats->odd_breaks + stats->doubled_ends > 0)
		errors |= ENDS;
	if (stats->controls + stats->eight_bit > 0)
		errors |= RAW;
	if (stats->controls > 0 && as_span_find_byte(in, 0, 0) != SIZE_MAX)
		errors |= NUL;
	if (stats->trimmed > 0 && stats->binary > 0)
		errors |= TRIM;
	if (stats->hard_breaks > 0 && stats->binary > 0)
		errors |= CRLF;
	return errors;
}

/* The variant at index, or NULL; with SIZE_MAX none, only *count_out, which
 * may be above AS_VARIANTS_MAX. */
static const struct variant *find(enum as_encoding encoding, struct as_span in,
				  const struct as_decode_stats *stats, size_t index,
				  size_t *count_out)
{
	uint32_t errors = 0;
	size_t count = 0;

	if (encoding == AS_ENCODING_BASE64)
		errors = base64_errors(in, stats);
	else if (encoding == AS_ENCODING_QP)
		errors = qp_errors(in, stats);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct variant *variant = &table[i];

		if ((variant->all & ~errors) != 0 || (variant->any & errors) == 0)
			continue;
		if (count++ == index)
			return variant;
	}
	*count_out = count;
	return NULL;
}

size_t as_variants_count(enum as_encoding encoding, struct as_span in,
			 const struct as_decode_stats *stats)
{
	size_t count;

	find(encoding, in, stats, SIZE_MAX, &count);
	return count < AS_VARIANTS_MAX ? count : AS_VARIANTS_MAX;
}

bool as_variants_cut(enum as_encoding encoding, struct as_span in,
		     const struct as_decode_stats *stats)
{
	size_t count;

	find(encoding, in, stats, SIZE_MAX, &count);
	return count > AS_VARIANTS_MAX;
}

bool as_variants_by_lines(enum as_encoding encoding, struct as_span in,
			  const struct as_decode_stats *stats)
{
	uint32_t errors = encoding == AS_ENCODING_BASE64 ? base64_errors(in, stats) : BAD;

	return (errors & ~(SPLIT | RAGGED | OPEN)) == 0;
}

const char *as_variants_label(enum as_encoding encoding, struct as_span in,
			      const struct as_decode_stats *stats, size_t index)
{
	size_t count;
	const struct variant *variant = find(encoding, in, stats, index, &count);

	return variant == NULL ? "" : variant->label;
}

size_t as_variants_decode(enum as_encoding encoding, struct as_span in,
			  const struct as_decode_stats *stats, size_t index, unsigned char *out,
			  size_t out_capacity)
{
	size_t count;
	const struct variant *variant = find(encoding, in, stats, index, &count);

	if (variant == NULL)
		return 0;
	if (encoding == AS_ENCODING_QP)
		return as_qp_read(in, &variant->qp, out, out_capacity);
	return as_base64_read(in, stats, &variant->base64, out, out_capacity);
}
