/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/connection.h"

#include "base/log.h"
#include "daemon/milter/reply.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Events ----------------------------------------------------------- */

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct as_milter_connection *connection = context;

	(void)fd;
	(void)what;
	if (as_milter_connection_read(connection) < 0)
		as_milter_connection_close(connection);
	else
		as_milter_connection_settle(connection);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	as_milter_connection_settle(context);
}

static void say_progress(struct as_milter_connection *connection, uint64_t now)
{
	as_milter_reply(&connection->out, AS_MILTER_PROGRESS);
	connection->output_us = now;
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct as_milter_connection *connection = context;
	struct as_listener *listener = connection->server->listener;
	uint64_t now = as_milter_connection_now(connection);
	const char *why;

	(void)fd;
	(void)what;
	connection->timer_us = 0;
	if (as_milter_timing_expired(connection, now, &why)) {
		if (connection->counted) {
			listener->metrics->timeouts++;
			as_log(AS_LOG_NOTICE, "listener %s: %s %s", listener->config->name,
			       connection->peer, why);
		}
		as_milter_connection_close(connection);
		return;
	}
	/* Version 2 is from a time before these; one that lies unread will do. */
	if (connection->submitted && now >= connection->progress_us) {
		connection->progress_us = now + AS_MILTER_PROGRESS_MS * 1000u;
		if (connection->session.version > 2 && as_milter_connection_unsent(connection) == 0)
			say_progress(connection, now);
	}
	as_milter_connection_settle(connection);
}

/* ---- Life ------------------------------------------------------------- */

static bool is_idle(const struct as_milter_connection *connection)
{
	return as_milter_session_idle(&connection->session) &&
	       !as_milter_connection_busy(connection) &&
	       as_milter_connection_unsent(connection) == 0 && connection->left.size == 0;
}

void as_milter_connection_settle(struct as_milter_connection *connection)
{
	if (!as_milter_connection_flush(connection) || connection->out.failed)
		goto close;
	if (connection->closing && as_milter_connection_unsent(connection) == 0)
		goto close;
	if (connection->server->listener->draining && connection->counted && is_idle(connection))
		goto close;
	if (connection->closing || connection->left.size >= AS_MILTER_LEFT_MAX ||
	    connection->out.size > AS_MILTER_OUTPUT_MAX)
		event_del(connection->readable);
	else
		event_add(connection->readable, NULL);
	/* Last: to take the event away would also take this back. */
	if (connection->left.size > 0 && as_milter_connection_may_feed(connection))
		event_active(connection->readable, EV_READ, 0);
	as_milter_timing_arm(connection);
	return;
close:
	as_milter_connection_close(connection);
}

void as_milter_connection_drain(struct as_milter_connection *connection)
{
	if (connection->counted && is_idle(connection))
		as_milter_connection_close(connection);
}

static void free_event(struct event *event)
{
	if (event != NULL)
		event_free(event);
}

void as_milter_connection_close(struct as_milter_connection *connection)
{
	struct as_milter_server *server = connection->server;

	TAILQ_REMOVE(&server->connections, connection, link);
	free_event(connection->readable);
	free_event(connection->writable);
	free_event(connection->timer);
	as_task_cancel(connection->task);
	if (connection->answer != NULL)
		as_milter_answer_deinit(connection->answer);
	free(connection->answer);
	as_milter_session_deinit(&connection->session);
	as_buffer_deinit(&connection->out);
	as_buffer_deinit(&connection->left);
	close(connection->fd);
	if (connection->counted)
		as_listener_closed(server->listener);
	else
		server->refused--;
	free(connection);
}

static bool make_events(struct as_milter_connection *connection)
{
	struct event_base *base = connection->server->listener->base;

	connection->readable =
		event_new(base, connection->fd, EV_READ | EV_PERSIST, on_readable, connection);
	connection->writable =
		event_new(base, connection->fd, EV_WRITE | EV_PERSIST, on_writable, connection);
	connection->timer = event_new(base, -1, 0, on_timer, connection);
	return connection->readable != NULL && connection->writable != NULL &&
	       connection->timer != NULL && event_add(connection->readable, NULL) == 0;
}

int as_milter_connection_open(struct as_milter_server *server, int fd, const struct as_peer *peer)
{
	struct as_milter_connection *connection = calloc(1, sizeof(*connection));

	if (connection == NULL) {
		close(fd);
		if (peer != NULL)
			as_listener_closed(server->listener);
		return -ENOMEM;
	}
	connection->server = server;
	connection->fd = fd;
	connection->counted = peer != NULL;
	snprintf(connection->peer, sizeof(connection->peer), "%s",
		 peer != NULL ? peer->text : "a client");
	as_milter_session_init(&connection->session, &as_milter_connection_sink, connection,
			       server->listener->config->authserv_id);
	connection->session.turned_away = peer == NULL;
	as_buffer_init(&connection->out, 0);
	as_buffer_init(&connection->left, AS_MILTER_LEFT_MAX);
	connection->opened_us = as_milter_connection_now(connection);
	connection->input_us = connection->output_us = connection->opened_us;
	if (peer == NULL)
		server->refused++;
	TAILQ_INSERT_TAIL(&server->connections, connection, link);
	if (!make_events(connection)) {
		as_milter_connection_close(connection);
		return -ENOMEM;
	}
	as_milter_timing_arm(connection);
	return 0;
}
