/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity.h"

#include "mime/field.h"

#include <strings.h>

/* "Thu, 13 February 1969 23:32:54 -0330" has 37; comments and folds are gone. */
#define DATE_TEXT_BYTES 128u

#define SECONDS_OF_DAY	((int64_t)86400)
#define SECONDS_OF_HOUR ((int64_t)3600)

struct scan {
	const char *text; /* NUL-terminated */
	size_t at;
};

/* A copy with one blank for comments, folds and what controls there are. */
static bool flatten(struct as_span value, char text_out[DATE_TEXT_BYTES])
{
	size_t used = 0;

	for (size_t i = 0; i < value.size;) {
		unsigned char octet = value.data[i];
		size_t next = i + 1;

		if (octet == '(') {
			next = as_comment_skip(value, i);
			if (next == i)
				return false;
		}
		if (octet >= 0x7f)
			return false;
		if (octet <= ' ' || octet == '(')
			octet = ' ';
		i = next;
		if (octet == ' ' && (used == 0 || text_out[used - 1] == ' '))
			continue;
		if (used + 1 >= DATE_TEXT_BYTES)
			return false;
		text_out[used++] = (char)octet;
	}
	text_out[used] = '\0';
	return true;
}

static void skip_blanks(struct scan *scan)
{
	while (scan->text[scan->at] == ' ')
		scan->at++;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The digits here, at most max of them; their count. */
static size_t take_number(struct scan *scan, size_t max, int64_t *number_out)
{
	size_t count = 0;

	skip_blanks(scan);
	*number_out = 0;
	while (count < max && is_digit(scan->text[scan->at])) {
		*number_out = *number_out * 10 + (scan->text[scan->at++] - '0');
		count++;
	}
	return is_digit(scan->text[scan->at]) ? 0 : count;
}

static bool take_octet(struct scan *scan, char octet)
{
	skip_blanks(scan);
	if (scan->text[scan->at] != octet)
		return false;
	scan->at++;
	return true;
}

/* A word of letters; only its first three count, as in "February". */
static size_t take_word(struct scan *scan, const char **word_out)
{
	size_t begin;

	skip_blanks(scan);
	begin = scan->at;
	while (is_letter(scan->text[scan->at]))
		scan->at++;
	*word_out = scan->text + begin;
	return scan->at - begin;
}

static bool take_month(struct scan *scan, int64_t *month_out)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const char *word;

	if (take_word(scan, &word) < 3)
		return false;
	for (int64_t i = 0; i < 12; i++) {
		if (strncasecmp(word, names + 3 * i, 3) == 0) {
			*month_out = i + 1;
			return true;
		}
	}
	return false;
}

/* s4.3: two digits are of 1950 to 2049, three count from 1900. */
static bool take_year(struct scan *scan, int64_t *year_out)
{
	size_t digits = take_number(scan, 4, year_out);

	if (digits == 2)
		*year_out += *year_out < 50 ? 2000 : 1900;
	else if (digits == 3)
		*year_out += 1900;
	return digits >= 2;
}

static bool take_time(struct scan *scan, int64_t *seconds_out)
{
	int64_t hour, minute, second = 0;

	if (take_number(scan, 2, &hour) == 0 || !take_octet(scan, ':') ||
	    take_number(scan, 2, &minute) == 0)
		return false;
	if (take_octet(scan, ':') && take_number(scan, 2, &second) == 0)
		return false;
	*seconds_out = hour * SECONDS_OF_HOUR + minute * 60 + second;
	return hour < 24 && minute < 60 && second <= 60;
}

/* s3.3 and s4.3. The one-letter zones of RFC 822 were wrong from the start and
 * stand for an unknown one, as all other words do. */
static bool take_zone(struct scan *scan, int64_t *seconds_out)
{
	static const struct {
		const char *name;
		int64_t hours;
	} zones[] = {{"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6},
		     {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8}};
	const char *word;
	size_t size = take_word(scan, &word);
	int64_t offset;
	char sign;

	*seconds_out = 0;
	for (size_t i = 0; size == 3 && i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strncasecmp(word, zones[i].name, 3) == 0)
			*seconds_out = zones[i].hours * SECONDS_OF_HOUR;
	skip_blanks(scan);
	sign = scan->text[scan->at];
	if (sign != '+' && sign != '-')
		return true;
	scan->at++;
	if (take_number(scan, 4, &offset) != 4)
		return false;
	*seconds_out = offset / 100 * SECONDS_OF_HOUR + offset % 100 * 60;
	if (sign == '-')
		*seconds_out = -*seconds_out;
	return offset % 100 < 60;
}

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970 in the Gregorian calendar; false for a day that is none. */
static bool count_days(int64_t year, int64_t month, int64_t day, int64_t *days_out)
{
	static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t before = year - 1, days;

	days = before * 365 + before / 4 - before / 100 + before / 400;
	for (int64_t i = 1; i < month; i++)
		days += lengths[i - 1];
	if (month > 2 && is_leap(year))
		days++;
	*days_out = days + day - 1 - 719162; /* 0001-01-01 to 1970-01-01 */
	return year > 0 && day > 0 &&
	       day <= lengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

bool as_date_parse(struct as_span value, int64_t *seconds_out)
{
	char text[DATE_TEXT_BYTES];
	struct scan scan = {.text = text};
	int64_t day, month, year, days, time, zone;
	const char *word;

	if (!flatten(value, text))
		return false;
	take_word(&scan, &word);
	take_octet(&scan, ',');
	if (take_number(&scan, 2, &day) == 0)
		return false;
	take_octet(&scan, '-');
	if (!take_month(&scan, &month))
		return false;
	take_octet(&scan, '-');
	if (!take_year(&scan, &year) || !take_time(&scan, &time) || !take_zone(&scan, &zone) ||
	    !count_days(year, month, day, &days))
		return false;
	*seconds_out = days * SECONDS_OF_DAY + time - zone;
	return true;
}

static void compare_date(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			 int64_t date)
{
	for (size_t i = 0; i < layer->signer_count; i++) {
		int64_t signing = layer->signers[i].signing_time, gap;

		if (signing == AS_SMIME_NO_TIME)
			continue;
		if (__builtin_sub_overflow(signing, date, &gap) || gap == INT64_MIN)
			gap = INT64_MAX;
		if (gap <= AS_DATE_GAP_S && gap >= -AS_DATE_GAP_S)
			continue;
		as_smime_note(notes, layer, "smime.date_differs", ASSAY_SEVERITY_DEFAULT,
			      "The signer claims to have signed %lld hours %s the Date of the "
			      "message.",
			      (long long)((gap < 0 ? -gap : gap) / SECONDS_OF_HOUR),
			      gap < 0 ? "before" : "after");
	}
}

void as_date_check(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   struct as_span header)
{
	struct as_field field;
	size_t offset = 0;

	while (as_field_next(header, &offset, &field)) {
		int64_t date;

		if (!as_field_is(&field, "Date"))
			continue;
		if (as_date_parse(field.value, &date))
			compare_date(notes, layer, date);
		else
			as_smime_note(notes, layer, "smime.date_differs", ASSAY_INFO,
				      "The Date of the message cannot be read, so the time of "
				      "signing was not compared with it.");
	}
}
