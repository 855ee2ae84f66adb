/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/uu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define ROUNDS 300

static unsigned int seed;

static unsigned int next_random(void)
{
	seed = seed * 1103515245u + 12345u;
	return seed >> 16;
}

static char encode_digit(unsigned int value)
{
	return value == 0 ? '`' : (char)(value + 32);
}

/* The plainest encoder that POSIX allows. */
static size_t encode(const unsigned char *in, size_t size, char *out)
{
	char *p = out;

	for (size_t at = 0; at < size; at += 45) {
		size_t count = size - at < 45 ? size - at : 45;

		*p++ = encode_digit((unsigned int)count);
		for (size_t i = 0; i < count; i += 3) {
			unsigned int a = in[at + i];
			unsigned int b = i + 1 < count ? in[at + i + 1] : 0;
			unsigned int c = i + 2 < count ? in[at + i + 2] : 0;

			*p++ = encode_digit(a >> 2);
			*p++ = encode_digit((a << 4 | b >> 4) & 63);
			*p++ = encode_digit((b << 2 | c >> 6) & 63);
			*p++ = encode_digit(c & 63);
		}
		*p++ = '\n';
	}
	return (size_t)(p - out);
}

static void decoding_reverses_encoding(void **state)
{
	unsigned char plain[400], out[800];
	char text[1200];
	(void)state;

	seed = 1;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % sizeof(plain);
		struct as_decode_stats stats;
		bool outside;
		size_t length, got;

		for (size_t i = 0; i < size; i++)
			plain[i] = (unsigned char)next_random();
		strcpy(text, "begin 644 data.bin\n");
		length = strlen(text);
		length += encode(plain, size, text + length);
		memcpy(text + length, "`\nend\n", 6);
		got = as_uu_decode(as_span_make(text, length + 6), out, sizeof(out), &stats,
				   &outside);
		assert_int_equal(got, size);
		assert_memory_equal(out, plain, size);
		assert_int_equal(stats.anomalies, 0);
		assert_false(outside);
	}
}

static void forms_that_clients_read_are_read(void **state)
{
	static const struct {
		const char *name, *text, *plain;
		bool outside;
	} cases[] = {
		{"whole", "begin 644 a\n#0V%T\n`\nend\n", "Cat", false},
		{"without begin", "#0V%T\n`\nend\n", "Cat", false},
		{"without end", "begin 644 a\n#0V%T\n", "Cat", false},
		{"CRLF", "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", "Cat", false},
		{"odd mode", "begin 999999 x y\n#0V%T\nend\n", "Cat", false},
		{"text before", "hello there, dear reader\nbegin 644 a\n#0V%T\nend\n", "Cat", true},
		{"two files", "begin 644 a\n#0V%T\nend\nbegin 644 b\n#0V%T\nend\n", "CatCat",
		 false},
		{"base64 form", "begin-base64 644 a\nQ2F0\n====\n", "Cat", false},
		{"base64 form without end", "begin-base64 644 a\nQ2\nF0\n", "Cat", false},
		{"upper case", "BEGIN 644 a\n#0V%T\nEND\n", "Cat", false},
		{"tabs", "begin\t644\ta\n#0V%T\nend\n", "Cat", false},
		{"no mode", "begin a.txt\n#0V%T\nend\n", "Cat", false},
		{"begin alone", "begin\n#0V%T\nend\n", "Cat", false},
		{"lone CR", "begin 644 a\r#0V%T\r`\rend\r", "Cat", false},
		{"quoted", "> begin 644 a\n> #0V%T\n> `\n> end\n", "Cat", false},
		{"quoted without blanks", ">begin 644 a\n>#0V%T\n>`\n>end\n", "Cat", false},
		{"indented", "\tbegin 644 a\n   #0V%T\n  end\n", "Cat", false},
		{"checksum character", "begin 644 a\n#0V%TX\nend\n", "Cat", false},
		{"blanks at the end lost", "begin 644 a\n#0V%\nend\n", "Ca@", false},
		{"xxencode under the label", "begin 644 a\n1Eq3o\n+\nend\n", "Cat", false},
		{"length of nothing", "begin 644 a\n`0V%T\nend\n", "Cat", false},
		{"length too small", "begin 644 a\n!0V%T0V%T\nend\n", "CatCat", false},
		{"an octet outside the alphabet", "begin 644 a\n)0V%T0V%T0V%t\nend\n", "CatCatCaT",
		 false},
		{"decoy lines", "begin 644 a\nthis is not data, is it?\n#0V%T\nend\n", "Cat", true},
		{"nothing", "", "", false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_span in = as_span_text(cases[i].text);
		struct as_decode_stats stats;
		unsigned char out[128];
		bool outside;
		size_t got;

		print_message("# case: %s\n", cases[i].name);
		got = as_uu_decode(in, out, sizeof(out), &stats, &outside);
		assert_int_equal(got, strlen(cases[i].plain));
		assert_memory_equal(out, cases[i].plain, got);
		assert_int_equal(outside, cases[i].outside);
	}
}

static void output_stays_in_its_room_on_garbage(void **state)
{
	(void)state;

	seed = 7;
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = next_random() % 500;
		unsigned char *in = malloc(size + 1);
		struct as_decode_stats stats;
		bool outside;

		assert_non_null(in);
		for (size_t i = 0; i < size; i++)
			in[i] = next_random() % 20 == 0 ? '\n'
							: (unsigned char)(next_random() % 100);
		for (size_t room = 0; room <= size; room += 1 + size / 7) {
			unsigned char *out = malloc(room + 1);
			size_t got;

			assert_non_null(out);
			out[room] = 0x55;
			got = as_uu_decode(as_span_make(in, size), out, room, &stats, &outside);
			assert_true(got <= room);
			assert_int_equal(out[room], 0x55);
			free(out);
		}
		free(in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decoding_reverses_encoding),
		cmocka_unit_test(forms_that_clients_read_are_read),
		cmocka_unit_test(output_stays_in_its_room_on_garbage),
	};
	return cmocka_run_group_tests_name("mime uu", tests, NULL, NULL);
}
