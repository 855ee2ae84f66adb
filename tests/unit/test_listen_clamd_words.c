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

/* ---- Judgements -------------------------------------------------------- */

static void verdicts_become_words(void **state)
{
	static const struct {
		const char *name;
		enum assay_action action;
		bool complete, found;
		const char *given;
		const char *incomplete;
		enum as_clamd_incomplete mode;
		enum as_clamd_result result;
		const char *words;
	} cases[] = {
		{"accept", ASSAY_ACTION_ACCEPT, true, false, "", "", 0, AS_CLAMD_OK, ""},
		{"tag", ASSAY_ACTION_TAG, true, false, "", "", 0, AS_CLAMD_OK, ""},
		{"strip", ASSAY_ACTION_STRIP, true, true, "policy.ext.macro", "", 0, AS_CLAMD_HIT,
		 "policy.ext.macro"},
		{"reject", ASSAY_ACTION_REJECT, true, true, "malware.eicar", "", 0, AS_CLAMD_HIT,
		 "malware.eicar"},
		{"discard without a name", ASSAY_ACTION_DISCARD, true, false, "", "", 0,
		 AS_CLAMD_HIT, "Assay.Refused"},
		{"tempfail", ASSAY_ACTION_TEMPFAIL, true, false, "", "", 0, AS_CLAMD_FAULT,
		 "Policy says to try again later."},
		{"incomplete", ASSAY_ACTION_QUARANTINE, false, false,
		 "Heuristics.Limits.Exceeded.MaxFiles", "limit.objects at 2/x FOUND", 0,
		 AS_CLAMD_FAULT, "Not inspected in full (limit.objects)."},
		{"incomplete as a hit", ASSAY_ACTION_QUARANTINE, false, false,
		 "Heuristics.Limits.Exceeded.MaxFiles", "limit.objects at 2/x", AS_CLAMD_FOUND,
		 AS_CLAMD_HIT, "Heuristics.Limits.Exceeded.MaxFiles"},
		{"incomplete, but policy accepts", ASSAY_ACTION_ACCEPT, false, false, "",
		 "scan.timeout at 1", 0, AS_CLAMD_FAULT, "Not inspected in full (scan.timeout)."},
		{"the same as a hit", ASSAY_ACTION_ACCEPT, false, false, "", "scan.timeout at 1",
		 AS_CLAMD_FOUND, AS_CLAMD_HIT, "Assay.NotInspected"},
		{"incomplete without words", ASSAY_ACTION_ACCEPT, false, false, "", "", 0,
		 AS_CLAMD_FAULT, "Not inspected in full."},
		{"found and incomplete", ASSAY_ACTION_REJECT, false, true, "malware.eicar",
		 "limit.bytes at 2", 0, AS_CLAMD_HIT, "malware.eicar"},
		{"encrypted", ASSAY_ACTION_QUARANTINE, false, true, "Heuristics.Encrypted.Zip",
		 "archive.encrypted at 2", 0, AS_CLAMD_HIT, "Heuristics.Encrypted.Zip"},
		{"a name with blanks", ASSAY_ACTION_REJECT, true, true, "a b: FOUND\n\xc3\xa4", "",
		 0, AS_CLAMD_HIT, "a_b__FOUND___"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_answer verdict = {
			.action = cases[i].action,
			.complete = cases[i].complete,
			.found = cases[i].found,
			.name = cases[i].given,
			.incomplete = cases[i].incomplete,
		};
		const struct as_task_answer answer = {
			.action = cases[i].action,
			.complete = cases[i].complete,
			.answer = &verdict,
		};
		struct as_clamd_judgement judgement;

		print_message("case: %s\n", cases[i].name);
		as_clamd_judge(&answer, cases[i].mode, &judgement);
		assert_int_equal(judgement.result, cases[i].result);
		assert_string_equal(judgement.words, cases[i].words);
	}
}

static void faults_of_ours_become_what_the_listener_says(void **state)
{
	static const struct {
		const char *name;
		enum assay_action action;
		const char *fault;
		enum as_clamd_result result;
		const char *words;
	} cases[] = {
		{"tempfail", ASSAY_ACTION_TEMPFAIL, "no worker: again\nlater", AS_CLAMD_FAULT,
		 "no worker, again later."},
		{"accept", ASSAY_ACTION_ACCEPT, "no worker", AS_CLAMD_OK, ""},
		{"reject", ASSAY_ACTION_REJECT, "no worker", AS_CLAMD_HIT, "Assay.NotInspected"},
		{"nothing at all", ASSAY_ACTION_NONE, NULL, AS_CLAMD_FAULT, "No verdict."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_task_answer answer = {
			.action = cases[i].action,
			.fault = cases[i].fault,
		};
		struct as_clamd_judgement judgement;

		print_message("case: %s\n", cases[i].name);
		as_clamd_judge(&answer, AS_CLAMD_FOUND, &judgement);
		assert_int_equal(judgement.result, cases[i].result);
		assert_string_equal(judgement.words, cases[i].words);
	}
}

static void paths_that_fail_have_the_words_of_clamd(void **state)
{
	static const struct {
		int code;
		const char *words;
	} cases[] = {
		{-EACCES, "Access denied."},
		{-ELOOP, "Access denied."},
		{-EXDEV, "Access denied."},
		{-ENOENT, "File path check failure: No such file or directory."},
		{-ENOTSUP, "Not supported file type."},
		{AS_E_LIMIT, "Too many files or too many levels of folders."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_clamd_judgement judgement;

		as_clamd_judge_path(cases[i].code, &judgement);
		assert_int_equal(judgement.result, AS_CLAMD_FAULT);
		assert_string_equal(judgement.words, cases[i].words);
	}
}

/* ---- Lines ------------------------------------------------------------- */

static void lines_have_number_subject_and_delimiter(void **state)
{
	static const struct {
		const char *name;
		struct as_clamd_tag tag;
		struct as_span subject;
		struct as_clamd_judgement judgement;
		struct as_span line;
	} cases[] = {
		{"ok",
		 {AS_CLAMD_LINE, 0},
		 {(const void *)"stream", 6},
		 {AS_CLAMD_OK, ""},
		 {(const void *)"stream: OK\n", 11}},
		{"found in a session",
		 {AS_CLAMD_NUL, 12},
		 {(const void *)"fd[7]", 5},
		 {AS_CLAMD_HIT, "malware.eicar"},
		 {(const void *)"12: fd[7]: malware.eicar FOUND\0", 31}},
		{"error",
		 {AS_CLAMD_BARE, 0},
		 {(const void *)"/a b", 4},
		 {AS_CLAMD_FAULT, "Access denied."},
		 {(const void *)"/a b: Access denied. ERROR\n", 27}},
		{"a file that would answer for others",
		 {AS_CLAMD_LINE, 1},
		 {(const void *)"/a: OK\n2: /b\r\0\x7f", 15},
		 {AS_CLAMD_HIT, "x"},
		 {(const void *)"1: /a: OK?2: /b???: x FOUND\n", 28}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		print_message("case: %s\n", cases[i].name);
		as_buffer_init(&out, 0);
		assert_true(as_clamd_put_judgement(&out, cases[i].tag, cases[i].subject,
						   &cases[i].judgement));
		assert_int_equal(out.size, cases[i].line.size);
		assert_memory_equal(out.data, cases[i].line.data, out.size);
		as_buffer_deinit(&out);
	}
}

static void a_line_that_does_not_fit_is_left_out_as_a_whole(void **state)
{
	const struct as_clamd_tag tag = {.framing = AS_CLAMD_LINE};
	struct as_buffer out;

	(void)state;
	as_buffer_init(&out, 12);
	assert_true(as_clamd_put(&out, tag, "PONG"));
	assert_false(as_clamd_put(&out, tag, "UNKNOWN COMMAND"));
	assert_int_equal(out.size, 5);
	as_buffer_deinit(&out);
}

static void all_matches_are_one_line_each(void **state)
{
	static const char *const codes[] = {"html.script", "limit.bytes", "malware.A", "name.rtlo",
					    "scan.timeout"};
	static const unsigned char severities[] = {ASSAY_LOW, ASSAY_HIGH, ASSAY_CRITICAL,
						   ASSAY_HIGH, ASSAY_HIGH};
	const struct as_answer answer = {
		.codes = codes, .severities = severities, .code_count = COUNT(codes)};
	const struct as_clamd_judgement hit = {AS_CLAMD_HIT, "malware.A"};
	const struct as_clamd_judgement fine = {AS_CLAMD_OK, ""};
	const struct as_clamd_tag tag = {.framing = AS_CLAMD_LINE};
	static const char lines[] = "/a: malware.A FOUND\n/a: name.rtlo FOUND\n"
				    "/b: OK\n/c: malware.A FOUND\n";
	struct as_buffer out;

	(void)state;
	as_buffer_init(&out, 0);
	assert_true(as_clamd_put_all(&out, tag, as_span_text("/a"), &hit, &answer));
	assert_true(as_clamd_put_all(&out, tag, as_span_text("/b"), &fine, &answer));
	assert_true(as_clamd_put_all(&out, tag, as_span_text("/c"), &hit, NULL));
	assert_int_equal(out.size, sizeof(lines) - 1);
	assert_memory_equal(out.data, lines, out.size);
	as_buffer_deinit(&out);
}

/* ---- VERSION and STATS -------------------------------------------------- */

#define STATUS(version, newest)                                                                    \
	"{\"generation\":{\"id\":3,\"plugins\":[{\"name\":\"yara\",\"version\":\"4\"},"            \
	"{\"name\":\"clamav\",\"version\":\"" version "\",\"newest\":" newest "}]},"               \
	"\"workers\":{\"alive\":4,\"busy\":3,\"wanted\":4},\"queue\":{\"length\":2}}"

static void version_has_the_form_that_monitors_match(void **state)
{
	static const struct {
		const char *name, *status, *version;
	} cases[] = {
		{"official databases", STATUS("1.4.6 / 27831", "1533112117"),
		 "ClamAV 1.4.6/27831/Wed Aug  1 08:28:37 2018"},
		{"own signatures only", STATUS("1.4.6", "1533112117"),
		 "ClamAV 1.4.6 (Assay 0.1.0)"},
		{"no time", STATUS("1.4.6 / 27831", "0"), "ClamAV 1.4.6 (Assay 0.1.0)"},
		{"no plugin", "{\"generation\":{\"plugins\":[]}}", "ClamAV 1.4.6 (Assay 0.1.0)"},
		{"no status", "", "ClamAV 1.4.6 (Assay 0.1.0)"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char version[128];

		print_message("case: %s\n", cases[i].name);
		as_clamd_version(as_span_text(cases[i].status), "0.1.0", version, sizeof(version));
		assert_string_equal(version, cases[i].version);
	}
}

static void stats_have_the_form_that_monitors_match(void **state)
{
	static const char lines[] =
		"POOLS: 1\n\nSTATE: VALID PRIMARY\n"
		"THREADS: live 4  idle 1 max 4 idle-timeout 30\nQUEUE: 2 items\n"
		"\tSTATS 0.000000 \n\n"
		"MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 "
		"pools_used 1.500M pools_total 64.000M\n"
		"ASSAY: version 0.1.0 generation 3 messages 5 of 100\nEND";
	const struct as_clamd_load load = {
		.ready = true,
		.tasks = 5,
		.jobs = 100,
		.spool_bytes = 1536 * 1024,
		.spool_max_bytes = 64 << 20,
		.keepalive_ms = 30000,
		.generation = 3,
		.assay = "0.1.0",
	};
	struct as_buffer out;

	(void)state;
	as_buffer_init(&out, 0);
	assert_true(as_clamd_stats(as_span_text(STATUS("1.4.6", "0")), &load, &out));
	assert_int_equal(out.size, sizeof(lines) - 1);
	assert_memory_equal(out.data, lines, out.size);
	as_buffer_deinit(&out);
}

static void commands_name_only_what_works(void **state)
{
	static const struct {
		struct as_clamd_abilities abilities;
		const char *line;
	} cases[] = {
		{{false, false, false},
		 "V| COMMANDS: INSTREAM IDSESSION END PING VERSION VERSIONCOMMANDS STATS"},
		{{true, true, true},
		 "V| COMMANDS: SCAN CONTSCAN MULTISCAN ALLMATCHSCAN FILDES RELOAD INSTREAM "
		 "IDSESSION END PING VERSION VERSIONCOMMANDS STATS"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct as_buffer out;

		as_buffer_init(&out, 0);
		assert_true(as_clamd_commands("V", &cases[i].abilities, &out));
		assert_int_equal(out.size, strlen(cases[i].line));
		assert_memory_equal(out.data, cases[i].line, out.size);
		as_buffer_deinit(&out);
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
		cmocka_unit_test(verdicts_become_words),
		cmocka_unit_test(faults_of_ours_become_what_the_listener_says),
		cmocka_unit_test(paths_that_fail_have_the_words_of_clamd),
		cmocka_unit_test(lines_have_number_subject_and_delimiter),
		cmocka_unit_test(a_line_that_does_not_fit_is_left_out_as_a_whole),
		cmocka_unit_test(all_matches_are_one_line_each),
		cmocka_unit_test(version_has_the_form_that_monitors_match),
		cmocka_unit_test(stats_have_the_form_that_monitors_match),
		cmocka_unit_test(commands_name_only_what_works),
	};

	return cmocka_run_group_tests_name("clamd words", tests, NULL, NULL);
}
