/* SPDX-License-Identifier: BSD-2-Clause */
#include "numbers.h"

#include "octets.h"
#include "view.h"

/* Above a character's code nothing is an octet or a letter. */
#define VALUE_MAX 0x10ffffu

/* What separates the numbers of the list that is read; blanks are left out. */
struct gap {
	unsigned char octets[HTML_GAP_BYTES];
	size_t size;
	bool known;
};

/* One number; its sign and its prefix belong to it. */
struct number {
	size_t begin, end;
	uint32_t value;
	bool negative;
};

static bool is_word(unsigned char c)
{
	return (html_octets[c] & HTML_OCTET_WORD) != 0;
}

static uint32_t value_of(struct as_span digits, uint32_t base, bool *valid_out)
{
	uint32_t value = 0;

	*valid_out = digits.size > 0;
	for (size_t i = 0; i < digits.size; i++) {
		int digit = html_hex_value(digits.data[i]);

		if (digit < 0 || (uint32_t)digit >= base)
			*valid_out = false;
		else if (value <= VALUE_MAX)
			value = value * base + (uint32_t)digit;
	}
	return value;
}

/* The word of digits and letters at the offset, read as a number. False: it is
 * none, and number_out->end is behind it all the same. */
static bool read_number(struct as_span text, size_t at, struct number *number_out)
{
	size_t end = at;
	struct as_span word;
	bool valid;

	while (end < text.size && (html_is_digit(text.data[end]) || html_is_letter(text.data[end])))
		end++;
	word = as_span_slice(text, at, end - at);
	number_out->begin = at;
	number_out->end = end;
	if (word.size > 2 && word.data[0] == '0' && html_lower(word.data[1]) == 'x')
		number_out->value = value_of(as_span_from(word, 2), 16, &valid);
	else if (word.size > 2 && word.data[0] == '0' && html_lower(word.data[1]) == 'o')
		number_out->value = value_of(as_span_from(word, 2), 8, &valid);
	else if (word.size > 1 && word.data[0] == '0' &&
		 (number_out->value = value_of(word, 8, &valid), valid))
		return true;
	else
		number_out->value = value_of(word, 10, &valid);
	return valid && number_out->value <= VALUE_MAX;
}

/* The next number at or behind the offset; false at the end. What is written
 * &H4D begins with the ampersand. */
static bool next_number(struct as_span text, size_t at, struct number *number_out)
{
	bool within = at > 0 && at < text.size && is_word(text.data[at - 1]);

	while (at < text.size) {
		unsigned char c = text.data[at];
		bool valid;

		if ((html_octets[c] & HTML_OCTET_NUMBER) == 0) {
			within = is_word(c);
			at++;
			continue;
		}
		if (c == '&' && html_word_at(text, at, "&h")) {
			size_t end = at + 2;

			while (end < text.size && html_hex_value(text.data[end]) >= 0)
				end++;
			number_out->value =
				value_of(as_span_slice(text, at + 2, end - at - 2), 16, &valid);
			number_out->begin = at;
			number_out->end = end;
			if (valid && number_out->value <= VALUE_MAX &&
			    (end == text.size || !is_word(text.data[end])))
				return true;
		} else if (html_is_digit(c) && !within) {
			if (read_number(text, at, number_out))
				return true;
			at = number_out->end;
			continue;
		}
		within = is_word(c);
		at++;
	}
	return false;
}

/* What stands between two numbers; false: too much, or markup, or nothing. */
static bool read_gap(struct as_span text, size_t begin, size_t end, struct gap *gap_out)
{
	gap_out->size = 0;
	gap_out->known = true;
	if (begin == end)
		return false;
	for (size_t i = begin; i < end; i++) {
		unsigned char c = text.data[i];

		/* A line that goes on, in VBScript: & _ */
		if (html_is_blank(c) ||
		    (c == '_' && i + 1 < end && html_is_blank(text.data[i + 1])))
			continue;
		if (c == '<' || gap_out->size == HTML_GAP_BYTES)
			return false;
		gap_out->octets[gap_out->size++] = html_unmark(c);
	}
	return true;
}

/* An octet with a sign, which is then the end of the gap. "77-90" has none. */
static bool is_negative(struct as_span text, size_t begin)
{
	unsigned char c;

	if (begin < 2 || text.data[begin - 1] != '-')
		return false;
	c = text.data[begin - 2];
	return html_is_blank(c) || c == ',' || c == '[' || c == '(' || c == '{' || c == '=';
}

static bool same_gap(const struct gap *a, const struct gap *b)
{
	return a->size == b->size && memcmp(a->octets, b->octets, a->size) == 0;
}

static void keep(struct html_job *job, const struct number *number)
{
	if (number->negative)
		html_buffer_push(&job->octets, (unsigned char)(0u - number->value));
	else if (number->value < 0x100)
		html_buffer_push(&job->octets, (unsigned char)number->value);
	else
		html_buffer_push_utf8(&job->octets, number->value);
}

static void flush(struct html_job *job)
{
	static const struct html_find find = {
		.label = "script-numbers",
		.via = "numbers",
		.source = HTML_SOURCE_BLOB,
	};

	html_offer(job, &find, html_buffer_span(&job->octets));
	job->octets.size = 0;
}

void html_numbers_read(struct html_job *job)
{
	struct as_span text = job->text;
	struct gap list = {.known = false}, gap;
	struct number number = {0}, before = {0};

	job->octets.size = 0;
	while (!job->stop && next_number(text, before.end, &number)) {
		bool apart = !read_gap(text, before.end, number.begin, &gap);

		number.negative = is_negative(text, number.begin);
		if (number.negative && !apart && gap.size > 0)
			gap.size--;
		if (apart) {
			flush(job);
			list.known = false;
		} else if (list.known && !same_gap(&list, &gap)) {
			/* The one before may be the first of the next list. */
			flush(job);
			keep(job, &before);
			list = gap;
		} else if (job->octets.size > 0 && !list.known) {
			list = gap;
		}
		keep(job, &number);
		before = number;
	}
	if (!job->stop)
		flush(job);
}
