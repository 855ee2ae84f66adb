/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROUNDS 2000

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* A generator of our own: the numbers must be the same everywhere. */
static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* The plainest encoder, with a line end after each line_length characters. */
static size_t encode(const unsigned char *data, size_t size, size_t line_length, char *out)
{
	size_t length = 0, column = 0;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i < 3 ? size - i : 3;
		uint32_t bits = (uint32_t)data[i] << 16;

		if (left > 1)
			bits |= (uint32_t)data[i + 1] << 8;
		if (left > 2)
			bits |= data[i + 2];
		for (size_t k = 0; k < 4; k++) {
			out[length++] = k > left ? '=' : alphabet[bits >> (18 - 6 * k) & 63];
			if (++column == line_length) {
				out[length++] = '\r';
				out[length++] = '\n';
				column = 0;
			}
		}
	}
	return length;
}

/* The plainest decoder of valid text: bit by bit, blanks skipped. */
static size_t decode_plainly(const char *text, size_t size, unsigned char *out)
{
	size_t bits = 0, length = 0;
	uint32_t value = 0;

	for (size_t i = 0; i < size; i++) {
		const char *digit = text[i] == 0 ? NULL : strchr(alphabet, text[i]);

		if (digit == NULL)
			continue;
		value = value << 6 | (uint32_t)(digit - alphabet);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			out[length++] = (unsigned char)(value >> bits);
			value &= (1u << bits) - 1;
		}
	}
	return length;
}

/* In a piece of exactly the promised size, so that the sanitizer sees one
 * octet too many. */
static struct as_span decode(struct as_span in, struct as_decode_stats *stats)
{
	size_t bound = as_base64_bound(in.size);
	unsigned char *out = malloc(bound);
	size_t size;

	assert_non_null(out);
	size = as_base64_decode(in, out, bound, stats);
	assert_true(size <= bound);
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
		{"plain", "aGVsbG8gd29ybGQ=", "hello world", 0, SIZE_MAX},
		{"line ends", "aGVs\r\nbG8g\nd29y\rbGQ=\r\n", "hello world", 0, SIZE_MAX},
		{"blanks inside quanta", "a G\tV s\r\nbG8=", "hello", 0, SIZE_MAX},
		{"padded runs", "aGVsbG8=\r\nd29ybGQ=", "helloworld", 1, 10},
		{"three padded runs", "YQ==Yg==Yw==", "abc", 2, 4},
		{"padding missing, two digits", "aGVsbA", "hell", 1, 6},
		{"padding missing, three digits", "aGVsbG8", "hello", 1, 7},
		{"half of the padding missing", "aGVsbA=", "hell", 1, 7},
		{"one digit left", "aGVsbG8hA", "hello!", 1, 9},
		{"junk", "aGVs!!bG*8=", "hello", 3, 4},
		{"stray padding between quanta", "aGVs=bG8h", "hello!", 1, 4},
		{"stray padding inside", "aG=VsbG8h", "hello!", 1, 2},
		{"padding first", "====aGVsbG8h", "hello!", 4, 0},
		{"padding too long", "aGVsbG8====", "hello", 3, 8},
		{"url-safe digits are junk", "aGVs-_bG8=", "hello", 2, 4},
		{"padding over a line end", "aGVsbA=\r\n=", "hell", 0, SIZE_MAX},
		{"8-bit junk",
		 "aGVs\xff\x80"
		 "bG8=",
		 "hello", 2, 4},
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
		assert_int_equal(stats.altered, cases[i].anomalies > 0);
		free_span(out);
	}
}

static void nul_is_junk(void **state)
{
	struct as_decode_stats stats;
	struct as_span out = decode(as_span_make("aG\0Vs", 5), &stats);
	(void)state;

	assert_int_equal(out.size, 3);
	assert_int_equal(stats.junk, 1);
	assert_int_equal(stats.first_anomaly, 2);
	free_span(out);
}

static void first_run_is_what_a_reader_sees_that_stops_at_padding(void **state)
{
	struct as_decode_stats stats;
	struct as_span out = decode(as_span_text("aGVsbG8=\r\nd29ybGQ=\r\neA=="), &stats);
	(void)state;

	assert_int_equal(stats.padding_inside, 2);
	assert_int_equal(stats.first_run, 5);
	free_span(out);
	out = decode(as_span_text("aGVsbG8=\r\n"), &stats);
	assert_int_equal(stats.first_run, SIZE_MAX);
	free_span(out);
}

static void what_only_other_readers_mind_is_counted_and_no_anomaly(void **state)
{
	static const struct {
		const char *name, *in;
		size_t split, inner, empty, longer, first;
		unsigned int surplus;
	} cases[] = {
		{"whole lines", "AAAA\r\nAAAA\r\nAA==\r\n", 0, 0, 0, 0, SIZE_MAX, 0},
		{"a line of odd length", "AAAAA\r\nAAA\r\n", 1, 0, 0, 0, 6, 0},
		{"blanks at a line's end", "AAAA \t\r\nAAAA", 0, 0, 0, 0, SIZE_MAX, 0},
		{"a blank within", "AAAA AAAA", 0, 1, 0, 0, 4, 0},
		{"a lone CR within", "AAAA\rAAAA", 0, 1, 0, 0, 4, 0},
		{"an empty line within", "AAAA\n\nAAAA", 0, 0, 1, 0, 5, 0},
		{"empty lines round it", "\n\nAAAA\n\n", 0, 0, 0, 0, SIZE_MAX, 0},
		{"a longer line", "AAAA\nAAAAAAAA\nAAAA", 0, 0, 0, 1, 5, 0},
		{"three characters left", "AAAAAAA", 0, 0, 0, 0, SIZE_MAX, 3},
		{"padding too long", "AAA==", 0, 0, 0, 0, SIZE_MAX, 1},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_decode_stats stats;

		print_message("case: %s\n", cases[i].name);
		free_span(decode(as_span_text(cases[i].in), &stats));
		assert_int_equal(stats.split_quanta, cases[i].split);
		assert_int_equal(stats.inner_blanks, cases[i].inner);
		assert_int_equal(stats.empty_lines, cases[i].empty);
		assert_int_equal(stats.longer_lines, cases[i].longer);
		assert_int_equal(stats.first_odd, cases[i].first);
		assert_int_equal(stats.surplus, cases[i].surplus);
		assert_int_equal(stats.anomalies, cases[i].surplus > 0);
	}
}

static void a_small_output_is_filled_and_not_exceeded(void **state)
{
	(void)state;

	for (size_t capacity = 0; capacity < 12; capacity++) {
		unsigned char *out = malloc(capacity + 1);
		struct as_decode_stats stats;
		size_t size;

		assert_non_null(out);
		out[capacity] = 0x5a;
		size = as_base64_decode(as_span_text("aGVsbG8gd29ybGQ="), out, capacity, &stats);
		assert_int_equal(out[capacity], 0x5a);
		assert_int_equal(size, capacity < 11 ? capacity : 11);
		assert_memory_equal(out, "hello world", size);
		assert_int_equal(stats.truncated, capacity < 11);
		free(out);
	}
}

static void valid_text_decodes_as_the_plain_decoder_has_it(void **state)
{
	unsigned char data[300], plain[300];
	char text[1300];
	uint32_t seed = 1;
	(void)state;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random(&seed) % sizeof(data), length;
		struct as_decode_stats stats;
		struct as_span out;

		for (size_t i = 0; i < size; i++)
			data[i] = (unsigned char)next_random(&seed);
		length = encode(data, size, 1 + next_random(&seed) % 80, text);
		out = decode(as_span_make(text, length), &stats);
		assert_int_equal(out.size, decode_plainly(text, length, plain));
		assert_memory_equal(out.data, plain, out.size);
		assert_int_equal(out.size, size);
		assert_memory_equal(out.data, data, size);
		assert_int_equal(stats.anomalies, 0);
		free_span(out);
	}
}

static void garbage_stays_inside_the_output(void **state)
{
	static const char likely[] = "AZaz09+/==== \r\n-_!";
	uint32_t seed = 7;
	(void)state;

	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random(&seed) % 100;
		unsigned char *in = malloc(size == 0 ? 1 : size);
		struct as_decode_stats stats;
		struct as_span out;

		assert_non_null(in);
		for (size_t i = 0; i < size; i++)
			in[i] = next_random(&seed) % 4 == 0
					? (unsigned char)next_random(&seed)
					: (unsigned char)
						  likely[next_random(&seed) % (sizeof(likely) - 1)];
		out = decode(as_span_make(in, size), &stats);
		assert_false(stats.truncated);
		assert_int_equal(stats.anomalies,
				 stats.junk + stats.padding_inside + stats.missing_padding);
		assert_int_equal(stats.first_anomaly == SIZE_MAX, stats.anomalies == 0);
		free_span(out);
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_bodies_decode_as_clients_show_them),
		cmocka_unit_test(nul_is_junk),
		cmocka_unit_test(first_run_is_what_a_reader_sees_that_stops_at_padding),
		cmocka_unit_test(what_only_other_readers_mind_is_counted_and_no_anomaly),
		cmocka_unit_test(a_small_output_is_filled_and_not_exceeded),
		cmocka_unit_test(valid_text_decodes_as_the_plain_decoder_has_it),
		cmocka_unit_test(garbage_stays_inside_the_output),
	};
	return cmocka_run_group_tests_name("mime base64", tests, NULL, NULL);
}
