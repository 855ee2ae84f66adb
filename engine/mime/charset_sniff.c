/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/charset.h"

#include "mime/charset_utf7.h"

#include <stdio.h>

/* Zeros show UTF-16 and UTF-32 in their regular place; two characters of it
 * could be anything. */
#define ZEROS_MIN_BYTES 8u

/* Runs of UTF-7 that hide markup, or letters of one run that are ASCII: plain
 * text has neither, because UTF-7 writes those as themselves. */
#define RUNS_MIN    2u
#define LETTERS_MIN 8u

static bool answer(char name_out[AS_CHARSET_NAME_SIZE], const char *name)
{
	snprintf(name_out, AS_CHARSET_NAME_SIZE, "%s", name);
	return true;
}

/* U+FEFF in front. UTF-16LE of a text that begins with U+0000 does not exist,
 * so FF FE 00 00 is UTF-32. */
static const char *byte_order_mark(struct as_span in)
{
	static const struct {
		const char *octets;
		size_t size;
		const char *name;
	} marks[] = {
		{"\xff\xfe\0\0", 4, "utf-32le"},
		{"\0\0\xfe\xff", 4, "utf-32be"},
		{"\xff\xfe", 2, "utf-16le"},
		{"\xfe\xff", 2, "utf-16be"},
		{"+/v8", 4, "utf-7"},
		{"+/v9", 4, "utf-7"},
		{"+/v+", 4, "utf-7"},
		{"+/v/", 4, "utf-7"},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (as_span_has_at(in, 0, marks[i].octets, marks[i].size) &&
		    in.size >= 2 * marks[i].size)
			return marks[i].name;
	return NULL;
}

/*
 * Half of all characters are enough: markup between letters of other scripts
 * still has its zeros, and binary files have them in all four places.
 */
static const char *zeros_in_a_pattern(struct as_span in)
{
	size_t zeros[4] = {0}, even, odd, units;

	in = as_span_slice(in, 0, AS_CHARSET_SNIFF_BYTES);
	in.size -= in.size % 4;
	if (in.size < ZEROS_MIN_BYTES || as_span_find_byte(in, 0, 0) == SIZE_MAX)
		return NULL;
	for (size_t i = 0; i < in.size; i++)
		zeros[i & 3] += in.data[i] == 0;
	units = in.size / 4;
	/* No character is above U+10FFFF: one place is always zero. */
	if (zeros[3] == units && zeros[2] > units * 3 / 4 && zeros[0] <= units / 8)
		return "utf-32le";
	if (zeros[0] == units && zeros[1] > units * 3 / 4 && zeros[3] <= units / 8)
		return "utf-32be";
	even = zeros[0] + zeros[2];
	odd = zeros[1] + zeros[3];
	if (odd >= units && even <= odd / 8)
		return "utf-16le";
	if (even >= units && odd <= even / 8)
		return "utf-16be";
	return NULL;
}

static bool is_markup(uint16_t unit)
{
	return unit < 0x80 && unit != 0 && strchr("<>\"'&=/()[]{};:\\`", (int)unit) != NULL;
}

static bool is_ascii_text(uint16_t unit)
{
	return (unit >= 0x20 && unit < 0x7f) || unit == '\t' || unit == '\r' || unit == '\n';
}

/* Reads the run that begins behind a '+' at *at and moves behind it. Answers
 * whether it is one that hides something; *letters_out counts its ASCII. */
static bool read_run(struct as_span in, size_t *at, size_t *letters_out)
{
	struct as_utf7_run run = {0, 0};
	size_t units = 0, ascii = 0, markup = 0;
	uint16_t unit;
	int value;

	for (; *at < in.size && (value = as_utf7_value(in.data[*at])) >= 0; ++*at) {
		if (!as_utf7_push(&run, value, &unit))
			continue;
		units++;
		ascii += is_ascii_text(unit);
		markup += is_markup(unit);
	}
	*letters_out = ascii == units && as_utf7_ends_well(&run) ? ascii : 0;
	return *letters_out > 0 && markup > 0;
}

static bool has_utf7_runs(struct as_span in)
{
	size_t at = 0, hiding = 0, letters;

	while ((at = as_span_find_byte(in, at, '+')) != SIZE_MAX) {
		at++;
		hiding += read_run(in, &at, &letters);
		if (hiding >= RUNS_MIN || letters >= LETTERS_MIN)
			return true;
	}
	return false;
}

bool as_charset_sniff(struct as_span in, char name_out[AS_CHARSET_NAME_SIZE])
{
	const char *name = byte_order_mark(in);

	if (name == NULL)
		name = zeros_in_a_pattern(in);
	if (name == NULL && has_utf7_runs(in))
		name = "utf-7";
	return name != NULL && answer(name_out, name);
}
