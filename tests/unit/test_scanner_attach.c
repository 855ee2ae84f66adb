/* SPDX-License-Identifier: BSD-2-Clause */
/* The scanner in two processes: the parent has the configuration, this one has
 * the clients. */
#include "test_scanner_fixture.h"

#include "base/id.h"
#include "base/spool.h"
#include "pool/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define TIME_MS	  100u
#define ANSWER_MS 60000

/* What the parent is asked for. */
enum order {
	ORDER_LAUNCH = 1, /* answered with the cache, then with the launch */
	ORDER_REAP,	  /* answered when the last zygote has ended */
};

static struct as_channel_packet packet;
static int orders = -1;
static pid_t parent;
static unsigned int wanted;

/* Of the last result. */
static struct as_arena arena;
static struct as_answer answer;
static char reason[400];
static int held[64];
static size_t held_count;

/* ---- The parent ------------------------------------------------------ */

static void launch_one(int socket, struct as_scanner_launch *launch)
{
	const struct as_scanner_settings settings = {
		.config = config, .workers = 1, .generation = 4, .clock = &as_clock_system};
	struct as_channel_head head = {.type = ORDER_LAUNCH};
	const struct as_span none = as_span_make(NULL, 0);

	if (as_scanner_launch(&settings, launch, NULL) < 0)
		_exit(EX_SOFTWARE);
	const int fds[AS_LAUNCH_FDS] = {launch->launch.pidfd, launch->launch.control,
					launch->launch.pages_fd};

	as_channel_send(socket, &head, none, &launch->cache_fd, 1, true);
	head.pid = launch->launch.pid;
	head.number = launch->launch.slots;
	as_channel_send(socket, &head, none, fds, AS_LAUNCH_FDS, true);
	as_launch_close(&launch->launch);
}

static _Noreturn void be_parent(int socket)
{
	const struct as_channel_head head = {.type = ORDER_REAP};
	struct as_scanner_launch launch = {.launch = {.pid = -1}};

	while (as_channel_receive(socket, &packet, true) == 0) {
		if (packet.head.type == ORDER_LAUNCH) {
			launch_one(socket, &launch);
			continue;
		}
		waitpid(launch.launch.pid, NULL, 0);
		as_scanner_launch_close(&launch);
		/* Its folder has gone with it. */
		if (access(launch.temp.path, F_OK) == 0)
			_exit(EX_SOFTWARE);
		as_channel_send(socket, &head, as_span_make(NULL, 0), NULL, 0, true);
	}
	_exit(EX_OK);
}

/* ---- The process with the clients ------------------------------------ */

static void await_packet(void)
{
	struct pollfd ready = {.fd = orders, .events = POLLIN};

	assert_int_equal(poll(&ready, 1, ANSWER_MS), 1);
	assert_int_equal(as_channel_receive(orders, &packet, false), 0);
}

static void order(enum order type)
{
	const struct as_channel_head head = {.type = type};

	assert_int_equal(as_channel_send(orders, &head, as_span_make(NULL, 0), NULL, 0, true), 0);
	await_packet();
}

static void give(void)
{
	struct as_launch launch = {.temp_is_tmpfs = false};
	int cache_fd;

	order(ORDER_LAUNCH);
	cache_fd = as_channel_take(&packet, 0);
	as_channel_release(&packet);
	await_packet();
	launch.pid = packet.head.pid;
	launch.slots = packet.head.number;
	launch.pidfd = as_channel_take(&packet, 0);
	launch.control = as_channel_take(&packet, 1);
	launch.pages_fd = as_channel_take(&packet, 2);
	as_channel_release(&packet);
	assert_true(cache_fd >= 0 && launch.pages_fd >= 0);
	assert_int_equal(as_scanner_give(scanner, &launch, cache_fd), 0);
}

static void on_wanted(void *context, uint64_t pause_us, const struct as_error *error)
{
	(void)context;
	(void)pause_us;
	(void)error;
	wanted++;
}

static const char bad_plugin[] = "plugins = { \"misbehave\" }\nplugin_path = { \"%s\" }\n"
				 "sandbox = false\n"
				 "policy \"strict\" {\n reject = { \"yara.*\" }\n}\n"
				 "policy \"milder\" {\n accept = { \"yara.inspected\" }\n"
				 " strip = { \"yara.marked\" }\n}\n";

static void begin(const char *text)
{
	const struct as_scanner_attach settings = {
		.workers = 1,
		.time_ms = TIME_MS,
		.generation = 4,
		.clock = &as_clock_system,
		.source = {on_wanted, NULL},
	};
	struct as_error error = {.text = ""};
	int pair[2];

	config_read(text);
	assert_int_equal(as_channel_pair(pair), 0);
	fflush(NULL);
	parent = fork();
	if (parent == 0) {
		close(pair[0]);
		be_parent(pair[1]);
	}
	close(pair[1]);
	orders = pair[0];
	wanted = 0;
	if (as_scanner_attach(&settings, &scanner, &error) != 0)
		fail_msg("%s", error.text);
}

static int set_up(void **state)
{
	as_arena_init(&arena, (size_t)16 << 20);
	return scanner_set_up(state);
}

static int close_all(void **state)
{
	int status = -1;
	(void)state;

	scanner_forget();
	while (held_count > 0)
		close(held[--held_count]);
	close(orders);
	waitpid(parent, &status, 0);
	return status;
}

static int tear_down(void **state)
{
	as_arena_deinit(&arena);
	return scanner_tear_down(state);
}

static void on_done(void *context, const struct as_scanner_result *given)
{
	(void)context;
	scanner_keep(given);
	snprintf(reason, sizeof(reason), "%s", given->reason);
	if (given->answer.size > 0) {
		unsigned char *copy = (unsigned char *)as_arena_copy(&arena, given->answer);

		assert_int_equal(
			as_answer_unpack(&arena, as_span_make(copy, given->answer.size), &answer),
			0);
	}
}

static void wait_for(unsigned int count)
{
	while (results < count)
		assert_true(as_scanner_poll(scanner, 1000, on_done, NULL) >= 0);
}

static void submit(const struct as_scanner_job *given, struct as_span octets)
{
	static const char *const to[] = {"b@example.org", "c@example.org"};
	static char id[AS_ID_SIZE];
	const struct assay_envelope envelope = {
		.mail_from = "a@example.org", .rcpt_to = to, .rcpt_count = 2};
	struct as_scanner_job job = *given;
	int fd = -1;

	assert_int_equal(as_spool_make("message", octets, &fd), 0);
	as_id_make(&as_clock_system, id);
	job.fd = fd;
	job.size = octets.size;
	job.id = id;
	job.envelope = &envelope;
	if (job.cookie == NULL)
		job.cookie = &results;
	assert_int_equal(as_scanner_submit(scanner, &job), 0);
	/* It has to stay open until the result. */
	held[held_count++] = fd;
	if (job.cookie == &results)
		wait_for(results + 1);
}

static const struct as_scanner_job message = {.is_message = true, .answer = true, .file = ""};

static void scan(const char *text)
{
	submit(&message, as_span_text(text));
}

/* The path of the first object of that origin, or NULL. */
static const char *path_of(const char *origin)
{
	json_t *one;
	size_t i;

	json_array_foreach (json_object_get(verdict, "objects"), i, one)
		if (strcmp(json_string_value(json_object_get(one, "origin")), origin) == 0)
			return json_string_value(json_object_get(one, "path"));
	return NULL;
}

/* ---- Tests ----------------------------------------------------------- */

static void verdict_and_answer_come_from_the_other_process(void **state)
{
	struct as_span status;
	json_t *loaded;
	(void)state;

	begin(config_standard);
	give();
	scan("From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n");
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	assert_string_equal(reason, "");
	assert_int_equal(result.changed_fd, -1);
	assert_string_equal(verdict_text("action"), "accept");
	assert_int_equal(result.summary.action, ASSAY_ACTION_ACCEPT);
	assert_int_equal(answer.action, ASSAY_ACTION_ACCEPT);
	assert_true(answer.complete);
	assert_int_equal(answer.recipient_count, 2);
	assert_true(answer.body_offset == UINT64_MAX);
	status = as_scanner_status(scanner);
	loaded = json_loadb((const char *)status.data, status.size, 0, NULL);
	assert_non_null(loaded);
	/* The built-in one can be asked for by name, too. */
	assert_int_equal(config->policy_count, 0);
	assert_int_equal(json_array_size(json_object_get(loaded, "policies")), 1);
	assert_string_equal(json_string_value(json_object_get(loaded, "policy")), "default");
	assert_int_equal(json_integer_value(json_object_get(loaded, "time_ms")),
			 config->engine.limits.time_ms);
	assert_true(json_integer_value(json_object_get(loaded, "message_bytes")) > 0);
	json_decref(loaded);
}

static void what_no_worker_finished_is_told_by_another(void **state)
{
	static const struct {
		const char *text, *code;
		enum as_outcome outcome;
		uint32_t attempts;
	} cases[] = {
		{"Subject: x\r\n\r\nDO:segv", "scan.worker_crashed", AS_OUTCOME_CRASHED, 2},
		{"Subject: x\r\n\r\nDO:hang", "scan.timeout", AS_OUTCOME_TIMEOUT, 1},
	};
	(void)state;

	begin(bad_plugin);
	give();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scan(cases[i].text);
		print_message("case: %s\n", cases[i].code);
		assert_int_equal(result.outcome, cases[i].outcome);
		assert_int_equal(result.attempts, cases[i].attempts);
		assert_non_null(strstr(reason, "misbehave"));
		assert_non_null(finding(cases[i].code));
		assert_true(json_is_false(json_object_get(verdict, "complete")));
		assert_string_equal(verdict_text("action"), "quarantine");
		assert_int_equal(json_integer_value(json_object_get(
					 json_object_get(verdict, "generation"), "id")),
				 4);
		assert_int_equal(answer.action, ASSAY_ACTION_QUARANTINE);
		assert_false(answer.complete);
		assert_int_equal(answer.recipient_count, 2);
	}
}

static void without_a_worker_there_is_no_verdict_but_a_reason(void **state)
{
	(void)state;
	begin(bad_plugin);
	as_pool_give_up(as_scanner_pool(scanner), "the rules are broken");
	scan("Subject: x\r\n\r\nfine");
	assert_int_equal(result.outcome, AS_OUTCOME_NO_WORKER);
	assert_int_equal(result.json.size, 0);
	assert_int_equal(result.answer.size, 0);
	assert_int_equal(result.summary.action, ASSAY_ACTION_TEMPFAIL);
	assert_string_equal(reason, "the rules are broken");
	give();
	scan("Subject: x\r\n\r\nfine");
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
}

static void a_cancelled_job_has_no_result(void **state)
{
	struct as_scanner_job job = message;
	int cookies[3];
	(void)state;

	begin(bad_plugin);
	give();
	scan("Subject: x\r\n\r\nfine");
	results = 0;
	for (size_t i = 0; i < 3; i++) {
		job.cookie = &cookies[i];
		submit(&job, as_span_text(i == 2 ? "Subject: x\r\n\r\nfine"
						 : "Subject: x\r\n\r\nDO:hang"));
	}
	as_scanner_cancel(scanner, &cookies[1]);
	as_scanner_cancel(scanner, &cookies[0]);
	as_scanner_cancel(scanner, &reason);
	wait_for(1);
	assert_ptr_equal(result.cookie, &cookies[2]);
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	/* Nothing more comes. */
	assert_int_equal(as_scanner_poll(scanner, 0, on_done, NULL), 0);
	assert_int_equal(results, 1);
}

static void cancel_other(void *context, const struct as_scanner_result *given)
{
	on_done(NULL, given);
	as_scanner_cancel(scanner, context);
	/* Its own is over: nothing happens. */
	as_scanner_cancel(scanner, given->cookie);
}

static void jobs_can_be_cancelled_from_the_result_of_another(void **state)
{
	struct as_scanner_job job = message;
	int cookies[2];
	(void)state;

	begin(bad_plugin);
	as_pool_give_up(as_scanner_pool(scanner), "none");
	results = 0;
	for (size_t i = 0; i < 2; i++) {
		job.cookie = &cookies[i];
		submit(&job, as_span_text("Subject: x\r\n\r\nfine"));
	}
	/* Both are over in the same turn; the second one's result is dropped. */
	while (results == 0)
		assert_true(as_scanner_poll(scanner, 1000, cancel_other, &cookies[1]) >= 0);
	assert_ptr_equal(result.cookie, &cookies[0]);
	assert_int_equal(as_scanner_poll(scanner, 0, on_done, NULL), 0);
	assert_int_equal(results, 1);
}

static void unknown_octets_are_told_apart(void **state)
{
	const struct as_scanner_job unknown = {.guess = true, .answer = true, .file = "a/some.bin"};
	(void)state;

	begin(bad_plugin);
	give();
	submit(&unknown, as_span_text("From: a@b\r\nSubject: x\r\n\r\nfine"));
	assert_string_equal(path_of("entity"), "1");
	submit(&unknown, as_span_text("\177ELF and no message"));
	assert_string_equal(path_of("file"), "some.bin");
	assert_null(path_of("entity"));
}

static void a_policy_can_be_named(void **state)
{
	static const struct {
		const char *name;
		bool rejects;
	} cases[] = {{"strict", true}, {"default", false}, {"", false}, {"other", false}};
	struct as_scanner_job job = message;
	(void)state;

	begin(bad_plugin);
	give();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		job.policy = cases[i].name;
		submit(&job, as_span_text("Subject: x\r\n\r\nfine"));
		assert_int_equal(answer.action == ASSAY_ACTION_REJECT, cases[i].rejects);
		assert_int_equal(result.summary.action == ASSAY_ACTION_REJECT, cases[i].rejects);
	}
}

#define OTHER_PART  "--b\r\nContent-Type: text/plain\r\n\r\nDO:nothing\r\n"
#define MARKED_PART "--b\r\nContent-Type: application/octet-stream; name=bad.bin\r\n\r\nDO:mark\r\n"

static void a_changed_message_comes_with_the_answer_only(void **state)
{
	static const char text[] =
		"From: a@example.org\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n" OTHER_PART MARKED_PART
		"--b--\r\n";
	struct as_scanner_job job = message;
	char changed[4096] = "";
	(void)state;

	begin(bad_plugin);
	give();
	job.policy = "milder";
	submit(&job, as_span_text(text));
	assert_string_equal(verdict_text("action"), "strip");
	assert_int_equal(answer.action, ASSAY_ACTION_STRIP);
	assert_true(answer.body_offset == 0);
	assert_true(result.changed_fd >= 0);
	assert_int_equal(as_spool_check(result.changed_fd), 0);
	assert_true(pread(result.changed_fd, changed, sizeof(changed) - 1, 0) > 0);
	assert_non_null(strstr(changed, OTHER_PART));
	assert_null(strstr(changed, "DO:mark"));
	close(result.changed_fd);
	job.answer = false;
	submit(&job, as_span_text(text));
	assert_string_equal(verdict_text("action"), "strip");
	assert_int_equal(result.answer.size, 0);
	assert_int_equal(result.changed_fd, -1);
}

static void a_message_that_cannot_be_changed_is_kept_back(void **state)
{
	struct as_scanner_job job = message;
	(void)state;

	begin(bad_plugin);
	give();
	job.policy = "milder";
	submit(&job, as_span_text("Subject: x\r\n\r\nDO:mark"));
	assert_string_equal(verdict_text("action"), "quarantine");
	assert_int_equal(result.summary.action, ASSAY_ACTION_QUARANTINE);
	assert_int_equal(answer.action, ASSAY_ACTION_QUARANTINE);
	assert_int_equal(result.changed_fd, -1);
}

static void a_file_that_became_shorter_is_not_clean_and_kills_nobody(void **state)
{
	struct as_scanner_job job = message;
	struct as_pool_state now;
	int cookie, fd;
	(void)state;

	begin(bad_plugin);
	give();
	fd = open(config_file, O_RDWR | O_CLOEXEC);
	job.fd = fd;
	job.size = 1000000;
	job.id = "ID";
	job.cookie = &cookie;
	results = 0;
	assert_int_equal(as_scanner_submit(scanner, &job), 0);
	wait_for(1);
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	assert_int_equal(result.attempts, 1);
	assert_non_null(finding("scan.unscannable"));
	assert_true(json_is_false(json_object_get(verdict, "complete")));
	assert_int_equal(answer.action, ASSAY_ACTION_QUARANTINE);
	as_pool_describe(as_scanner_pool(scanner), &now);
	assert_int_equal(now.crashes, 0);
	close(fd);
}

static void a_second_zygote_goes_on_and_the_counters_stay(void **state)
{
	struct as_cache_counters before, after;
	struct as_pool_state now;
	(void)state;

	begin(config_standard);
	give();
	for (int i = 0; i < 3; i++)
		scan("From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n");
	as_scanner_cache(scanner, &before);
	assert_true(before.hits > 0 && before.slots > 0);
	as_pool_describe(as_scanner_pool(scanner), &now);
	/* kill(2) would take -1 for every process of the machine. */
	assert_true(now.zygote_pid > 1);
	assert_int_equal(kill(now.zygote_pid, SIGKILL), 0);
	while (wanted == 0)
		assert_true(as_scanner_poll(scanner, 1000, on_done, NULL) >= 0);
	order(ORDER_REAP);
	as_channel_release(&packet);
	give();
	as_scanner_cache(scanner, &after);
	assert_int_equal(after.hits, before.hits);
	assert_int_equal(after.slots, before.slots);
	scan("From: a@example.org\r\nSubject: x\r\n\r\nhello\r\n");
	assert_int_equal(result.outcome, AS_OUTCOME_DONE);
	as_scanner_cache(scanner, &after);
	assert_true(after.misses > before.misses);
	assert_true(after.hits >= before.hits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, close_all)
		TEST(verdict_and_answer_come_from_the_other_process),
		TEST(what_no_worker_finished_is_told_by_another),
		TEST(without_a_worker_there_is_no_verdict_but_a_reason),
		TEST(a_cancelled_job_has_no_result),
		TEST(jobs_can_be_cancelled_from_the_result_of_another),
		TEST(unknown_octets_are_told_apart),
		TEST(a_policy_can_be_named),
		TEST(a_changed_message_comes_with_the_answer_only),
		TEST(a_message_that_cannot_be_changed_is_kept_back),
		TEST(a_file_that_became_shorter_is_not_clean_and_kills_nobody),
		TEST(a_second_zygote_goes_on_and_the_counters_stay),
	};
	return cmocka_run_group_tests_name("scanner attached", tests, set_up, tear_down);
}
