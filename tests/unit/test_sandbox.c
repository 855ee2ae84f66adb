/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_pool_fixture.h"

#include "pool/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LONG_MS 30000u

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	fixture.settings.workers = 1;
	fixture.settings.sandbox = true;
	fixture_open(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void need_seccomp(void)
{
	if (!fixture_describe(&fixture)->seccomp) {
		print_message("no seccomp here: %s\n", fixture_describe(&fixture)->sandbox);
		skip();
	}
}

static void need_landlock(void)
{
	if (fixture_describe(&fixture)->landlock_abi == 0) {
		print_message("no Landlock here: %s\n", fixture_describe(&fixture)->sandbox);
		skip();
	}
}

static void the_state_says_what_is_on(void **state)
{
	(void)state;
	assert_true(as_sandbox_possible());
	print_message("%s\n", fixture_describe(&fixture)->sandbox);
	assert_non_null(strstr(fixture_describe(&fixture)->sandbox, "seccomp"));
	assert_non_null(strstr(fixture_describe(&fixture)->sandbox, "landlock"));
}

static void ordinary_work_goes_on_inside(void **state)
{
	static const struct {
		const char *words, *answer;
	} cases[] = {
		{"echo inside", "inside"},  {"slow 1", "slow"},	   {"temp", "700 0"},
		{"fill", "refused: EFBIG"}, {"deep", "came back"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].words);
		assert_true(
			outcome_is(fixture_do(&fixture, cases[i].words, LONG_MS), cases[i].answer));
	}
	assert_int_equal(fixture_describe(&fixture)->started, fixture_describe(&fixture)->workers);
}

static void large_replies_leave_the_sandbox(void **state)
{
	(void)state;
	assert_int_equal(fixture_do(&fixture, "body 8388608", LONG_MS)->size, 8388608);
	assert_true(fixture_do(&fixture, "extra", LONG_MS)->extra_fd >= 0);
}

static void code_cannot_be_loaded_and_the_worker_lives(void **state)
{
	(void)state;
	need_seccomp();
	assert_true(outcome_is(fixture_do(&fixture, "load code", LONG_MS), "refused"));
}

static void a_refused_call_is_named(void **state)
{
	static const struct {
		const char *words;
		long syscall;
		const char *name;
	} cases[] = {
		{"socket", SYS_socket, "socket"},
		{"fork", SYS_clone, "clone"},
		{"exec memory", SYS_mprotect, "mprotect"},
	};

	(void)state;
	need_seccomp();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct outcome *outcome = fixture_do(&fixture, cases[i].words, LONG_MS);

		print_message("case: %s\n", cases[i].words);
		assert_int_equal(outcome->outcome, AS_OUTCOME_CRASHED);
		assert_int_equal(outcome->attempts, 2);
		assert_int_equal(outcome->syscall, cases[i].syscall);
		assert_int_equal(outcome->exit_code, AS_SANDBOX_EXIT);
		assert_string_equal(outcome->stage, "test stage");
		assert_non_null(strstr(outcome->reason, cases[i].name));
	}
}

static void an_assertion_is_still_an_abort(void **state)
{
	(void)state;
	assert_int_equal(fixture_do(&fixture, "abort", LONG_MS)->outcome, AS_OUTCOME_CRASHED);
	assert_int_equal(fixture.results[0].signal, SIGABRT);
}

static void files_outside_cannot_be_read(void **state)
{
	(void)state;
	need_landlock();
	assert_true(
		outcome_is(fixture_do(&fixture, "read /etc/passwd", LONG_MS), "Permission denied"));
	assert_true(outcome_is(fixture_do(&fixture, "read /proc/self/maps", LONG_MS),
			       "Permission denied"));
	assert_true(outcome_is(fixture_do(&fixture, "read ..", LONG_MS), "Permission denied"));
	assert_true(outcome_is(fixture_do(&fixture, "read .", LONG_MS), "readable"));
}

static void what_is_left_in_the_folder_goes_with_the_message(void **state)
{
	(void)state;
	assert_int_equal(fixture_do(&fixture, "litter", LONG_MS)->outcome, AS_OUTCOME_DONE);
	assert_true(outcome_is(fixture_do(&fixture, "temp", LONG_MS), "700 0"));
}

static void memory_is_bounded(void **state)
{
	const struct outcome *outcome = fixture_do(&fixture, "hog", LONG_MS);
	char text[64] = "";

	(void)state;
	assert_int_equal(outcome->outcome, AS_OUTCOME_DONE);
	memcpy(text, outcome->body, outcome->size < 63 ? outcome->size : 63);
	assert_non_null(strstr(text, "refused after"));
	/* 512 MiB, less what the C library takes along the way. */
	assert_in_range(atoi(text + strlen("refused after ")), 400, 512);
}

static void growth_is_seen_from_inside(void **state)
{
	(void)state;
	fixture_close(&fixture);
	fixture_init(&fixture);
	fixture.settings.workers = 1;
	fixture.settings.sandbox = true;
	fixture.settings.worker_growth = 4096;
	fixture_open(&fixture);
	for (int i = 0; i < 130; i++)
		assert_int_equal(fixture_do(&fixture, "echo x", LONG_MS)->outcome, AS_OUTCOME_DONE);
	assert_true(fixture_describe(&fixture)->recycled >= 1);
	assert_int_equal(fixture_describe(&fixture)->crashes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_state_says_what_is_on),
		TEST(ordinary_work_goes_on_inside),
		TEST(large_replies_leave_the_sandbox),
		TEST(code_cannot_be_loaded_and_the_worker_lives),
		TEST(a_refused_call_is_named),
		TEST(an_assertion_is_still_an_abort),
		TEST(files_outside_cannot_be_read),
		TEST(what_is_left_in_the_folder_goes_with_the_message),
		TEST(memory_is_bounded),
		TEST(growth_is_seen_from_inside),
	};
	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
