/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/sandbox_service.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* Exit statuses of a child that has tried something in the sandbox. */
enum { DONE = 0, REFUSED = 1, ODD = 2, NO_SECCOMP = 3, NO_LANDLOCK = 4 };

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/assay-service-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static int verdict(bool worked)
{
	if (worked)
		return DONE;
	return errno == EPERM || errno == EACCES ? REFUSED : ODD;
}

/* Runs try in a child inside the sandbox; its exit status, or the signal. */
static int inside(enum as_sandbox_service which, bool with_folder, bool needs_landlock,
		  int (*attempt)(void))
{
	const char *paths[] = {folder};
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct as_sandbox_state state;

		as_sandbox_service_enter(which, paths, with_folder ? 1 : 0, &state);
		if (!state.seccomp)
			_exit(NO_SECCOMP);
		if (needs_landlock && state.landlock_abi == 0)
			_exit(NO_LANDLOCK);
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		return 128 + WTERMSIG(status);
	if (WEXITSTATUS(status) == NO_SECCOMP || WEXITSTATUS(status) == NO_LANDLOCK) {
		print_message("this kernel lacks a layer\n");
		skip();
	}
	return WEXITSTATUS(status);
}

static int try_socket(void)
{
	return verdict(socket(AF_INET, SOCK_STREAM, 0) >= 0);
}

static int try_fork(void)
{
	return verdict(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
}

static int try_exec(void)
{
	return verdict(execl("/bin/true", "true", (char *)NULL) == 0);
}

static int try_code(void)
{
	return verdict(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			    0) != MAP_FAILED);
}

static int try_passwd(void)
{
	return verdict(open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0);
}

static int try_kill_parent(void)
{
	return verdict(kill(getppid(), 0) == 0);
}

static int try_listing(void)
{
	return verdict(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) >= 0);
}

static int try_writing(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/new", folder);
	return verdict(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
}

static int try_moving(void)
{
	char from[128], to[128], days[96];
	int fd;

	snprintf(days, sizeof(days), "%s/day", folder);
	snprintf(from, sizeof(from), "%s/new", folder);
	snprintf(to, sizeof(to), "%s/new", days);
	fd = open(from, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return verdict(mkdir(days, 0700) == 0 && fd >= 0 && fsync(fd) == 0 &&
		       rename(from, to) == 0 && unlink(to) == 0);
}

static int try_loop(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int loop = epoll_create1(EPOLL_CLOEXEC);
	int spool = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return verdict(loop >= 0 && spool >= 0 && epoll_wait(loop, &event, 1, 0) == 0 &&
		       ftruncate(spool, 4096) == 0 &&
		       fcntl(spool, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
}

static int try_pidfd(void)
{
	int pidfd = (int)strtol(getenv("TEST_PIDFD"), NULL, 10);

	return verdict(syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0);
}

static int try_abort(void)
{
	abort();
}

static void what_only_an_intruder_needs_is_refused(void **state)
{
	static const struct {
		const char *name;
		int (*attempt)(void);
	} cases[] = {
		{"a socket", try_socket}, {"a process", try_fork},	 {"a program", try_exec},
		{"code", try_code},	  {"a signal", try_kill_parent},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(inside(AS_SANDBOX_FRONT, true, false, cases[i].attempt), REFUSED);
		assert_int_equal(inside(AS_SANDBOX_STORE, true, false, cases[i].attempt), REFUSED);
	}
}

static void the_front_has_no_files(void **state)
{
	(void)state;
	assert_int_equal(inside(AS_SANDBOX_FRONT, false, false, try_passwd), REFUSED);
	assert_int_equal(inside(AS_SANDBOX_FRONT, false, false, try_listing), REFUSED);
}

static void the_front_reads_below_its_folders_only(void **state)
{
	(void)state;
	assert_int_equal(inside(AS_SANDBOX_FRONT, true, true, try_listing), DONE);
	assert_int_equal(inside(AS_SANDBOX_FRONT, true, true, try_writing), REFUSED);
	assert_int_equal(inside(AS_SANDBOX_FRONT, true, true, try_passwd), REFUSED);
}

static void the_front_can_serve(void **state)
{
	(void)state;
	assert_int_equal(inside(AS_SANDBOX_FRONT, false, false, try_loop), DONE);
}

static void the_front_can_end_a_worker(void **state)
{
	char text[16];
	pid_t pid = fork();
	int pidfd;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			pause();
	pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	assert_true(pidfd >= 0);
	snprintf(text, sizeof(text), "%d", pidfd);
	setenv("TEST_PIDFD", text, 1);
	assert_int_equal(inside(AS_SANDBOX_FRONT, false, false, try_pidfd), DONE);
	assert_int_equal(inside(AS_SANDBOX_STORE, true, false, try_pidfd), REFUSED);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(pidfd);
}

static void the_store_has_its_folder_only(void **state)
{
	(void)state;
	assert_int_equal(inside(AS_SANDBOX_STORE, true, true, try_moving), DONE);
	assert_int_equal(inside(AS_SANDBOX_STORE, true, true, try_passwd), REFUSED);
}

static void a_failed_assertion_still_ends_it(void **state)
{
	(void)state;
	assert_int_equal(inside(AS_SANDBOX_FRONT, false, false, try_abort), 128 + SIGABRT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_only_an_intruder_needs_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_front_has_no_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_front_reads_below_its_folders_only, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_front_can_serve, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_front_can_end_a_worker, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_store_has_its_folder_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failed_assertion_still_ends_it, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("sandbox of services", tests, NULL, NULL);
}
