/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_listen_clamd_fixture.h"

#include "daemon/clamd/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *ask(struct clamd_fixture *fixture, const char *command, const char *name)
{
	int client = fake_listener_connect(&fixture->listener);

	clamd_send_path(fixture, client, command, name);
	return clamd_lines(fixture, client);
}

static void link_to(const struct clamd_fixture *fixture, const char *target, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", fixture->folder, name);
	assert_int_equal(symlink(target, path), 0);
}

static void single_files_are_judged(void **state)
{
	static const struct {
		const char *command, *name, *lines;
	} cases[] = {
		{"SCAN", "good", "@/good: OK\n"},
		{"CONTSCAN", "bad", "@/bad: malware.test FOUND\n"},
		{"MULTISCAN", "bad", "@/bad: malware.test FOUND\n"},
		{"ALLMATCHSCAN", "bad", "@/bad: malware.test FOUND\n"},
		{"SCAN", "half", "@/half: Not inspected in full (limit.bytes). ERROR\n"},
		{"SCAN", "a b: OK", "@/a b: OK: malware.test FOUND\n"},
		{"SCAN", "missing",
		 "@/missing: File path check failure: No such file or directory. ERROR\n"},
		{"SCAN", "good/x", "@/good/x: File path check failure: Not a directory. ERROR\n"},
	};
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_write(&fixture, "good", "good");
	clamd_write(&fixture, "bad", FAKE_INFECTED);
	clamd_write(&fixture, "a b: OK", FAKE_INFECTED);
	clamd_write(&fixture, "half", FAKE_INCOMPLETE);
	for (size_t i = 0; i < COUNT(cases); i++) {
		print_message("case: %s %s\n", cases[i].command, cases[i].name);
		assert_string_equal(ask(&fixture, cases[i].command, cases[i].name), cases[i].lines);
	}
	clamd_fixture_close(&fixture);
}

static void nothing_outside_is_reached(void **state)
{
	static const char *const names[] = {
		"../../etc/passwd", "..",      "sub/../../x", "link",
		"linkdir/passwd",   "linkdir", "sub/inner",   "/../..",
	};
	struct clamd_fixture fixture;
	char want[256];

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_folder(&fixture, "sub");
	clamd_write(&fixture, "good", "good");
	link_to(&fixture, "/etc/passwd", "link");
	link_to(&fixture, "/etc", "linkdir");
	link_to(&fixture, "../good", "sub/inner");
	for (size_t i = 0; i < COUNT(names); i++) {
		print_message("case: %s\n", names[i]);
		snprintf(want, sizeof(want), "@/%s: Access denied. ERROR\n", names[i]);
		assert_string_equal(ask(&fixture, "CONTSCAN", names[i]), want);
	}
	assert_int_equal(fixture.front.made, 0);
	assert_string_equal(ask(&fixture, "SCAN", "sub/../good"), "@/sub/../good: OK\n");
	clamd_fixture_close(&fixture);
}

static void a_path_beside_a_root_is_outside(void **state)
{
	struct clamd_fixture fixture;
	char line[256];
	int client;

	(void)state;
	clamd_fixture_open(&fixture, true);
	client = fake_listener_connect(&fixture.listener);
	snprintf(line, sizeof(line), "nSCAN %sx\n", fixture.folder);
	clamd_send(client, as_span_text(line));
	assert_string_equal(clamd_lines(&fixture, client), "@x: Access denied. ERROR\n");
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nSCAN relative\n");
	EXPECT_LAST(&fixture, client, "relative: Access denied. ERROR\n");
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nSCAN /a\0b\n");
	EXPECT_LAST(&fixture, client, "/a?b: File path check failure: Invalid argument. ERROR\n");
	clamd_fixture_close(&fixture);
}

static void a_clean_folder_is_one_line(void **state)
{
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, true);
	assert_string_equal(ask(&fixture, "CONTSCAN", ""), "@: OK\n");
	clamd_folder(&fixture, "parts");
	clamd_folder(&fixture, "parts/empty");
	for (int i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof(name), "parts/p%03d", i);
		clamd_write(&fixture, name, "x");
	}
	assert_string_equal(ask(&fixture, "CONTSCAN", "parts"), "@/parts: OK\n");
	assert_string_equal(ask(&fixture, "SCAN", "parts/"), "@/parts/: OK\n");
	assert_int_equal(fixture.front.answered, 40);
	clamd_fixture_close(&fixture);
}

static void a_folder_names_what_is_not_clean(void **state)
{
	struct clamd_fixture fixture;
	const char *lines;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_folder(&fixture, "a");
	clamd_folder(&fixture, "a/b");
	clamd_write(&fixture, "a/good", "x");
	clamd_write(&fixture, "a/b/bad", FAKE_INFECTED);
	clamd_write(&fixture, "a/bad\n2: x", FAKE_INFECTED);
	clamd_write(&fixture, "a/half", FAKE_INCOMPLETE);
	lines = ask(&fixture, "MULTISCAN", "");
	assert_non_null(strstr(lines, "@/a/b/bad: malware.test FOUND\n"));
	assert_non_null(strstr(lines, "@/a/bad?2: x: malware.test FOUND\n"));
	assert_non_null(strstr(lines, "@/a/half: Not inspected in full (limit.bytes). ERROR\n"));
	assert_null(strstr(lines, "OK"));
	clamd_fixture_close(&fixture);
}

static void scan_ends_at_the_first_hit(void **state)
{
	struct clamd_fixture fixture;
	const char *lines;

	(void)state;
	clamd_fixture_open(&fixture, true);
	for (int i = 0; i < 30; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p%03d", i);
		clamd_write(&fixture, name, FAKE_INFECTED);
	}
	lines = ask(&fixture, "SCAN", "");
	assert_ptr_equal(strchr(lines, '\n'), lines + strlen(lines) - 1);
	assert_int_equal(fixture.front.answered, 1);
	clamd_fixture_close(&fixture);
}

static void what_is_no_file_is_not_passed_over(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct clamd_fixture fixture;
	char path[512];
	const char *lines;
	int fd;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_write(&fixture, "good", "x");
	link_to(&fixture, "good", "link");
	snprintf(path, sizeof(path), "%s/fifo", fixture.folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/sock", fixture.folder);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	lines = ask(&fixture, "CONTSCAN", "");
	assert_non_null(strstr(lines, "@/link: Access denied. ERROR\n"));
	assert_non_null(strstr(lines, "@/fifo: Not supported file type. ERROR\n"));
	assert_non_null(strstr(lines, "@/sock: Not supported file type. ERROR\n"));
	assert_null(strstr(lines, "OK"));
	assert_string_equal(ask(&fixture, "SCAN", "fifo"),
			    "@/fifo: Not supported file type. ERROR\n");
	close(fd);
	clamd_fixture_close(&fixture);
}

static void folders_too_deep_are_named(void **state)
{
	char name[256] = "d";
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, true);
	for (uint32_t i = 0; i < AS_CLAMD_WALK_DEPTH_MAX; i++) {
		clamd_folder(&fixture, name);
		strcat(name, "/d");
	}
	assert_string_equal(ask(&fixture, "CONTSCAN", ""), "@: OK\n");
	clamd_folder(&fixture, name);
	assert_non_null(strstr(ask(&fixture, "CONTSCAN", ""),
			       "Too many files or too many levels of folders. ERROR\n"));
	clamd_fixture_close(&fixture);
}

static void few_files_are_inspected_at_the_same_time(void **state)
{
	struct clamd_fixture fixture;
	uint32_t most = 0;
	char octet;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, true);
	fixture.front.hold = true;
	for (int i = 0; i < 50; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p%03d", i);
		clamd_write(&fixture, name, FAKE_INFECTED);
	}
	client = fake_listener_connect(&fixture.listener);
	clamd_send_path(&fixture, client, "CONTSCAN", "");
	clamd_pump(&fixture);
	for (int i = 0; i < 50; i++) {
		if (fixture.front.task_count > most)
			most = fixture.front.task_count;
		fake_task_judge(fixture.front.tasks);
		clamd_pump(&fixture);
	}
	assert_int_equal(most, AS_CLAMD_WALK_FILES);
	assert_int_equal(fixture.listener.open, 0);
	while (recv(client, &octet, 1, MSG_DONTWAIT) == 1)
		most += octet == '\n';
	assert_int_equal(most, AS_CLAMD_WALK_FILES + 50);
	close(client);
	clamd_fixture_close(&fixture);
}

static void a_folder_waits_for_room_that_it_takes_itself(void **state)
{
	struct clamd_fixture fixture;

	(void)state;
	clamd_fixture_open(&fixture, true);
	for (int i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p%03d", i);
		clamd_write(&fixture, name, "x");
	}
	fixture.front.tasks_max = 2;
	assert_string_equal(ask(&fixture, "CONTSCAN", ""), "@: OK\n");
	fixture.front.tasks_max = 0;
	assert_string_equal(ask(&fixture, "CONTSCAN", "p001"),
			    "@/p001: Too many messages at the same time. ERROR\n");
	assert_null(strstr(ask(&fixture, "CONTSCAN", ""), "OK"));
	clamd_fixture_close(&fixture);
}

static void a_client_that_leaves_ends_its_walk(void **state)
{
	struct clamd_fixture fixture;
	const struct as_clamd *clamd;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd = fixture.listener.state;
	fixture.front.hold = true;
	for (int i = 0; i < 20; i++) {
		char name[32];

		snprintf(name, sizeof(name), "p%03d", i);
		clamd_write(&fixture, name, "x");
	}
	client = fake_listener_connect(&fixture.listener);
	clamd_send_path(&fixture, client, "CONTSCAN", "");
	clamd_pump(&fixture);
	assert_int_equal(clamd->walks, 1);
	assert_int_equal(fixture.front.task_count, AS_CLAMD_WALK_FILES);
	close(client);
	clamd_pump(&fixture);
	assert_int_equal(clamd->walks, 0);
	assert_int_equal(fixture.front.task_count, 0);
	clamd_fixture_close(&fixture);
}

static void walks_are_bounded(void **state)
{
	struct clamd_fixture fixture;
	int clients[AS_CLAMD_WALKS_MAX];

	(void)state;
	clamd_fixture_open(&fixture, true);
	fixture.front.hold = true;
	clamd_write(&fixture, "a", "x");
	clamd_write(&fixture, "b", "x");
	for (uint32_t i = 0; i < AS_CLAMD_WALKS_MAX; i++) {
		clients[i] = fake_listener_connect(&fixture.listener);
		/* One file at a time: the other one keeps the folder open. */
		clamd_send_path(&fixture, clients[i], "SCAN", "");
		clamd_pump(&fixture);
	}
	assert_string_equal(ask(&fixture, "SCAN", ""),
			    "@: Too many messages at the same time. ERROR\n");
	for (uint32_t i = 0; i < AS_CLAMD_WALKS_MAX; i++)
		close(clients[i]);
	clamd_pump(&fixture);
	clamd_fixture_close(&fixture);
}

static void paths_in_a_session_are_numbered(void **state)
{
	struct clamd_fixture fixture;
	const char *lines;
	int client;

	(void)state;
	clamd_fixture_open(&fixture, true);
	clamd_folder(&fixture, "d");
	clamd_write(&fixture, "d/bad", FAKE_INFECTED);
	client = fake_listener_connect(&fixture.listener);
	SEND(client, "nIDSESSION\n");
	clamd_send_path(&fixture, client, "CONTSCAN", "d");
	clamd_send_path(&fixture, client, "SCAN", "missing");
	SEND(client, "nEND\n");
	lines = clamd_lines(&fixture, client);
	assert_non_null(strstr(lines, "1: @/d/bad: malware.test FOUND\n"));
	assert_non_null(strstr(lines, "2: @/missing: File path check failure: "));
	clamd_fixture_close(&fixture);
}

static void the_file_is_named_in_the_request(void **state)
{
	struct clamd_fixture fixture;
	char path[512];
	int client;

	(void)state;
	clamd_fixture_open(&fixture, true);
	fixture.front.hold = true;
	clamd_write(&fixture, "mail", "x");
	client = fake_listener_connect(&fixture.listener);
	clamd_send_path(&fixture, client, "SCAN", "mail");
	clamd_pump(&fixture);
	snprintf(path, sizeof(path), "%s/mail", fixture.folder);
	assert_string_equal(fixture.front.tasks->request.file, path);
	assert_int_equal(fixture.front.tasks->request.kind, AS_TASK_GUESS);
	close(client);
	clamd_pump(&fixture);
	clamd_fixture_close(&fixture);
}

static void a_root_that_is_missing_is_a_fault_of_the_start(void **state)
{
	static const char *const roots[] = {"/nonexistent/spool"};
	struct as_listener_config config = {
		.address = "unix:/none", .roots = roots, .root_count = 1};
	struct as_listener listener = {.config = &config};
	struct as_error error;

	(void)state;
	assert_int_equal(as_clamd_ops.start(&listener, &error), -ENOENT);
	assert_string_equal(error.text, "roots: /nonexistent/spool: No such file or directory");
	assert_null(listener.state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_files_are_judged),
		cmocka_unit_test(nothing_outside_is_reached),
		cmocka_unit_test(a_path_beside_a_root_is_outside),
		cmocka_unit_test(a_clean_folder_is_one_line),
		cmocka_unit_test(a_folder_names_what_is_not_clean),
		cmocka_unit_test(scan_ends_at_the_first_hit),
		cmocka_unit_test(what_is_no_file_is_not_passed_over),
		cmocka_unit_test(folders_too_deep_are_named),
		cmocka_unit_test(few_files_are_inspected_at_the_same_time),
		cmocka_unit_test(a_folder_waits_for_room_that_it_takes_itself),
		cmocka_unit_test(a_client_that_leaves_ends_its_walk),
		cmocka_unit_test(walks_are_bounded),
		cmocka_unit_test(paths_in_a_session_are_numbered),
		cmocka_unit_test(the_file_is_named_in_the_request),
		cmocka_unit_test(a_root_that_is_missing_is_a_fault_of_the_start),
	};

	return cmocka_run_group_tests_name("clamd paths", tests, NULL, NULL);
}
