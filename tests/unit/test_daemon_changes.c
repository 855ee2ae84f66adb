/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/service_changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const char *const few[] = {"/srv"};
static const char *const many[] = {"/srv", "/home"};
static const char *const other[] = {"/var"};

static struct as_listener_config now_listeners[2], next_listeners[2];
static struct as_config now, next;

static int set_up(void **state)
{
	const struct as_listener_config standard = {
		.name = "web",
		.protocol = AS_PROTOCOL_HTTP,
		.address = "unix:/run/assay/http.sock",
		.group = "",
		.policy = "",
		.direction = "",
		.roots = few,
		.root_count = 1,
		.authserv_id = "",
		.subject_prefix = "",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		now_listeners[i] = standard;
		next_listeners[i] = standard;
	}
	now_listeners[1].name = "mail";
	next_listeners[1].name = "mail";
	now = (struct as_config){
		.service = {.user = "assay",
			    .group = "",
			    .run_dir = "/run/assay",
			    .quarantine_dir = "/q",
			    .log_file = "",
			    .listeners = now_listeners,
			    .listener_count = 2},
	};
	next = now;
	next.service.listeners = next_listeners;
	return 0;
}

static void expect(const char *words)
{
	struct as_buffer out;

	as_buffer_init(&out, 0);
	as_service_changes(&now, &next, &out);
	assert_true(as_buffer_byte(&out, '\0'));
	assert_string_equal((const char *)out.data, words);
	as_buffer_deinit(&out);
}

static void equal_configurations_need_no_words(void **state)
{
	(void)state;
	expect("");
	/* What a reload takes over is no matter of the start. */
	next.workers = 7;
	next.cache_bytes = 1;
	expect("");
}

static void options_of_the_service_are_named(void **state)
{
	(void)state;
	next.service.user = "other";
	next.service.drain_ms = 1;
	next.service.connections = 9;
	next.log_level = AS_LOG_DEBUG;
	expect("user, max_connections, drain_ms, log_level");
}

static void options_of_a_listener_are_named_with_it(void **state)
{
	(void)state;
	next_listeners[1].mode = 0600;
	next_listeners[1].address = "unix:/run/assay/other.sock";
	expect("listener \"mail\" (address, mode)");
}

static void lists_are_compared_by_their_items(void **state)
{
	static const char *const same[] = {"/srv"};

	(void)state;
	next_listeners[0].roots = same;
	expect("");
	next_listeners[0].roots = other;
	expect("listener \"web\" (roots)");
	next_listeners[0].roots = many;
	next_listeners[0].root_count = 2;
	expect("listener \"web\" (roots)");
}

static void listeners_come_and_go(void **state)
{
	(void)state;
	next_listeners[1].name = "milter";
	next.service.run_dir = "/run/other";
	expect("run_dir, listener \"mail\" (no longer there), new listener \"milter\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(equal_configurations_need_no_words, set_up),
		cmocka_unit_test_setup(options_of_the_service_are_named, set_up),
		cmocka_unit_test_setup(options_of_a_listener_are_named_with_it, set_up),
		cmocka_unit_test_setup(lists_are_compared_by_their_items, set_up),
		cmocka_unit_test_setup(listeners_come_and_go, set_up),
	};

	return cmocka_run_group_tests_name("changes for the next start", tests, NULL, NULL);
}
