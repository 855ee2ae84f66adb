/* SPDX-License-Identifier: BSD-2-Clause */
/* What only the daemon reads of assay.conf: listeners and their addresses. */
#include "test_policy_file_fixture.h"

#include "policy/config_memory.h"
#include "policy/service_address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Every file begins with this line, so that the second is the test's. */
#define HEAD "plugins = {} run_dir = \"/run/test\"\n"

static const struct as_listener_config *listener(const char *name)
{
	for (size_t i = 0; i < config->service.listener_count; i++)
		if (strcmp(config->service.listeners[i].name, name) == 0)
			return &config->service.listeners[i];
	fail_msg("no listener %s", name);
	return NULL;
}

static void without_a_section_all_protocols_listen_locally(void **state)
{
	static const struct {
		const char *name, *address;
		enum as_protocol protocol;
		uint32_t mode, connections;
		enum as_keep keep;
		uint64_t first_byte_ms, keepalive_ms;
	} cases[] = {
		{"control", "unix:/run/test/control.sock", AS_PROTOCOL_CONTROL, 0600, 64,
		 AS_KEEP_CLIENT, 10000, 60000},
		{"http", "unix:/run/test/http.sock", AS_PROTOCOL_HTTP, 0660, 8192, AS_KEEP_CLIENT,
		 10000, 60000},
		{"clamd", "unix:/run/test/clamd.sock", AS_PROTOCOL_CLAMD, 0666, 8192,
		 AS_KEEP_CLIENT, 10000, 60000},
		{"milter", "inet:127.0.0.1:8899", AS_PROTOCOL_MILTER, 0666, 8192, AS_KEEP_DISCARD,
		 30000, 7210000},
	};
	(void)state;

	assert_int_equal(load_file(HEAD, ""), 0);
	assert_int_equal(config->service.listener_count, COUNT(cases));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct as_listener_config *l = &config->service.listeners[i];

		print_message("case: %s\n", cases[i].name);
		assert_string_equal(l->name, cases[i].name);
		assert_string_equal(l->address, cases[i].address);
		assert_int_equal(l->protocol, cases[i].protocol);
		assert_int_equal(l->mode, cases[i].mode);
		assert_int_equal(l->connections, cases[i].connections);
		assert_int_equal(l->quarantine, cases[i].keep);
		assert_int_equal(l->first_byte_ms, cases[i].first_byte_ms);
		assert_int_equal(l->keepalive_ms, cases[i].keepalive_ms);
		assert_int_equal(l->idle_ms, 30000);
		assert_int_equal(l->request_ms, 300000);
		assert_int_equal(l->fail, AS_FAIL_TEMPFAIL);
		assert_string_equal(l->group, "");
		assert_string_equal(l->policy, "");
		assert_string_equal(l->direction, "");
		assert_string_equal(l->authserv_id, "");
		assert_string_equal(l->subject_prefix, "");
	}
	assert_true(listener("milter")->headers);
	assert_int_equal(listener("clamd")->jobs, 256);
	assert_int_equal(listener("clamd")->spool_bytes, 512u << 20);
}

static void the_service_has_defaults(void **state)
{
	(void)state;
	assert_int_equal(load_file("plugins = {}\n", ""), 0);
	assert_string_equal(config->service.user, "assay");
	assert_string_equal(config->service.group, "");
	assert_non_null(strstr(config->service.run_dir, "/assay"));
	assert_non_null(strstr(config->service.quarantine_dir, "/assay/quarantine"));
	assert_string_equal(config->service.log_file, "");
	assert_int_equal(config->service.connections, 16384);
	assert_int_equal(config->service.queue_limit, 1024);
	assert_int_equal(config->service.spool_bytes, 1u << 30);
	assert_int_equal(config->service.drain_ms, 30000);
	assert_int_equal(config->service.reload_drain_ms, 8000);
	assert_false(config->service.watch);
	assert_true(config->service.front_sandbox);
}

static void one_line_is_a_configuration(void **state)
{
	(void)state;
	assert_int_equal(load_file("plugins = {}\n",
				   "listener \"milter\" { address = "
				   "\"unix:/var/spool/postfix/assay/milter.sock\" }"),
			 0);
	assert_int_equal(config->service.listener_count, 2);
	assert_int_equal(listener("milter")->protocol, AS_PROTOCOL_MILTER);
	assert_string_equal(listener("milter")->address,
			    "unix:/var/spool/postfix/assay/milter.sock");
	/* Without this one nobody could reload it. */
	assert_int_equal(listener("control")->protocol, AS_PROTOCOL_CONTROL);
}

static const char whole[] =
	"user = \"mail\" group = \"mail\" run_dir = \"run\" quarantine_dir = \"/q\"\n"
	"log_file = \"log\" max_connections = 7 queue_limit = 8 spool_bytes = \"2MiB\"\n"
	"drain_ms = 9 reload_drain_ms = 10 watch = true front_sandbox = false\n"
	"policy \"strict\" { }\n"
	"listener \"admin\" {\n protocol = \"control\" address = \"unix:admin.sock\"\n"
	" users = { \"ann\", \"1000\" } groups = { \"adm\" } mode = \"660\" group = \"adm\"\n}\n"
	"listener \"scan\" {\n protocol = \"clamd\" address = \"/run/clamd.ctl\"\n"
	" incomplete = \"found\" reload = true roots = { \"/srv\", \"/var/x y\" }\n"
	" quarantine = \"store\" fail = \"accept\"\n}\n"
	"listener \"mta\" {\n protocol = \"milter\" address = \"[::1]:9000\"\n"
	" quarantine = \"hold\" fail = \"reject\" policy = \"strict\" direction = \"inbound\"\n"
	" authserv_id = \"mx.example.org\" subject_prefix = \"[odd] \" headers = false\n"
	" connections = 11 jobs = 12 spool_bytes = \"3MiB\" first_byte_ms = 101 idle_ms = 102\n"
	" request_ms = 103 keepalive_ms = 104\n}\n"
	"listener \"http\" {\n address = \"systemd:assay-http\"\n}\n";

static void assert_service(void)
{
	const struct as_service *service = &config->service;
	char path[300];

	assert_string_equal(service->user, "mail");
	assert_string_equal(service->group, "mail");
	snprintf(path, sizeof(path), "%s/run", folder);
	assert_string_equal(service->run_dir, path);
	assert_string_equal(service->quarantine_dir, "/q");
	snprintf(path, sizeof(path), "%s/log", folder);
	assert_string_equal(service->log_file, path);
	assert_int_equal(service->connections, 7);
	assert_int_equal(service->queue_limit, 8);
	assert_int_equal(service->spool_bytes, 2u << 20);
	assert_int_equal(service->drain_ms, 9);
	assert_int_equal(service->reload_drain_ms, 10);
	assert_true(service->watch);
	assert_false(service->front_sandbox);
	assert_int_equal(service->listener_count, 4);
}

static void assert_milter(const struct as_listener_config *l)
{
	assert_string_equal(l->address, "inet:[::1]:9000");
	assert_int_equal(l->quarantine, AS_KEEP_HOLD);
	assert_int_equal(l->fail, AS_FAIL_REJECT);
	assert_string_equal(l->policy, "strict");
	assert_string_equal(l->direction, "inbound");
	assert_string_equal(l->authserv_id, "mx.example.org");
	assert_string_equal(l->subject_prefix, "[odd] ");
	assert_false(l->headers);
	assert_int_equal(l->connections, 11);
	assert_int_equal(l->jobs, 12);
	assert_int_equal(l->spool_bytes, 3u << 20);
	assert_int_equal(l->first_byte_ms, 101);
	assert_int_equal(l->idle_ms, 102);
	assert_int_equal(l->request_ms, 103);
	assert_int_equal(l->keepalive_ms, 104);
}

static void assert_whole(void)
{
	const struct as_listener_config *admin = listener("admin"), *scan = listener("scan");
	char path[300];

	assert_service();
	snprintf(path, sizeof(path), "unix:%s/run/admin.sock", folder);
	assert_string_equal(admin->address, path);
	assert_int_equal(admin->mode, 0660);
	assert_string_equal(admin->group, "adm");
	assert_int_equal(admin->user_count, 2);
	assert_string_equal(admin->users[1], "1000");
	assert_int_equal(admin->group_count, 1);
	assert_string_equal(scan->address, "unix:/run/clamd.ctl");
	assert_int_equal(scan->incomplete, AS_CLAMD_FOUND);
	assert_true(scan->reload);
	assert_int_equal(scan->root_count, 2);
	assert_string_equal(scan->roots[1], "/var/x y");
	assert_int_equal(scan->quarantine, AS_KEEP_STORE);
	assert_int_equal(scan->fail, AS_FAIL_ACCEPT);
	assert_milter(listener("mta"));
	assert_string_equal(listener("http")->address, "systemd:assay-http");
}

static void everything_that_can_be_set_is_set(void **state)
{
	(void)state;
	assert_int_equal(load_file("plugins = {}\n", whole), 0);
	assert_whole();
}

static void what_is_shown_parses_to_the_same(void **state)
{
	struct as_buffer shown, again;
	(void)state;

	as_buffer_init(&shown, 0);
	as_buffer_init(&again, 0);
	assert_int_equal(load_file("plugins = {}\n", whole), 0);
	as_config_show(config, &shown);
	as_buffer_byte(&shown, 0);
	assert_int_equal(load_file("", (const char *)shown.data), 0);
	assert_whole();
	as_config_show(config, &again);
	assert_non_null(memmem(again.data, again.size, "listener \"mta\" {\n", 17));
	assert_null(memmem(again.data, again.size, "idle_ms = 102  ", 15));

	as_buffer_clear(&shown);
	assert_int_equal(load_file(HEAD, ""), 0);
	as_config_show(config, &shown);
	as_buffer_byte(&shown, 0);
	assert_non_null(strstr((const char *)shown.data, "    keepalive_ms = 7210000"));
	assert_int_equal(load_file("", (const char *)shown.data), 0);
	assert_int_equal(config->service.listener_count, 4);
	as_buffer_deinit(&shown);
	as_buffer_deinit(&again);
}

struct wrong {
	const char *name, *text;
	int line;
	const char *word;
};

/* A configuration with one fault, in the line and with the word given. */
static void assert_wrong(const struct wrong *wrong, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char place[300];

		print_message("case: %s\n", wrong[i].name);
		assert_int_equal(load_file(HEAD, wrong[i].text), AS_E_CONFIG);
		print_message("text: %s\n", error.text);
		if (wrong[i].line > 0)
			snprintf(place, sizeof(place), "%s:%d: ", file, wrong[i].line);
		else
			snprintf(place, sizeof(place), "%s: ", file);
		assert_int_equal(strncmp(error.text, place, strlen(place)), 0);
		assert_non_null(strstr(error.text, wrong[i].word));
		assert_null(strchr(error.text, '\n'));
	}
}

static void wrong_options_of_the_service_are_told(void **state)
{
	static const struct wrong cases[] = {
		{"no user", "user = \"\"\n", 2, "name of a user"},
		{"odd user", "\nuser = \"a b\"\n", 3, "name of a user"},
		{"odd group", "group = \"a:b\"\n", 2, "name of a group"},
		{"no folder", "run_dir = \"\"\n", 2, "expected a folder"},
		{"no connections", "max_connections = 0\n", 2, "1 to 100000 connections"},
		{"negative", "queue_limit = -1\n", 2, "queue_limit = -1: expected 1 to 100000"},
		{"long", "drain_ms = 3600001\n", 2, "0 to 3600000 ms"},
		{"small", "spool_bytes = \"1KiB\"\n", 2, "1MiB to 1024GiB"},
		{"no size", "spool_bytes = \"much\"\n", 2, "spool_bytes = \"much\""},
		{"no switch", "watch = maybe\n", 2, "invalid boolean"},
	};
	(void)state;

	assert_wrong(cases, COUNT(cases));
}

static void wrong_listeners_are_told(void **state)
{
	static const struct wrong cases[] = {
		{"no protocol", "listener \"mta\" {\n}\n", 2, "\"mta\" has no protocol"},
		{"odd protocol", "listener \"a\" {\n protocol = \"smtp\"\n}\n", 3, "expected http"},
		{"name of another protocol", "listener \"milter\" {\n protocol = \"http\"\n}\n", 3,
		 "choose another name"},
		{"same name", "listener \"http\" { }\nlistener \"http\" { }\n", 3, "title 'http'"},
		{"same address",
		 "listener \"http\" { }\nlistener \"b\" {\n protocol = \"http\"\n"
		 " address = \"unix:/run//test/./http.sock\" }\n",
		 5, "\"http\" has the address"},
		{"the same by default",
		 "listener \"http\" { }\nlistener \"b\" { protocol = \"http\" }\n", 3,
		 "unix:/run/test/http.sock"},
		{"the address of the control socket",
		 "listener \"http\" { address = \"unix:control.sock\" }\n", 0,
		 "listener \"control\""},
		{"bare name", "listener \"http\" { address = \"http.sock\" }\n", 2,
		 "expected unix:PATH"},
		{"unknown option", "listener \"http\" {\n adress = \"x\"\n}\n", 3,
		 "did you mean \"address\""},
		{"fail", "listener \"http\" { fail = \"ok\" }\n", 2, "tempfail, accept or reject"},
		{"quarantine of http", "listener \"http\" { quarantine = \"hold\" }\n", 2,
		 "expected client or store"},
		{"quarantine of milter", "listener \"milter\" { quarantine = \"client\" }\n", 2,
		 "expected discard, reject or hold"},
		{"policy", "policy \"strict\" { }\nlistener \"http\" {\n policy = \"strct\" }\n", 4,
		 "did you mean \"strict\""},
		{"direction", "listener \"http\" { direction = \"up\" }\n", 2, "inbound, outbound"},
		{"connections", "listener \"http\" { connections = 0 }\n", 2, "1 to 100000"},
		{"connections that are no number", "listener \"http\" { connections = many }\n", 2,
		 "invalid integer"},
		{"time", "listener \"http\" {\n idle_ms = 99 }\n", 3, "100 to 86400000 ms"},
		{"size", "listener \"http\" { spool_bytes = \"1\" }\n", 2, "1MiB to 1024GiB"},
		{"mode", "listener \"http\" { mode = \"rw\" }\n", 2, "octal digits"},
		{"mode with 8", "listener \"http\" { mode = \"0680\" }\n", 2, "octal digits"},
		{"mode with a set bit", "listener \"http\" { mode = \"4660\" }\n", 2, "octal"},
		{"open control socket", "listener \"control\" { mode = \"0666\" }\n", 2,
		 "nothing for others"},
		{"control by TCP", "listener \"control\" { address = \"127.0.0.1:1\" }\n", 2,
		 "tells who the client is"},
		{"mode by TCP", "listener \"milter\" { mode = \"0600\" }\n", 2,
		 "only a UNIX socket"},
		{"group of a passed socket",
		 "listener \"http\" { address = \"systemd:x\"\n group = \"mail\" }\n", 3,
		 "only a UNIX socket"},
		{"foreign option", "listener \"clamd\" {\n authserv_id = \"mx\"\n}\n", 3,
		 "authserv_id means nothing for the protocol clamd"},
		{"mail for control", "listener \"control\" { fail = \"accept\" }\n", 2,
		 "fail means nothing for the protocol control"},
		{"users of http", "listener \"http\" { users = { \"x\" } }\n", 2, "users means"},
		{"empty user", "listener \"control\" { users = { \"\" } }\n", 2,
		 "name or a number"},
		{"user with blanks", "listener \"control\" { users = { \"a b\" } }\n", 2, "a b"},
		{"incomplete", "listener \"clamd\" { incomplete = \"ok\" }\n", 2, "error or found"},
		{"relative root", "listener \"clamd\" { roots = { \"srv\" } }\n", 2, "from / on"},
		{"authserv_id with a blank", "listener \"milter\" { authserv_id = \"a b\" }\n", 2,
		 "name of a host"},
		{"prefix with a line end", "listener \"milter\" { subject_prefix = \"a\\nb\" }\n",
		 2, "printable ASCII"},
	};
	(void)state;

	assert_wrong(cases, COUNT(cases));
}

static void wrong_addresses_are_not_the_same_address(void **state)
{
	(void)state;
	assert_int_equal(load_file(HEAD,
				   "listener \"a\" { protocol = \"http\" address = \"x\" }\n"
				   "listener \"b\" { protocol = \"http\" address = \"y\" }\n"),
			 AS_E_CONFIG);
	assert_non_null(strstr(error.text, ":2: address = \"x\""));
	assert_non_null(strstr(error.text, ":3: address = \"y\""));
	assert_null(strstr(error.text, "too"));
}

static void too_many_listeners_are_refused(void **state)
{
	char text[65 * 80];
	size_t used = 0;
	(void)state;

	for (int i = 0; i < 65; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "listener \"l%d\" { protocol = \"http\" address = "
					 "\"unix:%d\" }\n",
					 i, i);
	assert_int_equal(load_file(HEAD, text), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "more than 64 listeners"));
}

static void addresses_have_one_form(void **state)
{
	static const struct {
		const char *text, *address; /* NULL: none */
	} cases[] = {
		{"unix:/run/a", "unix:/run/a"},
		{"/run/a", "unix:/run/a"},
		{"unix:a", "unix:/base/a"},
		{"unix:a/b", "unix:/base/a/b"},
		{"//run/.//./a", "unix:/run/a"},
		{"/run/..a/.b", "unix:/run/..a/.b"},
		{"unix:", NULL},
		{"unix:/run/", NULL},
		{"/", NULL},
		{"inet:127.0.0.1:25", "inet:127.0.0.1:25"},
		{"127.0.0.1:25", "inet:127.0.0.1:25"},
		{"127.1.2.3:65535", "inet:127.1.2.3:65535"},
		{"127.0.0.1:00025", "inet:127.0.0.1:25"},
		{"inet:[::1]:25", "inet:[::1]:25"},
		{"[0:0::1]:25", "inet:[::1]:25"},
		{"127.0.0.1", NULL},
		{"127.0.0.1:", NULL},
		{"127.0.0.1:0", NULL},
		{"127.0.0.1:65536", NULL},
		{"127.0.0.1:100000", NULL},
		{"127.0.0.1:25x", NULL},
		{"127.0.0.1: 25", NULL},
		{"127.1:25", NULL},
		{"0.0.0.0:25", NULL},
		{"192.0.2.1:25", NULL},
		{"inet:localhost:25", NULL},
		{"inet:::1:25", NULL},
		{"[::1]", NULL},
		{"[::1]25", NULL},
		{"[::]:25", NULL},
		{"[::ffff:127.0.0.1]:25", NULL},
		{"[2001:db8::1]:25", NULL},
		{"[127.0.0.1]:25", NULL},
		{"inet:", NULL},
		{"systemd:milter", "systemd:milter"},
		{"systemd:", NULL},
		{"systemd:a:b", NULL},
		{"systemd:a b", NULL},
		{"milter.sock", NULL},
		{"tcp:127.0.0.1:25", NULL},
		{"", NULL},
	};
	struct as_arena arena;
	(void)state;

	as_arena_init(&arena, 1u << 16);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *why = "";
		const char *address = as_address_parse(&arena, cases[i].text, "/base", &why);

		print_message("case: %s\n", cases[i].text);
		if (cases[i].address == NULL) {
			assert_null(address);
			assert_int_equal(strncmp(why, "expected", 8), 0);
		} else {
			assert_non_null(address);
			assert_string_equal(address, cases[i].address);
		}
	}
	as_arena_deinit(&arena);
}

static void a_path_fits_into_a_socket_address(void **state)
{
	char path[AS_UNIX_PATH_MAX + 2];
	struct as_arena arena;
	const char *why = "";
	(void)state;

	as_arena_init(&arena, 1u << 16);
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[AS_UNIX_PATH_MAX] = '\0';
	assert_non_null(as_address_parse(&arena, path, "/base", &why));
	path[AS_UNIX_PATH_MAX] = 'a';
	path[AS_UNIX_PATH_MAX + 1] = '\0';
	assert_null(as_address_parse(&arena, path, "/base", &why));
	assert_non_null(strstr(why, "107 octets"));
	assert_null(as_address_parse(&arena, "unix:x", path, &why));
	as_arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, forget)
		TEST(without_a_section_all_protocols_listen_locally),
		TEST(the_service_has_defaults),
		TEST(one_line_is_a_configuration),
		TEST(everything_that_can_be_set_is_set),
		TEST(what_is_shown_parses_to_the_same),
		TEST(wrong_options_of_the_service_are_told),
		TEST(wrong_listeners_are_told),
		TEST(wrong_addresses_are_not_the_same_address),
		TEST(too_many_listeners_are_refused),
		TEST(addresses_have_one_form),
		TEST(a_path_fits_into_a_socket_address),
	};
	return cmocka_run_group_tests_name("policy service", tests, set_up, tear_down);
}
