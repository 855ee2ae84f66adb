/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/server.h"

#include "base/log.h"
#include "daemon/http/access.h"
#include "daemon/http/http.h"
#include "daemon/http/limits.h"
#include "daemon/http/request.h"

#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A message of usual size is read in so many turns. */
#define TURNS 6
/*
 * libmicrohttpd 0.9.75 does not end a connection whose chunked body has a line
 * before a chunk that fills the whole buffer (32 KiB, sent once): it reads no
 * more of it and asks for another turn for ever. Turns in which nobody was
 * called are followed by a pause, so that such clients cost next to nothing
 * until idle_ms ends them. What arrives meanwhile ends the pause.
 */
#define QUIET_TURNS    6
#define QUIET_PAUSE_US 5000

/* ---- Turns --------------------------------------------------------------- */

/*
 * In a turn every connection is read once, as much as its buffer takes. Some
 * turns in a row save the loop's own system calls; then other listeners go
 * first.
 */
static void run(struct as_http_server *server)
{
	static const struct timeval now = {.tv_sec = 0};
	static const struct timeval pause = {.tv_usec = QUIET_PAUSE_US};
	MHD_UNSIGNED_LONG_LONG wait_ms;

	server->woken = false;
	for (int i = 0; i < TURNS; i++) {
		server->quiet++;
		MHD_run(server->mhd);
		if (MHD_get_timeout(server->mhd, &wait_ms) != MHD_YES || wait_ms > 0) {
			server->quiet = 0;
			return;
		}
		if (server->quiet >= QUIET_TURNS)
			break;
	}
	evtimer_add(&server->turn, server->quiet < QUIET_TURNS ? &now : &pause);
}

static void on_turn(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	run(context);
}

void as_http_server_wake(struct as_http_server *server)
{
	if (server->woken || server->stopping)
		return;
	server->woken = true;
	event_active(&server->turn, EV_TIMEOUT, 0);
}

void as_http_server_tick(struct as_http_server *server)
{
	static const struct timeval wait = {.tv_usec = AS_HTTP_TICK_MS * 1000};

	if (!server->ticking)
		server->ticking = evtimer_add(&server->tick, &wait) == 0;
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct as_http_server *server = context;

	(void)fd;
	(void)what;
	server->ticking = false;
	as_http_connections_expire(server);
	run(server);
	if (!TAILQ_EMPTY(&server->connections))
		as_http_server_tick(server);
}

static void on_log(void *context, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static void on_log(void *context, const char *format, va_list args)
{
	const struct as_http_server *server = context;
	char text[512];

	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	as_log(AS_LOG_DEBUG, "%s: %s", server->listener->config->name, text);
}

/* ---- Begin and end ------------------------------------------------------- */

/* libmicrohttpd counts seconds, and has one timeout for all of them: see
 * connection.h. */
static unsigned int timeout_s(const struct as_listener_config *config)
{
	uint64_t ms =
		config->idle_ms > config->keepalive_ms ? config->idle_ms : config->keepalive_ms;

	return ms / 1000 < INT_MAX - 2 ? (unsigned int)(ms / 1000) + 1 : INT_MAX;
}

static struct MHD_Daemon *start_daemon(struct as_http_server *server)
{
	uint32_t connections = server->listener->config->connections;

	/* Without listening socket there is no accept policy, and the port has no
	 * meaning. The limit is the front's to enforce; one is given because the
	 * default is that of select(2). What STRICT_FOR_CLIENT would check (a
	 * host, no blanks in the target) fields.c does, with words for it. */
	return MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_TURBO | MHD_USE_ERROR_LOG |
			MHD_ALLOW_SUSPEND_RESUME,
		0, NULL, NULL, as_http_request_handle, server, MHD_OPTION_EXTERNAL_LOGGER, on_log,
		server, MHD_OPTION_CONNECTION_MEMORY_LIMIT, AS_HTTP_CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_LIMIT, connections < UINT_MAX ? connections + 1 : connections,
		MHD_OPTION_CONNECTION_TIMEOUT, server->timeout_s, MHD_OPTION_URI_LOG_CALLBACK,
		as_http_request_line, server, MHD_OPTION_NOTIFY_COMPLETED, as_http_request_over,
		server, MHD_OPTION_NOTIFY_CONNECTION, as_http_connection_notify, server,
		MHD_OPTION_END);
}

static int open_daemon(struct as_http_server *server, struct as_error *error)
{
	struct event_base *base = server->listener->base;
	const union MHD_DaemonInfo *info;

	server->mhd = start_daemon(server);
	if (server->mhd == NULL)
		return as_error_set(error, -ENOMEM, "listener %s: libmicrohttpd does not start",
				    server->listener->config->name);
	info = MHD_get_daemon_info(server->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || info->epoll_fd < 0)
		return as_error_set(error, -ENOTSUP, "listener %s: libmicrohttpd has no epoll",
				    server->listener->config->name);
	event_assign(&server->readable, base, info->epoll_fd, EV_READ | EV_PERSIST, on_turn,
		     server);
	evtimer_assign(&server->turn, base, on_turn, server);
	evtimer_assign(&server->tick, base, on_tick, server);
	if (event_add(&server->readable, NULL) < 0)
		return as_error_set(error, -ENOMEM, "no memory for listener %s",
				    server->listener->config->name);
	return 0;
}

static void server_free(struct as_http_server *server)
{
	if (server == NULL)
		return;
	server->stopping = true;
	as_http_connections_stop(server);
	/* The epoll descriptor is closed with the daemon. */
	if (event_initialized(&server->readable)) {
		event_del(&server->readable);
		event_del(&server->turn);
		event_del(&server->tick);
	}
	MHD_stop_daemon(server->mhd);
	as_http_access_free(server->access);
	free(server);
}

static int server_open(struct as_listener *listener, struct as_error *error)
{
	struct as_http_server *server = calloc(1, sizeof(*server));
	int rc = 0;

	if (server == NULL)
		return as_error_set(error, -ENOMEM, "no memory for listener %s",
				    listener->config->name);
	/* Of keys that clients choose; later the sandbox hides /dev/urandom. */
	json_object_seed(0);
	server->listener = listener;
	server->timeout_s = timeout_s(listener->config);
	TAILQ_INIT(&server->connections);
	if (listener->config->protocol == AS_PROTOCOL_CONTROL)
		rc = as_http_access_new(listener, &server->access, error);
	if (rc == 0)
		rc = open_daemon(server, error);
	if (rc < 0)
		server_free(server);
	else
		listener->state = server;
	return rc;
}

static void server_accept(struct as_listener *listener, int fd, const struct as_peer *peer)
{
	as_http_connection_open(listener->state, fd, peer);
}

/* What the client has sent so far is read away: a socket that is closed with
 * unread octets resets the connection, which can overtake the answer. */
static void server_refuse(struct as_listener *listener, int fd)
{
	struct as_http_problem problem;

	as_http_problem_busy(
		&problem, listener->draining ? "the daemon is about to end, try again"
					     : "too many connections at the same time, try again");
	as_http_say(fd, &problem, false);
	as_listener_linger(listener, fd);
}

static bool server_yield(struct as_listener *listener, uint64_t silent_us)
{
	return as_http_connections_yield(listener->state, silent_us);
}

static void server_drain(struct as_listener *listener)
{
	struct as_http_server *server = listener->state;

	listener->draining = true;
	as_http_connections_drain(server);
	as_http_server_wake(server);
}

static void server_stop(struct as_listener *listener)
{
	server_free(listener->state);
	listener->state = NULL;
}

const struct as_protocol_ops as_http_ops = {
	.start = server_open,
	.accept = server_accept,
	.refuse = server_refuse,
	.yield = server_yield,
	.drain = server_drain,
	.stop = server_stop,
};
