/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/milter.h"

#include "daemon/milter/connection.h"
#include "daemon/milter/reply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int start(struct as_listener *listener, struct as_error *error)
{
	struct as_milter_server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return as_error_set(error, -ENOMEM, "no memory for listener %s",
				    listener->config->name);
	server->listener = listener;
	TAILQ_INIT(&server->connections);
	listener->state = server;
	return 0;
}

static void take(struct as_listener *listener, int fd, const struct as_peer *peer)
{
	as_milter_connection_open(listener->state, fd, peer);
}

/* Whether the refused descriptor may stay for a while. */
static bool has_room(const struct as_milter_server *server, int fd)
{
	int spare;

	if (server->refused >= AS_MILTER_REFUSED_MAX)
		return false;
	spare = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (spare >= 0)
		close(spare);
	return spare >= 0;
}

/*
 * A closed connection alone would leave the mail server to its own setting:
 * Sendmail delivers without the filter unless F= says otherwise. So the client
 * is let in as far as the first command, and hears the temporary failure
 * there. When there is no room for that, both answers are sent ahead: the
 * negotiation in the form that every version takes, and the failure.
 */
static void refuse(struct as_listener *listener, int fd)
{
	struct as_milter_server *server = listener->state;
	struct as_buffer both;
	ssize_t sent;

	if (has_room(server, fd)) {
		as_milter_connection_open(server, fd, NULL);
		return;
	}
	as_buffer_init(&both, 0);
	as_milter_reply_offer(&both, AS_MILTER_VERSION_MIN, 0, 0, as_span_make(NULL, 0));
	as_milter_reply(&both, AS_MILTER_TEMPFAIL);
	if (!both.failed) {
		sent = send(fd, both.data, both.size, MSG_NOSIGNAL | MSG_DONTWAIT);
		(void)sent;
	}
	as_buffer_deinit(&both);
	as_listener_linger(listener, fd);
}

static bool yield(struct as_listener *listener, uint64_t silent_us)
{
	struct as_milter_server *server = listener->state;
	struct as_milter_connection *connection;

	TAILQ_FOREACH (connection, &server->connections, link) {
		if (!connection->counted || connection->heard ||
		    connection->opened_us + silent_us > as_milter_connection_now(connection))
			continue;
		as_milter_connection_close(connection);
		return true;
	}
	return false;
}

static void drain(struct as_listener *listener)
{
	struct as_milter_server *server = listener->state;
	struct as_milter_connection *connection = TAILQ_FIRST(&server->connections);

	while (connection != NULL) {
		struct as_milter_connection *next = TAILQ_NEXT(connection, link);

		as_milter_connection_drain(connection);
		connection = next;
	}
}

static void stop(struct as_listener *listener)
{
	struct as_milter_server *server = listener->state;

	while (!TAILQ_EMPTY(&server->connections))
		as_milter_connection_close(TAILQ_FIRST(&server->connections));
	free(server);
	listener->state = NULL;
}

const struct as_protocol_ops as_milter_ops = {
	.start = start,
	.accept = take,
	.refuse = refuse,
	.yield = yield,
	.drain = drain,
	.stop = stop,
};
