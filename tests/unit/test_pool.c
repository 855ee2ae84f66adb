/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_pool_fixture.h"

#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
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
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void a_job_comes_back_with_its_answer(void **state)
{
	(void)state;
	fixture_open(&fixture);
	assert_true(outcome_is(fixture_do(&fixture, "echo hello", LONG_MS), "hello"));
	assert_int_equal(fixture.results[0].attempts, 1);
	assert_ptr_equal(fixture.results[0].cookie, (void *)1);
	assert_string_equal(fixture.results[0].reason, "");
}

static void many_jobs_each_come_back_once(void **state)
{
	bool seen[201] = {false};

	(void)state;
	fixture_open(&fixture);
	for (uintptr_t i = 1; i <= 200; i++)
		fixture_submit(&fixture, i, "echo x", LONG_MS);
	fixture_wait(&fixture, 200);
	for (size_t i = 0; i < 200; i++) {
		uintptr_t cookie = (uintptr_t)fixture.results[i].cookie;

		assert_in_range(cookie, 1, 200);
		assert_false(seen[cookie]);
		seen[cookie] = true;
		assert_true(outcome_is(&fixture.results[i], "x"));
	}
}

static void the_message_is_read_at_its_offset(void **state)
{
	struct as_job job = {.request = as_span_text("sum"),
			     .deadline_ms = LONG_MS,
			     .cookie = (void *)1,
			     .offset = 3,
			     .size = 4};

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(as_spool_make("message", as_span_text("xxx\1\2\3\4yyy"), &job.fd), 0);
	assert_int_equal(as_pool_submit(fixture.pool, &job), 0);
	fixture_wait(&fixture, 1);
	assert_true(outcome_is(&fixture.results[0], "10"));
	close(job.fd);
}

static void a_large_request_arrives_whole(void **state)
{
	size_t size = 1000000;
	char *words = malloc(size + 1);

	(void)state;
	assert_non_null(words);
	memset(words, 'q', size);
	memcpy(words, "echo ", 5);
	words[size] = '\0';
	fixture_open(&fixture);
	assert_int_equal(fixture_do(&fixture, words, LONG_MS)->size, size - 5);
	assert_memory_equal(fixture.results[0].body, words + 5, size - 5);
	free(words);
}

static void a_request_over_the_limit_is_refused(void **state)
{
	struct as_job job = {.fd = -1,
			     .deadline_ms = LONG_MS,
			     .cookie = (void *)1,
			     .request = as_span_make("", (size_t)AS_POOL_REQUEST_MAX + 1)};

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(as_pool_submit(fixture.pool, &job), -EMSGSIZE);
}

static void replies_of_any_size_arrive_whole(void **state)
{
	static const struct {
		const char *name, *words;
		size_t size;
	} cases[] = {
		{"empty", "body 0", 0},
		{"the most that goes inline", "body 32768", 32768},
		{"one more", "body 32769", 32769},
		{"8 MiB", "body 8388608", 8388608},
	};

	(void)state;
	fixture_open(&fixture);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct outcome *outcome = fixture_do(&fixture, cases[i].words, LONG_MS);

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(outcome->outcome, AS_OUTCOME_DONE);
		assert_int_equal(outcome->size, cases[i].size);
		for (size_t at = 0; at < outcome->size; at += 997)
			assert_int_equal(outcome->body[at], (unsigned char)(at * 7));
	}
}

static void a_second_spool_travels_back(void **state)
{
	const struct outcome *outcome;
	char text[32] = "";

	(void)state;
	fixture_open(&fixture);
	outcome = fixture_do(&fixture, "extra", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_DONE);
	assert_true(outcome->extra_fd >= 0);
	assert_int_equal(as_spool_check(outcome->extra_fd), 0);
	assert_int_equal(pread(outcome->extra_fd, text, sizeof(text), 0), 13);
	assert_string_equal(text, "second octets");
}

static void a_spool_that_is_not_sealed_counts_as_a_crash(void **state)
{
	const struct outcome *outcome;

	(void)state;
	fixture_open(&fixture);
	outcome = fixture_do(&fixture, "extra unsealed", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_CRASHED);
	assert_int_equal(outcome->attempts, 2);
	assert_int_equal(outcome->extra_fd, -1);
	assert_non_null(strstr(outcome->reason, "malformed"));
}

static void a_full_queue_refuses(void **state)
{
	struct as_job job = {.fd = -1,
			     .deadline_ms = LONG_MS,
			     .cookie = (void *)9,
			     .request = as_span_text("hang")};

	(void)state;
	fixture.settings.workers = 1;
	fixture.settings.queue_limit = 2;
	fixture_open(&fixture);
	for (int i = 0; i < 3; i++)
		assert_int_equal(as_pool_submit(fixture.pool, &job), 0);
	assert_int_equal(as_pool_submit(fixture.pool, &job), -EAGAIN);
	assert_int_equal(as_pool_queued(fixture.pool), 2);
	assert_int_equal(as_pool_idle(fixture.pool), 0);
}

static void submit_sized(uintptr_t cookie, const char *words, uint64_t size, bool first)
{
	const struct as_job job = {.fd = -1,
				   .size = size,
				   .request = as_span_text(words),
				   .deadline_ms = LONG_MS,
				   .first = first,
				   .cookie = (void *)cookie};

	assert_int_equal(as_pool_submit(fixture.pool, &job), 0);
}

static void assert_order(const uintptr_t *cookies, size_t count)
{
	fixture_wait(&fixture, count);
	for (size_t i = 0; i < count; i++)
		assert_ptr_equal(fixture.results[i].cookie, (void *)cookies[i]);
}

static void small_jobs_overtake_large_ones(void **state)
{
	static const uintptr_t order[] = {1, 3, 5, 2, 4};

	(void)state;
	fixture.settings.workers = 1;
	fixture_open(&fixture);
	submit_sized(1, "slow 50", 1000, false);
	submit_sized(2, "echo x", 300000, false);
	submit_sized(3, "echo x", 1000, false);
	submit_sized(4, "echo x", 10000000, false);
	submit_sized(5, "echo x", 1000, false);
	assert_order(order, 5);
}

static void one_worker_stays_free_of_big_jobs_while_others_wait(void **state)
{
	static const uintptr_t order[] = {2, 4, 5, 3, 6};

	(void)state;
	fixture_open(&fixture);
	while (as_pool_idle(fixture.pool) < 2)
		as_pool_poll(fixture.pool, 100, fixture_done, &fixture);
	submit_sized(1, "hang", 3000000, false);
	submit_sized(2, "slow 50", 1000, false);
	submit_sized(3, "echo x", 3000000, false);
	submit_sized(4, "echo x", 300000, false);
	submit_sized(5, "echo x", 300000, false);
	submit_sized(6, "echo x", 3000000, false);
	assert_order(order, 5);
}

static void what_follows_from_another_job_goes_first_into_a_full_queue(void **state)
{
	static const uintptr_t order[] = {1, 4, 2, 3};

	(void)state;
	fixture.settings.workers = 1;
	fixture.settings.queue_limit = 2;
	fixture_open(&fixture);
	for (uintptr_t i = 1; i <= 3; i++)
		submit_sized(i, "slow 20", 1000, false);
	submit_sized(4, "echo x", 0, true);
	assert_int_equal(as_pool_queued(fixture.pool), 3);
	assert_order(order, 4);
}

static void a_job_with_a_closed_descriptor_is_refused(void **state)
{
	struct as_job job = {.fd = 1000, .deadline_ms = LONG_MS, .cookie = (void *)1};

	(void)state;
	fixture_open(&fixture);
	assert_int_equal(as_pool_submit(fixture.pool, &job), -EBADF);
}

static void waiting_and_running_jobs_can_be_cancelled(void **state)
{
	(void)state;
	fixture.settings.workers = 1;
	fixture_open(&fixture);
	fixture_submit(&fixture, 1, "hang", LONG_MS);
	fixture_submit(&fixture, 2, "echo waits", LONG_MS);
	fixture_submit(&fixture, 3, "echo stays", LONG_MS);
	as_pool_cancel(fixture.pool, (void *)2);
	as_pool_cancel(fixture.pool, (void *)1);
	as_pool_cancel(fixture.pool, (void *)77);
	assert_int_equal(as_pool_next_deadline_us(fixture.pool), 0);
	fixture_wait(&fixture, 3);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_CANCELLED);
	assert_int_equal(fixture.results[1].outcome, AS_OUTCOME_CANCELLED);
	assert_true(outcome_is(&fixture.results[2], "stays"));
	assert_ptr_equal(fixture.results[2].cookie, (void *)3);
}

static void workers_are_replaced_after_their_messages(void **state)
{
	struct as_pool_state described;

	(void)state;
	fixture.settings.workers = 1;
	fixture.settings.worker_messages = 2;
	fixture_open(&fixture);
	for (int i = 0; i < 7; i++)
		assert_int_equal(fixture_do(&fixture, "pid", LONG_MS)->outcome, AS_OUTCOME_DONE);
	for (size_t i = 0; i < 7; i++)
		assert_true(fixture.results[i].body[fixture.results[i].size - 1] <= '2');
	as_pool_describe(fixture.pool, &described);
	assert_int_equal(described.recycled, 3);
	assert_int_equal(described.crashes, 0);
}

static void workers_that_have_grown_are_replaced(void **state)
{
	struct as_pool_state described;

	(void)state;
	fixture.settings.workers = 1;
	fixture.settings.worker_growth = 4096;
	fixture_open(&fixture);
	/* A worker looks at its memory every 64 messages. */
	for (int i = 0; i < 200; i++)
		assert_int_equal(fixture_do(&fixture, "echo x", LONG_MS)->outcome, AS_OUTCOME_DONE);
	as_pool_describe(fixture.pool, &described);
	assert_true(described.recycled >= 1);
	assert_int_equal(described.crashes, 0);
}

static void a_worker_has_no_descriptor_of_others(void **state)
{
	int secret = open("/dev/null", O_RDONLY);
	const struct outcome *outcome;

	(void)state;
	assert_true(dup2(secret, 200) == 200);
	fixture_open(&fixture);
	/* Three of the system, its socket, its folder, its memory's state, and
	 * what a sanitizer or the C library may add. */
	outcome = fixture_do(&fixture, "fds", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_DONE);
	for (size_t i = 0; i + 3 < outcome->size; i++)
		assert_memory_not_equal(outcome->body + i, "200 ", 4);
	assert_in_range(outcome->size, 1, 16);
	close(200);
	close(secret);
}

static void the_temporary_folder_is_private_and_empty_again(void **state)
{
	(void)state;
	fixture.settings.workers = 1;
	fixture_open(&fixture);
	assert_true(outcome_is(fixture_do(&fixture, "temp", LONG_MS), "700 0"));
	assert_int_equal(fixture_do(&fixture, "litter", LONG_MS)->outcome, AS_OUTCOME_DONE);
	assert_true(outcome_is(fixture_do(&fixture, "temp", LONG_MS), "700 0"));
}

static void status_and_state_are_told(void **state)
{
	struct as_pool_state described;

	(void)state;
	fixture_open(&fixture);
	assert_true(
		as_span_equal(as_pool_status(fixture.pool), as_span_text("{\"signatures\":7}")));
	as_pool_describe(fixture.pool, &described);
	assert_true(described.zygote_pid > 0);
	assert_int_equal(described.zygotes, 1);
	assert_true(described.workers >= 1);
	assert_string_equal(described.sandbox, "off: not wanted by the settings");
	assert_true(described.temp_root[0] == '/');
}

static void a_failed_load_gives_its_reason(void **state)
{
	(void)state;
	fixture.load_fault = "signatures/x.yar:7: syntax error";
	assert_int_equal(
		as_pool_open(&fixture.settings, &fixture.handler, &fixture.pool, &fixture.error),
		AS_E_PLUGIN);
	assert_string_equal(fixture.error.text, "signatures/x.yar:7: syntax error");
	assert_null(fixture.pool);
}

static void a_failed_enter_gives_its_reason(void **state)
{
	(void)state;
	fixture.enter_fault = "no room";
	assert_int_equal(
		as_pool_open(&fixture.settings, &fixture.handler, &fixture.pool, &fixture.error),
		AS_E_PLUGIN);
	assert_string_equal(fixture.error.text, "no room");
}

static void a_load_that_hangs_is_ended(void **state)
{
	(void)state;
	fixture.load_hangs = true;
	fixture.settings.start_ms = 50;
	assert_true(as_pool_open(&fixture.settings, &fixture.handler, &fixture.pool,
				 &fixture.error) < 0);
	assert_string_equal(fixture.error.text, "load() was not done after 50 ms");
}

static void nonsense_settings_are_refused(void **state)
{
	(void)state;
	fixture.settings.workers = 0;
	assert_int_equal(
		as_pool_open(&fixture.settings, &fixture.handler, &fixture.pool, &fixture.error),
		-EINVAL);
	fixture.settings.workers = AS_POOL_WORKERS_MAX + 1;
	assert_int_equal(
		as_pool_open(&fixture.settings, &fixture.handler, &fixture.pool, &fixture.error),
		-EINVAL);
}

static void another_event_loop_can_drive_it(void **state)
{
	struct pollfd outer;

	(void)state;
	fixture_open(&fixture);
	fixture_submit(&fixture, 1, "echo nested", LONG_MS);
	outer = (struct pollfd){.fd = as_pool_fd(fixture.pool), .events = POLLIN};
	while (fixture.count == 0) {
		assert_int_equal(poll(&outer, 1, 30000), 1);
		assert_true(as_pool_poll(fixture.pool, 0, fixture_done, &fixture) >= 0);
	}
	assert_true(outcome_is(&fixture.results[0], "nested"));
	assert_true(as_pool_next_deadline_us(fixture.pool) > 0);
}

static void closing_leaves_no_folder_and_no_process(void **state)
{
	char root[] = "/tmp/assay-test-XXXXXX";
	struct as_pool_state described;

	(void)state;
	assert_non_null(mkdtemp(root));
	fixture.settings.temp_root = root;
	fixture_open(&fixture);
	as_pool_describe(fixture.pool, &described);
	assert_string_equal(described.temp_root, root);
	fixture_submit(&fixture, 1, "hang", LONG_MS);
	fixture_close(&fixture);
	assert_int_equal(rmdir(root), 0);
	assert_int_equal(kill(described.zygote_pid, 0), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_job_comes_back_with_its_answer),
		TEST(many_jobs_each_come_back_once),
		TEST(the_message_is_read_at_its_offset),
		TEST(a_large_request_arrives_whole),
		TEST(a_request_over_the_limit_is_refused),
		TEST(replies_of_any_size_arrive_whole),
		TEST(a_second_spool_travels_back),
		TEST(a_spool_that_is_not_sealed_counts_as_a_crash),
		TEST(a_full_queue_refuses),
		TEST(small_jobs_overtake_large_ones),
		TEST(one_worker_stays_free_of_big_jobs_while_others_wait),
		TEST(what_follows_from_another_job_goes_first_into_a_full_queue),
		TEST(a_job_with_a_closed_descriptor_is_refused),
		TEST(waiting_and_running_jobs_can_be_cancelled),
		TEST(workers_are_replaced_after_their_messages),
		TEST(workers_that_have_grown_are_replaced),
		TEST(a_worker_has_no_descriptor_of_others),
		TEST(the_temporary_folder_is_private_and_empty_again),
		TEST(status_and_state_are_told),
		TEST(a_failed_load_gives_its_reason),
		TEST(a_failed_enter_gives_its_reason),
		TEST(a_load_that_hangs_is_ended),
		TEST(nonsense_settings_are_refused),
		TEST(another_event_loop_can_drive_it),
		TEST(closing_leaves_no_folder_and_no_process),
	};
	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
