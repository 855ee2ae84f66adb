/* SPDX-License-Identifier: BSD-2-Clause */
/* A keeper without a pool: this process is its zygote, children are workers. Built
 * twice: once without the sanitizers, so that the sandbox can close. */
#include "pool/keeper.h"

#include "pool/keeper_internal.h"
#include "pool/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static uint64_t now_us, step_us;

static uint64_t turned(void *context)
{
	(void)context;
	now_us += step_us;
	return now_us;
}

static const struct as_clock turned_clock = {.monotonic_us = turned, .wall_us = turned};

static struct as_keeper *keeper;
static struct as_error error;

/* ---- What it keeps ---------------------------------------------------- */

static struct {
	const char *fault;
	size_t hello_bytes;
	bool changes;
} duty_state;

static int open_duty(void *context, struct as_buffer *hello_out, struct as_error *fault_out)
{
	(void)context;
	if (duty_state.fault != NULL)
		return as_error_set(fault_out, AS_E_CONFIG, "%s", duty_state.fault);
	for (size_t i = 0; i < duty_state.hello_bytes; i++)
		as_buffer_byte(hello_out, (unsigned char)i);
	if (duty_state.changes)
		as_buffer_printf(hello_out, "%d", (int)getpid());
	return 0;
}

static size_t count_fds(void)
{
	size_t count = 0;

	for (int fd = 0; fd < 256; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

/* The name of what the system says to it. */
static size_t try_call(int rc, unsigned char *answer_out)
{
	int length = snprintf((char *)answer_out, AS_KEEPER_ANSWER_MAX, "%s",
			      rc < 0 ? strerrorname_np(errno) : "done");

	return (size_t)length;
}

static size_t answer_duty(void *context, struct as_span request,
			  unsigned char answer_out[AS_KEEPER_ANSWER_MAX])
{
	(void)context;
	if (as_span_equal(request, as_span_text("nothing")))
		return 0;
	if (as_span_equal(request, as_span_text("die")))
		_exit(3);
	if (as_span_equal(request, as_span_text("fds"))) {
		answer_out[0] = (unsigned char)count_fds();
		return 1;
	}
	if (as_span_equal(request, as_span_text("file")))
		return try_call(open("/etc/passwd", O_RDONLY | O_CLOEXEC), answer_out);
	if (as_span_equal(request, as_span_text("socket")))
		return try_call(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), answer_out);
	if (request.size > AS_KEEPER_ANSWER_MAX)
		request.size = AS_KEEPER_ANSWER_MAX;
	memcpy(answer_out, request.data, request.size);
	return request.size;
}

static const struct as_keeper_duty duty = {.open = open_duty, .answer = answer_duty};

/* ---- Its life --------------------------------------------------------- */

static void start_with(const struct as_clock *clock)
{
	const struct as_keeper_setup setup = {.duty = &duty, .clock = clock, .sandbox = true};

	if (as_keeper_start(&setup, &keeper, &error) < 0)
		fail_msg("%s", error.text);
}

static int set_up(void **state)
{
	(void)state;
	memset(&duty_state, 0, sizeof(duty_state));
	duty_state.hello_bytes = 100;
	now_us = 1000000;
	step_us = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	as_keeper_stop(keeper);
	keeper = NULL;
	return 0;
}

static void reap_keeper(void)
{
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)as_keeper_pid(keeper), &info, WEXITED), 0);
	assert_true(as_keeper_reap(keeper, &info));
	assert_int_equal(as_keeper_pid(keeper), -1);
}

static void kill_keeper(void)
{
	assert_true(as_keeper_pid(keeper) > 0);
	assert_int_equal(kill(as_keeper_pid(keeper), SIGKILL), 0);
	reap_keeper();
}

static int ask_of(struct as_keeper *whom, const char *words, char *text_out)
{
	unsigned char octets[AS_KEEPER_ANSWER_MAX];
	size_t size = 0;
	int rc = as_keeper_ask(whom, as_span_text(words), octets, sizeof(octets), &size);

	memcpy(text_out, octets, rc == 0 ? size : 0);
	text_out[rc == 0 ? size : 0] = '\0';
	return rc;
}

static bool answers(const char *words, const char *expected)
{
	char text[AS_KEEPER_ANSWER_MAX + 1];
	int rc = ask_of(keeper, words, text);

	if (rc < 0)
		print_message("%s: %s\n", words, as_code_text(rc));
	return rc == 0 && strcmp(text, expected) == 0;
}

/* ---- Questions and answers -------------------------------------------- */

static void an_answer_comes_back(void **state)
{
	(void)state;
	start_with(&as_clock_system);
	assert_ptr_equal(as_keeper_current(), keeper);
	assert_int_equal(as_keeper_hello(keeper).size, 100);
	assert_true(answers("hello", "hello"));
	assert_true(answers("again", "again"));
}

static void a_long_list_is_told(void **state)
{
	(void)state;
	duty_state.hello_bytes = (size_t)1 << 20;
	start_with(&as_clock_system);
	assert_int_equal(as_keeper_hello(keeper).size, (size_t)1 << 20);
	assert_int_equal(as_keeper_hello(keeper).data[777777], (unsigned char)777777);
}

static void a_failure_at_the_start_is_told(void **state)
{
	const struct as_keeper_setup setup = {.duty = &duty, .clock = &as_clock_system};

	(void)state;
	duty_state.fault = "key.pem: the password is wrong";
	assert_int_equal(as_keeper_start(&setup, &keeper, &error), AS_E_CONFIG);
	assert_string_equal(error.text, "key.pem: the password is wrong");
	assert_null(as_keeper_current());
}

static pid_t fork_worker(int (*work)(const char *token), const char *token)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		as_keeper_enter_worker(keeper);
		_exit(work(token));
	}
	return pid;
}

static bool ended_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int ask_often(const char *token)
{
	for (int i = 0; i < 300; i++) {
		char words[64], text[AS_KEEPER_ANSWER_MAX + 1];

		snprintf(words, sizeof(words), "%s %d", token, i);
		if (ask_of(keeper, words, text) < 0 || strcmp(words, text) != 0)
			return 1;
	}
	return 0;
}

static void answers_of_several_workers_do_not_mix(void **state)
{
	static const char *const tokens[] = {"one", "two", "three", "four"};
	pid_t pids[4];

	(void)state;
	start_with(&as_clock_system);
	for (size_t i = 0; i < 4; i++)
		pids[i] = fork_worker(ask_often, tokens[i]);
	for (size_t i = 0; i < 4; i++)
		assert_true(ended_well(pids[i]));
}

static int ask_and_end(const char *token)
{
	(void)token;
	for (int i = 0; i < 50; i++) {
		pid_t pid = fork();
		char text[AS_KEEPER_ANSWER_MAX + 1];

		if (pid == 0) {
			ask_of(keeper, "unheard", text);
			_exit(0);
		}
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

static void a_worker_that_is_killed_hurts_nobody(void **state)
{
	(void)state;
	start_with(&as_clock_system);
	assert_true(ended_well(fork_worker(ask_and_end, "")));
	assert_true(answers("still there", "still there"));
}

static void no_answer_is_seen_at_once(void **state)
{
	char text[AS_KEEPER_ANSWER_MAX + 1];

	(void)state;
	/* With a clock that stands, waiting for the time would take for ever. */
	start_with(&turned_clock);
	assert_int_equal(ask_of(keeper, "nothing", text), AS_E_GONE);
	assert_int_equal(ask_of(keeper, "die", text), AS_E_GONE);
	reap_keeper();
}

static void a_silent_keeper_is_waited_for_once(void **state)
{
	char text[AS_KEEPER_ANSWER_MAX + 1];
	uint64_t before;

	(void)state;
	start_with(&turned_clock);
	assert_int_equal(kill(as_keeper_pid(keeper), SIGSTOP), 0);
	step_us = AS_KEEPER_WAIT_MS * 1000ull;
	assert_int_equal(ask_of(keeper, "hello", text), AS_E_GONE);
	step_us = 0;
	before = now_us;
	assert_int_equal(ask_of(keeper, "hello", text), AS_E_GONE);
	assert_int_equal(now_us, before);
	assert_int_equal(kill(as_keeper_pid(keeper), SIGCONT), 0);
	now_us += 2 * AS_KEEPER_WAIT_MS * 1000ull;
	assert_true(answers("hello", "hello"));
}

/* ---- Hostile workers -------------------------------------------------- */

static void send_raw(const void *octets, size_t size, const int *fds, size_t fd_count)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * 16)];
		struct cmsghdr align;
	} control = {.space = {0}};
	struct iovec part = {(void *)(uintptr_t)octets, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd_count > 0) {
		struct cmsghdr *item;

		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
		item = CMSG_FIRSTHDR(&message);
		item->cmsg_level = SOL_SOCKET;
		item->cmsg_type = SCM_RIGHTS;
		item->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(item), fds, sizeof(int) * fd_count);
	}
	assert_int_equal(sendmsg(keeper->ask, &message, MSG_NOSIGNAL), (ssize_t)size);
}

static void odd_packets_change_nothing(void **state)
{
	static unsigned char large[AS_KEEPER_REQUEST_MAX + 1];
	char before[AS_KEEPER_ANSWER_MAX + 1];
	int pair[2], many[16], pipes[2];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	(void)state;
	start_with(&as_clock_system);
	assert_int_equal(ask_of(keeper, "fds", before), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	for (size_t i = 0; i < 16; i++)
		many[i] = pair[1];
	send_raw("", 0, NULL, 0);
	send_raw("", 0, &pair[1], 1);
	send_raw("no descriptor", 13, NULL, 0);
	send_raw(large, sizeof(large), &pair[1], 1);
	send_raw("many", 4, many, 16);
	send_raw("no socket", 9, &null, 1);
	send_raw("a pipe", 6, &pipes[1], 1);
	send_raw("its own", 7, &keeper->ask, 1);
	send_raw("its own", 7, &keeper->serve, 1);
	assert_true(answers("fds", before));
	/* Of the many the first was answered. */
	assert_int_equal(recv(pair[0], large, sizeof(large), MSG_DONTWAIT), 4);
	assert_true(recv(pair[0], large, sizeof(large), MSG_DONTWAIT) < 0);
	close(null);
	for (size_t i = 0; i < 2; i++) {
		close(pair[i]);
		close(pipes[i]);
	}
}

static void a_full_socket_does_not_stop_it(void **state)
{
	int pair[2];

	(void)state;
	start_with(&as_clock_system);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	while (send(pair[1], "x", 1, MSG_DONTWAIT) > 0)
		continue;
	send_raw("full", 4, &pair[1], 1);
	assert_true(answers("next", "next"));
	close(pair[0]);
	close(pair[1]);
}

static void it_reaches_neither_files_nor_the_network(void **state)
{
	(void)state;
	start_with(&as_clock_system);
	assert_true(answers("file", "EPERM") || answers("file", "EACCES"));
	assert_true(answers("socket", "EPERM"));
}

static void workers_cannot_take_requests_of_others(void **state)
{
	int serve;
	pid_t pid;

	(void)state;
	start_with(&as_clock_system);
	serve = keeper->serve;
	pid = as_keeper_pid(keeper);
	as_keeper_enter_worker(keeper);
	assert_int_equal(fcntl(serve, F_GETFD), -1);
	assert_true(answers("hello", "hello"));
	/* Only its parent may end it. */
	assert_int_equal(as_keeper_pid(keeper), -1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- Ends and restarts ------------------------------------------------ */

static int ask_once(const char *token)
{
	char text[AS_KEEPER_ANSWER_MAX + 1];

	return ask_of(keeper, token, text) == 0 && strcmp(token, text) == 0 ? 0 : 1;
}

static void what_is_asked_meanwhile_is_answered_by_the_next(void **state)
{
	struct pollfd waiting;
	pid_t worker;

	(void)state;
	start_with(&as_clock_system);
	kill_keeper();
	worker = fork_worker(ask_once, "patience");
	waiting = (struct pollfd){.fd = keeper->serve, .events = POLLIN};
	assert_int_equal(poll(&waiting, 1, 60000), 1);
	assert_int_equal(as_keeper_timeout_ms(keeper), 0);
	as_keeper_tick(keeper);
	assert_true(as_keeper_pid(keeper) > 0);
	assert_true(ended_well(worker));
}

static void pauses_grow_while_it_dies_young(void **state)
{
	static const int pauses[] = {0, 100, 200, 400, 800, 1600, 3200, 5000, 5000};

	(void)state;
	start_with(&turned_clock);
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		assert_int_equal(as_keeper_timeout_ms(keeper), -1);
		kill_keeper();
		assert_int_equal(as_keeper_timeout_ms(keeper), pauses[i]);
		as_keeper_tick(keeper);
		assert_int_equal(as_keeper_pid(keeper) > 0, pauses[i] == 0);
		now_us += (uint64_t)pauses[i] * 1000;
		as_keeper_tick(keeper);
		assert_true(as_keeper_pid(keeper) > 0);
	}
	now_us += AS_KEEPER_YOUNG_MS * 1000ull;
	kill_keeper();
	assert_int_equal(as_keeper_timeout_ms(keeper), 0);
}

static void one_that_would_keep_something_else_does_not_serve(void **state)
{
	char text[AS_KEEPER_ANSWER_MAX + 1];

	(void)state;
	duty_state.changes = true;
	start_with(&turned_clock);
	assert_int_equal(ask_of(keeper, "hello", text), 0);
	kill_keeper();
	as_keeper_tick(keeper);
	reap_keeper();
	assert_true(as_keeper_timeout_ms(keeper) > 0);
}

static void other_children_are_not_taken_for_it(void **state)
{
	siginfo_t info = {.si_pid = getpid()};

	(void)state;
	start_with(&as_clock_system);
	assert_false(as_keeper_reap(keeper, &info));
	assert_false(as_keeper_reap(NULL, &info));
	assert_int_equal(as_keeper_timeout_ms(NULL), -1);
	as_keeper_tick(NULL);
}

/* Whether it runs; a dead one that nobody collects does not. */
static bool lives(pid_t pid)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	return text[0] != '\0' && strstr(text, ") Z ") == NULL;
}

static void it_ends_with_its_parent(void **state)
{
	pid_t zygote, pid = -1;
	int pipes[2];

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	zygote = fork();
	if (zygote == 0) {
		start_with(&as_clock_system);
		pid = as_keeper_pid(keeper);
		if (write(pipes[1], &pid, sizeof(pid)) == sizeof(pid))
			raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(read(pipes[0], &pid, sizeof(pid)), sizeof(pid));
	assert_int_equal(waitpid(zygote, NULL, 0), zygote);
	assert_true(pid > 0);
	for (int i = 0; lives(pid); i++) {
		assert_true(i < 6000);
		poll(NULL, 0, 10);
	}
	close(pipes[0]);
	close(pipes[1]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_comes_back),
		TEST(a_long_list_is_told),
		TEST(a_failure_at_the_start_is_told),
		TEST(answers_of_several_workers_do_not_mix),
		TEST(a_worker_that_is_killed_hurts_nobody),
		TEST(no_answer_is_seen_at_once),
		TEST(a_silent_keeper_is_waited_for_once),
		TEST(odd_packets_change_nothing),
		TEST(a_full_socket_does_not_stop_it),
		TEST(workers_cannot_take_requests_of_others),
		TEST(what_is_asked_meanwhile_is_answered_by_the_next),
		TEST(pauses_grow_while_it_dies_young),
		TEST(one_that_would_keep_something_else_does_not_serve),
		TEST(other_children_are_not_taken_for_it),
		TEST(it_ends_with_its_parent),
		TEST(it_reaches_neither_files_nor_the_network),
	};
	/* The last one needs a sandbox, which does not close round sanitizers:
	 * sandbox_keeper is the same without them. */
	size_t count = sizeof(tests) / sizeof(tests[0]) - (as_sandbox_possible() ? 0 : 1);

	return _cmocka_run_group_tests("pool_keeper", tests, count, NULL, NULL);
}
