/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/separator.h"

#include <strings.h>

/* What a date may be made of, and how often each was seen. */
struct date_parts {
	unsigned int weekdays, months, numbers, years, times, zones;
};

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool all_digits(struct as_span word)
{
	for (size_t i = 0; i < word.size; i++)
		if (!is_digit(word.data[i]))
			return false;
	return word.size > 0;
}

static bool is_one_of(struct as_span word, const char *names)
{
	if (word.size != 3)
		return false;
	for (const char *name = names; *name != '\0'; name += 3)
		if (strncasecmp(name, (const char *)word.data, 3) == 0)
			return true;
	return false;
}

/* 9:05, 09:05, 09:05:59 */
static bool is_time(struct as_span word)
{
	size_t fields = 1, digits = 0;

	for (size_t i = 0; i < word.size; i++) {
		if (is_digit(word.data[i])) {
			if (++digits > 2)
				return false;
		} else if (word.data[i] == ':' && digits > 0) {
			digits = 0;
			fields++;
		} else {
			return false;
		}
	}
	return digits == 2 && (fields == 2 || fields == 3);
}

/* +0200, EST, GMT */
static bool is_zone(struct as_span word)
{
	if (word.size == 5 && (word.data[0] == '+' || word.data[0] == '-'))
		return all_digits(as_span_from(word, 1));
	if (word.size == 0 || word.size > 5)
		return false;
	for (size_t i = 0; i < word.size; i++)
		if (word.data[i] < 'A' || word.data[i] > 'Z')
			return false;
	return true;
}

static bool add_part(struct date_parts *parts, struct as_span word)
{
	if (word.size > 0 && word.data[word.size - 1] == ',')
		word.size--;
	if (is_one_of(word, "MonTueWedThuFriSatSun"))
		return ++parts->weekdays == 1;
	if (is_one_of(word, "JanFebMarAprMayJunJulAugSepOctNovDec"))
		return ++parts->months == 1;
	if (all_digits(word) && word.size == 4)
		return ++parts->years == 1;
	if (all_digits(word) && word.size <= 2)
		return ++parts->numbers <= 2;
	if (is_time(word))
		return ++parts->times == 1;
	/* "MET DST" are two. */
	return is_zone(word) && ++parts->zones <= 2;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The last word of text, which is shortened by it. */
static bool take_last_word(struct as_span *text, struct as_span *word_out)
{
	size_t end = text->size, begin;

	while (end > 0 && is_blank(text->data[end - 1]))
		end--;
	for (begin = end; begin > 0 && !is_blank(text->data[begin - 1]);)
		begin--;
	*word_out = as_span_make(text->data + begin, end - begin);
	text->size = begin;
	return end > begin;
}

static size_t count_words(struct as_span text)
{
	struct as_span word;
	size_t count = 0;

	while (count < 2 && take_last_word(&text, &word))
		count++;
	return count;
}

/* UUCP writes "remote from HOST" behind the date. */
static struct as_span without_remote(struct as_span text)
{
	struct as_span rest = text, host, from, remote;

	if (take_last_word(&rest, &host) && take_last_word(&rest, &from) &&
	    take_last_word(&rest, &remote) && as_span_equal(from, as_span_text("from")) &&
	    as_span_equal(remote, as_span_text("remote")))
		return rest;
	return text;
}

/*
 * Reads the date from its end. "From the meeting on Jan 5 2020 at 10:30 on"
 * has all parts of one, but does not end with it; a date without a weekday
 * counts only behind one word, the address.
 */
static bool ends_with_date(struct as_span text)
{
	struct date_parts parts = {.weekdays = 0};
	struct as_span rest = without_remote(text);
	struct as_span word, before = rest;

	while (parts.weekdays == 0 && take_last_word(&rest, &word)) {
		if (!add_part(&parts, word))
			break;
		before = rest;
	}
	if (parts.months != 1 || parts.times != 1 || parts.years + parts.numbers != 2 ||
	    parts.numbers == 0)
		return false;
	return parts.weekdays == 1 || count_words(before) <= 1;
}

static bool is_lone_address(struct as_span text)
{
	struct as_span rest = text, word;

	if (!take_last_word(&rest, &word) || count_words(rest) > 0)
		return false;
	return as_span_find_byte(word, 0, '@') != SIZE_MAX ||
	       as_span_equal(word, as_span_text("-")) ||
	       as_span_equal(word, as_span_text("MAILER-DAEMON"));
}

enum as_from_line as_from_line_grade(struct as_span line)
{
	struct as_span rest;

	if (line.size > AS_FROM_LINE_MAX || !as_span_has_at(line, 0, "From ", 5))
		return AS_FROM_NONE;
	rest = as_span_from(line, 5);
	if (ends_with_date(rest))
		return AS_FROM_DATED;
	return is_lone_address(rest) ? AS_FROM_BARE : AS_FROM_PROSE;
}

bool as_begins_with_field(struct as_span text)
{
	size_t i = 0;

	if (as_span_has_at(text, 0, ">From ", 6))
		return true;
	while (i < text.size && i < AS_FIELD_NAME_MAX && text.data[i] > ' ' &&
	       text.data[i] < 0x7f && text.data[i] != ':')
		i++;
	if (i == 0)
		return false;
	/* Blanks before the colon are obsolete, not extinct (s4.5). */
	while (i < text.size && i < AS_FIELD_NAME_MAX &&
	       (text.data[i] == ' ' || text.data[i] == '\t'))
		i++;
	return i < text.size && text.data[i] == ':';
}

bool as_begins_with_quoted_from(struct as_span text)
{
	size_t i = 0;

	while (i < text.size && text.data[i] == '>')
		i++;
	return i > 0 && as_span_has_at(text, i, "From ", 5);
}
