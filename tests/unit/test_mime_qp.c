/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/qp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROUNDS 2000

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static struct as_span decode(struct as_span in, struct as_decode_stats *stats)
{
	unsigned char *out = malloc(in.size == 0 ? 1 : in.size);
	size_t size;

	assert_non_null(out);
	size = as_qp_decode(in, out, in.size, stats);
	assert_true(size <= in.size);
	assert_false(stats->truncated);
	return as_span_make(out, size);
}

static void free_span(struct as_span span)
{
	free((void *)(uintptr_t)span.data);
}

static void odd_bodies_decode_as_clients_show_them(void **state)
{
	static const struct {
		const char *name, *in, *out;
		size_t anomalies, first;
	} cases[] = {
		{"empty", "", "", 0, SIZE_MAX},
		{"plain", "a=3Db=C3=A9", "a=b\xc3\xa9", 0, SIZE_MAX},
		{"soft break", "ab=\r\ncd=\nef", "abcdef", 0, SIZE_MAX},
		{"blanks behind a soft break", "ab= \t \r\ncd", "abcd", 0, SIZE_MAX},
		{"soft break at the end", "abc=", "abc", 0, SIZE_MAX},
		{"soft break and blanks at the end", "abc=  ", "abc", 0, SIZE_MAX},
		{"blanks before a line end", "abc \t\r\ndef  \nghi ", "abc\r\ndef\nghi", 0,
		 SIZE_MAX},
		{"encoded blanks stay", "abc=20\r\ndef=09\nx=20", "abc \r\ndef\t\nx ", 0, SIZE_MAX},
		{"blanks before a soft break stay", "abc =\r\ndef", "abc def", 0, SIZE_MAX},
		{"lower case", "=3d=c3", "=\xc3", 2, 0},
		{"no digits", "a=ZZb", "a=ZZb", 1, 1},
		{"one digit", "a=4", "a=4", 1, 1},
		{"one digit and junk", "=4Z=41", "=4ZA", 1, 0},
		{"two equals", "a==41", "a=A", 1, 1},
		{"escape split by a line end", "=4\r\n1", "=4\r\n1", 1, 0},
		{"lone CR behind equals", "ab=\rcd", "abcd", 1, 2},
		{"lone CR is data", "ab\rcd \r e", "ab\rcd \r e", 0, SIZE_MAX},
		{"8-bit is data", "\xc3\xa9", "\xc3\xa9", 0, SIZE_MAX},
		{"only line ends", "\r\n\r\n", "\r\n\r\n", 0, SIZE_MAX},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_decode_stats stats;
		struct as_span out = decode(as_span_text(cases[i].in), &stats);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(out.size, strlen(cases[i].out));
		assert_memory_equal(out.data, cases[i].out, out.size);
		assert_int_equal(stats.anomalies, cases[i].anomalies);
		assert_int_equal(stats.first_anomaly, cases[i].first);
		free_span(out);
	}
}

static void lower_case_digits_alter_nothing(void **state)
{
	struct as_decode_stats stats;
	(void)state;

	free_span(decode(as_span_text("=c3"), &stats));
	assert_false(stats.altered);
	assert_int_equal(stats.lower_hex, 1);
	free_span(decode(as_span_text("=x3"), &stats));
	assert_true(stats.altered);
	assert_int_equal(stats.bad_escapes, 1);
}

static void what_only_other_readers_mind_is_counted(void **state)
{
	struct as_decode_stats stats;
	(void)state;

	free_span(decode(as_span_text("a= \r\nb=\r\n\nc \r\n\x01 and \xe9\n=00"), &stats));
	assert_int_equal(stats.blank_breaks, 1);
	assert_int_equal(stats.doubled_ends, 1);
	assert_int_equal(stats.trimmed, 1);
	assert_int_equal(stats.controls, 1);
	assert_int_equal(stats.eight_bit, 1);
	assert_int_equal(stats.binary, 1);
	assert_int_equal(stats.hard_breaks, 1);
	assert_int_equal(stats.anomalies, 0);
	free_span(decode(as_span_text("==41=4Z=4\r\n1= 41"), &stats));
	assert_int_equal(stats.bad_escapes, 4);
	assert_int_equal(stats.doubled, 1);
	assert_int_equal(stats.half_escapes, 2);
	assert_int_equal(stats.split_escapes, 2);
}

static void a_small_output_is_filled_and_not_exceeded(void **state)
{
	(void)state;

	for (size_t capacity = 0; capacity < 8; capacity++) {
		unsigned char *out = malloc(capacity + 1);
		struct as_decode_stats stats;
		size_t size;

		assert_non_null(out);
		out[capacity] = 0x5a;
		size = as_qp_decode(as_span_text("ab=43d\r\n"), out, capacity, &stats);
		assert_int_equal(out[capacity], 0x5a);
		assert_int_equal(size, capacity < 6 ? capacity : 6);
		assert_memory_equal(out, "abCd\r\n", size);
		assert_int_equal(stats.truncated, capacity < 6);
		free(out);
	}
}

/* The plainest encoder: everything but letters and line ends is escaped, with
 * a soft break after each escape that a coin chooses. */
static size_t encode(const unsigned char *data, size_t size, char *out, uint32_t *seed)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		if ((data[i] >= 'a' && data[i] <= 'z') || data[i] == '\n') {
			out[length++] = (char)data[i];
			continue;
		}
		length += (size_t)sprintf(out + length, "=%02X", data[i]);
		if (next_random(seed) % 8 == 0) {
			memcpy(out + length, "=\r\n", 3);
			length += 3;
		}
	}
	return length;
}

/* The plainest decoder of valid text without raw blanks. */
static size_t decode_plainly(const char *text, size_t size, unsigned char *out)
{
	size_t length = 0, i = 0;

	while (i < size) {
		unsigned int octet;

		if (text[i] != '=') {
			out[length++] = (unsigned char)text[i++];
		} else if (text[i + 1] == '\r') {
			i += 3;
		} else {
			assert_int_equal(sscanf(text + i + 1, "%2X", &octet), 1);
			out[length++] = (unsigned char)octet;
			i += 3;
		}
	}
	return length;
}

static void valid_text_decodes_as_the_plain_decoder_has_it(void **state)
{
	unsigned char data[300], plain[300];
	char text[2000];
	uint32_t seed = 1;
	(void)state;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random(&seed) % sizeof(data), length;
		struct as_decode_stats stats;
		struct as_span out;

		for (size_t i = 0; i < size; i++)
			data[i] = next_random(&seed) % 4 == 0
					  ? (unsigned char)next_random(&seed)
					  : (unsigned char)('\n' + next_random(&seed) % 115);
		length = encode(data, size, text, &seed);
		text[length] = '\0';
		out = decode(as_span_make(text, length), &stats);
		assert_int_equal(out.size, decode_plainly(text, length, plain));
		assert_int_equal(out.size, size);
		assert_memory_equal(out.data, data, size);
		assert_memory_equal(out.data, plain, size);
		assert_int_equal(stats.anomalies, 0);
		free_span(out);
	}
}

static void garbage_stays_inside_the_output(void **state)
{
	static const char likely[] = "aB0=== \t\r\n";
	uint32_t seed = 7;
	(void)state;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random(&seed) % 100;
		unsigned char *in = malloc(size == 0 ? 1 : size);
		struct as_decode_stats stats;

		assert_non_null(in);
		for (size_t i = 0; i < size; i++)
			in[i] = (unsigned char)likely[next_random(&seed) % (sizeof(likely) - 1)];
		free_span(decode(as_span_make(in, size), &stats));
		assert_int_equal(stats.anomalies,
				 stats.bad_escapes + stats.lower_hex + stats.odd_breaks);
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_bodies_decode_as_clients_show_them),
		cmocka_unit_test(lower_case_digits_alter_nothing),
		cmocka_unit_test(what_only_other_readers_mind_is_counted),
		cmocka_unit_test(a_small_output_is_filled_and_not_exceeded),
		cmocka_unit_test(valid_text_decodes_as_the_plain_decoder_has_it),
		cmocka_unit_test(garbage_stays_inside_the_output),
	};
	return cmocka_run_group_tests_name("mime quoted-printable", tests, NULL, NULL);
}
