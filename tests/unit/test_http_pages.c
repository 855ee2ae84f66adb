/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/front_view.h"

#include <jansson.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define PLUGINS                                                                                    \
	"{\"plugins\":[{\"name\":\"clamav\",\"loaded\":true,\"signatures\":8700000,"               \
	"\"newest\":1700000000},{\"name\":\"yara\",\"loaded\":false,\"signatures\":7,"             \
	"\"newest\":5},{\"name\":\"archive\",\"loaded\":true,\"signatures\":0,\"newest\":0}],"     \
	"\"policies\":[\"default\"]}"

struct front {
	struct as_front_view view;
	struct as_metrics metrics;
	struct as_service service;
	struct as_listener_config configs[2];
	struct as_listener listeners[2];
	const struct as_listener *pointers[2];
};

static void fill_listeners(struct front *front)
{
	static const char *const names[] = {"http", "odd \"\\\nname"};

	for (size_t i = 0; i < 2; i++) {
		front->configs[i] = (struct as_listener_config){
			.name = names[i], .protocol = AS_PROTOCOL_HTTP, .address = "unix:/run/s"};
		front->listeners[i] = (struct as_listener){
			.config = &front->configs[i],
			.metrics = &front->metrics.listeners[i],
			.open = 3,
		};
		front->pointers[i] = &front->listeners[i];
	}
	front->metrics.listeners[0] = (struct as_metrics_listener){
		.connections = 10, .open = 3, .requests = 9, .refused_jobs = 2, .octets = 12345};
	front->metrics.listeners[0].actions[ASSAY_ACTION_REJECT] = 4;
}

static int open_front(void **state)
{
	struct front *front = calloc(1, sizeof(*front));

	assert_non_null(front);
	assert_int_equal(as_metrics_init(&front->metrics, 2), 0);
	front->metrics.code_count = 1;
	front->metrics.codes[0] = (struct as_metrics_code){
		.code = "malware.eicar", .severity = ASSAY_CRITICAL, .messages = 4};
	front->metrics.latency_count[0] = 5;
	front->metrics.latency_count[AS_METRICS_BUCKETS - 1] = 1;
	front->metrics.latency_sum_us = 61000007;
	front->service = (struct as_service){
		.queue_limit = 100, .spool_bytes = 1 << 30, .quarantine_dir = "/var/lib/assay/q"};
	fill_listeners(front);
	front->view = (struct as_front_view){
		.service = &front->service,
		.config_file = "/etc/assay/assay.conf",
		.version = "0.1.0",
		.sandbox = "seccomp on",
		.wall_us = UINT64_C(1700000060000000),
		.started_wall_us = UINT64_C(1700000000000000),
		.ready = true,
		.reason = "",
		.generation = 3,
		.generation_wall_us = UINT64_C(1700000001000000),
		.plugins = as_span_text(PLUGINS),
		.pool = {.wanted = 4, .workers = 5, .busy = 2, .queued = 1, .crashes = 6},
		.last_reload_text = "",
		.store_used = true,
		.store_up = true,
		.metrics = &front->metrics,
		.listeners = front->pointers,
		.listener_count = 2,
	};
	*state = front;
	return 0;
}

static int close_front(void **state)
{
	struct front *front = *state;

	as_metrics_deinit(&front->metrics);
	free(front);
	return 0;
}

static json_t *status_of(const struct front *front)
{
	struct as_buffer out;
	json_t *value;

	as_buffer_init(&out, 0);
	assert_int_equal(as_status_json_render(&front->view, &out), 0);
	value = json_loadb((const char *)out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
	as_buffer_deinit(&out);
	assert_non_null(value);
	return value;
}

static void the_status_says_how_it_is(void **state)
{
	struct front *front = *state;
	json_t *status = status_of(front), *listener, *generation;

	assert_string_equal(json_string_value(json_object_get(status, "version")), "0.1.0");
	assert_true(json_is_true(json_object_get(status, "ready")));
	assert_string_equal(json_string_value(json_object_get(status, "started")),
			    "2023-11-14T22:13:20Z");
	generation = json_object_get(status, "generation");
	assert_int_equal(json_integer_value(json_object_get(generation, "id")), 3);
	assert_int_equal(json_array_size(json_object_get(generation, "plugins")), 3);
	assert_true(json_is_null(json_object_get(status, "last_reload")));
	listener = json_array_get(json_object_get(status, "listeners"), 0);
	assert_int_equal(json_integer_value(json_object_get(listener, "open")), 3);
	assert_int_equal(json_integer_value(json_object_get(listener, "requests")), 9);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(listener, "actions"), "reject")),
		4);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(status, "queue"), "limit")),
		100);
	json_decref(status);
}

static void a_reload_that_failed_stands_in_the_status(void **state)
{
	struct front *front = *state;
	json_t *status, *reload;

	front->view.last_reload_wall_us = UINT64_C(1700000050000000);
	front->view.last_reload_text = "a.yar:1: wrong\xff\nb.yar:2: wrong";
	status = status_of(front);
	reload = json_object_get(status, "last_reload");
	assert_true(json_is_false(json_object_get(reload, "ok")));
	assert_string_equal(json_string_value(json_object_get(reload, "reason")),
			    "a.yar:1: wrong\xef\xbf\xbd\nb.yar:2: wrong");
	json_decref(status);
}

static void a_status_before_the_first_generation_is_whole(void **state)
{
	struct front *front = *state;
	json_t *status;

	front->view.plugins = as_span_make(NULL, 0);
	front->view.generation_wall_us = 0;
	status = status_of(front);
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(status, "generation"), "plugins")),
		0);
	json_decref(status);
}

static void counters_are_in_the_form_that_prometheus_reads(void **state)
{
	static const char *const lines[] = {
		"# TYPE assay_messages_total counter\n",
		"assay_messages_total{listener=\"http\",action=\"reject\"} 4\n",
		"assay_messages_total{listener=\"odd \\\"\\\\\\nname\",action=\"accept\"} 0\n",
		"assay_findings_total{code=\"malware.eicar\",severity=\"critical\"} 4\n",
		"assay_findings_total{code=\"other\",severity=\"\"} 0\n",
		"assay_latency_seconds_bucket{le=\"0.000500\"} 5\n",
		"assay_latency_seconds_bucket{le=\"60.000000\"} 5\n",
		"assay_latency_seconds_bucket{le=\"+Inf\"} 6\n",
		"assay_latency_seconds_sum 61.000007\n",
		"assay_latency_seconds_count 6\n",
		"assay_queue_length 1\n",
		"assay_workers{state=\"busy\"} 2\n",
		"assay_workers{state=\"idle\"} 3\n",
		"assay_worker_restarts_total{reason=\"crash\"} 6\n",
		"assay_plugin_signatures{plugin=\"clamav\"} 8700000\n",
		"assay_plugin_signatures_age_seconds{plugin=\"clamav\"} 60\n",
		"assay_refused_total{listener=\"http\",reason=\"jobs\"} 2\n",
		"assay_received_bytes_total{listener=\"http\"} 12345\n",
		"assay_uptime_seconds 60.000000\n",
	};
	struct front *front = *state;
	struct as_buffer out;

	as_buffer_init(&out, 0);
	assert_int_equal(as_metrics_text_render(&front->view, &out), 0);
	as_buffer_byte(&out, '\0');
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		print_message("line: %s", lines[i]);
		assert_non_null(strstr((const char *)out.data, lines[i]));
	}
	assert_null(strstr((const char *)out.data, "plugin=\"yara\""));
	assert_null(strstr((const char *)out.data, "plugin=\"archive\""));
	as_buffer_deinit(&out);
}

static void families_are_declared_once(void **state)
{
	struct front *front = *state;
	struct as_buffer out;
	char *line, *rest;

	as_buffer_init(&out, 0);
	assert_int_equal(as_metrics_text_render(&front->view, &out), 0);
	as_buffer_byte(&out, '\0');
	for (line = strtok_r((char *)out.data, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strncmp(line, "# TYPE ", 7) != 0)
			continue;
		/* strtok_r() has ended every line before this one. */
		assert_null(strstr(rest, line));
	}
	as_buffer_deinit(&out);
}

static void a_page_that_does_not_fit_is_an_error(void **state)
{
	struct front *front = *state;
	struct as_buffer out;

	as_buffer_init(&out, 100);
	assert_true(as_metrics_text_render(&front->view, &out) < 0);
	as_buffer_deinit(&out);
	as_buffer_init(&out, 100);
	assert_true(as_status_json_render(&front->view, &out) < 0);
	as_buffer_deinit(&out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_front, close_front)
	const struct CMUnitTest tests[] = {
		TEST(the_status_says_how_it_is),
		TEST(a_reload_that_failed_stands_in_the_status),
		TEST(a_status_before_the_first_generation_is_whole),
		TEST(counters_are_in_the_form_that_prometheus_reads),
		TEST(families_are_declared_once),
		TEST(a_page_that_does_not_fit_is_an_error),
	};

	return cmocka_run_group_tests_name("http pages", tests, NULL, NULL);
}
