/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_listen_clamd_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct as_clamd *state_of(const struct clamd_fixture *fixture)
{
	return fixture->listener.state;
}

/* ---- Sessions ----------------------------------------------------------- */

static void a_session_numbers_its_answers(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "zIDSESSION\0");
	EXPECT(&fixture, client, "");
	SEND(client, "zPING\0nPING\nzINSTREAM\0");
	clamd_send_stream(client, FAKE_INFECTED);
	EXPECT(&fixture, client,
	       "1: PONG\0"
	       "2: PONG\n3: stream: malware.test FOUND\0");
	SEND(client, "zEND\0");
	EXPECT_LAST(&fixture, client, "");
	clamd_fixture_close(&fixture);
}

static void answers_come_in_the_order_of_their_making(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\nnINSTREAM\n");
	clamd_send_stream(client, "one");
	SEND(client, "nINSTREAM\n");
	clamd_send_stream(client, FAKE_INFECTED);
	SEND(client, "nPING\nnEND\n");
	EXPECT(&fixture, client, "3: PONG\n");
	fake_task_judge(fake_front_submitted(&fixture.front, 1));
	EXPECT(&fixture, client, "2: stream: malware.test FOUND\n");
	fake_task_judge(fake_front_submitted(&fixture.front, 0));
	EXPECT_LAST(&fixture, client, "1: stream: OK\n");
	clamd_fixture_close(&fixture);
}

static void what_must_not_stand_in_a_session_ends_it(void **state)
{
	static const struct {
		const char *name;
		struct as_span in, out;
	} cases[] = {
		{"unknown",
		 {(const void *)"nFOO\n", 5},
		 {(const void *)"1: UNKNOWN COMMAND\n", 19}},
		{"bare", {(const void *)"PING\n", 5}, {(const void *)"1: UNKNOWN COMMAND\n", 19}},
		{"a second session",
		 {(const void *)"zIDSESSION\0", 11},
		 {(const void *)"1: UNKNOWN COMMAND\0", 19}},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect(&fixture.listener);

		print_message("case: %s\n", cases[i].name);
		SEND(client, "nIDSESSION\n");
		clamd_send(client, cases[i].in);
		SEND(client, "nPING\n");
		clamd_expect_last(&fixture, client, cases[i].out);
	}
	clamd_fixture_close(&fixture);
}

static void a_refused_stream_waits_for_the_other_answers(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\nnINSTREAM\n");
	clamd_send_stream(client, "x");
	SEND(client, "nINSTREAM\n\xff\0\0\0abc");
	EXPECT(&fixture, client, "2: INSTREAM size limit exceeded. ERROR\n");
	SEND(client, "nPING\n");
	EXPECT(&fixture, client, "");
	fake_task_judge(fixture.front.tasks);
	EXPECT_LAST(&fixture, client, "1: stream: OK\n");
	clamd_fixture_close(&fixture);
}

static void a_session_has_a_bounded_number_of_requests(void **state)
{
	struct clamd_fixture fixture;
	char line[32];
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.front.hold = true;
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\n");
	for (uint32_t i = 0; i < AS_CLAMD_PIPELINE_MAX + 5; i++) {
		SEND(client, "nINSTREAM\n");
		clamd_send_stream(client, "x");
	}
	SEND(client, "nEND\n");
	clamd_pump(&fixture);
	assert_int_equal(fixture.front.submitted, AS_CLAMD_PIPELINE_MAX);
	for (uint32_t i = 0; i < AS_CLAMD_PIPELINE_MAX + 5; i++) {
		fake_task_judge(fake_front_submitted(&fixture.front, 0));
		snprintf(line, sizeof(line), "%u: stream: OK\n", i + 1);
		clamd_expect(&fixture, client, as_span_text(line));
	}
	EXPECT_LAST(&fixture, client, "");
	assert_int_equal(fixture.front.submitted, AS_CLAMD_PIPELINE_MAX + 5);
	clamd_fixture_close(&fixture);
}

static void commands_that_fail_at_once_are_all_answered(void **state)
{
	struct clamd_fixture fixture;
	uint32_t lines = 0;
	char octet;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\n");
	for (uint32_t i = 0; i < 10 * AS_CLAMD_PIPELINE_MAX; i++)
		SEND(client, "nSCAN /x\n");
	SEND(client, "nEND\n");
	clamd_wait_closed(&fixture);
	while (recv(client, &octet, 1, MSG_DONTWAIT) == 1)
		lines += octet == '\n';
	assert_int_equal(lines, 10 * AS_CLAMD_PIPELINE_MAX);
	close(client);
	clamd_fixture_close(&fixture);
}

static void a_client_that_never_reads_is_neither_read_nor_kept(void **state)
{
	const int small = 4096;
	struct clamd_fixture fixture;
	size_t sent = 0;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fixture.config.idle_ms = 50;
	client = fake_listener_connect(&fixture.listener);
	setsockopt(client, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	SEND(client, "nIDSESSION\n");
	/* Until the socket is full, because nobody reads it. */
	for (int quiet = 0; quiet < 3;) {
		if (send(client, "nVERSIONCOMMANDS\n", 17, MSG_DONTWAIT | MSG_NOSIGNAL) == 17) {
			sent++;
			quiet = 0;
		} else {
			quiet++;
		}
		event_base_loop(fixture.base, EVLOOP_NONBLOCK);
		if (fixture.listener.open == 0)
			break;
		assert_true(sent < 1000000);
	}
	clamd_wait_closed(&fixture);
	assert_int_equal(fixture.listener.metrics->timeouts, 1);
	close(client);
	clamd_fixture_close(&fixture);
}

/* ---- Descriptors -------------------------------------------------------- */

enum how {
	WITH_THE_COMMAND = 0, /* on its octets, and nothing behind */
	IN_ONE,		      /* with the command and the octet behind */
	BEHIND,		      /* on the octet behind */
	ON_A_Z,		      /* the same, and the octet is that of a prefix */
	HOW_COUNT
};

static void pass(int client, enum how how, const char *command, int fd)
{
	size_t size = strlen(command);

	switch (how) {
	case WITH_THE_COMMAND:
		clamd_send_fd(client, as_span_make(command, size), fd);
		break;
	case IN_ONE:
		clamd_send_fd(client, as_span_make(command, size + 1), fd);
		break;
	case BEHIND:
		clamd_send(client, as_span_make(command, size));
		clamd_send_fd(client, as_span_make("", 1), fd);
		break;
	case ON_A_Z:
		clamd_send(client, as_span_make(command, size));
		clamd_send_fd(client, as_span_make("z", 1), fd);
		break;
	case HOW_COUNT:
		break;
	}
}

/* "fd[N]: ..." with whatever N. */
static void expect_fd(struct clamd_fixture *fixture, int client, const char *number,
		      const char *rest)
{
	char out[256], want[256];
	ssize_t size;
	int fd;

	clamd_pump(fixture);
	size = recv(client, out, sizeof(out) - 1, MSG_DONTWAIT);
	assert_true(size > 0);
	out[size] = '\0';
	assert_int_equal(strncmp(out, number, strlen(number)), 0);
	assert_int_equal(sscanf(out + strlen(number), "fd[%d]", &fd), 1);
	snprintf(want, sizeof(want), "%sfd[%d]: %s\n", number, fd, rest);
	assert_string_equal(out, want);
}

static void a_descriptor_may_come_on_any_octet(void **state)
{
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (enum how how = WITH_THE_COMMAND; how < HOW_COUNT; how++) {
		int client = fake_listener_connect(&fixture.listener);
		int fd = clamd_file(FAKE_INFECTED);

		print_message("case: %d\n", (int)how);
		pass(client, how, "nFILDES\n", fd);
		expect_fd(&fixture, client, "", "malware.test FOUND");
		EXPECT_LAST(&fixture, client, "");
		close(fd);
	}
	assert_int_equal(state_of(&fixture)->parked, 0);
	clamd_fixture_close(&fixture);
}

static void descriptors_in_a_session_go_to_their_commands(void **state)
{
	struct clamd_fixture fixture;
	int client, good, bad;

	(void)state;
	clamd_fixture_open(&fixture, false);
	good = clamd_file("good");
	bad = clamd_file(FAKE_INFECTED);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\n");
	for (uint32_t i = 0; i < 2 * HOW_COUNT; i++) {
		enum how how = (enum how)(i % HOW_COUNT);
		char number[16];

		print_message("case: %d\n", (int)how);
		pass(client, how, "nFILDES\n", i % 3 == 0 ? bad : good);
		snprintf(number, sizeof(number), "%u: ", i + 1);
		expect_fd(&fixture, client, number, i % 3 == 0 ? "malware.test FOUND" : "OK");
	}
	SEND(client, "nPING\n");
	EXPECT(&fixture, client, "9: PONG\n");
	close(client);
	close(good);
	close(bad);
	clamd_pump(&fixture);
	clamd_fixture_close(&fixture);
}

static void a_missing_descriptor_does_not_take_the_next_one(void **state)
{
	struct clamd_fixture fixture;
	int client, fd;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fd = clamd_file(FAKE_INFECTED);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\nnFILDES\n\0");
	EXPECT(&fixture, client, "1: No file descriptor received. ERROR\n");
	pass(client, BEHIND, "nFILDES\n", fd);
	expect_fd(&fixture, client, "2: ", "malware.test FOUND");
	SEND(client, "nEND\n");
	EXPECT_LAST(&fixture, client, "");
	close(fd);
	clamd_fixture_close(&fixture);
}

static void only_regular_files_that_can_be_read_are_inspected(void **state)
{
	struct clamd_fixture fixture;
	char path[128];
	int pipes[2], memory;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_write(&fixture, "a", FAKE_INFECTED);
	snprintf(path, sizeof(path), "%s/a", fixture.folder);
	memory = clamd_file("x");
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	{
		const struct {
			int fd;
			const char *answer;
		} cases[] = {
			{pipes[0], "Not supported file type. ERROR"},
			{open("/tmp", O_RDONLY | O_CLOEXEC), "Not supported file type. ERROR"},
			{open("/dev/zero", O_RDONLY | O_CLOEXEC), "Not supported file type. ERROR"},
			{open(path, O_WRONLY | O_CLOEXEC), "Access denied. ERROR"},
			{open(path, O_PATH | O_CLOEXEC), "Access denied. ERROR"},
			{open(path, O_RDONLY | O_CLOEXEC), "malware.test FOUND"},
			{memory, "OK"},
		};

		for (size_t i = 0; i < COUNT(cases); i++) {
			int client = fake_listener_connect(&fixture.listener);

			print_message("case: %zu\n", i);
			pass(client, BEHIND, "nFILDES\n", cases[i].fd);
			expect_fd(&fixture, client, "", cases[i].answer);
			EXPECT_LAST(&fixture, client, "");
			close(cases[i].fd);
		}
	}
	close(pipes[1]);
	clamd_fixture_close(&fixture);
}

static void a_file_that_is_too_large_is_never_ok(void **state)
{
	static const struct {
		enum as_clamd_incomplete incomplete;
		const char *answer;
	} cases[] = {
		{AS_CLAMD_ERROR, "File size limit exceeded. ERROR"},
		{AS_CLAMD_FOUND, "Heuristics.Limits.Exceeded.MaxFileSize FOUND"},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, false);
	for (size_t i = 0; i < COUNT(cases); i++) {
		int client = fake_listener_connect(&fixture.listener);
		int fd = clamd_file("");

		assert_int_equal(ftruncate(fd, (off_t)fixture.front.max_bytes + 1), 0);
		fixture.config.incomplete = cases[i].incomplete;
		pass(client, BEHIND, "nFILDES\n", fd);
		expect_fd(&fixture, client, "", cases[i].answer);
		EXPECT_LAST(&fixture, client, "");
		close(fd);
	}
	clamd_fixture_close(&fixture);
}

static void tcp_clients_cannot_pass_descriptors(void **state)
{
	struct clamd_fixture fixture;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, false);
	client = fake_listener_connect_inet(&fixture.listener);
	SEND(client, "zFILDES\0\0");
	EXPECT_LAST(&fixture, client, "No file descriptor received. ERROR\0");
	clamd_fixture_close(&fixture);
}

static void descriptors_that_nobody_asked_for_are_closed(void **state)
{
	struct clamd_fixture fixture;
	int client, other, fd;

	(void)state;
	clamd_fixture_open(&fixture, false);
	fd = clamd_file("x");
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\n");
	clamd_send_fd(client, as_span_text("nPING\n"), fd);
	EXPECT(&fixture, client, "1: PONG\n");
	assert_int_equal(state_of(&fixture)->parked, 0);
	/* One on each octet of a command that does not end. */
	other = fake_listener_connect(&fixture.listener);
	for (int i = 0; i < 100; i++) {
		clamd_send_fd(other, as_span_text("z"), fd);
		clamd_pump(&fixture);
	}
	assert_int_equal(state_of(&fixture)->parked, AS_CLAMD_DESCRIPTORS_MAX);
	close(other);
	clamd_pump(&fixture);
	assert_int_equal(state_of(&fixture)->parked, 0);
	close(client);
	close(fd);
	clamd_fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_numbers_its_answers),
		cmocka_unit_test(answers_come_in_the_order_of_their_making),
		cmocka_unit_test(what_must_not_stand_in_a_session_ends_it),
		cmocka_unit_test(a_refused_stream_waits_for_the_other_answers),
		cmocka_unit_test(a_session_has_a_bounded_number_of_requests),
		cmocka_unit_test(commands_that_fail_at_once_are_all_answered),
		cmocka_unit_test(a_client_that_never_reads_is_neither_read_nor_kept),
		cmocka_unit_test(a_descriptor_may_come_on_any_octet),
		cmocka_unit_test(descriptors_in_a_session_go_to_their_commands),
		cmocka_unit_test(a_missing_descriptor_does_not_take_the_next_one),
		cmocka_unit_test(only_regular_files_that_can_be_read_are_inspected),
		cmocka_unit_test(a_file_that_is_too_large_is_never_ok),
		cmocka_unit_test(tcp_clients_cannot_pass_descriptors),
		cmocka_unit_test(descriptors_that_nobody_asked_for_are_closed),
	};

	return cmocka_run_group_tests_name("clamd sessions", tests, NULL, NULL);
}
