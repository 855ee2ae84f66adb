/* SPDX-License-Identifier: BSD-2-Clause */
/* Octets in, a verdict out: with the plugins of this build, and with one that
 * does everything wrong. */
#include "test_scanner_fixture.h"

#include <assay/assay.h>

#include "base/id.h"
#include "base/spool.h"
#include "pool/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* What hangs is ended by time_ms and some grace; 100 is the lowest limit. */
#define TIME_LIMIT "time_ms=100"

static void open_scanner(const char *text)
{
	struct as_scanner_settings settings = {
		.workers = 1, .generation = 4, .clock = &as_clock_system};
	struct as_error error = {.text = ""};

	config_read(text);
	settings.config = config;
	if (as_scanner_open(&settings, &scanner, &error) != 0)
		fail_msg("%s", error.text);
}

static int close_all(void **state)
{
	(void)state;
	scanner_forget();
	return 0;
}

static void on_done(void *context, const struct as_scanner_result *given)
{
	(void)context;
	scanner_keep(given);
}

static void scan_octets(struct as_span octets, bool is_message)
{
	static const char *const to[] = {"b@example.org"};
	const struct assay_envelope envelope = {.client = "192.0.2.7",
						.helo = "mx",
						.mail_from = "a@example.org",
						.rcpt_to = to,
						.rcpt_count = 1,
						.queue_id = "4X"};
	char id[AS_ID_SIZE];
	int fd = -1;

	assert_int_equal(as_spool_make("message", octets, &fd), 0);
	as_id_make(&as_clock_system, id);
	const struct as_scanner_job job = {
		.fd = fd,
		.size = octets.size,
		.is_message = is_message,
		.id = id,
		.file = "folder/some.bin",
		.index = 7,
		.source_offset = 99,
		.envelope = &envelope,
		.cookie = &results,
	};
	results = 0;
	assert_int_equal(as_scanner_submit(scanner, &job), 0);
	while (results == 0)
		assert_true(as_scanner_poll(scanner, 1000, on_done, NULL) >= 0);
	close(fd);
	assert_non_null(verdict);
	assert_ptr_equal(result.cookie, &results);
	assert_string_equal(json_string_value(json_object_get(verdict, "id")), id);
}

static void scan_message(const char *text)
{
	scan_octets(as_span_text(text), true);
}

/* Never whole in this file, so that no scanner finds it here. */
static const char *test_virus(void)
{
	static char text[100];

	snprintf(text, sizeof(text), "%s%s%s%s", "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STAND",
		 "ARD-ANTIVIRUS-TEST", "-FILE!$H+H*");
	return text;
}

static void the_test_virus_is_rejected_and_honest_mail_accepted(void **state)
{
	char text[1000];
	(void)state;

	open_scanner(config_standard);
	snprintf(text, sizeof(text),
		 "From: a@example.org\r\nTo: b@example.org\r\nDate: Mon, 1 Jan 2024 00:00:00 "
		 "+0000\r\n"
		 "Message-ID: <1@example.org>\r\nSubject: test\r\nMIME-Version: 1.0\r\n"
		 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
		 "Content-Type: application/octet-stream\r\n"
		 "Content-Disposition: attachment; filename=eicar.com\r\n\r\n%s\r\n--b--\r\n",
		 test_virus());
	scan_message(text);
	assert_non_null(finding("malware.eicar"));
	assert_string_equal(verdict_text("action"), "reject");
	assert_non_null(strstr(verdict_text("reason"), "malware.eicar at 2/eicar.com"));
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	assert_true(json_is_true(json_object_get(verdict, "complete")));
	scan_message("From: a@example.org\r\nTo: b@example.org\r\n"
		     "Date: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <2@example.org>\r\n"
		     "Subject: test\r\n\r\nhello\r\n");
	assert_string_equal(verdict_text("action"), "accept");
	assert_true(json_is_true(json_object_get(verdict, "complete")));
	assert_non_null(memmem(as_scanner_status(scanner).data, as_scanner_status(scanner).size,
			       "\"plugins\"", 9));
}

static const char bad_plugin[] = "plugins = { \"misbehave\" }\nplugin_path = { \"%s\" }\n"
				 "sandbox = false\nworkers = 1\n"
				 "limits {\n time_ms = 2000\n worker_growth = 4194304\n}\n";

static void a_plugin_that_dies_costs_its_own_message_only(void **state)
{
	static const char *const deaths[] = {"segv", "abort", "exit"};
	(void)state;

	open_scanner(bad_plugin);
	for (size_t i = 0; i < COUNT(deaths); i++) {
		char text[200];

		print_message("case: %s\n", deaths[i]);
		snprintf(text, sizeof(text), "Subject: x\r\n\r\nDO:%s", deaths[i]);
		scan_message(text);
		assert_int_equal(result.outcome, AS_OUTCOME_CRASHED);
		assert_int_equal(result.attempts, 2);
		assert_non_null(finding("scan.worker_crashed"));
		assert_non_null(strstr(
			json_string_value(json_object_get(finding("scan.worker_crashed"), "text")),
			"misbehave"));
		assert_true(json_is_false(json_object_get(verdict, "complete")));
		assert_string_equal(verdict_text("action"), "quarantine");
		/* Who asked, and for whom, is known all the same. */
		assert_string_equal(json_string_value(json_object_get(
					    json_object_get(verdict, "envelope"), "mail_from")),
				    "a@example.org");
		assert_int_equal(json_array_size(json_object_get(verdict, "recipients")), 1);
		assert_int_equal(json_integer_value(json_object_get(
					 json_object_get(verdict, "source"), "offset")),
				 99);
		scan_message("Subject: x\r\n\r\nfine");
		assert_int_equal(result.outcome, AS_OUTCOME_DONE);
		assert_non_null(finding("yara.inspected"));
		assert_true(json_is_true(json_object_get(verdict, "complete")));
	}
}

static void a_plugin_that_hangs_is_ended_and_named(void **state)
{
	struct as_error error;
	(void)state;

	open_scanner(bad_plugin);
	assert_int_equal(as_config_limit(config, TIME_LIMIT, &error), 0);
	scan_message("Subject: x\r\n\r\nDO:hang");
	assert_int_equal(result.outcome, AS_OUTCOME_TIMEOUT);
	assert_non_null(finding("scan.timeout"));
	assert_non_null(strstr(json_string_value(json_object_get(finding("scan.timeout"), "text")),
			       "misbehave"));
	assert_true(json_is_false(json_object_get(verdict, "complete")));
	assert_string_equal(verdict_text("action"), "quarantine");
	scan_message("Subject: x\r\n\r\nfine");
	assert_non_null(finding("yara.inspected"));
}

static void a_plugin_that_runs_out_of_something_leaves_a_finding(void **state)
{
	static const struct {
		const char *word, *code;
	} cases[] = {
		{"fail", "scan.plugin_failed"},
		{"hoard", "scan.unscannable"},
		{"fill", "scan.plugin_failed"},
	};
	(void)state;

	open_scanner(bad_plugin);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[200];

		print_message("case: %s\n", cases[i].word);
		snprintf(text, sizeof(text), "Subject: x\r\n\r\nDO:%s", cases[i].word);
		scan_message(text);
		assert_int_equal(result.outcome, AS_OUTCOME_DONE);
		assert_non_null(finding(cases[i].code));
		assert_true(json_is_false(json_object_get(verdict, "complete")));
		assert_int_equal(result.summary.complete, 0);
		assert_int_equal(result.summary.action, ASSAY_ACTION_QUARANTINE);
	}
}

static void a_worker_that_grows_is_replaced(void **state)
{
	struct as_pool_state before, after;
	(void)state;

	open_scanner(bad_plugin);
	as_pool_describe(as_scanner_pool(scanner), &before);
	for (unsigned int i = 0; i < 70; i++) {
		scan_message(i < 3 ? "Subject: x\r\n\r\nDO:leak" : "Subject: x\r\n\r\nfine");
		assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	}
	as_pool_describe(as_scanner_pool(scanner), &after);
	assert_true(after.recycled > before.recycled);
	assert_int_equal(after.crashes, 0);
}

static void a_bare_file_is_called_by_its_name(void **state)
{
	json_t *object;
	(void)state;

	open_scanner(bad_plugin);
	scan_octets(as_span_text("octets"), false);
	object = json_array_get(json_object_get(verdict, "objects"), 0);
	assert_string_equal(json_string_value(json_object_get(object, "path")), "some.bin");
	assert_string_equal(json_string_value(json_object_get(object, "origin")), "file");
	scan_octets(as_span_make(NULL, 0), false);
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	assert_true(json_is_true(json_object_get(verdict, "complete")));
}

static void what_waits_is_forgotten_without_a_leak(void **state)
{
	int fd = -1;
	(void)state;

	open_scanner(bad_plugin);
	assert_int_equal(as_spool_make("message", as_span_text("Subject: x\r\n\r\nDO:hang"), &fd),
			 0);
	const struct as_scanner_job job = {.fd = fd,
					   .size = 23,
					   .is_message = true,
					   .id = "ID",
					   .file = "",
					   .cookie = &results};

	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(as_scanner_submit(scanner, &job), 0);
	close_all(NULL);
	close(fd);
}

static void another_program_gets_verdicts_by_the_library(void **state)
{
	static const char text[] = "Subject: x\r\n\r\nfine";
	struct assay_verdict answer = {.json = NULL};
	struct assay_engine *engine = NULL;
	char error[512] = "";
	(void)state;

	config_write(bad_plugin);
	assert_int_equal(assay_open("/nowhere/assay.conf", &engine, error, sizeof(error)),
			 AS_E_CONFIG);
	assert_non_null(strstr(error, "/nowhere/assay.conf"));
	assert_int_equal(assay_open(config_file, &engine, error, sizeof(error)), 0);
	assert_int_equal(
		assay_scan_memory(engine, as_span_text("Subject: x\r\n\r\nDO:segv"), NULL, &answer),
		0);
	assert_false(answer.complete);
	assert_int_equal(answer.action, ASSAY_ACTION_QUARANTINE);
	assay_verdict_free(&answer);
	assert_int_equal(assay_scan_memory(engine, as_span_text(text), NULL, &answer), 0);
	assert_true(answer.complete);
	assert_int_equal(strlen(answer.json), answer.json_size);
	assert_non_null(strstr(answer.json, "\"schema\":1"));
	assay_verdict_free(&answer);
	assert_null(answer.json);
	/* A descriptor that cannot be read is an error or a verdict that is not
	 * complete, never an acceptance. */
	assert_int_equal(assay_scan_fd(engine, -1, 0, sizeof(text) - 1, NULL, &answer), 0);
	assert_false(answer.complete);
	assay_verdict_free(&answer);
	assay_close(engine);
	assay_close(NULL);
}

static void packed_requests_come_back_and_cut_ones_are_refused(void **state)
{
	const char *const to[] = {"a@b", "", "c@d"};
	const struct assay_envelope envelope = {.client = "c",
						.helo = "h",
						.mail_from = "m",
						.auth_user = NULL,
						.queue_id = "q",
						.direction = "inbound",
						.client_name = "mx.example.org",
						.tls = "TLSv1.3",
						.rcpt_to = to,
						.rcpt_count = 3};
	const struct as_scanner_job job = {.is_message = true,
					   .detail = true,
					   .policy = "strict",
					   .id = "ID",
					   .file = "f",
					   .index = 3,
					   .source_offset = UINT64_MAX,
					   .envelope = &envelope};
	struct as_request request = {.id = NULL};
	struct as_buffer packed;
	struct as_arena arena;
	(void)state;

	as_buffer_init(&packed, 0);
	as_arena_init(&arena, 1u << 20);
	assert_true(as_request_pack(&packed, &job));
	assert_int_equal(as_request_unpack(&arena, as_buffer_span(&packed), &request), 0);
	assert_true(request.is_message && request.detail);
	assert_false(request.guess || request.answer);
	assert_string_equal(request.failure_code, "");
	assert_string_equal(request.policy, "strict");
	assert_string_equal(request.envelope.client_name, "mx.example.org");
	assert_string_equal(request.envelope.tls, "TLSv1.3");
	assert_string_equal(request.id, "ID");
	assert_true(request.index == 3 && request.source_offset == UINT64_MAX);
	assert_string_equal(request.envelope.auth_user, "");
	assert_string_equal(request.envelope.direction, "inbound");
	assert_int_equal(request.envelope.rcpt_count, 3);
	assert_string_equal(request.envelope.rcpt_to[2], "c@d");
	for (size_t size = 0; size < packed.size; size++) {
		unsigned char *copy = malloc(size + 1);

		memcpy(copy, packed.data, size);
		assert_int_equal(as_request_unpack(&arena, as_span_make(copy, size), &request),
				 AS_E_PROTOCOL);
		free(copy);
	}
	/* A count of recipients that no request can hold. */
	memset(packed.data + packed.size - 9 - 8, 0xff, 8);
	assert_int_equal(as_request_unpack(&arena, as_buffer_span(&packed), &request),
			 AS_E_PROTOCOL);
	as_arena_deinit(&arena);
	as_buffer_deinit(&packed);
}

static void a_packed_request_can_be_told_that_it_failed(void **state)
{
	const char *const to[] = {"a@b"};
	const struct assay_envelope envelope = {.mail_from = "m", .rcpt_to = to, .rcpt_count = 1};
	const struct as_scanner_job job = {
		.guess = true, .answer = true, .id = "ID", .size = 9, .envelope = &envelope};
	struct as_request request = {.id = NULL};
	struct as_buffer packed, failed;
	struct as_arena arena;
	(void)state;

	as_buffer_init(&packed, 0);
	as_buffer_init(&failed, 0);
	as_arena_init(&arena, 1u << 20);
	assert_true(as_request_pack(&packed, &job));
	assert_true(as_request_pack_failure(&failed, as_buffer_span(&packed), "scan.timeout",
					    "It hung."));
	assert_int_equal(as_request_unpack(&arena, as_buffer_span(&failed), &request), 0);
	assert_string_equal(request.failure_code, "scan.timeout");
	assert_string_equal(request.failure_text, "It hung.");
	assert_true(request.guess && request.answer && !request.is_message && !request.detail);
	assert_string_equal(request.id, "ID");
	assert_string_equal(request.envelope.mail_from, "m");
	assert_string_equal(request.envelope.rcpt_to[0], "a@b");
	assert_int_equal(request.source_size, 9);
	as_arena_deinit(&arena);
	as_buffer_deinit(&failed);
	as_buffer_deinit(&packed);
}

static void a_job_without_an_envelope_can_be_packed(void **state)
{
	const struct as_scanner_job job = {.id = "ID", .file = NULL};
	struct as_request request = {.id = NULL};
	struct as_buffer packed;
	struct as_arena arena;
	(void)state;

	as_buffer_init(&packed, 0);
	as_arena_init(&arena, 1u << 20);
	assert_true(as_request_pack(&packed, &job));
	assert_int_equal(as_request_unpack(&arena, as_buffer_span(&packed), &request), 0);
	assert_string_equal(request.file, "");
	assert_string_equal(request.envelope.mail_from, "");
	assert_int_equal(request.envelope.rcpt_count, 0);
	as_buffer_deinit(&packed);
	as_buffer_init(&packed, 10);
	assert_false(as_request_pack(&packed, &job));
	as_buffer_deinit(&packed);
	as_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, close_all)
		TEST(the_test_virus_is_rejected_and_honest_mail_accepted),
		TEST(a_plugin_that_dies_costs_its_own_message_only),
		TEST(a_plugin_that_hangs_is_ended_and_named),
		TEST(a_plugin_that_runs_out_of_something_leaves_a_finding),
		TEST(a_worker_that_grows_is_replaced),
		TEST(a_bare_file_is_called_by_its_name),
		TEST(what_waits_is_forgotten_without_a_leak),
		TEST(another_program_gets_verdicts_by_the_library),
		TEST(packed_requests_come_back_and_cut_ones_are_refused),
		TEST(a_packed_request_can_be_told_that_it_failed),
		TEST(a_job_without_an_envelope_can_be_packed),
	};
	return cmocka_run_group_tests_name("scanner", tests, scanner_set_up, scanner_tear_down);
}
