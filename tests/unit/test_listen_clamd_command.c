/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/about.h"
#include "daemon/clamd/command.h"
#include "daemon/clamd/reply.h"
#include "daemon/clamd/stream.h"

#include "base/error.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void commands_are_framed_and_named(void **state)
{
	static const struct {
		const char *name;
		struct as_span in;
		bool whole;
		enum as_clamd_parsed parsed;
		enum as_clamd_framing framing;
		enum as_clamd_verb verb;
		size_t used;
		const char *argument;
	} cases[] = {
		{"nothing", {NULL, 0}, true, AS_CLAMD_MORE, 0, 0, 0, ""},
		{"n and LF",
		 {(const void *)"nPING\nx", 7},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_PING,
		 6,
		 ""},
		{"n and CR LF",
		 {(const void *)"nPING\r\n", 7},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_PING,
		 7,
		 ""},
		{"z and NUL",
		 {(const void *)"zVERSION\0zP", 11},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_NUL,
		 AS_CLAMD_VERSION,
		 9,
		 ""},
		{"LF in a z path",
		 {(const void *)"zSCAN /a\nb\0", 11},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_NUL,
		 AS_CLAMD_SCAN,
		 11,
		 "/a\nb"},
		{"CR in a z path",
		 {(const void *)"zSCAN /a\r\0", 10},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_NUL,
		 AS_CLAMD_SCAN,
		 10,
		 "/a\r"},
		{"z without NUL", {(const void *)"zPING\n", 6}, true, AS_CLAMD_MORE, 0, 0, 0, ""},
		{"n without LF", {(const void *)"nPING", 5}, true, AS_CLAMD_MORE, 0, 0, 0, ""},
		{"bare with LF",
		 {(const void *)"PING\n", 5},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_PING,
		 5,
		 ""},
		{"bare with CR LF",
		 {(const void *)"PING\r\n", 6},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_PING,
		 6,
		 ""},
		{"bare, perhaps not all",
		 {(const void *)"PING", 4},
		 false,
		 AS_CLAMD_MORE,
		 0,
		 0,
		 0,
		 ""},
		{"bare and whole",
		 {(const void *)"PING", 4},
		 true,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_PING,
		 4,
		 ""},
		{"bare path with a blank",
		 {(const void *)"CONTSCAN /a b\n", 14},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_CONTSCAN,
		 14,
		 "/a b"},
		{"bare INSTREAM",
		 {(const void *)"INSTREAM\n", 9},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_UNKNOWN,
		 9,
		 ""},
		{"bare STATS",
		 {(const void *)"STATS\n", 6},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_UNKNOWN,
		 6,
		 ""},
		{"bare IDSESSION",
		 {(const void *)"IDSESSION\n", 10},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_UNKNOWN,
		 10,
		 ""},
		{"bare ALLMATCHSCAN",
		 {(const void *)"ALLMATCHSCAN /a\n", 16},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_UNKNOWN,
		 16,
		 ""},
		{"text behind it",
		 {(const void *)"nPING x\n", 8},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 8,
		 ""},
		{"SCAN without a path",
		 {(const void *)"nSCAN\n", 6},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 6,
		 ""},
		{"SCAN with a blank only",
		 {(const void *)"nSCAN \n", 7},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 7,
		 ""},
		{"a longer word",
		 {(const void *)"nVERSIONX\n", 10},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 10,
		 ""},
		{"lower case",
		 {(const void *)"nping\n", 6},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 6,
		 ""},
		{"of old",
		 {(const void *)"zSTREAM\0", 8},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_NUL,
		 AS_CLAMD_UNKNOWN,
		 8,
		 ""},
		{"NUL inside",
		 {(const void *)"nPING\0\n", 7},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 7,
		 ""},
		{"empty command",
		 {(const void *)"n\n", 2},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_LINE,
		 AS_CLAMD_UNKNOWN,
		 2,
		 ""},
		{"empty line",
		 {(const void *)"\n", 1},
		 false,
		 AS_CLAMD_COMMAND,
		 AS_CLAMD_BARE,
		 AS_CLAMD_UNKNOWN,
		 1,
		 ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_clamd_command command = {0};

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_clamd_command_parse(cases[i].in, cases[i].whole, &command),
				 cases[i].parsed);
		if (cases[i].parsed != AS_CLAMD_COMMAND)
			continue;
		assert_int_equal(command.framing, cases[i].framing);
		assert_int_equal(command.verb, cases[i].verb);
		assert_int_equal(command.used, cases[i].used);
		assert_true(as_span_equal(command.argument, as_span_text(cases[i].argument)));
	}
}

static void a_command_is_the_same_byte_by_byte(void **state)
{
	static const char text[] = "zCONTSCAN /var/spool/a b";
	struct as_clamd_command command;

	(void)state;
	/* The NUL of the literal is the delimiter. */
	for (size_t size = 0; size < sizeof(text); size++)
		assert_int_equal(as_clamd_command_parse(as_span_make(text, size), false, &command),
				 AS_CLAMD_MORE);
	assert_int_equal(as_clamd_command_parse(as_span_make(text, sizeof(text)), false, &command),
			 AS_CLAMD_COMMAND);
	assert_int_equal(command.verb, AS_CLAMD_CONTSCAN);
	assert_int_equal(command.used, sizeof(text));
}

static void an_endless_command_is_too_long(void **state)
{
	static const char first[] = {'n', 'z', 'P'};
	char *text = malloc(AS_CLAMD_COMMAND_BYTES + 1);
	struct as_clamd_command command;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < COUNT(first); i++) {
		memset(text, 'A', AS_CLAMD_COMMAND_BYTES + 1);
		text[0] = first[i];
		assert_int_equal(
			as_clamd_command_parse(as_span_make(text, AS_CLAMD_COMMAND_BYTES - 1),
					       false, &command),
			AS_CLAMD_MORE);
		text[AS_CLAMD_COMMAND_BYTES] = first[i] == 'z' ? '\0' : '\n';
		assert_int_equal(
			as_clamd_command_parse(as_span_make(text, AS_CLAMD_COMMAND_BYTES + 1), true,
					       &command),
			AS_CLAMD_TOO_LONG);
	}
	free(text);
}

/* ---- Chunks ------------------------------------------------------------ */

static size_t read_stream(const char *text, size_t size, size_t piece, char *out)
{
	struct as_clamd_stream stream = {.left = 0};
	size_t written = 0;

	for (size_t at = 0; at < size; at += piece) {
		struct as_span in = as_span_slice(as_span_make(text, size), at, piece);
		struct as_span data;
		enum as_clamd_chunk chunk;

		while ((chunk = as_clamd_stream_next(&stream, &in, 100, &data)) ==
		       AS_CLAMD_CHUNK_DATA) {
			memcpy(out + written, data.data, data.size);
			written += data.size;
		}
		if (chunk == AS_CLAMD_CHUNK_END)
			return written;
		assert_int_equal(chunk, AS_CLAMD_CHUNK_MORE);
	}
	fail_msg("no end");
	return 0;
}

static void a_stream_is_the_same_in_pieces_of_any_size(void **state)
{
	static const char text[] = "\0\0\0\5hello\0\0\0\1 \0\0\0\5world\0\0\0\0";

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		char out[32];
		size_t size = read_stream(text, sizeof(text) - 1, piece, out);

		assert_int_equal(size, 11);
		assert_memory_equal(out, "hello world", 11);
	}
}

static void a_chunk_above_the_room_is_refused_at_its_length(void **state)
{
	static const struct {
		const char *name;
		struct as_span in;
		uint64_t room;
		enum as_clamd_chunk chunk;
	} cases[] = {
		{"fits", {(const void *)"\0\0\0\5", 4}, 5, AS_CLAMD_CHUNK_MORE},
		{"one too many", {(const void *)"\0\0\0\6", 4}, 5, AS_CLAMD_CHUNK_TOO_LARGE},
		{"no room", {(const void *)"\0\0\0\1", 4}, 0, AS_CLAMD_CHUNK_TOO_LARGE},
		{"end without room", {(const void *)"\0\0\0\0", 4}, 0, AS_CLAMD_CHUNK_END},
		{"2 GiB", {(const void *)"\x80\0\0\0", 4}, 1u << 30, AS_CLAMD_CHUNK_TOO_LARGE},
		{"4 GiB",
		 {(const void *)"\xff\xff\xff\xff", 4},
		 1u << 30,
		 AS_CLAMD_CHUNK_TOO_LARGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_clamd_stream stream = {.left = 0};
		struct as_span in = cases[i].in, data;

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(as_clamd_stream_next(&stream, &in, cases[i].room, &data),
				 cases[i].chunk);
		assert_int_equal(in.size, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_framed_and_named),
		cmocka_unit_test(a_command_is_the_same_byte_by_byte),
		cmocka_unit_test(an_endless_command_is_too_long),
		cmocka_unit_test(a_stream_is_the_same_in_pieces_of_any_size),
		cmocka_unit_test(a_chunk_above_the_room_is_refused_at_its_length),
	};

	return cmocka_run_group_tests_name("clamd commands", tests, NULL, NULL);
}
