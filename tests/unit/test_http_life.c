/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_http_fixture.h"

#include <unistd.h>

#define METRICS "GET /metrics HTTP/1.1\r\n" HOST "\r\n"
#define SCAN	"POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"

/* ---- Clients that leave ------------------------------------------------------ */

static int connect_as(struct site *site, bool inet)
{
	return inet ? fake_listener_connect_inet(&site->listener)
		    : fake_listener_connect(&site->listener);
}

static void use_inet(struct site *site, bool inet)
{
	site->listener.local = !inet;
}

static void a_client_that_leaves_takes_its_message_along(void **state)
{
	static const struct {
		const char *name;
		bool inet;
	} cases[] = {{"UNIX", false}, {"TCP", true}};
	struct site *site = *state;

	for (size_t i = 0; i < 2; i++) {
		uint32_t closed = site->front.closed, cancelled = site->front.cancelled;
		uint32_t submitted = site->front.submitted;
		int fd;

		print_message("case: %s\n", cases[i].name);
		use_inet(site, cases[i].inet);
		fd = connect_as(site, cases[i].inet);
		site->front.hold = true;
		client_say(site, fd, SCAN);
		site_wait_submitted(site, submitted + 1);
		close(fd);
		site_wait_closed(site, closed + 1);
		assert_int_equal(site->front.cancelled, cancelled + 1);
		assert_int_equal(site->front.task_count, 0);
		assert_int_equal(site->listener.open, 0);
	}
}

static void a_client_that_will_send_no_more_gets_its_answer(void **state)
{
	static const struct {
		const char *name;
		bool inet, early;
	} cases[] = {
		{"UNIX, while it waits", false, false},
		{"TCP, while it waits", true, false},
		{"UNIX, with its request", false, true},
		{"TCP, with its request", true, true},
	};
	struct site *site = *state;
	struct reply reply;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t submitted = site->front.submitted, closed = site->front.closed;
		int fd;

		print_message("case: %s\n", cases[i].name);
		use_inet(site, cases[i].inet);
		fd = connect_as(site, cases[i].inet);
		site->front.hold = true;
		assert_int_equal(send(fd, SCAN, sizeof(SCAN) - 1, 0), sizeof(SCAN) - 1);
		if (cases[i].early)
			shutdown(fd, SHUT_WR);
		site_wait_submitted(site, submitted + 1);
		shutdown(fd, SHUT_WR);
		site_settle(site);
		assert_int_equal(site->front.task_count, 1);
		fake_task_judge(fake_front_submitted(&site->front, 0));
		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, 200);
		assert_string_equal(reply_field(&reply, "Connection"), "close");
		assert_true(reply.closed);
		reply_free(&reply);
		close(fd);
		site_wait_closed(site, closed + 1);
	}
	assert_int_equal(site->front.cancelled, 0);
}

static void a_next_request_that_is_early_ends_nothing(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	struct reply reply;

	site->front.hold = true;
	client_say(site, fd, SCAN);
	site_wait_submitted(site, 1);
	client_say(site, fd, METRICS);
	site_settle(site);
	assert_int_equal(site->front.task_count, 1);
	fake_task_judge(fake_front_submitted(&site->front, 0));
	for (int i = 0; i < 2; i++) {
		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, 200);
		reply_free(&reply);
	}
	close(fd);
	site_wait_closed(site, 1);
}

static void a_client_that_leaves_within_its_message_leaves_nothing(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);

	client_say(site, fd, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nh");
	site_settle(site);
	assert_int_equal(site->front.task_count, 1);
	close(fd);
	site_wait_closed(site, 1);
	assert_int_equal(site->front.task_count, 0);
	assert_int_equal(site->listener.metrics->protocol_errors, 0);
}

static void stopping_ends_whatever_is_going_on(void **state)
{
	static const char *const begun[] = {
		"",	 "GET /metr",
		METRICS, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nh",
		SCAN,	 "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 99999999999\r\n\r\n",
	};
	struct site *site = *state;
	int fds[6];

	site->front.hold = true;
	for (int i = 0; i < 6; i++) {
		fds[i] = fake_listener_connect(&site->listener);
		client_say(site, fds[i], begun[i]);
	}
	site_settle(site);
	assert_int_equal(site->front.task_count, 2);
	/* The rest is site_close()'s. */
	for (int i = 0; i < 6; i++)
		close(fds[i]);
}

/* ---- Times ----------------------------------------------------------------- */

static void a_client_that_says_nothing_is_hung_up_on(void **state)
{
	struct site *site = *state;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	site_advance(site, 9000);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 1500);
	assert_int_equal(site->listener.open, 0);
	assert_int_equal(site->listener.metrics->timeouts, 1);
	assert_true(client_sees_end(site, fd));
	close(fd);
}

static void a_header_that_drips_has_an_end(void **state)
{
	struct site *site = *state;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	client_say(site, fd, "GET /metrics HTTP/1.1\r\nX:");
	for (int i = 0; i < 5; i++) {
		site_advance(site, 11000);
		client_say(site, fd, "a");
	}
	site_settle(site);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 6000);
	assert_int_equal(site->listener.open, 0);
	assert_int_equal(site->listener.metrics->timeouts, 1);
	close(fd);
}

static void a_body_that_stalls_is_told_so(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	client_say(site, fd, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nh");
	site_settle(site);
	site_advance(site, 19000);
	client_say(site, fd, "e");
	site_settle(site);
	site_advance(site, 19000);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 1500);
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 408);
	assert_true(reply.closed);
	assert_int_equal(site->listener.open, 0);
	assert_int_equal(site->front.task_count, 0);
	assert_int_equal(site->listener.metrics->timeouts, 1);
	reply_free(&reply);
	close(fd);
}

static void a_body_that_drips_has_an_end(void **state)
{
	struct site *site = *state;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	client_say(site, fd, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 99\r\n\r\nh");
	for (int i = 0; i < 5; i++) {
		site_advance(site, 11000);
		client_say(site, fd, "a");
		site_settle(site);
	}
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 6000);
	assert_int_equal(site->listener.open, 0);
	close(fd);
}

static void waiting_for_a_verdict_has_no_end_of_ours(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	site->front.hold = true;
	client_say(site, fd, SCAN);
	site_wait_submitted(site, 1);
	site_advance(site, 10000000);
	fake_task_judge(fake_front_submitted(&site->front, 0));
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void a_connection_between_two_requests_is_closed_in_time(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	for (int i = 0; i < 2; i++) {
		client_say(site, fd, METRICS);
		client_read(site, fd, false, &reply);
		assert_false(reply.closed);
		reply_free(&reply);
		site_advance(site, 29000);
	}
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 1500);
	assert_int_equal(site->listener.open, 0);
	assert_int_equal(site->listener.metrics->timeouts, 0);
	assert_true(client_sees_end(site, fd));
	close(fd);
}

static void judge_large(const struct as_task *task, struct as_task_answer *answer,
			struct as_answer *verdict)
{
	static unsigned char json[8 << 20];

	(void)task;
	(void)verdict;
	memset(json, ' ', sizeof(json));
	answer->json = as_span_make(json, sizeof(json));
}

static void an_answer_that_is_not_taken_is_dropped(void **state)
{
	struct site *site = *state;
	int fd;

	site_clock(site);
	site->front.judge = judge_large;
	fd = fake_listener_connect(&site->listener);
	client_say(site, fd, SCAN);
	site_wait_submitted(site, 1);
	site_settle(site);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 59000);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 2000);
	assert_int_equal(site->listener.open, 0);
	close(fd);
}

static void lingering_has_an_end(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int fd;

	site_clock(site);
	fd = fake_listener_connect(&site->listener);
	client_say(site, fd, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 99999999\r\n\r\n");
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 413);
	assert_int_equal(site->listener.open, 1);
	site_advance(site, 2500);
	assert_int_equal(site->listener.open, 0);
	reply_free(&reply);
	close(fd);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open, site_close)
	const struct CMUnitTest tests[] = {
		TEST(a_client_that_leaves_takes_its_message_along),
		TEST(a_client_that_will_send_no_more_gets_its_answer),
		TEST(a_next_request_that_is_early_ends_nothing),
		TEST(a_client_that_leaves_within_its_message_leaves_nothing),
		TEST(stopping_ends_whatever_is_going_on),
		TEST(a_client_that_says_nothing_is_hung_up_on),
		TEST(a_header_that_drips_has_an_end),
		TEST(a_body_that_stalls_is_told_so),
		TEST(a_body_that_drips_has_an_end),
		TEST(waiting_for_a_verdict_has_no_end_of_ours),
		TEST(a_connection_between_two_requests_is_closed_in_time),
		TEST(an_answer_that_is_not_taken_is_dropped),
		TEST(lingering_has_an_end),
	};

	return cmocka_run_group_tests_name("http life", tests, NULL, NULL);
}
