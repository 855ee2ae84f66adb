/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client_request.h"
#include "cli/remote.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* settings.c tells faults through this one of options.c. */
void as_complain(const struct as_verb *verb, const char *format, ...)
{
	(void)verb;
	(void)format;
}

static const struct as_verb verb = {.name = "client", .options = AS_TAKES_SEND};

static void endpoints_are_sockets_and_loopback(void **state)
{
	static const struct {
		const char *text;
		int rc;
		const char *socket, *base;
	} cases[] = {
		{"/run/assay/http.sock", 0, "/run/assay/http.sock", "http://localhost"},
		{"unix:/run/x", 0, "/run/x", "http://localhost"},
		{"here.sock", 0, "here.sock", "http://localhost"},
		{"http://127.0.0.1:8890", 0, "", "http://127.0.0.1:8890"},
		{"http://127.0.0.1:8890/", 0, "", "http://127.0.0.1:8890"},
		{"http://127.1.2.3:1", 0, "", "http://127.1.2.3:1"},
		{"http://[::1]:65535", 0, "", "http://[::1]:65535"},
		{"http://localhost:80", 0, "", "http://localhost:80"},
		{"inet:127.0.0.1:8890", 0, "", "http://127.0.0.1:8890"},
		{"http://mail.example.org:80", -EINVAL, "", ""},
		{"http://192.0.2.1:80", -EINVAL, "", ""},
		{"http://127.0.0.1.example.org:80", -EINVAL, "", ""},
		{"http://localhost.example.org:80", -EINVAL, "", ""},
		{"http://127.0.0.1@example.org:80", -EINVAL, "", ""},
		{"http://127.0.0.1:80@example.org", -EINVAL, "", ""},
		{"http://127.0.0.1", -EINVAL, "", ""},
		{"http://127.0.0.1:", -EINVAL, "", ""},
		{"http://127.0.0.1:0", -EINVAL, "", ""},
		{"http://127.0.0.1:65536", -EINVAL, "", ""},
		{"http://127.0.0.1:99999999999999999999", -EINVAL, "", ""},
		{"http://127.0.0.1:80/v1", -EINVAL, "", ""},
		{"http://127.0.0.1: 80", -EINVAL, "", ""},
		{"https://127.0.0.1:80", -EINVAL, "", ""},
		{"ftp://127.0.0.1:80", -EINVAL, "", ""},
		{"", -EINVAL, "", ""},
		{"unix:", -EINVAL, "", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_endpoint endpoint = {.text = ""};
		struct as_error error = {.text = ""};

		print_message("case: %s\n", cases[i].text);
		assert_int_equal(as_endpoint_parse(cases[i].text, &endpoint, &error), cases[i].rc);
		assert_string_equal(endpoint.socket, cases[i].socket);
		assert_string_equal(endpoint.base, cases[i].base);
		assert_int_equal(error.text[0] == '\0', cases[i].rc == 0);
	}
}

static void a_path_that_no_socket_can_have_is_refused(void **state)
{
	char path[200];
	struct as_endpoint endpoint;
	struct as_error error = {.text = ""};
	(void)state;

	memset(path, 'a', sizeof(path));
	path[107] = '\0';
	assert_int_equal(as_endpoint_parse(path, &endpoint, &error), 0);
	path[107] = 'a';
	path[108] = '\0';
	assert_int_equal(as_endpoint_parse(path, &endpoint, &error), -ENAMETOOLONG);
}

static bool has_field(const struct curl_slist *fields, const char *line)
{
	for (; fields != NULL; fields = fields->next)
		if (strcmp(fields->data, line) == 0)
			return true;
	return false;
}

static void the_envelope_goes_into_fields(void **state)
{
	const struct as_options options = {
		.verb = &verb,
		.from = "",
		.client = "192.0.2.1",
		.recipients = {.items = {"a@example.org", "b@example.org"}, .count = 2},
	};
	const struct as_scanner_job job = {.file = "mail/x.eml", .is_message = true};
	struct as_error error = {.text = ""};
	struct curl_slist *fields = as_request_fields(&options, &job, &error);
	(void)state;

	assert_non_null(fields);
	assert_true(has_field(fields, "Assay-Mail-From;"));
	assert_true(has_field(fields, "Assay-Client: 192.0.2.1"));
	assert_true(has_field(fields, "Assay-Rcpt-To: a@example.org"));
	assert_true(has_field(fields, "Assay-Rcpt-To: b@example.org"));
	assert_true(has_field(fields, "Assay-File: mail/x.eml"));
	assert_true(has_field(fields, "Assay-Kind: message"));
	assert_true(has_field(fields, "Content-Type: message/rfc822"));
	assert_false(has_field(fields, "Assay-Helo;"));
	curl_slist_free_all(fields);
}

static void a_value_cannot_bring_a_field_of_its_own(void **state)
{
	static const char *const values[] = {"a\r\nX: y", "a\nb", "a\tb", "a\x7f", "a\xff"};
	const struct as_scanner_job job = {.file = ""};
	(void)state;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const struct as_options options = {.verb = &verb, .queue_id = values[i]};
		struct as_error error = {.text = ""};

		assert_null(as_request_fields(&options, &job, &error));
		assert_int_equal(error.code, -EINVAL);
		assert_non_null(strstr(error.text, "--queue-id"));
	}
}

static void an_odd_name_of_a_file_is_not_sent(void **state)
{
	const struct as_options options = {.verb = &verb};
	const struct as_scanner_job job = {.file = "a\r\nX: y"};
	struct as_error error = {.text = ""};
	struct curl_slist *fields = as_request_fields(&options, &job, &error);
	(void)state;

	assert_non_null(fields);
	for (const struct curl_slist *field = fields; field != NULL; field = field->next)
		assert_null(strstr(field->data, "Assay-File"));
	assert_true(has_field(fields, "Assay-Kind: file"));
	curl_slist_free_all(fields);
}

static void the_query_is_escaped(void **state)
{
	const struct as_options options = {.verb = &verb, .policy = "a&b c", .detail = true};
	struct as_endpoint endpoint;
	struct as_error error;
	char *url;
	(void)state;

	assert_int_equal(as_endpoint_parse("/s", &endpoint, &error), 0);
	url = as_request_url(&options, &endpoint);
	assert_string_equal(url, "http://localhost/v1/scan?policy=a%26b%20c&detail=1");
	free(url);
}

static int read_verdict(const char *body, const struct as_scanner_job *job, struct as_buffer *json,
			struct as_verdict_summary *summary, enum as_outcome *outcome)
{
	as_buffer_init(json, 0);
	return as_request_verdict(job, as_span_text(body), json, summary, outcome);
}

static void a_verdict_is_told_where_its_message_stood(void **state)
{
	static const char body[] =
		"{\"schema\":1,\"source\":{\"file\":\"\",\"index\":0,\"offset\":0,\"size\":9},"
		"\"action\":\"reject\",\"complete\":true,\"findings\":[{},{}],"
		"\"cost\":{\"objects\":3,\"bytes\":100}}\n";
	const struct as_scanner_job job = {
		.file = "a.mbox", .index = 4, .source_offset = 77, .source_size = 12, .size = 9};
	struct as_verdict_summary summary;
	enum as_outcome outcome;
	struct as_buffer json;
	(void)state;

	assert_int_equal(read_verdict(body, &job, &json, &summary, &outcome), 0);
	assert_true(as_buffer_byte(&json, '\0'));
	assert_string_equal(
		(const char *)json.data,
		"{\"schema\":1,\"source\":{\"file\":\"a.mbox\",\"index\":4,\"offset\":77,"
		"\"size\":12},\"action\":\"reject\",\"complete\":true,\"findings\":[{},{}],"
		"\"cost\":{\"objects\":3,\"bytes\":100}}");
	assert_int_equal(summary.action, ASSAY_ACTION_REJECT);
	assert_int_equal(summary.complete, 1);
	assert_int_equal(summary.finding_count, 2);
	assert_int_equal(summary.object_count, 3);
	assert_int_equal(outcome, AS_OUTCOME_DONE);
	as_buffer_deinit(&json);
}

static void a_verdict_without_objects_was_no_inspection(void **state)
{
	static const char body[] =
		"{\"source\":{\"file\":\"\",\"index\":0,\"offset\":0,\"size\":0},"
		"\"action\":\"accept\",\"complete\":false,"
		"\"cost\":{\"objects\":0}}";
	const struct as_scanner_job job = {.file = ""};
	struct as_verdict_summary summary;
	enum as_outcome outcome;
	struct as_buffer json;
	(void)state;

	assert_int_equal(read_verdict(body, &job, &json, &summary, &outcome), 0);
	assert_int_equal(outcome, AS_OUTCOME_NO_WORKER);
	as_buffer_deinit(&json);
}

static void what_is_no_verdict_is_refused(void **state)
{
	static const char *const bodies[] = {"",
					     "hello",
					     "[]",
					     "{}",
					     "{\"action\":\"maybe\"}",
					     "{\"action\":\"accept\"",
					     "{\"action\":7}"};
	const struct as_scanner_job job = {.file = ""};
	(void)state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct as_verdict_summary summary;
		enum as_outcome outcome;
		struct as_buffer json;

		print_message("case: %s\n", bodies[i]);
		assert_int_equal(read_verdict(bodies[i], &job, &json, &summary, &outcome),
				 AS_E_PROTOCOL);
		as_buffer_deinit(&json);
	}
}

static void a_problem_is_told_in_its_words(void **state)
{
	static const struct {
		const char *body, *words;
	} cases[] = {
		{"{\"title\":\"Bad\",\"detail\":\"no such policy\"}", "no such policy"},
		{"{\"title\":\"Bad\"}", "Bad"},
		{"{\"detail\":\"a.yar:2: x\\nb.yar:3: y\\n\"}", "a.yar:2: x\nb.yar:3: y"},
		{"{\"detail\":\"\\u001b[31m\"}", "\\x1b[31m"},
		{"<html>", "HTTP status 500 without a reason"},
		{"", "HTTP status 500 without a reason"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_buffer words;

		print_message("case: %s\n", cases[i].body);
		as_buffer_init(&words, 0);
		as_remote_problem(500, as_span_text(cases[i].body), &words);
		assert_true(as_buffer_byte(&words, '\0'));
		assert_string_equal((const char *)words.data, cases[i].words);
		as_buffer_deinit(&words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(endpoints_are_sockets_and_loopback),
		cmocka_unit_test(a_path_that_no_socket_can_have_is_refused),
		cmocka_unit_test(the_envelope_goes_into_fields),
		cmocka_unit_test(a_value_cannot_bring_a_field_of_its_own),
		cmocka_unit_test(an_odd_name_of_a_file_is_not_sent),
		cmocka_unit_test(the_query_is_escaped),
		cmocka_unit_test(a_verdict_is_told_where_its_message_stood),
		cmocka_unit_test(a_verdict_without_objects_was_no_inspection),
		cmocka_unit_test(what_is_no_verdict_is_refused),
		cmocka_unit_test(a_problem_is_told_in_its_words),
	};
	return cmocka_run_group_tests_name("cli_remote", tests, NULL, NULL);
}
