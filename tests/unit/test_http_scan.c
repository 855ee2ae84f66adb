/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_http_fixture.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define POST   "POST /v1/scan HTTP/1.1\r\nHost: here\r\n"
#define CHUNKS "Transfer-Encoding: chunked\r\n\r\n"

/* ---- Octets ---------------------------------------------------------------- */

static void a_message_arrives_octet_for_octet(void **state)
{
	enum { SIZE = 700000 };
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	unsigned char *octets = malloc(SIZE);
	struct as_task *task;
	struct reply reply;

	for (int i = 0; i < SIZE; i++)
		octets[i] = (unsigned char)(i * 7 + i / 251);
	site->front.hold = true;
	client_say(site, fd, POST "Content-Length: 700000\r\n\r\n");
	client_send(site, fd, octets, SIZE);
	site_wait_submitted(site, 1);
	task = fake_front_submitted(&site->front, 0);
	assert_int_equal(task->octets.size, SIZE);
	assert_memory_equal(task->octets.data, octets, SIZE);
	fake_task_judge(task);
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);
	free(octets);
	close(fd);
	site_wait_closed(site, 1);
}

static void the_verdict_is_the_answer(void **state)
{
	struct site *site = *state;
	struct reply reply;

	ask(site, POST "Content-Length: 10\r\n\r\n-infected-", &reply);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/json");
	assert_string_equal(reply_field(&reply, "Assay-Id"), "01TEST00000000000000000001");
	assert_string_equal(reply_field(&reply, "Assay-Action"), "reject");
	assert_string_equal(reply_field(&reply, "Assay-Stored"), "");
	assert_true(reply_says(&reply, "{\"schema\":1}"));
	reply_free(&reply);
}

static void expect_continue_is_answered_before_the_body(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	char interim[64] = "";
	struct reply reply;

	client_say(site, fd, POST "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	site_settle(site);
	assert_true(recv(fd, interim, sizeof(interim) - 1, MSG_DONTWAIT) > 0);
	assert_string_equal(interim, "HTTP/1.1 100 Continue\r\n\r\n");
	client_say(site, fd, "hello");
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 200);
	reply_free(&reply);

	client_say(site, fd,
		   "POST /none HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
		   "Content-Length: 5\r\n\r\n");
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 404);
	assert_memory_equal(reply.head.data, "HTTP/1.1 404", 12);
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void the_envelope_comes_from_the_fields(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	const struct assay_envelope *envelope;
	struct as_task *task;

	site->front.hold = true;
	client_say(site, fd,
		   "POST /v1/scan?policy=default&detail=1 HTTP/1.1\r\nHost: h\r\n"
		   "Assay-Client: 192.0.2.7\r\nassay-client-name: mx.example\r\n"
		   "Assay-Helo: mx\r\nAssay-Mail-From:\r\nAssay-Rcpt-To: a@example\r\n"
		   "Assay-Rcpt-To: b\xc3\xa4@example\r\nAssay-Auth-User: ann\r\n"
		   "Assay-Queue-Id: 4X1\r\nAssay-Direction: outbound\r\n"
		   "Assay-Tls: TLSv1.3\r\nAssay-File: a, \"b\".eml\r\nAssay-Kind: guess\r\n"
		   "Content-Length: 1\r\n\r\nx");
	site_wait_submitted(site, 1);
	task = fake_front_submitted(&site->front, 0);
	envelope = task->request.envelope;
	assert_string_equal(envelope->client, "192.0.2.7");
	assert_string_equal(envelope->client_name, "mx.example");
	assert_string_equal(envelope->helo, "mx");
	assert_string_equal(envelope->mail_from, "");
	assert_int_equal(envelope->rcpt_count, 2);
	assert_string_equal(envelope->rcpt_to[0], "a@example");
	assert_string_equal(envelope->rcpt_to[1], "b\xc3\xa4@example");
	assert_string_equal(envelope->auth_user, "ann");
	assert_string_equal(envelope->queue_id, "4X1");
	assert_string_equal(envelope->direction, "outbound");
	assert_string_equal(envelope->tls, "TLSv1.3");
	assert_string_equal(task->request.file, "a, \"b\".eml");
	assert_string_equal(task->request.policy, "default");
	assert_int_equal(task->request.kind, AS_TASK_GUESS);
	assert_true(task->request.detail);
	fake_task_judge(task);
	close(fd);
	site_wait_closed(site, 1);
}

/* ---- Multipart ------------------------------------------------------------- */

#define FORM "Content-Type: multipart/form-data; boundary=\"b 1\"\r\n"
#define PART "--b 1\r\nContent-Disposition: form-data; name="

static void say_form(struct site *site, int fd, const char *body, size_t size)
{
	char head[256];

	snprintf(head, sizeof(head), POST FORM "Content-Length: %zu\r\n\r\n", size);
	client_say(site, fd, head);
	client_send(site, fd, body, size);
}

static void a_form_has_envelope_and_message(void **state)
{
	static const char body[] = PART
		"\"envelope\"\r\nContent-Type: application/json\r\n\r\n"
		"{\"client\":\"192.0.2.7\",\"mail_from\":\"a@example\",\"rcpt_to\":[\"b@example\","
		"\"c@example\"],\"direction\":\"inbound\"}\r\n" PART
		"message; filename=\"x;y\\\".eml\"\r\nContent-Type: message/rfc822\r\n\r\n"
		"\r\n--b\0 1\r\r\n--b 2\r\n--b  1\r\n-\r\n\r\n\r\n--b 1--\r\n";
	static const char message[] = "\r\n--b\0 1\r\r\n--b 2\r\n--b  1\r\n-\r\n\r\n";
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	const struct assay_envelope *envelope;
	struct as_task *task;

	site->front.hold = true;
	say_form(site, fd, body, sizeof(body) - 1);
	site_wait_submitted(site, 1);
	task = fake_front_submitted(&site->front, 0);
	envelope = task->request.envelope;
	assert_int_equal(task->octets.size, sizeof(message) - 1);
	assert_memory_equal(task->octets.data, message, sizeof(message) - 1);
	assert_string_equal(envelope->client, "192.0.2.7");
	assert_string_equal(envelope->mail_from, "a@example");
	assert_int_equal(envelope->rcpt_count, 2);
	assert_string_equal(envelope->rcpt_to[1], "c@example");
	assert_string_equal(envelope->direction, "inbound");
	assert_string_equal(envelope->helo, "");
	fake_task_judge(task);
	close(fd);
	site_wait_closed(site, 1);
}

static void a_form_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *name, *body;
		unsigned int status;
	} cases[] = {
		{"only a message", PART "message\r\n\r\nhello\r\n--b 1--", 200},
		{"no message", PART "envelope\r\n\r\n{}\r\n--b 1--", 400},
		{"an empty message", PART "message\r\n\r\n\r\n--b 1--", 400},
		{"two messages", PART "message\r\n\r\nx\r\n" PART "message\r\n\r\ny\r\n--b 1--",
		 400},
		{"two envelopes",
		 PART "envelope\r\n\r\n{}\r\n" PART "envelope\r\n\r\n{}\r\n--b 1--", 400},
		{"another part", PART "file\r\n\r\nx\r\n--b 1--", 400},
		{"no JSON", PART "envelope\r\n\r\n{\r\n" PART "message\r\n\r\nx\r\n--b 1--", 400},
		{"a JSON list", PART "envelope\r\n\r\n[]\r\n" PART "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"a member twice",
		 PART "envelope\r\n\r\n{\"helo\":\"a\",\"helo\":\"b\"}\r\n" PART
		      "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"an unknown member",
		 PART "envelope\r\n\r\n{\"hello\":\"a\"}\r\n" PART "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"a number",
		 PART "envelope\r\n\r\n{\"helo\":1}\r\n" PART "message\r\n\r\nx\r\n--b 1--", 400},
		{"NUL in a text",
		 PART "envelope\r\n\r\n{\"helo\":\"\\u0000\"}\r\n" PART
		      "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"a line end in a text",
		 PART "envelope\r\n\r\n{\"helo\":\"a\\nb\"}\r\n" PART "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"one recipient that is no text",
		 PART "envelope\r\n\r\n{\"rcpt_to\":[\"a\",1]}\r\n" PART
		      "message\r\n\r\nx\r\n--b 1--",
		 400},
		{"an envelope that is no JSON by name",
		 PART "envelope\r\nContent-Type: text/plain\r\n\r\n{}\r\n" PART
		      "message\r\n\r\nx\r\n--b 1--",
		 415},
		{"no end", PART "message\r\n\r\nhello\r\n", 400},
		{"something behind the end", PART "message\r\n\r\nx\r\n--b 1--\r\nx", 400},
		{"something before the beginning", "x\r\n" PART "message\r\n\r\nx\r\n--b 1--", 400},
	};
	struct site *site = *state;
	struct reply reply;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = fake_listener_connect(&site->listener);

		print_message("case: %s\n", cases[i].name);
		say_form(site, fd, cases[i].body, strlen(cases[i].body));
		client_read(site, fd, false, &reply);
		assert_int_equal(reply.status, cases[i].status);
		reply_free(&reply);
		close(fd);
	}
	site_settle(site);
	assert_int_equal(site->front.task_count, 0);
}

static void an_envelope_is_given_once(void **state)
{
	static const char body[] =
		PART "envelope\r\n\r\n{\"helo\":\"a\"}\r\n" PART "message\r\n\r\nx\r\n--b 1--";
	struct site *site = *state;
	char request[512];

	snprintf(request, sizeof(request),
		 POST FORM "Assay-Helo: b\r\nContent-Length: %zu\r\n\r\n%s", sizeof(body) - 1,
		 body);
	assert_int_equal(status_of(site, request), 400);
	snprintf(request, sizeof(request),
		 POST FORM "Assay-Kind: file\r\nAssay-File: x\r\nContent-Length: %zu\r\n\r\n%s",
		 sizeof(body) - 1, body);
	assert_int_equal(status_of(site, request), 200);
}

static void an_envelope_without_end_is_refused(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	static char blanks[64 * 1024];
	struct reply reply;

	memset(blanks, ' ', sizeof(blanks));
	site->front.max_bytes = 1 << 30;
	client_say(site, fd, POST FORM "Content-Length: 900000000\r\n\r\n" PART "envelope\r\n\r\n");
	for (int i = 0; i < 40; i++) {
		if (!client_send(site, fd, blanks, sizeof(blanks)))
			break;
	}
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 413);
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void an_envelope_of_too_many_values_is_not_parsed(void **state)
{
	static char body[300000] = PART "envelope\r\n\r\n{\"rcpt_to\":[";
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	size_t size = strlen(body);
	struct reply reply;

	while (size < 200000)
		size += (size_t)sprintf(body + size, "\"\",");
	size += (size_t)sprintf(body + size, "\"\"]}\r\n" PART "message\r\n\r\nx\r\n--b 1--");
	say_form(site, fd, body, size);
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 400);
	assert_true(reply_says(&reply, "more than 40000 values"));
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

/* ---- Limits ---------------------------------------------------------------- */

static void a_length_over_the_limit_is_refused_unread(void **state)
{
	struct site *site = *state;
	struct reply reply;

	ask(site, POST "Content-Length: 1048577\r\n\r\n", &reply);
	assert_int_equal(reply.status, 413);
	assert_true(reply.closed);
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/problem+json");
	assert_int_equal(site->front.made, 0);
	assert_int_equal(site->listener.metrics->too_large, 1);
	reply_free(&reply);
}

static void chunks_over_the_limit_are_answered_while_they_come(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	static char octets[64 * 1024];
	struct reply reply;

	site->front.max_bytes = 100000;
	client_say(site, fd, POST CHUNKS "7fffffff\r\n");
	for (int i = 0; i < 8; i++)
		client_send(site, fd, octets, sizeof(octets));
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 413);
	assert_true(reply.closed);
	reply_free(&reply);
	/* It is read on for a while, so that the answer is not overtaken. */
	assert_true(client_send(site, fd, octets, sizeof(octets)));
	close(fd);
	site_wait_closed(site, 1);
	assert_int_equal(site->front.task_count, 0);
}

static void who_does_not_stop_writing_is_not_read_for_ever(void **state)
{
	struct site *site = *state;
	int fd = fake_listener_connect(&site->listener);
	static char octets[64 * 1024];
	bool open = true;

	client_say(site, fd, POST "Content-Length: 99999999999\r\n\r\n");
	for (int i = 0; i < 64 && open; i++)
		open = client_send(site, fd, octets, sizeof(octets));
	assert_false(open);
	close(fd);
	site_wait_closed(site, 1);
}

static void what_is_full_says_when_to_come_again(void **state)
{
	static const struct {
		const char *name;
		int new_code, append_code, submit_code;
	} cases[] = {
		{"no task", -EAGAIN, 0, 0},	  {"no memory", -ENOMEM, 0, 0},
		{"no descriptor", -EMFILE, 0, 0}, {"spools full", 0, -EAGAIN, 0},
		{"queue full", 0, 0, -EAGAIN},
	};
	struct site *site = *state;
	struct reply reply;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("case: %s\n", cases[i].name);
		site->front.new_code = cases[i].new_code;
		site->front.append_code = cases[i].append_code;
		site->front.submit_code = cases[i].submit_code;
		ask(site, POST "Content-Length: 5\r\n\r\nhello", &reply);
		assert_int_equal(reply.status, 503);
		assert_string_equal(reply_field(&reply, "Retry-After"), "1");
		assert_string_equal(reply_field(&reply, "Content-Type"),
				    "application/problem+json");
		reply_free(&reply);
		assert_int_equal(site->front.task_count, 0);
	}
}

/* ---- Faults ---------------------------------------------------------------- */

static void a_fault_is_a_temporary_failure(void **state)
{
	struct reply reply;

	ask(*state, POST "Content-Length: 7\r\n\r\n-fault-", &reply);
	assert_int_equal(reply.status, 503);
	assert_string_equal(reply_field(&reply, "Retry-After"), "1");
	assert_true(reply_says(&reply, "no worker can inspect"));
	reply_free(&reply);
}

static void judge_fault_accept(const struct as_task *task, struct as_task_answer *answer,
			       struct as_answer *verdict)
{
	(void)task;
	(void)verdict;
	answer->answer = NULL;
	answer->action = ASSAY_ACTION_ACCEPT;
	answer->complete = false;
	answer->fault = "no worker can inspect";
}

static void a_fault_that_is_to_be_accepted_has_the_form_of_a_verdict(void **state)
{
	static const char *const keys[] = {"schema",   "id",	     "source",	  "envelope",
					   "message",  "action",     "reason",	  "recipients",
					   "complete", "incomplete", "findings",  "objects",
					   "smime",    "cost",	     "generation"};
	struct site *site = *state;
	struct reply reply;
	json_t *verdict, *incomplete;

	site->front.judge = judge_fault_accept;
	ask(site, POST "Assay-Rcpt-To: a@b\r\nContent-Length: 3\r\n\r\nabc", &reply);
	assert_int_equal(reply.status, 200);
	assert_string_equal(reply_field(&reply, "Assay-Action"), "accept");
	verdict = json_loadb((const char *)reply.body.data, reply.body.size, 0, NULL);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_non_null(json_object_get(verdict, keys[i]));
	assert_true(json_is_false(json_object_get(verdict, "complete")));
	incomplete = json_array_get(json_object_get(verdict, "incomplete"), 0);
	assert_string_equal(json_string_value(json_object_get(incomplete, "code")),
			    "scan.unscannable");
	assert_string_equal(json_string_value(json_object_get(incomplete, "text")),
			    "no worker can inspect");
	assert_int_equal(json_array_size(json_object_get(verdict, "recipients")), 1);
	json_decref(verdict);
	reply_free(&reply);
}

static void judge_stored(const struct as_task *task, struct as_task_answer *answer,
			 struct as_answer *verdict)
{
	(void)task;
	verdict->action = ASSAY_ACTION_QUARANTINE;
	answer->stored = true;
}

static void what_we_keep_is_told_as_configured(void **state)
{
	static const struct {
		enum as_keep keep;
		const char *action;
	} cases[] = {
		{AS_KEEP_STORE, "quarantine"},
		{AS_KEEP_DISCARD, "discard"},
		{AS_KEEP_REJECT, "reject"},
	};
	struct site *site = *state;
	struct reply reply;

	site->front.judge = judge_stored;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		site->config.quarantine = cases[i].keep;
		ask(site, POST "Content-Length: 1\r\n\r\nx", &reply);
		assert_string_equal(reply_field(&reply, "Assay-Action"), cases[i].action);
		assert_string_equal(reply_field(&reply, "Assay-Stored"), "true");
		reply_free(&reply);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open, site_close)
	const struct CMUnitTest tests[] = {
		TEST(a_message_arrives_octet_for_octet),
		TEST(the_verdict_is_the_answer),
		TEST(expect_continue_is_answered_before_the_body),
		TEST(the_envelope_comes_from_the_fields),
		TEST(a_form_has_envelope_and_message),
		TEST(a_form_that_is_none_is_refused),
		TEST(an_envelope_is_given_once),
		TEST(an_envelope_without_end_is_refused),
		TEST(an_envelope_of_too_many_values_is_not_parsed),
		TEST(a_length_over_the_limit_is_refused_unread),
		TEST(chunks_over_the_limit_are_answered_while_they_come),
		TEST(who_does_not_stop_writing_is_not_read_for_ever),
		TEST(what_is_full_says_when_to_come_again),
		TEST(a_fault_is_a_temporary_failure),
		TEST(a_fault_that_is_to_be_accepted_has_the_form_of_a_verdict),
		TEST(what_we_keep_is_told_as_configured),
	};

	return cmocka_run_group_tests_name("http scan", tests, NULL, NULL);
}
