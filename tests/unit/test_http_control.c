/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_http_fixture.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#define RELOAD "POST /v1/reload HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"
/* Users and groups that are nobody's. */
#define STRANGER 61234u
#define CLUB	 61235u

static int begin_reload(struct site *site)
{
	int fd = fake_listener_connect(&site->listener);

	client_say(site, fd, RELOAD);
	for (int i = 0; i < 1000 && site->front.reload_reply == NULL; i++)
		site_settle(site);
	assert_non_null(site->front.reload_reply);
	return fd;
}

static void a_reload_is_answered_when_it_is_done(void **state)
{
	struct site *site = *state;
	int fd = begin_reload(site);
	struct reply reply;

	site->front.generation = 2;
	fake_front_reloaded(&site->front, 0, "");
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 200);
	assert_true(reply_says(&reply, "{\"ok\":true,\"generation\":2}"));
	assert_false(reply.closed);
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void a_reload_that_fails_says_why(void **state)
{
	struct site *site = *state;
	int fd = begin_reload(site);
	struct reply reply;

	fake_front_reloaded(&site->front, AS_E_CONFIG,
			    "rules.yar:3: syntax error\nrules.yar:9: \"x\"");
	client_read(site, fd, false, &reply);
	assert_int_equal(reply.status, 422);
	assert_string_equal(reply_field(&reply, "Content-Type"), "application/problem+json");
	assert_true(reply_says(&reply, "\"rules.yar:3: syntax error\\nrules.yar:9: \\\"x\\\"\""));
	reply_free(&reply);
	close(fd);
	site_wait_closed(site, 1);
}

static void a_reload_that_cannot_be_asked_for_is_a_conflict(void **state)
{
	struct site *site = *state;

	site->front.reload_code = -EALREADY;
	assert_int_equal(status_of(site, RELOAD), 409);
	site->front.reload_code = -ENOMEM;
	assert_int_equal(status_of(site, RELOAD), 503);
}

static void who_leaves_during_a_reload_is_forgotten(void **state)
{
	struct site *site = *state;
	int fd = begin_reload(site);

	close(fd);
	site_wait_closed(site, 1);
	assert_null(site->front.reload_reply);
}

static void draining_is_accepted(void **state)
{
	struct site *site = *state;

	assert_int_equal(
		status_of(site, "POST /v1/drain HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n"),
		202);
	assert_int_equal(site->front.drained, 1);
	assert_int_equal(status_of(site, "GET /v1/drain HTTP/1.1\r\n" HOST "\r\n"), 405);
	assert_int_equal(site->front.drained, 1);
}

static void pages_are_there_and_scans_are_not(void **state)
{
	struct site *site = *state;

	assert_int_equal(status_of(site, "GET /v1/status HTTP/1.1\r\n" HOST "\r\n"), 200);
	assert_int_equal(status_of(site, "GET /metrics HTTP/1.1\r\n" HOST "\r\n"), 200);
	assert_int_equal(
		status_of(site, "POST /v1/scan HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"),
		404);
}

/* ---- Permission ------------------------------------------------------------ */

static unsigned int status_for(struct site *site, const struct as_peer *peer, int fds[2])
{
	struct reply reply;

	assert_int_equal(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	site->listener.open++;
	client_say(site, fds[1], "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
	site->listener.ops->accept(&site->listener, fds[0], peer);
	client_read(site, fds[1], false, &reply);
	if (reply.status == 403) {
		assert_true(reply.closed);
		assert_string_equal(reply_field(&reply, "Content-Type"),
				    "application/problem+json");
	}
	reply_free(&reply);
	close(fds[1]);
	site_settle(site);
	return reply.status;
}

static void who_may_call_is_who_the_kernel_says(void **state)
{
	const struct {
		const char *name;
		struct as_peer peer;
		unsigned int status;
	} cases[] = {
		{"root", {.local = true, .uid = 0}, 200},
		{"our own user", {.local = true, .uid = getuid(), .gid = STRANGER}, 200},
		{"a user by number", {.local = true, .uid = 1234, .gid = STRANGER}, 200},
		{"a user by name", {.local = true, .uid = 1, .gid = STRANGER}, 200},
		{"a primary group", {.local = true, .uid = STRANGER, .gid = CLUB}, 200},
		{"a stranger", {.local = true, .uid = STRANGER, .gid = STRANGER}, 403},
		{"nobody known", {.local = true, .uid = (uid_t)-1, .gid = (gid_t)-1}, 403},
		{"a network peer", {.local = false, .uid = 0, .gid = 0}, 403},
	};
	static const char *const users[] = {"1234", "daemon"};
	static const char *const groups[] = {"61235"};
	struct site *site = *state;
	struct as_error error;

	site->listener.ops->stop(&site->listener);
	site->config.users = users;
	site->config.user_count = 2;
	site->config.groups = groups;
	site->config.group_count = 1;
	assert_int_equal(site->listener.ops->start(&site->listener, &error), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fds[2];

		print_message("case: %s\n", cases[i].name);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
		assert_int_equal(status_for(site, &cases[i].peer, fds), cases[i].status);
	}
	assert_int_equal(site->listener.open, 0);
}

/* A pair of sockets remembers the groups of its maker at that time. */
static bool pair_with_group(gid_t group, int fds[2])
{
	gid_t before[256];
	int count = getgroups(256, before);
	bool made;

	if (count < 0 || setgroups(1, &group) < 0)
		return false;
	made = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0;
	assert_int_equal(setgroups((size_t)count, before), 0);
	return made;
}

static void further_groups_count(void **state)
{
	static const char *const groups[] = {"61235"};
	const struct as_peer peer = {.local = true, .uid = STRANGER, .gid = STRANGER};
	struct site *site = *state;
	struct as_error error;
	int fds[2];

	site->listener.ops->stop(&site->listener);
	site->config.groups = groups;
	site->config.group_count = 1;
	assert_int_equal(site->listener.ops->start(&site->listener, &error), 0);
	if (!pair_with_group(CLUB, fds))
		skip();
	assert_int_equal(status_for(site, &peer, fds), 200);
	assert_true(pair_with_group(STRANGER, fds));
	assert_int_equal(status_for(site, &peer, fds), 403);
}

static void names_that_nobody_has_are_an_error(void **state)
{
	static const char *const odd[] = {"no such name"};
	struct site *site = *state;
	struct as_error error;

	site->listener.ops->stop(&site->listener);
	site->config.users = odd;
	site->config.user_count = 1;
	assert_true(site->listener.ops->start(&site->listener, &error) < 0);
	assert_string_equal(error.text, "listener test: there is no user \"no such name\"");
	site->config.user_count = 0;
	site->config.groups = odd;
	site->config.group_count = 1;
	assert_true(site->listener.ops->start(&site->listener, &error) < 0);
	assert_string_equal(error.text, "listener test: there is no group \"no such name\"");
	site->config.group_count = 0;
	site->listener.local = false;
	assert_true(site->listener.ops->start(&site->listener, &error) < 0);
	site->listener.local = true;
	assert_int_equal(site->listener.ops->start(&site->listener, &error), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_open_control, site_close)
	const struct CMUnitTest tests[] = {
		TEST(a_reload_is_answered_when_it_is_done),
		TEST(a_reload_that_fails_says_why),
		TEST(a_reload_that_cannot_be_asked_for_is_a_conflict),
		TEST(who_leaves_during_a_reload_is_forgotten),
		TEST(draining_is_accepted),
		TEST(pages_are_there_and_scans_are_not),
		TEST(who_may_call_is_who_the_kernel_says),
		TEST(further_groups_count),
		TEST(names_that_nobody_has_are_an_error),
	};

	return cmocka_run_group_tests_name("http control", tests, NULL, NULL);
}
