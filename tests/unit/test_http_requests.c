/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_http_fixture.h"

#include <stdio.h>
#include <unistd.h>

static void each_request_gets_its_status(void **state)
{
	static const struct {
		const char *name, *request;
		unsigned int status;
	} cases[] = {
		{"a scan", "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", 200},
		{"status", "GET /v1/status HTTP/1.1\r\n" HOST "\r\n", 200},
		{"status, head", "HEAD /v1/status HTTP/1.1\r\n" HOST "\r\n", 200},
		{"metrics", "GET /metrics HTTP/1.1\r\n" HOST "\r\n", 200},
		{"HTTP/1.0", "GET /metrics HTTP/1.0\r\n\r\n", 200},
		{"another path", "GET /v1/nothing HTTP/1.1\r\n" HOST "\r\n", 404},
		{"control calls are elsewhere",
		 "POST /v1/reload HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 404},
		{"a path that ends early", "GET /v1/status%00x HTTP/1.1\r\n" HOST "\r\n", 400},
		{"another method", "PUT /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx",
		 405},
		{"a method of its own", "BREW /metrics HTTP/1.1\r\n" HOST "\r\n", 405},
		{"POST to a page", "POST /metrics HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx",
		 405},
		{"no body", "POST /v1/scan HTTP/1.1\r\n" HOST "\r\n", 400},
		{"an empty body", "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n",
		 400},
		{"empty chunks",
		 "POST /v1/scan HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		 400},
		{"chunks",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
		 200},
		{"a known policy",
		 "POST /v1/scan?policy=default&detail=true HTTP/1.1\r\n" HOST
		 "Content-Length: 1\r\n\r\nx",
		 200},
		{"an unknown policy",
		 "POST /v1/scan?policy=none HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 400},
		{"a policy with NUL",
		 "POST /v1/scan?policy=default%00x HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx",
		 400},
		{"two policies",
		 "POST /v1/scan?policy=default&policy=default HTTP/1.1\r\n" HOST
		 "Content-Length: 1\r\n\r\nx",
		 400},
		{"detail as a word",
		 "POST /v1/scan?detail=yes HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 400},
		{"an unknown parameter",
		 "POST /v1/scan?polcy=default HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 400},
		{"a parameter without value",
		 "POST /v1/scan?detail HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 400},
		{"a parameter for a page", "GET /metrics?detail=1 HTTP/1.1\r\n" HOST "\r\n", 400},
		{"compressed",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
		 415},
		{"another multipart",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Content-Type: multipart/mixed; boundary=x\r\nContent-Length: 1\r\n\r\nx",
		 415},
		{"a form as curl says it",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\nx",
		 200},
		{"multipart without boundary",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Content-Type: multipart/form-data\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"an unknown field of ours",
		 "POST /v1/scan HTTP/1.1\r\n" HOST "Assay-Form: a@b\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"a field of ours twice",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Assay-Helo:\r\nAssay-Helo: b\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"a direction that is none",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Assay-Direction: up\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"no UTF-8",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Assay-Helo: a\xff\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"a tab in a value of ours",
		 "POST /v1/scan HTTP/1.1\r\n" HOST "Assay-Helo: a\tb\r\nContent-Length: 1\r\n\r\nx",
		 400},
		{"fields of ours for a page",
		 "GET /metrics HTTP/1.1\r\n" HOST "Assay-Form: a@b\r\n\r\n", 200},
	};
	struct site *site = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(status_of(site, cases[i].request), cases[i].status);
	}
}

/* What lets two readers disagree about the end of a request (request
 * smuggling) is refused, and nothing behind it is taken for a request. */
static void framing_that_can_be_read_in_two_ways_ends_the_connection(void **state)
{
	static const struct {
		const char *name, *fields;
		unsigned int status;
	} cases[] = {
		{"length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
		{"coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
		{"two lengths", "Content-Length: 5\r\nContent-Length: 5\r\n", 400},
		{"two other lengths", "Content-Length: 5\r\nContent-Length: 6\r\n", 400},
		{"a list of lengths", "Content-Length: 5, 5\r\n", 400},
		{"a length with a sign", "Content-Length: +5\r\n", 400},
		{"a negative length", "Content-Length: -5\r\n", 400},
		{"no number", "Content-Length: five\r\n", 400},
		{"an empty length", "Content-Length:\r\n", 400},
		{"a length beyond 64 bits", "Content-Length: 99999999999999999999\r\n", 413},
		{"the largest length", "Content-Length: 18446744073709551615\r\n", 413},
		{"another coding", "Transfer-Encoding: gzip\r\n", 501},
		{"two codings", "Transfer-Encoding: gzip, chunked\r\n", 501},
		{"two fields of coding",
		 "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
		{"coding and identity",
		 "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400},
		{"a blank before the colon", "Transfer-Encoding : chunked\r\n", 400},
		{"a blank before the colon of the length", "Content-Length : 5\r\n", 400},
		{"a vertical tab", "Transfer-Encoding:\vchunked\r\n", 400},
		{"CR within a field", "X: a\rTransfer-Encoding: chunked\r\n", 400},
		{"two hosts", "Host: there\r\nContent-Length: 5\r\n", 400},
		{"no colon", "Content-Length 5\r\n", 400},
	};
	struct site *site = *state;
	struct reply reply;
	char request[512];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = fake_listener_connect(&site->listener);
		uint32_t made = site->front.submitted;

		print_message("case: %s\n", cases[i].name);
		snprintf(request, sizeof(request),
			 "POST /v1/scan HTTP/1.1\r\n" HOST "%s\r\n"
			 "0\r\n\r\nGET /metrics HTTP/1.1\r\n" HOST "\r\n",
			 cases[i].fields);
		client_say(site, fd, request);
		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, cases[i].status);
		assert_true(client_sees_end(site, fd));
		assert_int_equal(site->front.submitted, made);
		reply_free(&reply);
		close(fd);
	}
	site_settle(site);
}

static void transfer_codings_are_unknown_to_http_1_0(void **state)
{
	assert_int_equal(status_of(*state, "POST /v1/scan HTTP/1.0\r\n"
					   "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
			 400);
}

static void what_is_no_http_is_told_so(void **state)
{
	static const struct {
		const char *name, *request;
		unsigned int status;
	} cases[] = {
		{"no host", "GET /metrics HTTP/1.1\r\n\r\n", 400},
		{"another version", "GET /metrics HTTP/2.0\r\n\r\n", 505},
		{"blanks in the target", "GET /metrics x HTTP/1.1\r\n" HOST "\r\n", 400},
		{"no ASCII in the target", "GET /metrics\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", 400},
		{"SMTP", "HELO there\r\n", 400},
		{"bad chunks",
		 "POST /v1/scan HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		{"a chunk of any size",
		 "POST /v1/scan HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
		 413},
	};
	struct site *site = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		assert_int_equal(status_of(site, cases[i].request), cases[i].status);
	}
	assert_int_equal(site->front.task_count, 0);
}

static void a_header_without_end_is_refused(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int fd = fake_listener_connect(&site->listener);
	char line[1024];

	memset(line, 'a', sizeof(line));
	memcpy(line, "X: ", 3);
	memcpy(line + sizeof(line) - 2, "\r\n", 2);
	client_say(site, fd, "GET /metrics HTTP/1.1\r\n" HOST);
	for (int i = 0; i < 64; i++) {
		if (!client_send(site, fd, line, sizeof(line)))
			break;
	}
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 431);
	reply_free(&reply);
	close(fd);
	site_settle(site);
}

static void problems_are_json_and_say_what_is_allowed(void **state)
{
	struct site *site = *state;
	struct reply reply;

	ask(site, "DELETE /v1/scan HTTP/1.1\r\n" HOST "\r\n", &reply);
	assert_int_equal(reply.status, 405);
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/problem+json");
	assert_string_equal(reply_field(&reply, "Allow"), "POST");
	assert_true(reply_says(&reply, "{\"type\":\"about:blank\",\"title\":\"Method Not Allowed\","
				       "\"status\":405,\"detail\":"));
	reply_free(&reply);

	ask(site, "POST /metrics HTTP/1.1\r\n" HOST "Content-Length: 999999\r\n\r\n", &reply);
	assert_int_equal(reply.status, 405);
	assert_string_equal(reply_field(&reply, "Allow"), "GET, HEAD");
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/problem+json");
	assert_string_equal(reply_field(&reply, "Connection"), "close");
	reply_free(&reply);
}

static void octets_of_a_client_are_escaped_in_a_problem(void **state)
{
	struct reply reply;

	ask(*state, "GET /%1b%5b2J%ff%22 HTTP/1.1\r\n" HOST "\r\n", &reply);
	assert_int_equal(reply.status, 404);
	assert_true(reply_says(&reply, "\\\\x1b[2J\\\\xff\\\""));
	reply_free(&reply);
}

static void head_has_the_fields_and_no_body(void **state)
{
	struct reply reply;

	ask(*state, "HEAD /metrics HTTP/1.1\r\n" HOST "\r\n", &reply);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply_field(&reply, "Content-Length"), "11");
	assert_string_equal(reply_field(&reply, "Content-Type"),
			    "text/plain; version=0.0.4; charset=utf-8");
	reply_free(&reply);
}

static void a_connection_serves_one_request_after_the_other(void **state)
{
	static const struct {
		const char *request;
		unsigned int status;
	} steps[] = {
		{"GET /v1/status HTTP/1.1\r\n" HOST "\r\n", 200},
		{"POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi", 200},
		{"POST /v1/scan?x=y HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi", 400},
		{"POST /v1/none HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi", 404},
		{"PUT /metrics HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi", 405},
		{"GET /metrics HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi", 200},
		{"POST /v1/scan HTTP/1.1\r\n" HOST
		 "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
		 200},
	};
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	struct reply reply;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		client_say(site, fd, steps[i].request);
		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, steps[i].status);
		assert_false(reply.closed);
		reply_free(&reply);
	}
	assert_int_equal(site->listener.open, 1);
	close(fd);
	site_wait_closed(site, 1);
}

static void requests_that_are_sent_together_are_answered_in_order(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	struct reply reply;

	client_say(site, fd,
		   "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi"
		   "GET /none HTTP/1.1\r\n" HOST "\r\n"
		   "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nho"
		   "GET /metrics HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n");
	for (int i = 0; i < 4; i++) {
		static const unsigned int statuses[] = {200, 404, 200, 200};

		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, statuses[i]);
		reply_free(&reply);
	}
	assert_true(client_sees_end(site, fd));
	close(fd);
	site_wait_closed(site, 1);
}

static void a_request_may_come_octet_by_octet(void **state)
{
	static const char request[] =
		"POST /v1/scan HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
		"5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n";
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	struct reply reply;

	site->front.hold = true;
	for (size_t i = 0; i < sizeof(request) - 1; i++) {
		client_send(site, fd, request + i, 1);
		event_base_loop(site->base, EVLOOP_NONBLOCK);
	}
	site_wait_submitted(site, 1);
	assert_true(fake_task_holds(fake_front_submitted(&site->front, 0), "hello!"));
	fake_task_judge(fake_front_submitted(&site->front, 0));
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void a_connection_that_is_refused_hears_why(void **state)
{
	struct site *site = *state;
	struct reply reply;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	client_say(site, pair[1], "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
	site->listener.ops->refuse(&site->listener, pair[0]);
	client_read(site, pair[1], false, &reply);
	assert_int_equal(reply.status, 503);
	assert_string_equal(reply_field(&reply, "Retry-After"), "1");
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/problem+json");
	assert_true(reply.closed);
	assert_int_equal(site->front.closed, 0);
	reply_free(&reply);
	close(pair[1]);
}

static void draining_closes_idle_connections_and_answers_the_others(void **state)
{
	struct site *site = *state;
	int silent = fake_listener_connect(&site->listener);
	int idle = fake_listener_connect(&site->listener);
	int busy = fake_listener_connect(&site->listener);
	struct reply reply;

	client_say(site, idle, "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
	client_read(site, idle, false, &reply);
	assert_false(reply.closed);
	reply_free(&reply);
	site->front.hold = true;
	client_say(site, busy, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nhi");
	site_wait_submitted(site, 1);

	site->listener.draining = true;
	site->listener.ops->drain(&site->listener);
	assert_true(client_sees_end(site, silent));
	assert_true(client_sees_end(site, idle));
	site_wait_closed(site, 2);
	assert_int_equal(site->listener.open, 1);
	fake_task_judge(fake_front_submitted(&site->front, 0));
	client_read(site, busy, false, &reply);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply_field(&reply, "Connection"), "close");
	assert_true(reply.closed);
	reply_free(&reply);
	close(silent);
	close(idle);
	close(busy);
	site_wait_closed(site, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_request_gets_its_status, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(
			framing_that_can_be_read_in_two_ways_ends_the_connection, site_open,
			site_close),
		cmocka_unit_test_setup_teardown(transfer_codings_are_unknown_to_http_1_0, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(what_is_no_http_is_told_so, site_open, site_close),
		cmocka_unit_test_setup_teardown(a_header_without_end_is_refused, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(problems_are_json_and_say_what_is_allowed,
						site_open, site_close),
		cmocka_unit_test_setup_teardown(octets_of_a_client_are_escaped_in_a_problem,
						site_open, site_close),
		cmocka_unit_test_setup_teardown(head_has_the_fields_and_no_body, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(a_connection_serves_one_request_after_the_other,
						site_open, site_close),
		cmocka_unit_test_setup_teardown(
			requests_that_are_sent_together_are_answered_in_order, site_open,
			site_close),
		cmocka_unit_test_setup_teardown(a_request_may_come_octet_by_octet, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(a_connection_that_is_refused_hears_why, site_open,
						site_close),
		cmocka_unit_test_setup_teardown(
			draining_closes_idle_connections_and_answers_the_others, site_open,
			site_close),
	};

	return cmocka_run_group_tests_name("http requests", tests, NULL, NULL);
}
