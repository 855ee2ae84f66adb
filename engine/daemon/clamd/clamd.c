/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/clamd.h"

#include "daemon/clamd/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int clamd_start(struct as_listener *listener, struct as_error *error)
{
	struct as_clamd *clamd = calloc(1, sizeof(*clamd));
	int rc;

	if (clamd == NULL)
		return as_error_set(error, -ENOMEM, "out of memory");
	rc = as_clamd_roots_open(listener->config->roots, listener->config->root_count,
				 &clamd->roots, error);
	if (rc < 0) {
		free(clamd);
		return rc;
	}
	clamd->listener = listener;
	TAILQ_INIT(&clamd->connections);
	listener->state = clamd;
	return 0;
}

static void clamd_accept(struct as_listener *listener, int fd, const struct as_peer *peer)
{
	as_clamd_connection_new(listener->state, fd, peer->local);
}

static void clamd_refuse(struct as_listener *listener, int fd)
{
	static const char text[] = "Too many connections. ERROR\n";
	ssize_t sent = send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

	/* A client that cannot even take this has no right to more. */
	(void)sent;
	as_listener_linger(listener, fd);
}

static bool clamd_yield(struct as_listener *listener, uint64_t silent_us)
{
	struct as_clamd *clamd = listener->state;
	struct as_clamd_connection *connection;

	TAILQ_FOREACH (connection, &clamd->connections, link) {
		if (connection->greeted ||
		    connection->free_us + silent_us > as_clamd_now_us(connection))
			continue;
		as_clamd_connection_free(connection);
		return true;
	}
	return false;
}

static void clamd_drain(struct as_listener *listener)
{
	struct as_clamd *clamd = listener->state;
	struct as_clamd_connection *connection, *next;

	for (connection = TAILQ_FIRST(&clamd->connections); connection != NULL; connection = next) {
		next = TAILQ_NEXT(connection, link);
		as_clamd_turn(connection, false);
		as_clamd_settle(connection);
	}
}

static void clamd_stop(struct as_listener *listener)
{
	struct as_clamd *clamd = listener->state;

	if (clamd == NULL)
		return;
	while (!TAILQ_EMPTY(&clamd->connections))
		as_clamd_connection_free(TAILQ_FIRST(&clamd->connections));
	as_front_forget(listener->front, clamd);
	as_clamd_roots_close(&clamd->roots);
	free(clamd);
	listener->state = NULL;
}

const struct as_protocol_ops as_clamd_ops = {
	.start = clamd_start,
	.accept = clamd_accept,
	.refuse = clamd_refuse,
	.yield = clamd_yield,
	.drain = clamd_drain,
	.stop = clamd_stop,
};
