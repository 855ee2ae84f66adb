/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/legacy.h"

#include "mime_encode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROUNDS 200

static uint32_t seed;

static unsigned int next_random(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 16;
}

static void fill(unsigned char *plain, size_t size)
{
	for (size_t i = 0; i < size; i++)
		plain[i] = next_random() % 3 == 0 && i > 0 ? plain[i - 1]
							   : (unsigned char)next_random();
}

static void xxencode_is_reversed(void **state)
{
	unsigned char plain[400], out[1200];
	char text[2000];
	(void)state;

	seed = 1;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % sizeof(plain), length, got;
		struct as_decode_stats stats;
		struct as_span name;

		fill(plain, size);
		strcpy(text, "begin 644 data.bin\r\n");
		length = strlen(text);
		length += enc_uu_lines(enc_xx, plain, size, "\r\n", text + length);
		strcpy(text + length, "+\r\nend\r\n");
		length += strlen(text + length);
		got = as_xx_decode(as_span_make(text, length), out, sizeof(out), &stats, &name);
		assert_int_equal(got, size);
		assert_memory_equal(out, plain, size);
		assert_int_equal(stats.anomalies, 0);
		assert_true(as_span_equal(name, as_span_text("data.bin")));
	}
}

static void yenc_is_reversed_with_and_without_marks(void **state)
{
	static const char *const ends[] = {"\r\n", "\n", "\r"};
	unsigned char plain[700], out[2000];
	char text[4000];
	(void)state;

	seed = 2;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % sizeof(plain), length = 0, got;
		const char *eol = ends[round % 3];
		bool marks = round % 2 == 0;
		struct as_decode_stats stats;
		struct as_span name;

		fill(plain, size);
		if (marks)
			length = (size_t)sprintf(text, "=ybegin line=128 size=%zu name=a b.bin%s",
						 size, eol);
		length += enc_yenc_lines(plain, size, eol, text + length);
		if (marks)
			length += (size_t)sprintf(text + length, "=yend size=%zu%s", size, eol);
		got = as_yenc_decode(as_span_make(text, length), out, sizeof(out), &stats, &name);
		assert_int_equal(got, size);
		assert_memory_equal(out, plain, size);
		assert_true(as_span_equal(name, as_span_text(marks ? "a b.bin" : "")));
	}
}

static void forms_of_yenc_are_read(void **state)
{
	static const struct {
		const char *name, *text, *plain;
	} cases[] = {
		{"text around", "hello\n=ybegin line=128 size=3 name=a\nm\x8b\x9e\n=yend\nbye\n",
		 "Cat"},
		{"parts",
		 "=ybegin part=1 line=128 name=a\n=ypart begin=1 end=3\nm\x8b\x9e\n=yend\n"
		 "=ybegin part=2 line=128 name=a\n=ypart begin=4 end=6\nm\x8b\x9e\n=yend\n",
		 "CatCat"},
		{"no end", "=ybegin line=128 size=3 name=a\nm\x8b\x9e", "Cat"},
		{"part line only", "text\n=ypart begin=1 end=3\nm\x8b\x9e\n", "Cat"},
		{"escaped letter", "=ybegin line=128 size=3 name=a\n=\xad\x8b\x9e\n=yend\n", "Cat"},
		{"doubled dot", "=ybegin line=2 size=2 name=a\n..m\n=yend\n",
		 "\x04"
		 "C"},
		{"two dots of its own", "=ybegin line=3 size=3 name=a\n..m\n=yend\n",
		 "\x04\x04"
		 "C"},
		{"escape of nothing", "=ybegin line=9 size=3 name=a\nm\x8b=\n\x9e\n=yend\n", "Cat"},
		{"other case", "=YBEGIN line=9 size=3 name=a\nm\x8b\x9e\n=YEND\n", "Cat"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_decode_stats stats;
		unsigned char out[64];
		size_t got;

		print_message("# case: %s\n", cases[i].name);
		got = as_yenc_decode(as_span_text(cases[i].text), out, sizeof(out), &stats, NULL);
		assert_int_equal(got, strlen(cases[i].plain));
		assert_memory_equal(out, cases[i].plain, got);
	}
}

static void binhex_gives_both_forks(void **state)
{
	static const char mark[] = "(This file must be converted with BinHex 4.0)\r\n\r\n";
	unsigned char plain[800];
	char text[6000];
	(void)state;

	seed = 3;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % 400, second = next_random() % 400, length = 0, got;
		struct as_decode_stats stats;
		struct as_span name;
		unsigned char *out;

		fill(plain, sizeof(plain));
		if (round % 2 == 0) {
			strcpy(text, mark);
			length = strlen(mark);
		}
		length += enc_binhex_file("a file", plain, size, plain + 400, second, "\r\n",
					  text + length);
		out = malloc(as_binhex_bound(length));
		assert_non_null(out);
		got = as_binhex_decode(as_span_make(text, length), out, as_binhex_bound(length),
				       &stats, &name);
		assert_int_equal(got, size + second);
		assert_memory_equal(out, plain, size);
		assert_memory_equal(out + size, plain + 400, second);
		assert_true(as_span_equal(name, as_span_text("a file")));
		assert_false(stats.truncated);
		free(out);
	}
}

static void a_lying_header_of_binhex_loses_nothing(void **state)
{
	unsigned char plain[100], out[4096];
	char text[1000];
	struct as_decode_stats stats;
	size_t length, got;
	(void)state;

	seed = 4;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (unsigned char)(next_random() | 1);
	/* Cut in the middle: the lengths are too large. */
	length = enc_binhex_file("x", plain, sizeof(plain), NULL, 0, "\n", text);
	got = as_binhex_decode(as_span_make(text, length / 2), out, sizeof(out), &stats, NULL);
	assert_true(got > 20);
	assert_memory_equal(out, plain, got);
	/* Not a header at all: without the ':' and from the middle on. */
	got = as_binhex_decode(as_span_make(text + 41, length - 43), out, sizeof(out), &stats,
			       NULL);
	assert_true(got > 60);
}

static void run_lengths_stay_within_the_bound(void **state)
{
	enum { SIZE = 200000 };
	char *text = malloc(SIZE);
	unsigned char *out;
	struct as_decode_stats stats;
	size_t length = 1, got;
	(void)state;

	assert_non_null(text);
	text[0] = ':';
	/* Octets of 0x90 and 0xff only: each two are 254 of output. */
	while (length + 16 < SIZE) {
		static const unsigned char runs[] = {0x90, 0xff, 0x90, 0xff, 0x90, 0xff};

		length += enc_quanta(enc_binhex, runs, sizeof(runs), text + length);
	}
	out = malloc(as_binhex_bound(length));
	assert_non_null(out);
	got = as_binhex_decode(as_span_make(text, length), out, as_binhex_bound(length), &stats,
			       NULL);
	assert_true(stats.truncated);
	assert_true(got <= as_binhex_bound(length));
	assert_int_equal(as_binhex_bound(length), length * AS_BINHEX_GROWTH + AS_BINHEX_SLACK);
	assert_int_equal(as_binhex_bound(0), 0);
	free(out);
	free(text);
}

typedef size_t decoder(struct as_span in, unsigned char *out, size_t out_capacity,
		       struct as_decode_stats *stats_out, struct as_span *name_out);

static void output_stays_in_its_room_on_garbage(void **state)
{
	static decoder *const decoders[] = {as_xx_decode, as_yenc_decode, as_binhex_decode};
	(void)state;

	seed = 7;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % 500;
		unsigned char *in = malloc(size + 1);

		assert_non_null(in);
		for (size_t i = 0; i < size; i++)
			in[i] = next_random() % 20 == 0	  ? '\n'
				: next_random() % 30 == 0 ? ':'
							  : (unsigned char)(next_random() % 128);
		for (size_t room = 0; room <= size; room += 1 + size / 7) {
			for (size_t d = 0; d < 3; d++) {
				unsigned char *out = malloc(room + 1);
				struct as_decode_stats stats;
				struct as_span name;

				assert_non_null(out);
				out[room] = 0x55;
				assert_true(decoders[d](as_span_make(in, size), out, room, &stats,
							&name) <= room);
				assert_int_equal(out[room], 0x55);
				free(out);
			}
		}
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xxencode_is_reversed),
		cmocka_unit_test(yenc_is_reversed_with_and_without_marks),
		cmocka_unit_test(forms_of_yenc_are_read),
		cmocka_unit_test(binhex_gives_both_forks),
		cmocka_unit_test(a_lying_header_of_binhex_loses_nothing),
		cmocka_unit_test(run_lengths_stay_within_the_bound),
		cmocka_unit_test(output_stays_in_its_room_on_garbage),
	};
	return cmocka_run_group_tests_name("mime legacy", tests, NULL, NULL);
}
