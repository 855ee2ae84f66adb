/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/milter/connection.h"
#include "daemon/milter/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Memory of a sent answer that is kept for the next one. */
#define OUT_KEEP ((size_t)512)

/* *to takes the memory of *from, which is empty then. */
static void move(struct as_buffer *to, struct as_buffer *from)
{
	as_buffer_deinit(to);
	*to = *from;
	as_buffer_init(from, 0);
}

/* The next piece of the body; without it, the server has to come again. */
static void next_piece(struct as_milter_connection *connection)
{
	struct as_milter_answer *answer = connection->answer;
	int rc = as_milter_changed_next(&answer->changed, &connection->out);

	if (rc > 0)
		return;
	if (rc < 0) {
		as_log(AS_LOG_ERROR, "listener %s: the changed message cannot be read: %s",
		       connection->server->listener->config->name, as_code_text(rc));
		as_buffer_clear(&connection->out);
		as_buffer_clear(&answer->tail);
		as_milter_reply(&answer->tail, AS_MILTER_TEMPFAIL);
	}
	as_milter_changed_close(&answer->changed);
}

/* Puts more of the answer into the empty output; false: there is no more. */
static bool refill(struct as_milter_connection *connection)
{
	struct as_milter_answer *answer = connection->answer;

	connection->sent = 0;
	if (connection->out.capacity > OUT_KEEP)
		as_buffer_deinit(&connection->out);
	as_buffer_clear(&connection->out);
	if (answer == NULL)
		return false;
	if (answer->head.size > 0) {
		move(&connection->out, &answer->head);
	} else if (answer->changed.fd >= 0) {
		next_piece(connection);
	} else {
		move(&connection->out, &answer->tail);
		as_milter_answer_deinit(answer);
		free(answer);
		connection->answer = NULL;
		connection->input_us = as_milter_connection_now(connection);
	}
	return true;
}

bool as_milter_connection_flush(struct as_milter_connection *connection)
{
	for (unsigned int turn = 0; turn < AS_MILTER_BURST; turn++) {
		size_t unsent = as_milter_connection_unsent(connection);
		ssize_t sent;

		if (unsent == 0) {
			if (refill(connection))
				continue;
			event_del(connection->writable);
			return true;
		}
		sent = send(connection->fd, connection->out.data + connection->sent, unsent,
			    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return false;
		if (sent <= 0)
			break;
		connection->sent += (size_t)sent;
		connection->output_us = as_milter_connection_now(connection);
	}
	event_add(connection->writable, NULL);
	return true;
}
