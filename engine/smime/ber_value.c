/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ber.h"

#include <inttypes.h>
#include <stdio.h>

/* Twenty digits and a dot for each arc; at most one arc per octet. */
#define ARC_TEXT_BYTES	  22u
#define SECONDS_PER_DAY	  86400
#define UTC_TIME_BYTES	  13u /* YYMMDDHHMMSSZ */
#define GENERALIZED_BYTES 15u /* YYYYMMDDHHMMSSZ */

bool as_ber_uint(const struct as_ber *integer, uint64_t *value_out)
{
	struct as_span octets = integer->content;
	uint64_t value = 0;

	if (integer->constructed || octets.size == 0 || (octets.data[0] & 0x80) != 0)
		return false;
	/* X.690 s8.3.2: the first nine bits are not all zero. */
	if (octets.size > 1 && octets.data[0] == 0) {
		if ((octets.data[1] & 0x80) == 0)
			return false;
		octets = as_span_from(octets, 1);
	}
	if (octets.size > sizeof(value))
		return false;
	for (size_t i = 0; i < octets.size; i++)
		value = value << 8 | octets.data[i];
	*value_out = value;
	return true;
}

static bool read_digits(struct as_span *text, unsigned int count, unsigned int *value_out)
{
	unsigned int value = 0;

	for (unsigned int i = 0; i < count; i++) {
		unsigned char c;

		if (text->size == 0)
			return false;
		c = text->data[0];
		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (unsigned int)(c - '0');
		*text = as_span_from(*text, 1);
	}
	*value_out = value;
	return true;
}

static bool is_leap(unsigned int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1 January 1970 in the Gregorian calendar; negative before it. */
static int64_t days_of(unsigned int year, unsigned int month, unsigned int day)
{
	static const unsigned int before[] = {0,   31,	59,  90,  120, 151,
					      181, 212, 243, 273, 304, 334};
	int64_t past = (int64_t)year - 1;
	int64_t days = past * 365 + past / 4 - past / 100 + past / 400 + before[month - 1] +
		       (int64_t)day - 1;

	if (month > 2 && is_leap(year))
		days++;
	return days - 719162; /* 1 January 1970, counted from 1 January of year 1 */
}

static unsigned int days_in(unsigned int year, unsigned int month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

bool as_ber_time(const struct as_ber *time, int64_t *seconds_out)
{
	unsigned int year, month, day, hour, minute, second;
	struct as_span text = time->content;
	bool utc = time->tag == AS_BER_UTC_TIME;

	if (time->class != AS_BER_UNIVERSAL || time->constructed ||
	    (!utc && time->tag != AS_BER_GENERALIZED_TIME) ||
	    text.size != (utc ? UTC_TIME_BYTES : GENERALIZED_BYTES) ||
	    text.data[text.size - 1] != 'Z')
		return false;
	if (!read_digits(&text, utc ? 2 : 4, &year) || !read_digits(&text, 2, &month) ||
	    !read_digits(&text, 2, &day) || !read_digits(&text, 2, &hour) ||
	    !read_digits(&text, 2, &minute) || !read_digits(&text, 2, &second))
		return false;
	if (utc)
		year += year < 50 ? 2000 : 1900;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
	    hour > 23 || minute > 59 || second > 59)
		return false;
	*seconds_out = days_of(year, month, day) * SECONDS_PER_DAY +
		       (int64_t)(hour * 3600 + minute * 60 + second);
	return true;
}

/* One arc from *oid. False at its end, for padding and above 64 bits. */
static bool next_arc(struct as_span *oid, uint64_t *arc_out)
{
	uint64_t arc = 0;

	for (size_t i = 0; i < oid->size; i++) {
		unsigned char octet = oid->data[i];

		if ((i == 0 && octet == 0x80) || arc >> 57 != 0)
			return false;
		arc = arc << 7 | (octet & 0x7fu);
		if ((octet & 0x80) == 0) {
			*oid = as_span_from(*oid, i + 1);
			*arc_out = arc;
			return true;
		}
	}
	return false;
}

bool as_ber_is_oid(struct as_span oid)
{
	bool first = true; /* octet of an arc */

	if (oid.size == 0 || (oid.data[oid.size - 1] & 0x80) != 0)
		return false;
	for (size_t i = 0; i < oid.size; i++) {
		if (first && oid.data[i] == 0x80)
			return false;
		first = (oid.data[i] & 0x80) == 0;
	}
	return true;
}

const char *as_ber_oid_text(struct as_arena *arena, struct as_span oid)
{
	char text[AS_BER_OID_BYTES_MAX * ARC_TEXT_BYTES];
	const char *copy;
	uint64_t arc;
	int used;

	if (oid.size > AS_BER_OID_BYTES_MAX || !next_arc(&oid, &arc))
		return "?";
	/* X.690 s8.19.4: the first two share an octet. */
	used = snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, arc < 80 ? arc / 40 : 2,
			arc < 80 ? arc % 40 : arc - 80);
	while (oid.size > 0) {
		if (!next_arc(&oid, &arc))
			return "?";
		used += snprintf(text + used, sizeof(text) - (size_t)used, ".%" PRIu64, arc);
	}
	copy = as_arena_copy(arena, as_span_make(text, (size_t)used));
	return copy != NULL ? copy : "";
}
