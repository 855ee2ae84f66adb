/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8, digests and ids. */
#include "base/id.h"
#include "base/sha256.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SPAN(text)                                                                                 \
	{                                                                                          \
		(const unsigned char *)(text), sizeof(text) - 1                                    \
	}

static void only_well_formed_utf8_is_valid(void **state)
{
	static const struct {
		const char *name;
		struct as_span text;
		size_t length;
		uint32_t character;
	} cases[] = {
		{"ASCII", SPAN("A"), 1, 'A'},
		{"NUL", SPAN("\0"), 1, 0},
		{"two octets", SPAN("\xc3\xa9"), 2, 0xe9},
		{"smallest of two", SPAN("\xc2\x80"), 2, 0x80},
		{"overlong slash of two", SPAN("\xc0\xaf"), 0, 0},
		{"overlong c1", SPAN("\xc1\xbf"), 0, 0},
		{"smallest of three", SPAN("\xe0\xa0\x80"), 3, 0x800},
		{"overlong of three", SPAN("\xe0\x9f\xbf"), 0, 0},
		{"first surrogate", SPAN("\xed\xa0\x80"), 0, 0},
		{"last surrogate", SPAN("\xed\xbf\xbf"), 0, 0},
		{"before the surrogates", SPAN("\xed\x9f\xbf"), 3, 0xd7ff},
		{"behind the surrogates", SPAN("\xee\x80\x80"), 3, 0xe000},
		{"smallest of four", SPAN("\xf0\x90\x80\x80"), 4, 0x10000},
		{"overlong of four", SPAN("\xf0\x8f\xbf\xbf"), 0, 0},
		{"last", SPAN("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
		{"behind the last", SPAN("\xf4\x90\x80\x80"), 0, 0},
		{"five octets", SPAN("\xf8\x88\x80\x80\x80"), 0, 0},
		{"ff", SPAN("\xff"), 0, 0},
		{"continuation alone", SPAN("\x80"), 0, 0},
		{"cut after one of two", SPAN("\xc3"), 0, 0},
		{"cut after two of three", SPAN("\xe2\x82"), 0, 0},
		{"cut after three of four", SPAN("\xf0\x9f\x98"), 0, 0},
		{"no continuation",
		 SPAN("\xc3"
		      "A"),
		 0, 0},
		{"empty", SPAN(""), 0, 0},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		uint32_t character = 0;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_utf8_next(cases[i].text, &character), cases[i].length);
		assert_int_equal(character, cases[i].character);
		assert_int_equal(as_utf8_valid(cases[i].text),
				 cases[i].length > 0 || cases[i].text.size == 0);
	}
}

static void every_character_comes_back(void **state)
{
	static const uint32_t edges[] = {0,	 0x7f,	 0x80,	 0x7ff,	  0x800,
					 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
	static const uint32_t none[] = {0xd800, 0xdfff, 0x110000, UINT32_MAX};
	unsigned char out[4];
	(void)state;

	for (size_t i = 0; i < COUNT(edges); i++) {
		uint32_t back = UINT32_MAX;
		size_t length = as_utf8_put(edges[i], out);

		assert_in_range(length, 1, 4);
		assert_int_equal(as_utf8_next(as_span_make(out, length), &back), length);
		assert_int_equal(back, edges[i]);
	}
	for (size_t i = 0; i < COUNT(none); i++)
		assert_int_equal(as_utf8_put(none[i], out), 0);
}

static void text_is_made_fit_for_terminals_and_paths(void **state)
{
	static const struct {
		const char *name;
		struct as_span in;
		const char *escaped, *repaired;
	} cases[] = {
		{"plain", SPAN("a b.txt"), "a b.txt", "a b.txt"},
		{"letters of the world", SPAN("\xc3\xa9\xe2\x82\xac"), "\xc3\xa9\xe2\x82\xac",
		 "\xc3\xa9\xe2\x82\xac"},
		{"line end", SPAN("a\r\nb"), "a\\x0d\\x0ab", "a\r\nb"},
		{"terminal control", SPAN("\x1b[2J"), "\\x1b[2J", "\x1b[2J"},
		{"delete", SPAN("\x7f"), "\\x7f", "\x7f"},
		{"C1 control",
		 SPAN("\xc2\x9b"
		      "2J"),
		 "\\x9b2J",
		 "\xc2\x9b"
		 "2J"},
		{"invalid",
		 SPAN("a\xff"
		      "b"),
		 "a\\xffb",
		 "a\xef\xbf\xbd"
		 "b"},
		{"overlong", SPAN("\xc0\xaf"), "\\xc0\\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"right-to-left override",
		 SPAN("a\xe2\x80\xae"
		      "fdp.exe"),
		 "a\\u{202e}fdp.exe",
		 "a\xe2\x80\xae"
		 "fdp.exe"},
		{"isolate", SPAN("\xe2\x81\xa6"), "\\u{2066}", "\xe2\x81\xa6"},
		{"pop isolate", SPAN("\xe2\x81\xa9"), "\\u{2069}", "\xe2\x81\xa9"},
		{"marks", SPAN("\xe2\x80\x8e\xe2\x80\x8f"), "\\u{200e}\\u{200f}",
		 "\xe2\x80\x8e\xe2\x80\x8f"},
		{"Arabic letter mark", SPAN("\xd8\x9c"), "\\u{061c}", "\xd8\x9c"},
		{"line separator", SPAN("\xe2\x80\xa8"), "\\u{2028}", "\xe2\x80\xa8"},
		{"joiner stays", SPAN("\xe2\x80\x8d"), "\xe2\x80\x8d", "\xe2\x80\x8d"},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer escaped, repaired;

		print_message("case: %s\n", cases[i].name);
		as_buffer_init(&escaped, 0);
		as_buffer_init(&repaired, 0);
		assert_true(as_utf8_escape(&escaped, cases[i].in));
		assert_true(as_utf8_repair(&repaired, cases[i].in));
		as_buffer_byte(&escaped, 0);
		as_buffer_byte(&repaired, 0);
		assert_string_equal((char *)escaped.data, cases[i].escaped);
		assert_string_equal((char *)repaired.data, cases[i].repaired);
		as_buffer_deinit(&escaped);
		as_buffer_deinit(&repaired);
	}
}

static void whatever_is_escaped_is_valid_and_without_controls(void **state)
{
	struct as_buffer out;
	unsigned char raw[512];
	(void)state;

	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (unsigned char)(i * 73 + i / 7);
	as_buffer_init(&out, 0);
	assert_true(as_utf8_escape(&out, as_span_make(raw, sizeof(raw))));
	assert_true(as_utf8_valid(as_buffer_span(&out)));
	for (size_t i = 0; i < out.size; i++)
		assert_true(out.data[i] >= 0x20 && out.data[i] != 0x7f);
	as_buffer_deinit(&out);
}

static void digests_are_those_of_fips_180(void **state)
{
	static const struct {
		struct as_span text;
		const char *hex;
	} cases[] = {
		{SPAN(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{SPAN("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	(void)state;

	assert_int_equal(as_sha256_init(), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned char digest[AS_SHA256_SIZE], pieces_digest[AS_SHA256_SIZE];
		char hex[AS_SHA256_HEX];
		const struct as_span pieces[] = {
			as_span_slice(cases[i].text, 0, 2),
			as_span_make(NULL, 0),
			as_span_from(cases[i].text, 2),
		};

		as_sha256(cases[i].text, digest);
		as_sha256_hex(digest, hex);
		assert_string_equal(hex, cases[i].hex);
		as_sha256_pieces(pieces, COUNT(pieces), pieces_digest);
		assert_memory_equal(digest, pieces_digest, sizeof(digest));
	}
}

static uint64_t wall_us;

static uint64_t tell_wall(void *context)
{
	(void)context;
	return wall_us;
}

static const struct as_clock clock_of_test = {.monotonic_us = tell_wall, .wall_us = tell_wall};

static void ids_sort_in_the_order_of_their_making(void **state)
{
	char last[AS_ID_SIZE] = "", next[AS_ID_SIZE];
	(void)state;

	for (unsigned int i = 0; i < 5000; i++) {
		/* It stands still, goes on, and is set back. */
		if (i % 50 == 0)
			wall_us = 1700000000000000u + 1000u * i;
		if (i % 700 == 699)
			wall_us -= 3600u * 1000000u;
		as_id_make(&clock_of_test, next);
		assert_int_equal(strlen(next), AS_ID_SIZE - 1);
		assert_int_equal(strspn(next, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"), AS_ID_SIZE - 1);
		assert_true(strcmp(last, next) < 0);
		memcpy(last, next, sizeof(last));
	}
}

static void an_id_tells_its_millisecond(void **state)
{
	char id[AS_ID_SIZE];
	(void)state;

	wall_us = (uint64_t)0xfedcba987654u * 1000u;
	as_id_make(&clock_of_test, id);
	/* 0xfedcba987654 in base 32. */
	assert_memory_equal(id, "7YVJX9GXJM", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_well_formed_utf8_is_valid),
		cmocka_unit_test(every_character_comes_back),
		cmocka_unit_test(text_is_made_fit_for_terminals_and_paths),
		cmocka_unit_test(whatever_is_escaped_is_valid_and_without_controls),
		cmocka_unit_test(digests_are_those_of_fips_180),
		cmocka_unit_test(ids_sort_in_the_order_of_their_making),
		cmocka_unit_test(an_id_tells_its_millisecond),
	};
	return cmocka_run_group_tests_name("base text", tests, NULL, NULL);
}
