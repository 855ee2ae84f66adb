/* SPDX-License-Identifier: BSD-2-Clause */
/* A pool whose zygote is the child of another process. */
#include "test_pool_fixture.h"

#include "base/log.h"
#include "pool/channel.h"
#include "pool/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LONG_MS	  30000u
#define ANSWER_MS 60000
#define WORKERS	  2u
/* Above the flags that the channel sets itself. */
#define FAULT_SHIFT 8

/* What the parent of the zygotes is asked for. */
enum order {
	ORDER_LAUNCH = 1, /* flags: enum fault; answered with the launch */
	ORDER_REAP,	  /* answered with how the last zygote has ended */
	ORDER_LEAVE,	  /* answered when its folder is removed */
};

enum fault {
	FAULT_NONE = 0,
	FAULT_LOAD = 1,
	FAULT_HANG = 2,
};

static struct fixture fixture;
static struct as_channel_packet packet;
static char root[64];
static pid_t parent;
static int orders = -1;

static unsigned int wanted;
static uint64_t wanted_pause_us;
static char wanted_why[AS_ERROR_TEXT_MAX];

/* ---- The parent ------------------------------------------------------ */

static void launch_for(int socket, const struct as_tempdir *temp, uint32_t faults, pid_t *pid_out)
{
	struct as_channel_head head = {.type = ORDER_LAUNCH};
	struct as_launch launch;

	fixture.load_fault = (faults & FAULT_LOAD) != 0 ? "signatures vanished" : NULL;
	fixture.load_hangs = (faults & FAULT_HANG) != 0;
	if (as_launch_start(&fixture.settings, &fixture.handler, temp, &launch, &fixture.error) < 0)
		_exit(EX_SOFTWARE);
	const int fds[AS_LAUNCH_FDS] = {launch.pidfd, launch.control, launch.pages_fd};

	head.pid = launch.pid;
	head.number = launch.slots;
	head.flags = launch.temp_is_tmpfs ? AS_CHANNEL_RETIRE : 0;
	as_channel_send(socket, &head, as_span_text(launch.temp_root), fds, AS_LAUNCH_FDS, true);
	*pid_out = launch.pid;
	as_launch_close(&launch);
}

static _Noreturn void be_parent(int socket)
{
	struct as_channel_head head = {.type = ORDER_REAP};
	struct as_tempdir temp;
	pid_t zygote = -1;

	if (as_tempdir_open(root, &temp, NULL) < 0)
		_exit(EX_OSERR);
	while (as_channel_receive(socket, &packet, true) == 0) {
		if (packet.head.type == ORDER_LEAVE)
			break;
		if (packet.head.type == ORDER_LAUNCH) {
			launch_for(socket, &temp, packet.head.flags >> FAULT_SHIFT, &zygote);
			continue;
		}
		waitpid(zygote, &head.code, 0);
		as_channel_send(socket, &head, as_span_make(NULL, 0), NULL, 0, true);
	}
	as_tempdir_close(&temp);
	_exit(EX_OK);
}

/* ---- The process with the pool --------------------------------------- */

static void order(enum order type, uint32_t flags)
{
	const struct as_channel_head head = {.type = type, .flags = flags};
	struct pollfd answer = {.fd = orders, .events = POLLIN};

	assert_int_equal(as_channel_send(orders, &head, as_span_make(NULL, 0), NULL, 0, true), 0);
	assert_int_equal(poll(&answer, 1, ANSWER_MS), 1);
}

static void launch(enum fault faults, struct as_launch *launch_out)
{
	size_t size;

	order(ORDER_LAUNCH, (uint32_t)faults << FAULT_SHIFT);
	assert_int_equal(as_channel_receive(orders, &packet, false), 0);
	size = (size_t)packet.head.body_size;
	*launch_out = (struct as_launch){
		.pid = packet.head.pid,
		.slots = packet.head.number,
		.pidfd = as_channel_take(&packet, 0),
		.control = as_channel_take(&packet, 1),
		.pages_fd = as_channel_take(&packet, 2),
		.temp_is_tmpfs = (packet.head.flags & AS_CHANNEL_RETIRE) != 0,
	};
	assert_true(size < sizeof(launch_out->temp_root));
	memcpy(launch_out->temp_root, packet.inlined, size);
	as_channel_release(&packet);
	assert_true(launch_out->pages_fd >= 0);
}

static void give(enum fault faults)
{
	struct as_launch launched;

	launch(faults, &launched);
	assert_int_equal(as_pool_give(fixture.pool, &launched), 0);
}

/* How the last zygote has ended, as waitpid(2) has it. */
static int reap(void)
{
	order(ORDER_REAP, 0);
	assert_int_equal(as_channel_receive(orders, &packet, false), 0);
	as_channel_release(&packet);
	return packet.head.code;
}

static void on_wanted(void *context, uint64_t pause_us, const struct as_error *error)
{
	assert_ptr_equal(context, &fixture);
	wanted++;
	wanted_pause_us = pause_us;
	snprintf(wanted_why, sizeof(wanted_why), "%s", error->text);
}

/* A new one at once, from within the call. */
static void give_another(void *context, uint64_t pause_us, const struct as_error *error)
{
	on_wanted(context, pause_us, error);
	reap();
	give(FAULT_NONE);
}

static void attach(void (*call)(void *, uint64_t, const struct as_error *))
{
	const struct as_pool_settings settings = {
		.workers = fixture.settings.workers,
		.queue_limit = fixture.settings.queue_limit,
		.start_ms = fixture.settings.start_ms,
		.clock = fixture.settings.clock,
	};
	const struct as_pool_source source = {call, &fixture};

	assert_int_equal(as_pool_attach(&settings, &source, &fixture.pool, &fixture.error), 0);
}

/* The parent is forked here, so that it has the settings of the test. */
static void begin(void (*call)(void *, uint64_t, const struct as_error *))
{
	int pair[2];

	assert_int_equal(as_channel_pair(pair), 0);
	fflush(NULL);
	parent = fork();
	if (parent == 0) {
		close(pair[0]);
		be_parent(pair[1]);
	}
	assert_true(parent > 0);
	close(pair[1]);
	orders = pair[0];
	attach(call);
}

static int set_up(void **state)
{
	(void)state;
	as_log_configure(&(struct as_log_settings){.fd = open("/dev/null", O_WRONLY | O_CLOEXEC),
						   .level = AS_LOG_ERROR});
	snprintf(root, sizeof(root), "/tmp/assay-test-XXXXXX");
	fixture_init(&fixture);
	fixture.settings.clock = &turned;
	fixture.settings.workers = WORKERS;
	wanted = 0;
	orders = -1;
	return mkdtemp(root) != NULL ? 0 : -1;
}

/* Ends pool and parent. */
static void end(void)
{
	const struct as_channel_head head = {.type = ORDER_LEAVE};

	fixture_close(&fixture);
	if (orders < 0)
		return;
	as_channel_send(orders, &head, as_span_make(NULL, 0), NULL, 0, true);
	close(orders);
	orders = -1;
	waitpid(parent, NULL, 0);
}

static int tear_down(void **state)
{
	(void)state;
	end();
	return rmdir(root);
}

static void poll_once(void)
{
	assert_true(as_pool_poll(fixture.pool, 100, fixture_done, &fixture) >= 0);
}

static void wait_ready(void)
{
	while (!as_pool_ready(fixture.pool))
		poll_once();
}

/* ---- Tests ----------------------------------------------------------- */

static void jobs_wait_for_the_first_zygote_and_are_done(void **state)
{
	const struct as_pool_state *now;

	(void)state;
	begin(on_wanted);
	fixture_submit(&fixture, 1, "echo early", LONG_MS);
	assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 0);
	assert_false(as_pool_ready(fixture.pool));
	assert_int_equal(fixture_describe(&fixture)->zygote_pid, -1);
	give(FAULT_NONE);
	fixture_wait(&fixture, 1);
	assert_true(outcome_is(&fixture.results[0], "early"));
	assert_true(as_pool_ready(fixture.pool));
	assert_true(
		as_span_equal(as_pool_status(fixture.pool), as_span_text("{\"signatures\":7}")));
	now = fixture_describe(&fixture);
	assert_true(now->zygote_pid > 0);
	/* Not a child of this process. */
	assert_int_equal(waitpid(now->zygote_pid, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_string_equal(now->temp_root, root);
	assert_int_equal(now->zygotes, 1);
	assert_string_not_equal(now->sandbox, "");
	assert_int_equal(wanted, 0);
}

static void crashes_and_their_places_are_known_across_processes(void **state)
{
	const struct outcome *outcome;

	(void)state;
	begin(on_wanted);
	give(FAULT_NONE);
	outcome = fixture_do(&fixture, "segv", LONG_MS);
	assert_int_equal(outcome->outcome, AS_OUTCOME_CRASHED);
	assert_int_equal(outcome->attempts, 2);
	assert_int_equal(outcome->signal, SIGSEGV);
	assert_string_equal(outcome->stage, "test stage");
	assert_int_equal(fixture_do(&fixture, "hang", 100)->outcome, AS_OUTCOME_TIMEOUT);
	assert_true(outcome_is(fixture_do(&fixture, "echo next", LONG_MS), "next"));
}

static void every_job_is_done_once_while_workers_and_zygotes_are_killed(void **state)
{
	bool seen[301] = {false};
	uint64_t kill_us = 0;
	unsigned int kills = 0;

	(void)state;
	begin(give_another);
	give(FAULT_NONE);
	for (uintptr_t i = 1; i <= 300; i++)
		fixture_submit(&fixture, i, "slow 4", LONG_MS);
	while (fixture.count < 300) {
		uint64_t now_us = as_clock_us(&as_clock_system);
		pid_t pids[16];

		if (as_pool_ready(fixture.pool) && now_us >= kill_us) {
			size_t count = as_pool_pids(fixture.pool, pids, 16);

			for (size_t i = 0; i < count; i++)
				kill(pids[i], SIGKILL);
			if (++kills % 3 == 0)
				fixture_kill_zygote(&fixture);
			kill_us = now_us + 50000;
		}
		assert_true(as_pool_poll(fixture.pool, 20, fixture_done, &fixture) >= 0);
	}
	for (size_t i = 0; i < 300; i++) {
		uintptr_t cookie = (uintptr_t)fixture.results[i].cookie;

		assert_true(outcome_is(&fixture.results[i], "slow"));
		assert_false(seen[cookie]);
		seen[cookie] = true;
	}
	assert_true(wanted > 0);
	assert_int_equal(fixture_describe(&fixture)->zygotes, wanted + 1);
	assert_int_equal(fixture_describe(&fixture)->crashes, 0);
}

static void a_dead_zygote_is_asked_for_once_and_jobs_wait(void **state)
{
	(void)state;
	begin(on_wanted);
	give(FAULT_NONE);
	wait_ready();
	fixture_submit(&fixture, 1, "slow 300", LONG_MS);
	fixture_submit(&fixture, 2, "slow 300", LONG_MS);
	fixture_submit(&fixture, 3, "echo waits", LONG_MS);
	fixture_kill_zygote(&fixture);
	while (wanted == 0)
		poll_once();
	assert_int_equal(wanted_pause_us, 0);
	assert_string_not_equal(wanted_why, "");
	assert_false(as_pool_ready(fixture.pool));
	for (int i = 0; i < 3; i++)
		assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 0);
	assert_int_equal(wanted, 1);
	assert_int_equal(as_pool_queued(fixture.pool), 3);
	assert_int_equal(reap(), SIGKILL);
	give(FAULT_NONE);
	fixture_wait(&fixture, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(fixture.results[i].outcome, AS_OUTCOME_DONE);
	assert_string_equal(fixture_describe(&fixture)->error, "");
}

static void a_failed_load_is_told_with_its_reason(void **state)
{
	(void)state;
	begin(on_wanted);
	give(FAULT_LOAD);
	while (wanted == 0)
		poll_once();
	assert_string_equal(wanted_why, "signatures vanished");
	assert_int_equal(reap(), EX_UNAVAILABLE << 8);
	/* In a row they are refused, at ever longer intervals. */
	fixture_submit(&fixture, 1, "echo x", LONG_MS);
	for (unsigned int i = 2; i <= 3; i++) {
		give(FAULT_LOAD);
		while (wanted < i)
			poll_once();
		assert_true(wanted_pause_us > 0);
		reap();
	}
	fixture_wait(&fixture, 1);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_NO_WORKER);
	assert_string_equal(fixture.results[0].reason, "signatures vanished");
}

static void giving_up_refuses_until_the_next_zygote(void **state)
{
	(void)state;
	begin(on_wanted);
	fixture_submit(&fixture, 1, "echo x", LONG_MS);
	as_pool_give_up(fixture.pool, "the rules are broken");
	assert_int_equal(as_pool_next_deadline_us(fixture.pool), 0);
	fixture_wait(&fixture, 1);
	fixture_submit(&fixture, 2, "echo y", LONG_MS);
	fixture_wait(&fixture, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(fixture.results[i].outcome, AS_OUTCOME_NO_WORKER);
		assert_string_equal(fixture.results[i].reason, "the rules are broken");
		assert_int_equal(fixture.results[i].attempts, 0);
	}
	give(FAULT_NONE);
	assert_true(outcome_is(fixture_do(&fixture, "echo back", LONG_MS), "back"));
}

static void nobody_waits_longer_than_twice_the_deadline(void **state)
{
	(void)state;
	begin(on_wanted);
	fixture_submit(&fixture, 1, "echo x", 1000);
	fixture_submit(&fixture, 2, "echo y", 3600000);
	skipped_us += 1900000;
	assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 0);
	assert_true(as_pool_next_deadline_us(fixture.pool) < as_clock_us(&turned) + 200000);
	skipped_us += 200000;
	assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 1);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_NO_WORKER);
	assert_ptr_equal(fixture.results[0].cookie, (void *)1);
	assert_string_not_equal(fixture.results[0].reason, "");
	/* The other one's time is far away, and over when there is a zygote. */
	assert_true(as_pool_next_deadline_us(fixture.pool) > as_clock_us(&turned) + 3600000000u);
	give(FAULT_NONE);
	fixture_wait(&fixture, 2);
	assert_true(outcome_is(&fixture.results[1], "y"));
}

/* The time counts from the zygote's end on, not from when the job came. */
static void waiting_for_a_worker_is_no_waiting_for_a_zygote(void **state)
{
	(void)state;
	begin(on_wanted);
	give(FAULT_NONE);
	wait_ready();
	for (uintptr_t i = 1; i <= WORKERS; i++)
		fixture_submit(&fixture, i, "hang", 3600000);
	fixture_submit(&fixture, 9, "echo last", 10000);
	fixture_settle(&fixture);
	skipped_us += 60000000;
	assert_int_equal(as_pool_poll(fixture.pool, 0, fixture_done, &fixture), 0);
	fixture_kill_zygote(&fixture);
	while (wanted == 0)
		poll_once();
	assert_int_equal(fixture.count, 0);
	skipped_us += 21000000;
	fixture_wait(&fixture, 1);
	assert_ptr_equal(fixture.results[0].cookie, (void *)9);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_NO_WORKER);
}

static void waiting_and_running_jobs_can_be_cancelled(void **state)
{
	(void)state;
	fixture.settings.workers = 1;
	begin(on_wanted);
	fixture_submit(&fixture, 1, "echo never", LONG_MS);
	as_pool_cancel(fixture.pool, (void *)1);
	fixture_wait(&fixture, 1);
	assert_int_equal(fixture.results[0].outcome, AS_OUTCOME_CANCELLED);
	give(FAULT_NONE);
	wait_ready();
	fixture_submit(&fixture, 2, "hang", LONG_MS);
	fixture_submit(&fixture, 3, "echo stays", LONG_MS);
	while (as_pool_queued(fixture.pool) > 1)
		poll_once();
	as_pool_cancel(fixture.pool, (void *)2);
	fixture_wait(&fixture, 3);
	assert_int_equal(fixture.results[1].outcome, AS_OUTCOME_CANCELLED);
	assert_true(outcome_is(&fixture.results[2], "stays"));
}

static void only_a_fitting_zygote_is_taken(void **state)
{
	struct as_launch second, odd;

	(void)state;
	begin(on_wanted);
	launch(FAULT_NONE, &second);
	odd = second;
	odd.slots++;
	assert_int_equal(as_pool_give(fixture.pool, &odd), -EINVAL);
	odd = second;
	odd.pages_fd = orders;
	assert_int_equal(as_pool_give(fixture.pool, &odd), -EINVAL);
	assert_int_equal(as_pool_give(fixture.pool, &second), 0);
	launch(FAULT_NONE, &second);
	assert_int_equal(as_pool_give(fixture.pool, &second), -EBUSY);
	as_launch_close(&second);
	assert_true(outcome_is(fixture_do(&fixture, "echo x", LONG_MS), "x"));
}

static void the_zygote_says_when_workers_are_replaced(void **state)
{
	(void)state;
	fixture.settings.workers = 1;
	fixture.settings.worker_messages = 2;
	begin(on_wanted);
	give(FAULT_NONE);
	for (int i = 0; i < 7; i++)
		assert_int_equal(fixture_do(&fixture, "pid", LONG_MS)->outcome, AS_OUTCOME_DONE);
	assert_int_equal(fixture_describe(&fixture)->recycled, 3);
	assert_int_equal(fixture_describe(&fixture)->crashes, 0);
}

static void closing_ends_the_zygote_and_leaves_no_folder(void **state)
{
	(void)state;
	begin(on_wanted);
	give(FAULT_NONE);
	wait_ready();
	fixture_submit(&fixture, 1, "hang", LONG_MS);
	fixture_close(&fixture);
	assert_int_equal(reap(), EX_OK);
	end();
	assert_int_equal(rmdir(root), 0);
	assert_int_equal(mkdir(root, 0700), 0);
}

static void a_zygote_that_nobody_holds_ends_also_while_it_loads(void **state)
{
	struct as_launch launched;

	(void)state;
	begin(on_wanted);
	launch(FAULT_HANG, &launched);
	as_launch_close(&launched);
	assert_int_equal(reap(), EX_OK);
	launch(FAULT_NONE, &launched);
	as_launch_close(&launched);
	assert_int_equal(reap(), EX_OK);
}

static void a_load_that_hangs_is_ended(void **state)
{
	(void)state;
	fixture.settings.start_ms = 50;
	begin(on_wanted);
	give(FAULT_HANG);
	while (wanted == 0)
		poll_once();
	assert_string_equal(wanted_why, "load() was not done after 50 ms");
	assert_int_equal(reap(), SIGKILL);
}

static void nonsense_is_refused(void **state)
{
	struct as_pool_settings settings = fixture.settings;
	struct as_pool_source source = {on_wanted, NULL};
	struct as_pool *pool = NULL;
	struct as_launch none = {.pid = -1, .pidfd = -1, .control = -1, .pages_fd = -1};

	(void)state;
	settings.workers = 0;
	assert_int_equal(as_pool_attach(&settings, &source, &pool, &fixture.error), -EINVAL);
	settings.workers = 1;
	source.wanted = NULL;
	assert_int_equal(as_pool_attach(&settings, &source, &pool, &fixture.error), -EINVAL);
	assert_null(pool);
	/* A pool with a zygote of its own takes none. */
	fixture_open(&fixture);
	none.slots = 2 * WORKERS + 1;
	assert_int_equal(as_pool_give(fixture.pool, &none), -EINVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_wait_for_the_first_zygote_and_are_done),
		TEST(crashes_and_their_places_are_known_across_processes),
		TEST(every_job_is_done_once_while_workers_and_zygotes_are_killed),
		TEST(a_dead_zygote_is_asked_for_once_and_jobs_wait),
		TEST(a_failed_load_is_told_with_its_reason),
		TEST(giving_up_refuses_until_the_next_zygote),
		TEST(nobody_waits_longer_than_twice_the_deadline),
		TEST(waiting_for_a_worker_is_no_waiting_for_a_zygote),
		TEST(waiting_and_running_jobs_can_be_cancelled),
		TEST(only_a_fitting_zygote_is_taken),
		TEST(the_zygote_says_when_workers_are_replaced),
		TEST(closing_ends_the_zygote_and_leaves_no_folder),
		TEST(a_zygote_that_nobody_holds_ends_also_while_it_loads),
		TEST(a_load_that_hangs_is_ended),
		TEST(nonsense_is_refused),
	};
	return cmocka_run_group_tests_name("pool attach", tests, NULL, NULL);
}
