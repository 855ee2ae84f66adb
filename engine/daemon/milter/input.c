/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/milter/connection.h"

#include <errno.h>
#include <sys/socket.h>

static void warn_once(struct as_milter_connection *connection)
{
	const struct as_milter_session *session = &connection->session;
	struct as_milter_server *server = connection->server;
	const uint32_t needed = AS_MILTER_ADDHDRS | AS_MILTER_CHGHDRS | AS_MILTER_DELRCPT;

	if (server->warned || !connection->counted || session->phase == AS_MILTER_OPENING ||
	    (session->actions & needed) == needed)
		return;
	server->warned = true;
	as_log(AS_LOG_WARNING,
	       "listener %s: the mail server at %s does not let header fields and recipients be "
	       "changed (actions 0x%x)",
	       server->listener->config->name, connection->peer, session->actions);
}

static void on_protocol_end(struct as_milter_connection *connection)
{
	struct as_listener *listener = connection->server->listener;

	connection->closing = true;
	if (connection->session.error == NULL)
		return;
	listener->metrics->protocol_errors++;
	as_log(AS_LOG_NOTICE, "listener %s: %s: %s", listener->config->name, connection->peer,
	       connection->session.error);
}

/* Gives octets to the session; what it does not take is kept. */
static void feed(struct as_milter_connection *connection, struct as_span in)
{
	struct as_milter_session *session = &connection->session;
	enum as_milter_next next = AS_MILTER_INSPECT;

	if (as_milter_connection_unsent(connection) == 0)
		connection->output_us = as_milter_connection_now(connection);
	while (next == AS_MILTER_INSPECT && !connection->submitted) {
		next = as_milter_session_input(session, &in, &connection->out);
		if (next == AS_MILTER_INSPECT)
			as_milter_connection_inspect(connection);
	}
	warn_once(connection);
	if (next == AS_MILTER_CLOSE)
		on_protocol_end(connection);
	else if (in.size > 0 && !as_buffer_append(&connection->left, in.data, in.size))
		connection->closing = true;
	if (!as_milter_frame_inside(&session->frame) && !as_milter_session_in_content(session))
		connection->request_us = 0;
	else if (connection->request_us == 0)
		connection->request_us = as_milter_connection_now(connection);
}

bool as_milter_connection_may_feed(const struct as_milter_connection *connection)
{
	return !connection->closing && !as_milter_connection_busy(connection) &&
	       connection->out.size <= AS_MILTER_OUTPUT_MAX;
}

static void feed_left(struct as_milter_connection *connection)
{
	struct as_buffer left = connection->left;

	if (left.size == 0 || !as_milter_connection_may_feed(connection))
		return;
	as_buffer_init(&connection->left, AS_MILTER_LEFT_MAX);
	feed(connection, as_buffer_span(&left));
	as_buffer_deinit(&left);
}

/* While it is to wait, a server only ever says that it does not any more. */
static bool says_goodbye(const struct as_milter_connection *connection)
{
	static const unsigned char length[4] = {0, 0, 0, 1};
	struct as_span left = as_buffer_span(&connection->left);

	return connection->submitted && as_span_has_at(left, 0, length, sizeof(length)) &&
	       left.size > 4 &&
	       (left.data[4] == AS_MILTER_ABORT || left.data[4] == AS_MILTER_QUIT ||
		left.data[4] == AS_MILTER_QUIT_NC);
}

/* One read. 1: there may be more; 0: not now; negative: the peer is gone. */
static int take(struct as_milter_connection *connection)
{
	unsigned char *input = connection->server->input;
	size_t room = AS_MILTER_LEFT_MAX - connection->left.size;
	ssize_t got;

	if (room == 0 || connection->closing)
		return 0;
	got = recv(connection->fd, input, room, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return 0;
	if (got <= 0)
		return -1;
	connection->heard = true;
	connection->input_us = as_milter_connection_now(connection);
	if (as_milter_connection_may_feed(connection))
		feed(connection, as_span_make(input, (size_t)got));
	else if (!as_buffer_append(&connection->left, input, (size_t)got) ||
		 says_goodbye(connection))
		return -1;
	return (size_t)got == room;
}

int as_milter_connection_read(struct as_milter_connection *connection)
{
	int more = 1;

	feed_left(connection);
	for (unsigned int turn = 0; more > 0 && turn < AS_MILTER_BURST; turn++)
		more = take(connection);
	return more < 0 ? -ECONNRESET : 0;
}
