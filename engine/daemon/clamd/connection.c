/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/connection.h"

#include "daemon/clamd/job.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

size_t as_clamd_unread(const struct as_clamd_connection *connection)
{
	return connection->out.size - connection->out_sent;
}

void as_clamd_check(struct as_clamd_connection *connection, bool appended)
{
	if (!appended)
		connection->broken = true;
}

void as_clamd_later(struct as_clamd_connection *connection)
{
	event_active(connection->timer, EV_TIMEOUT, 1);
}

/* ---- Octets ----------------------------------------------------------- */

static void flush(struct as_clamd_connection *connection)
{
	size_t left = as_clamd_unread(connection);

	if (left > 0 && !connection->unread)
		connection->output_us = as_clamd_now_us(connection);
	while (left > 0 && !connection->broken) {
		ssize_t sent = send(connection->fd, connection->out.data + connection->out_sent,
				    left, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN)
			break;
		if (sent <= 0) {
			connection->broken = true;
			break;
		}
		connection->out_sent += (size_t)sent;
		connection->output_us = as_clamd_now_us(connection);
		left -= (size_t)sent;
	}
	connection->unread = left > 0;
	if (left == 0) {
		/* An idle connection keeps no memory for answers. */
		as_buffer_deinit(&connection->out);
		as_buffer_init(&connection->out, AS_CLAMD_OUTPUT_BYTES);
		connection->out_sent = 0;
	} else if (connection->out_sent > connection->out.size / 2) {
		memmove(connection->out.data, connection->out.data + connection->out_sent, left);
		connection->out.size = left;
		connection->out_sent = 0;
	}
}

/* Both sides are down: the client has gone, not only stopped to send. A plain
 * end of its octets is no sign of that, because clients may shut down their
 * side behind a request and wait for the answer. */
static bool has_gone(const struct as_clamd_connection *connection)
{
	struct pollfd pollfd = {.fd = connection->fd};

	return poll(&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR)) != 0;
}

static ssize_t receive(struct as_clamd_connection *connection)
{
	struct as_clamd *clamd = connection->clamd;
	ssize_t got;

	if (connection->local)
		return as_clamd_descriptors_receive(&connection->descriptors, connection->fd,
						    clamd->scratch, sizeof(clamd->scratch),
						    connection->received, &clamd->parked);
	got = recv(connection->fd, clamd->scratch, sizeof(clamd->scratch), MSG_DONTWAIT);
	return got < 0 ? -errno : got;
}

static void on_readable(struct as_clamd_connection *connection)
{
	struct as_clamd *clamd = connection->clamd;

	for (uint32_t i = 0; i < AS_CLAMD_READS_PER_TURN; i++) {
		ssize_t got;

		if (connection->broken || connection->eof || !as_clamd_wants_input(connection))
			return;
		got = receive(connection);
		if (got == -EAGAIN || got == -EINTR)
			return;
		if (got < 0 || (got == 0 && has_gone(connection))) {
			connection->broken = true;
			return;
		}
		if (got == 0) {
			connection->eof = true;
			as_clamd_turn(connection, true);
			return;
		}
		connection->greeted = true;
		connection->octet_us = as_clamd_now_us(connection);
		connection->received += (uint64_t)got;
		as_clamd_take(connection, as_span_make(clamd->scratch, (size_t)got));
		/* The socket is empty, or its next octet brings a descriptor. */
		if ((size_t)got < sizeof(clamd->scratch) &&
		    connection->state != AS_CLAMD_AT_DESCRIPTOR)
			return;
	}
}

/* ---- Events ----------------------------------------------------------- */

static void on_io(evutil_socket_t fd, short what, void *context)
{
	struct as_clamd_connection *connection = context;

	(void)fd;
	if ((connection->watched & EV_ET) != 0 && has_gone(connection))
		connection->broken = true;
	if ((what & EV_WRITE) != 0) {
		flush(connection);
		as_clamd_turn(connection, false);
	}
	if ((what & EV_READ) != 0)
		on_readable(connection);
	as_clamd_settle(connection);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
	struct as_clamd_connection *connection = context;

	(void)fd;
	(void)what;
	as_clamd_expire(connection);
	as_clamd_settle(connection);
}

static void watch(struct as_clamd_connection *connection)
{
	short wanted = EV_PERSIST;

	if (!connection->eof && as_clamd_wants_input(connection))
		wanted |= EV_READ;
	if (connection->unread)
		wanted |= EV_WRITE;
	/* Neither: only its end is of interest, which libevent reports as
	 * readable when it was a reset. By edge, because octets that are not
	 * read and the state of a half-closed connection last. */
	if (wanted == EV_PERSIST)
		wanted |= EV_READ | EV_CLOSED | EV_ET;
	if (wanted == connection->watched)
		return;
	if (connection->watched != 0)
		event_del(connection->io);
	connection->watched = wanted;
	if (event_assign(connection->io, connection->clamd->listener->base, connection->fd, wanted,
			 on_io, connection) < 0 ||
	    event_add(connection->io, NULL) < 0) {
		connection->broken = true;
		as_clamd_later(connection);
	}
}

/* A timer that rings too early is set anew, so it need not be touched with
 * every octet. */
static void set_timer(struct as_clamd_connection *connection)
{
	uint64_t due = as_clamd_deadline_us(connection);
	uint64_t now, left;
	struct timeval in;

	if (due == UINT64_MAX)
		return;
	if (event_pending(connection->timer, EV_TIMEOUT, NULL) && due >= connection->armed_us)
		return;
	now = as_clamd_now_us(connection);
	left = due > now ? due - now : 0;
	in.tv_sec = (time_t)(left / 1000000);
	in.tv_usec = (suseconds_t)(left % 1000000);
	connection->armed_us = due;
	event_add(connection->timer, &in);
}

/* ---- Life ------------------------------------------------------------- */

/* Everything was answered and nothing more is wanted. */
static void end(struct as_clamd_connection *connection)
{
	/* A client that still sends would lose the answer to a reset. */
	if (connection->eof ||
	    (connection->state == AS_CLAMD_AT_END && connection->thrown_away == 0)) {
		connection->broken = true;
		return;
	}
	shutdown(connection->fd, SHUT_WR);
	connection->lingering = true;
	connection->linger_us = as_clamd_now_us(connection);
}

void as_clamd_settle(struct as_clamd_connection *connection)
{
	bool held = as_clamd_unread(connection) > AS_CLAMD_UNREAD_BYTES;

	flush(connection);
	if (held && as_clamd_unread(connection) <= AS_CLAMD_UNREAD_BYTES)
		connection->again = true;
	if (!connection->lingering && !connection->unread && connection->job_count == 0 &&
	    connection->state >= AS_CLAMD_AT_END)
		end(connection);
	if (connection->lingering &&
	    (connection->eof || connection->thrown_away > AS_CLAMD_LINGER_BYTES))
		connection->broken = true;
	if (connection->broken) {
		as_clamd_connection_free(connection);
		return;
	}
	watch(connection);
	set_timer(connection);
}

void as_clamd_connection_free(struct as_clamd_connection *connection)
{
	struct as_clamd *clamd = connection->clamd;

	as_clamd_jobs_drop(connection);
	as_clamd_descriptors_close(&connection->descriptors, &clamd->parked);
	if (connection->io != NULL)
		event_free(connection->io);
	if (connection->timer != NULL)
		event_free(connection->timer);
	as_buffer_deinit(&connection->in);
	as_buffer_deinit(&connection->out);
	TAILQ_REMOVE(&clamd->connections, connection, link);
	close(connection->fd);
	free(connection);
	as_listener_closed(clamd->listener);
}

void as_clamd_connection_new(struct as_clamd *clamd, int fd, bool local)
{
	struct as_clamd_connection *connection = calloc(1, sizeof(*connection));
	const int on = 1;

	if (connection == NULL) {
		close(fd);
		as_listener_closed(clamd->listener);
		return;
	}
	connection->clamd = clamd;
	connection->fd = fd;
	connection->local = local;
	TAILQ_INIT(&connection->jobs);
	TAILQ_INSERT_TAIL(&clamd->connections, connection, link);
	as_buffer_init(&connection->in, 0);
	as_buffer_init(&connection->out, AS_CLAMD_OUTPUT_BYTES);
	connection->free_us = as_clamd_now_us(connection);
	connection->io =
		event_new(clamd->listener->base, fd, EV_READ | EV_PERSIST, on_io, connection);
	connection->timer = event_new(clamd->listener->base, -1, 0, on_timer, connection);
	if (connection->io == NULL || connection->timer == NULL) {
		as_clamd_connection_free(connection);
		return;
	}
	/* Answers of a session are small and wait for nothing. */
	if (!local)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	as_clamd_settle(connection);
}
