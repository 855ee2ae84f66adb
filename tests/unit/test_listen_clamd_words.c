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
