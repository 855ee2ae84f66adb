/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_listen_clamd_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void commands_without_a_message_are_answered_and_end(void **state)
{
	static const struct {
		const char *name;
		struct as_span in, out;
	} cases[] = {
		{"n", {(const void *)"nPING\n", 6}, {(const void *)"PONG\n", 5}},
		{"z", {(const void *)"zPING\0", 6}, {(const void *)"PONG\0", 5}},
		{"bare", {(const void *)"PING\n", 5}, {(const void *)"PONG\n", 5}},
		{"version",
		 {(const void *)"nVERSION\n", 9},
		 {(const void *)"ClamAV 1.4.6 (Assay 0.1.0)\n", 27}},
		{"shutdown",
		 {(const void *)"nSHUTDOWN\n", 10},
		 {(const void *)"COMMAND UNAVAILABLE\n", 20}},
		{"reload",
		 {(const void *)"zRELOAD\0", 8},
		 {(const void *)"COMMAND UNAVAILABLE\0", 20}},
		{"unknown", {(const void *)"zHELLO\0", 7}, {(const void *)"UNKNOWN COMMAND\0", 16}},
		{"empty line", {(const void *)"\r\n", 2}, {(const void *)"UNKNOWN COMMAND\n", 16}},
		{"http",
		 {(const void *)"GET / HTTP/1.1\r\n", 16},
		 {(const void *)"UNKNOWN COMMAND\n", 16}},
		{"end of no session", {(const void *)"nEND\n", 5}, {(const void *)"", 0}},
		{"scan without roots",
		 {(const void *)"nSCAN /etc/passwd\n", 18},
		 {(const void *)"/etc/passwd: Access denied. ERROR\n", 34}},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect(&fixture.listener);

		print_message("case: %s\n", cases[i].name);
		clamd_send(client, cases[i].in);
		clamd_expect_last(&fixture, client, cases[i].out);
		assert_int_equal(fixture.listener.open, 0);
	}
	clamd_fixture_close(&fixture);
}

static void a_bare_command_without_a_line_end_is_whole_after_a_while(void **state)
{
	struct clamd_fixture fixture;
	int client;
	char out[8];

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "PING");
	clamd_wait_closed(&fixture);
	assert_int_equal(recv(client, out, sizeof(out), MSG_DONTWAIT), 5);
	assert_memory_equal(out, "PONG\n", 5);
	close(client);
	clamd_fixture_close(&fixture);
}

static void a_bare_command_is_whole_when_the_client_stops_to_send(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "VERSION");
	shutdown(client, SHUT_WR);
	EXPECT_LAST(&fixture, client, "ClamAV 1.4.6 (Assay 0.1.0)\n");
	clamd_fixture_close(&fixture);
}

static void ping_says_why_nothing_can_be_inspected(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.not_ready = "no worker: signatures are broken";
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nPING\n");
	EXPECT_LAST(&fixture, client, "no worker, signatures are broken. ERROR\n");
	clamd_fixture_close(&fixture);
}

static void reload_is_passed_on_where_it_is_allowed(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.config.reload = true;
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nRELOAD\n");
	EXPECT_LAST(&fixture, client, "RELOADING\n");
	assert_non_null(fixture.front.reload_reply);
	fake_front_reloaded(&fixture.front, 0, "");
	fixture.front.reload_code = -EALREADY;
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nRELOAD\n");
	EXPECT_LAST(&fixture, client, "A reload is not possible now. ERROR\n");
	clamd_fixture_close(&fixture);
}

static void streams_are_judged(void **state)
{
	static const struct {
		const char *text;
		struct as_span out;
	} cases[] = {
		{"Subject: hello", {(const void *)"stream: OK\n", 11}},
		{FAKE_INFECTED, {(const void *)"stream: malware.test FOUND\n", 27}},
		{FAKE_TAGGED, {(const void *)"stream: OK\n", 11}},
		{FAKE_INCOMPLETE,
		 {(const void *)"stream: Not inspected in full (limit.bytes). ERROR\n", 51}},
		{FAKE_FAULT, {(const void *)"stream: no worker can inspect. ERROR\n", 37}},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect(&fixture.listener);

		print_message("case: %s\n", cases[i].text);
		SEND(client, "nINSTREAM\n");
		clamd_send_stream(client, cases[i].text);
		clamd_expect_last(&fixture, client, cases[i].out);
	}
	clamd_fixture_close(&fixture);
}

static void a_stream_may_come_byte_by_byte(void **state)
{
	static const char text[] = "zINSTREAM\0\0\0\0\12-infected-\0\0\0\1x\0\0\0\0";
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect_inet(&fixture.listener);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		clamd_send(client, as_span_make(text + i, 1));
		event_base_loop(fixture.base, EVLOOP_NONBLOCK);
	}
	EXPECT_LAST(&fixture, client, "stream: malware.test FOUND\0");
	clamd_fixture_close(&fixture);
}

static void a_client_may_stop_to_send_behind_its_stream(void **state)
{
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	for (int i = 0; i < 2; i++) {
		int client = i == 0 ? fake_listener_connect(&fixture.listener)
				    : fake_listener_connect_inet(&fixture.listener);

		SEND(client, "nINSTREAM\n");
		clamd_send_stream(client, "x");
		shutdown(client, SHUT_WR);
		clamd_pump(&fixture);
		assert_int_equal(fixture.front.task_count, 1);
		fake_task_judge(fixture.front.tasks);
		EXPECT_LAST(&fixture, client, "stream: OK\n");
	}
	assert_int_equal(fixture.front.cancelled, 0);
	clamd_fixture_close(&fixture);
}

static void a_client_that_leaves_cancels_its_message(void **state)
{
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	for (int half = 0; half < 2; half++) {
		int client = fake_listener_connect(&fixture.listener);

		SEND(client, "nINSTREAM\n");
		clamd_send_stream(client, "x");
		clamd_pump(&fixture);
		assert_int_equal(fixture.front.task_count, 1);
		if (half) {
			shutdown(client, SHUT_WR);
			clamd_pump(&fixture);
			assert_int_equal(fixture.front.task_count, 1);
		}
		close(client);
		clamd_pump(&fixture);
		assert_int_equal(fixture.front.task_count, 0);
		assert_int_equal(fixture.listener.open, 0);
	}
	clamd_fixture_close(&fixture);
}

static void a_reset_cancels_a_message(void **state)
{
	const struct linger hard = {.l_onoff = 1, .l_linger = 0};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	for (int half = 0; half < 2; half++) {
		int client = fake_listener_connect_inet(&fixture.listener);

		SEND(client, "nINSTREAM\n");
		clamd_send_stream(client, "x");
		if (half)
			shutdown(client, SHUT_WR);
		clamd_pump(&fixture);
		assert_int_equal(fixture.front.task_count, 1);
		setsockopt(client, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(client);
		clamd_pump(&fixture);
		assert_int_equal(fixture.front.task_count, 0);
		assert_int_equal(fixture.listener.open, 0);
	}
	clamd_fixture_close(&fixture);
}

static void a_cut_request_leaves_nothing(void **state)
{
	static const struct as_span cases[] = {
		{(const void *)"n", 1},
		{(const void *)"nINSTREAM\n", 10},
		{(const void *)"nINSTREAM\n\0\0", 12},
		{(const void *)"nINSTREAM\n\0\0\0\5ab", 16},
		{(const void *)"nINSTREAM\n\0\0\0\5abcde", 19},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int half = 0; half < 2; half++) {
			int client = fake_listener_connect(&fixture.listener);

			clamd_send(client, cases[i]);
			clamd_pump(&fixture);
			if (half) {
				shutdown(client, SHUT_WR);
				EXPECT_LAST(&fixture, client, "");
			} else {
				close(client);
				clamd_pump(&fixture);
			}
			assert_int_equal(fixture.listener.open, 0);
			assert_int_equal(fixture.front.task_count, 0);
		}
	}
	assert_int_equal(fixture.front.submitted, 0);
	clamd_fixture_close(&fixture);
}

static void refusals_reach_a_client_that_still_sends(void **state)
{
	static const struct {
		const char *name;
		int new_code, append_code, submit_code;
		struct as_span out;
	} cases[] = {
		{"too large",
		 0,
		 -EMSGSIZE,
		 0,
		 {(const void *)"INSTREAM size limit exceeded. ERROR\n", 36}},
		{"no room for one more",
		 -EAGAIN,
		 0,
		 0,
		 {(const void *)"stream: Too many messages at the same time. ERROR\n", 50}},
		{"no room in the spool",
		 0,
		 -EAGAIN,
		 0,
		 {(const void *)"stream: Too many messages at the same time. ERROR\n", 50}},
		{"queue full",
		 0,
		 0,
		 -EAGAIN,
		 {(const void *)"stream: Too many messages at the same time. ERROR\n", 50}},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect_inet(&fixture.listener);

		print_message("case: %s\n", cases[i].name);
		fixture.front.new_code = cases[i].new_code;
		fixture.front.append_code = cases[i].append_code;
		fixture.front.submit_code = cases[i].submit_code;
		SEND(client, "nINSTREAM\n");
		clamd_pump(&fixture);
		/* More than one read: our side is shut down in between. */
		for (int k = 0; k < 20; k++) {
			SEND(client, "\0\0\0\4abcd");
			clamd_pump(&fixture);
		}
		SEND(client, "\0\0\0\0");
		clamd_expect_last(&fixture, client, cases[i].out);
		assert_int_equal(fixture.listener.open, 0);
		assert_int_equal(fixture.front.task_count, 0);
	}
	clamd_fixture_close(&fixture);
}

static void a_chunk_above_the_limit_is_refused_before_it_comes(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nINSTREAM\n\xff\xff\xff\xff");
	EXPECT_LAST(&fixture, client, "INSTREAM size limit exceeded. ERROR\n");
	assert_int_equal(fixture.listener.metrics->too_large, 1);
	clamd_fixture_close(&fixture);
}

static void an_endless_line_is_refused(void **state)
{
	struct clamd_fixture fixture;
	char *line = malloc(AS_CLAMD_COMMAND_BYTES);
	int client;

	(void)state;
	assert_non_null(line);
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	memset(line, 'n', AS_CLAMD_COMMAND_BYTES);
	for (int i = 0; i < 5; i++) {
		clamd_send(client, as_span_make(line, AS_CLAMD_COMMAND_BYTES));
		clamd_pump(&fixture);
	}
	EXPECT_LAST(&fixture, client, "Command is too long. ERROR\n");
	assert_int_equal(fixture.listener.metrics->protocol_errors, 1);
	free(line);
	clamd_fixture_close(&fixture);
}

static void who_does_not_send_or_read_is_closed_in_time(void **state)
{
	static const struct {
		const char *name;
		struct as_span in, out;
		uint64_t first_byte_ms, idle_ms, request_ms, keepalive_ms;
	} cases[] = {
		{"never an octet",
		 {(const void *)"", 0},
		 {(const void *)"", 0},
		 30,
		 30000,
		 30000,
		 30000},
		{"inside a command",
		 {(const void *)"nPI", 3},
		 {(const void *)"COMMAND READ TIMED OUT\n", 23},
		 30000,
		 30,
		 30000,
		 30000},
		{"inside a stream",
		 {(const void *)"zINSTREAM\0\0\0\0\5a", 15},
		 {(const void *)"stream: Time for the message is over. ERROR\0", 44},
		 30000,
		 30,
		 30000,
		 30000},
		{"a request that takes too long",
		 {(const void *)"zINSTREAM\0\0\0", 12},
		 {(const void *)"stream: Time for the message is over. ERROR\0", 44},
		 30000,
		 30000,
		 30,
		 30000},
		{"without its descriptor",
		 {(const void *)"nFILDES\n", 8},
		 {(const void *)"COMMAND READ TIMED OUT\n", 23},
		 30000,
		 30,
		 30000,
		 30000},
		{"inside a command of a session",
		 {(const void *)"nIDSESSION\nnPING\nnPI", 20},
		 {(const void *)"1: PONG\n2: COMMAND READ TIMED OUT\n", 34},
		 30000,
		 30,
		 30000,
		 30000},
		{"idle session",
		 {(const void *)"nIDSESSION\nnPING\n", 17},
		 {(const void *)"1: PONG\n", 8},
		 30000,
		 30000,
		 30000,
		 30},
	};
	struct clamd_fixture fixture;
	char out[64];

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect(&fixture.listener);
		size_t have = 0;

		print_message("case: %s\n", cases[i].name);
		fixture.config.first_byte_ms = cases[i].first_byte_ms;
		fixture.config.idle_ms = cases[i].idle_ms;
		fixture.config.request_ms = cases[i].request_ms;
		fixture.config.keepalive_ms = cases[i].keepalive_ms;
		/* The first time was taken from the case before. */
		as_clamd_later(
			TAILQ_FIRST(&((struct as_clamd *)fixture.listener.state)->connections));
		clamd_send(client, cases[i].in);
		for (;;) {
			ssize_t got = recv(client, out + have, sizeof(out) - have, MSG_DONTWAIT);

			if (got == 0)
				break;
			if (got > 0)
				have += (size_t)got;
			else
				event_base_loop(fixture.base, EVLOOP_ONCE);
		}
		assert_int_equal(have, cases[i].out.size);
		assert_memory_equal(out, cases[i].out.data, have);
		close(client);
		clamd_pump(&fixture);
		assert_int_equal(fixture.listener.open, 0);
		assert_int_equal(fixture.front.task_count, 0);
	}
	clamd_fixture_close(&fixture);
}

static void too_many_connections_are_told_so(void **state)
{
	struct clamd_fixture fixture;
	int pair[2];
	char out[64];

	(void)state;
	clamd_fixture_open(&fixture, false);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	as_clamd_ops.refuse(&fixture.listener, pair[0]);
	assert_int_equal(recv(pair[1], out, sizeof(out), 0), 28);
	assert_memory_equal(out, "Too many connections. ERROR\n", 28);
	assert_int_equal(recv(pair[1], out, sizeof(out), 0), 0);
	close(pair[1]);
	clamd_fixture_close(&fixture);
}

static void drain_ends_what_is_idle_and_answers_the_rest(void **state)
{
	struct clamd_fixture fixture;
	int fresh, session, waiting, sending;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	fresh = fake_listener_connect(&fixture.listener);
	session = fake_listener_connect(&fixture.listener);
	SEND(session, "nIDSESSION\nnPING\n");
	EXPECT(&fixture, session, "1: PONG\n");
	waiting = fake_listener_connect(&fixture.listener);
	SEND(waiting, "nIDSESSION\nnINSTREAM\n");
	clamd_send_stream(waiting, "x");
	sending = fake_listener_connect(&fixture.listener);
	SEND(sending, "nINSTREAM\n\0\0\0\1");
	clamd_pump(&fixture);
	fixture.listener.draining = true;
	as_clamd_ops.drain(&fixture.listener);
	EXPECT_LAST(&fixture, fresh, "");
	EXPECT_LAST(&fixture, session, "");
	assert_int_equal(fixture.listener.open, 2);
	SEND(sending, "x\0\0\0\0");
	clamd_pump(&fixture);
	fake_task_judge(fixture.front.tasks);
	EXPECT_LAST(&fixture, waiting, "1: stream: OK\n");
	fake_task_judge(fixture.front.tasks);
	EXPECT_LAST(&fixture, sending, "stream: OK\n");
	clamd_fixture_close(&fixture);
}

static void stop_ends_everything_at_once(void **state)
{
	struct clamd_fixture fixture;
	int waiting, sending;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	waiting = fake_listener_connect(&fixture.listener);
	SEND(waiting, "nINSTREAM\n");
	clamd_send_stream(waiting, "x");
	sending = fake_listener_connect(&fixture.listener);
	SEND(sending, "nINSTREAM\n\0\0\0\1");
	clamd_pump(&fixture);
	assert_int_equal(fixture.front.task_count, 2);
	clamd_fixture_close(&fixture);
	close(waiting);
	close(sending);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_without_a_message_are_answered_and_end),
		cmocka_unit_test(a_bare_command_without_a_line_end_is_whole_after_a_while),
		cmocka_unit_test(a_bare_command_is_whole_when_the_client_stops_to_send),
		cmocka_unit_test(ping_says_why_nothing_can_be_inspected),
		cmocka_unit_test(reload_is_passed_on_where_it_is_allowed),
		cmocka_unit_test(streams_are_judged),
		cmocka_unit_test(a_stream_may_come_byte_by_byte),
		cmocka_unit_test(a_client_may_stop_to_send_behind_its_stream),
		cmocka_unit_test(a_client_that_leaves_cancels_its_message),
		cmocka_unit_test(a_reset_cancels_a_message),
		cmocka_unit_test(a_cut_request_leaves_nothing),
		cmocka_unit_test(refusals_reach_a_client_that_still_sends),
		cmocka_unit_test(a_chunk_above_the_limit_is_refused_before_it_comes),
		cmocka_unit_test(an_endless_line_is_refused),
		cmocka_unit_test(who_does_not_send_or_read_is_closed_in_time),
		cmocka_unit_test(too_many_connections_are_told_so),
		cmocka_unit_test(drain_ends_what_is_idle_and_answers_the_rest),
		cmocka_unit_test(stop_ends_everything_at_once),
	};

	return cmocka_run_group_tests_name("clamd listener", tests, NULL, NULL);
}
