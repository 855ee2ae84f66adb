/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/folders.h"
#include "daemon/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static char top[64], path[96], address[112];
static struct as_listener_config listener;
static struct as_service service;
static struct as_account account;
static struct as_passed passed;
static struct as_error error;

static int set_up(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "/tmp/assay-sockets-XXXXXX");
	assert_non_null(mkdtemp(top));
	snprintf(path, sizeof(path), "%s/http.sock", top);
	snprintf(address, sizeof(address), "unix:%s", path);
	listener = (struct as_listener_config){
		.name = "web", .address = address, .mode = 0660, .group = ""};
	service = (struct as_service){
		.user = "nobody",
		.group = "",
		.run_dir = top,
		.quarantine_dir = "",
		.log_file = "",
		.listeners = &listener,
		.listener_count = 1,
	};
	account = (struct as_account){.uid = geteuid(), .gid = getegid(), .name = "me"};
	passed = (struct as_passed){.count = 0};
	error = (struct as_error){.text = ""};
	return 0;
}

static int tear_down(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

/* Connects to the UNIX socket; 0 or the errno. */
static int call(void)
{
	struct as_sockaddr to;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int rc;

	assert_int_equal(as_sockaddr_parse(address, &to, &error), 0);
	rc = connect(fd, &to.at.any, to.size) < 0 ? errno : 0;
	close(fd);
	return rc;
}

static int open_all(struct as_sockets *sockets)
{
	return as_sockets_open(&service, &account, &passed, sockets, &error);
}

/* What a daemon leaves that was killed. */
static void leave_stale(void)
{
	struct as_sockaddr at;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(as_sockaddr_parse(address, &at, &error), 0);
	assert_int_equal(bind(fd, &at.at.any, at.size), 0);
	assert_int_equal(listen(fd, 1), 0);
	close(fd);
}

static unsigned int free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	close(fd);
	return ntohs(at.sin_port);
}

/* ---- Addresses ---------------------------------------------------------- */

static void addresses_are_read(void **state)
{
	static const struct {
		const char *text;
		enum as_sockaddr_kind kind;
		int family;
	} cases[] = {
		{"unix:/run/assay/http.sock", AS_SOCKADDR_UNIX, AF_UNIX},
		{"/run/assay/http.sock", AS_SOCKADDR_UNIX, AF_UNIX},
		{"inet:127.0.0.1:8899", AS_SOCKADDR_INET, AF_INET},
		{"inet:127.255.0.9:1", AS_SOCKADDR_INET, AF_INET},
		{"inet:[::1]:65535", AS_SOCKADDR_INET, AF_INET6},
		{"systemd:http", AS_SOCKADDR_SYSTEMD, AF_UNSPEC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_sockaddr got;

		print_message("case: %s\n", cases[i].text);
		assert_int_equal(as_sockaddr_parse(cases[i].text, &got, &error), 0);
		assert_int_equal(got.kind, cases[i].kind);
		assert_int_equal(got.at.any.sa_family, cases[i].family);
	}
}

static void odd_addresses_are_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"http.sock",
		"unix:",
		"unix:http.sock",
		"unix:/run/assay/",
		"unix:/0123456789012345678901234567890123456789012345678901234567890123456789"
		"0123456789012345678901234567890123456789",
		"inet:127.0.0.1",
		"inet:127.0.0.1:",
		"inet:127.0.0.1:0",
		"inet:127.0.0.1:65536",
		"inet:127.0.0.1:-1",
		"inet:127.0.0.1: 80",
		"inet:127.0.0.1:80x",
		"inet:localhost:80",
		"inet:[::1]",
		"inet:[::1]80",
		"inet:[::1:80",
		"inet:::1:80",
		"systemd:",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_sockaddr got;

		print_message("case: %s\n", cases[i]);
		assert_int_equal(as_sockaddr_parse(cases[i], &got, &error), AS_E_CONFIG);
	}
}

static void only_this_machine_may_connect(void **state)
{
	static const char *const cases[] = {"inet:0.0.0.0:80", "inet:192.0.2.1:80", "inet:[::]:80",
					    "inet:[2001:db8::1]:80", "inet:128.0.0.1:80"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_sockaddr got;

		print_message("case: %s\n", cases[i]);
		assert_int_equal(as_sockaddr_parse(cases[i], &got, &error), AS_E_CONFIG);
		assert_non_null(strstr(error.text, "reached from outside"));
	}
}

/* ---- Sockets --------------------------------------------------------------- */

static void a_socket_has_its_mode_and_answers(void **state)
{
	struct as_sockets sockets;
	struct stat st;

	(void)state;
	assert_int_equal(open_all(&sockets), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(call(), 0);
	assert_true((fcntl(sockets.items[0].fd, F_GETFL) & O_NONBLOCK) != 0);
	as_sockets_close(&sockets);
	assert_int_equal(access(path, F_OK), -1);
}

static void a_stale_socket_is_replaced(void **state)
{
	struct as_sockets sockets;

	(void)state;
	leave_stale();
	assert_int_equal(call(), ECONNREFUSED);
	assert_int_equal(open_all(&sockets), 0);
	assert_int_equal(call(), 0);
	as_sockets_close(&sockets);
}

static void a_socket_with_somebody_behind_it_is_left_alone(void **state)
{
	struct as_sockets first, second;

	(void)state;
	assert_int_equal(open_all(&first), 0);
	assert_int_equal(open_all(&second), -EADDRINUSE);
	assert_non_null(strstr(error.text, "listener \"web\""));
	assert_non_null(strstr(error.text, path));
	assert_int_equal(call(), 0);
	as_sockets_close(&first);
}

static void a_file_in_the_way_is_not_removed(void **state)
{
	struct as_sockets sockets;
	int fd;

	(void)state;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(open_all(&sockets), -EEXIST);
	assert_int_equal(access(path, F_OK), 0);
}

static void the_path_of_a_successor_is_not_removed(void **state)
{
	struct as_sockets old, new_;

	(void)state;
	assert_int_equal(open_all(&old), 0);
	as_sockets_release(&old);
	assert_int_equal(call(), ECONNREFUSED);
	assert_int_equal(open_all(&new_), 0);
	as_sockets_close(&old);
	assert_int_equal(call(), 0);
	as_sockets_close(&new_);
}

static void a_missing_folder_or_group_is_named(void **state)
{
	static const struct {
		const char *name, *file, *group, *word;
		int rc;
	} cases[] = {
		{"folder", "missing/x.sock", "", "the folder of", -ENOENT},
		{"group", "x.sock", "no-such-group-here", "no-such-group-here", -ESRCH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct as_sockets sockets;

		print_message("case: %s\n", cases[i].name);
		snprintf(path, sizeof(path), "%s/%s", top, cases[i].file);
		snprintf(address, sizeof(address), "unix:%s", path);
		listener.group = cases[i].group;
		assert_int_equal(open_all(&sockets), cases[i].rc);
		assert_non_null(strstr(error.text, cases[i].word));
		assert_int_equal(access(path, F_OK), -1);
	}
}

static void when_one_listener_fails_none_is_left(void **state)
{
	struct as_listener_config two[2] = {listener, listener};
	struct as_sockets sockets;

	(void)state;
	two[1].name = "other";
	service.listeners = two;
	service.listener_count = 2;
	assert_int_equal(open_all(&sockets), -EADDRINUSE);
	assert_non_null(strstr(error.text, "listener \"other\""));
	assert_int_equal(access(path, F_OK), -1);
}

static void a_loopback_port_is_used_once(void **state)
{
	struct as_sockets first, second;
	char note[256];

	(void)state;
	snprintf(address, sizeof(address), "inet:127.0.0.1:%u", free_port());
	assert_int_equal(open_all(&first), 0);
	assert_int_equal(open_all(&second), -EADDRINUSE);
	assert_int_equal(as_sockets_try(&listener, &service, note, sizeof(note), &error), 0);
	assert_string_equal(note, "in use by a running process");
	as_sockets_close(&first);
	assert_int_equal(as_sockets_try(&listener, &service, note, sizeof(note), &error), 0);
	assert_string_equal(note, "");
}

static void a_try_leaves_everything_as_it_is(void **state)
{
	struct as_sockets sockets;
	char note[256];

	(void)state;
	leave_stale();
	assert_int_equal(as_sockets_try(&listener, &service, note, sizeof(note), &error), 0);
	assert_string_equal(note, "");
	assert_int_equal(call(), ECONNREFUSED);
	assert_int_equal(open_all(&sockets), 0);
	assert_int_equal(as_sockets_try(&listener, &service, note, sizeof(note), &error), 0);
	assert_string_equal(note, "in use by a running process");
	assert_int_equal(call(), 0);
	as_sockets_close(&sockets);
}

/* ---- Passed on by systemd ---------------------------------------------------- */

static int listening(const char *at)
{
	struct as_sockaddr parsed;
	int fd;

	assert_int_equal(as_sockaddr_parse(at, &parsed, &error), 0);
	fd = socket(parsed.at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, &parsed.at.any, parsed.size), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void pass(int fd, const char *name)
{
	passed.fds = calloc(1, sizeof(*passed.fds));
	passed.names = calloc(2, sizeof(*passed.names));
	assert_non_null(passed.fds);
	assert_non_null(passed.names);
	passed.fds[0] = fd;
	passed.names[0] = strdup(name);
	passed.count = 1;
}

static void a_passed_socket_is_found_by_name(void **state)
{
	struct as_sockets sockets;
	int fd;

	(void)state;
	fd = listening(address);
	pass(fd, "web");
	listener.address = "systemd:web";
	assert_int_equal(open_all(&sockets), 0);
	assert_int_equal(sockets.items[0].fd, fd);
	as_passed_close(&passed);
	as_sockets_release(&sockets);
	assert_int_equal(call(), 0);
	as_sockets_close(&sockets);
	/* It is systemd's. */
	assert_int_equal(access(path, F_OK), 0);
}

static void a_passed_socket_is_found_by_address(void **state)
{
	struct as_sockets sockets;
	int fd;

	(void)state;
	fd = listening(address);
	pass(fd, "unknown");
	assert_int_equal(open_all(&sockets), 0);
	assert_int_equal(sockets.items[0].fd, fd);
	assert_true(sockets.items[0].passed);
	as_passed_close(&passed);
	as_sockets_close(&sockets);
}

static void a_passed_socket_that_cannot_serve_is_refused(void **state)
{
	struct as_sockets sockets;

	(void)state;
	listener.address = "systemd:web";
	assert_int_equal(open_all(&sockets), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "FileDescriptorName=web"));
	pass(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "web");
	assert_int_equal(open_all(&sockets), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "ListenStream="));
	as_passed_close(&passed);
}

static void a_passed_socket_of_the_world_is_refused(void **state)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	struct as_sockets sockets;
	int fd;

	(void)state;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 1), 0);
	pass(fd, "web");
	listener.address = "systemd:web";
	assert_int_equal(open_all(&sockets), AS_E_CONFIG);
	assert_non_null(strstr(error.text, "from outside"));
	as_passed_close(&passed);
}

/* ---- Folders -------------------------------------------------------------------- */

static void folders_are_made_with_what_is_above(void **state)
{
	char folder[160], above[96];
	struct stat st;

	(void)state;
	snprintf(above, sizeof(above), "%s/lib", top);
	snprintf(folder, sizeof(folder), "%s/assay/quarantine/", above);
	assert_int_equal(as_folder_check(folder, false, &error), 0);
	assert_int_equal(as_folder_make(folder, 0700, &account, &error), 0);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(stat(above, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(as_folder_make(folder, 0700, &account, &error), 0);
}

static void a_file_in_place_of_a_folder_is_named(void **state)
{
	char folder[160];
	int fd;

	(void)state;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	snprintf(folder, sizeof(folder), "%s/below", path);
	assert_int_equal(as_folder_make(folder, 0700, &account, &error), -ENOTDIR);
	assert_int_equal(as_folder_check(folder, true, &error), -ENOTDIR);
	assert_non_null(strstr(error.text, folder));
	assert_int_equal(as_folder_check("relative", true, &error), AS_E_CONFIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read),
		cmocka_unit_test(odd_addresses_are_refused),
		cmocka_unit_test(only_this_machine_may_connect),
		cmocka_unit_test_setup_teardown(a_socket_has_its_mode_and_answers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_stale_socket_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_socket_with_somebody_behind_it_is_left_alone,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_in_the_way_is_not_removed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_path_of_a_successor_is_not_removed, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_missing_folder_or_group_is_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(when_one_listener_fails_none_is_left, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_loopback_port_is_used_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_try_leaves_everything_as_it_is, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_passed_socket_is_found_by_name, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_passed_socket_is_found_by_address, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_passed_socket_that_cannot_serve_is_refused,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_passed_socket_of_the_world_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(folders_are_made_with_what_is_above, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_file_in_place_of_a_folder_is_named, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("sockets of the daemon", tests, NULL, NULL);
}
