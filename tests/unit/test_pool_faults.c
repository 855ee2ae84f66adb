/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_pool_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LONG_MS 30000u
#define HOUR_US 3600000000ull

static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	fixture_init(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void a_crash_is_tried_once_more_and_explained(void **state)
{
	static const struct {
		const char *name, *words;
		int signal, exit_code;
	} cases[] = {
		{"bad address", "segv", SIGSEGV, -1},
		{"assertion", "abort", SIGABRT, -1},
		{"exit", "exit", 0, 3},
		{"run() failed", "fail", 0, EX_SOFTWARE},
	};

	(void)state;
	fixture_open(&fixture);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct outcome *outcome = fixture_do(&fixture, cases[i].words, LONG_MS);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(outcome->outcome, AS_OUTCOME_CRASHED);
		assert_int_equal(outcome->attempts, 2);
		assert_int_equal(outcome->signal, cases[i].signal);
		assert_int_equal(outcome->exit_code, cases[i].exit_code);
		assert_int_equal(outcome->syscall, -1);
		assert_string_equal(outcome->stage, "test stage");
		assert_string_not_equal(outcome->reason, "");
	}
	assert_int_equal(fixture_describe(&fixture)->crashes, 8);
}

static void a_job_that_crashes_once_gets_its_answer(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_true(outcome_is(fixture_do(&fixture, "segv once", LONG_MS), "attempt 2"));
	assert_int_equal(fixture.results[0].attempts, 2);
	assert_string_equal(fixture.results[0].reason, "");
}

static void other_jobs_do_not_notice_a_crash(void **state)
{
	size_t done = 0;

	(void)state;
	fixture_open(&fixture);
	for (uintptr_t i = 1; i <= 60; i++)
		fixture_submit(&fixture, i, i % 6 == 0 ? "segv" : "echo fine", LONG_MS);
	fixture_wait(&fixture, 60);
	for (size_t i = 0; i < 60; i++)
		done += outcome_is(&fixture.results[i], "fine");
	assert_int_equal(done, 50);
}

static void a_job_past_its_deadline_is_ended_without_another_try(void **state)
{
	(void)state;
	fixture.settings.clock = &turned;
	fixture_open(&fixture);
	fixture_submit(&fixture, 1, "hang", 3600000);
	fixture_settle(&fixture);
	skipped_us = HOUR_US - 10000000;
	assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 0);
	skipped_us = HOUR_US + 1000;
	fixture_wait(&fixture, 1);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_TIMEOUT);
	assert_int_equal(fixture.results[0].attempts, 1);
	assert_string_not_equal(fixture.results[0].reason, "");
	assert_true(outcome_is(fixture_do(&fixture, "echo next", LONG_MS), "next"));
	assert_int_equal(fixture_describe(&fixture)->timeouts, 1);
}

static void a_timeout_names_the_stage(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_int_equal(fixture_do(&fixture, "hang", 200)->outcome, AS_OUTCOME_TIMEOUT);
	assert_string_equal(fixture.results[0].stage, "test stage");
}

static void nonsense_from_a_worker_counts_as_a_crash(void **state)
{
	const struct outcome *outcome;

	(void)state;
	fixture_open(&fixture);
	outcome = fixture_do(&fixture, "junk", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_CRASHED);
	assert_int_equal(outcome->attempts, 2);
	assert_non_null(strstr(outcome->reason, "malformed packet"));
}

static void kills_from_outside_are_forgiven_up_to_a_bound(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_int_equal(fixture_do(&fixture, "killed", LONG_MS)->outcome, AS_OUTCOME_CRASHED);
	assert_int_equal(fixture.results[0].attempts, AS_POOL_LOST_MAX + 1);
	assert_int_equal(fixture_describe(&fixture)->crashes, 0);
}

static void kill_all(void)
{
	pid_t pids[16];
	size_t count = as_pool_pids(fixture.pool, pids, 16);

	for (size_t i = 0; i < count; i++)
		kill(pids[i], SIGKILL);
}

static void every_job_is_done_once_while_workers_are_killed(void **state)
{
	bool seen[501] = {false};
	uint64_t kill_us = 0;

	(void)state;
	fixture_open(&fixture);
	for (uintptr_t i = 1; i <= 500; i++)
		fixture_submit(&fixture, i, "slow 4", LONG_MS);
	while (fixture.count < 500) {
		uint64_t now_us = as_clock_us(&as_clock_system);

		if (now_us >= kill_us) {
			kill_all();
			kill_us = now_us + 100000;
		}
		assert_true(as_pool_poll(fixture.pool, 20, fixture_done, &fixture) >= 0);
	}
	for (size_t i = 0; i < 500; i++) {
		uintptr_t cookie = (uintptr_t)fixture.results[i].cookie;

		assert_true(outcome_is(&fixture.results[i], "slow"));
		assert_false(seen[cookie]);
		seen[cookie] = true;
	}
	assert_true(fixture_describe(&fixture)->lost > 0);
	assert_int_equal(fixture_describe(&fixture)->crashes, 0);
}

static void a_worker_killed_while_idle_is_replaced(void **state)
{
	(void)state;
	fixture.settings.workers = 1;
	fixture_open(&fixture);
	for (int i = 0; i < 20; i++) {
		kill_all();
		assert_true(outcome_is(fixture_do(&fixture, "echo still", LONG_MS), "still"));
	}
}

static void a_dead_zygote_is_replaced_and_no_job_is_lost(void **state)
{
	(void)state;
	fixture_open(&fixture);
	for (uintptr_t i = 1; i <= 40; i++)
		fixture_submit(&fixture, i, "slow 10", LONG_MS);
	fixture_wait(&fixture, 4);
	fixture_kill_zygote(&fixture);
	fixture_wait(&fixture, 40);
	for (size_t i = 0; i < 40; i++)
		assert_true(outcome_is(&fixture.results[i], "slow"));
	assert_int_equal(fixture_describe(&fixture)->zygotes, 2);
}

static void without_a_zygote_jobs_are_refused_with_the_reason(void **state)
{
	const struct outcome *outcome;

	(void)state;
	fixture.settings.clock = &turned;
	fixture_open(&fixture);
	fixture.load_fault = "signatures vanished";
	fixture_kill_zygote(&fixture);
	/* Whatever still runs is asked after the zygote has gone. */
	while (fixture_describe(&fixture)->zygote_pid > 0 &&
	       fixture_describe(&fixture)->zygotes == 1)
		as_pool_poll(fixture.pool, 10, fixture_done, &fixture);
	outcome = fixture_do(&fixture, "echo x", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_NO_WORKER);
	assert_string_equal(outcome->reason, "signatures vanished");
	assert_int_equal(outcome->attempts, 0);

	/* Healed, it works again after its pause. */
	fixture.load_fault = NULL;
	skipped_us += 11000000;
	while (fixture_describe(&fixture)->workers == 0)
		assert_true(as_pool_poll(fixture.pool, 1000, fixture_done, &fixture) >= 0);
	assert_true(outcome_is(fixture_do(&fixture, "echo back", LONG_MS), "back"));
	assert_string_equal(fixture_describe(&fixture)->error, "");
}

static void workers_that_cannot_be_prepared_are_reported(void **state)
{
	const struct outcome *outcome;

	(void)state;
	fixture_open(&fixture);
	fixture.enter_fault = "the device is gone";
	fixture_kill_zygote(&fixture);
	while (fixture_describe(&fixture)->zygotes == 1)
		as_pool_poll(fixture.pool, 10, fixture_done, &fixture);
	outcome = fixture_do(&fixture, "echo x", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_NO_WORKER);
	assert_string_equal(outcome->reason, "the device is gone");
}

static unsigned int files_found;

static int count_file(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)path;
	(void)st;
	(void)where;
	files_found += type == FTW_F;
	return 0;
}

static void the_folder_of_a_dead_worker_is_emptied(void **state)
{
	char root[] = "/tmp/assay-test-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(root));
	fixture.settings.temp_root = root;
	fixture_open(&fixture);
	assert_int_equal(fixture_do(&fixture, "litter and die", LONG_MS)->outcome,
			 AS_OUTCOME_CRASHED);
	files_found = 0;
	assert_int_equal(nftw(root, count_file, 16, FTW_PHYS), 0);
	assert_int_equal(files_found, 0);
	fixture_close(&fixture);
	assert_int_equal(rmdir(root), 0);
}

static void a_full_temporary_folder_is_an_error_and_no_death(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_true(outcome_is(fixture_do(&fixture, "fill", LONG_MS), "refused: EFBIG"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crash_is_tried_once_more_and_explained),
		TEST(a_job_that_crashes_once_gets_its_answer),
		TEST(other_jobs_do_not_notice_a_crash),
		TEST(a_job_past_its_deadline_is_ended_without_another_try),
		TEST(a_timeout_names_the_stage),
		TEST(nonsense_from_a_worker_counts_as_a_crash),
		TEST(kills_from_outside_are_forgiven_up_to_a_bound),
		TEST(every_job_is_done_once_while_workers_are_killed),
		TEST(a_worker_killed_while_idle_is_replaced),
		TEST(a_dead_zygote_is_replaced_and_no_job_is_lost),
		TEST(without_a_zygote_jobs_are_refused_with_the_reason),
		TEST(workers_that_cannot_be_prepared_are_reported),
		TEST(the_folder_of_a_dead_worker_is_emptied),
		TEST(a_full_temporary_folder_is_an_error_and_no_death),
	};
	return cmocka_run_group_tests_name("pool faults", tests, NULL, NULL);
}
