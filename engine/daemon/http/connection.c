/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/http/connection.h"

#include "daemon/http/access.h"
#include "daemon/http/limits.h"
#include "daemon/http/request.h"
#include "daemon/http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- Times --------------------------------------------------------------- */

static uint64_t after(uint64_t us, uint64_t ms)
{
	return ms > (UINT64_MAX - us) / 1000 ? UINT64_MAX : us + ms * 1000;
}

static uint64_t deadline(const struct as_http_connection *connection, uint64_t now_us)
{
	const struct as_listener_config *config = connection->server->listener->config;
	uint64_t whole_us, idle_us;

	switch (connection->phase) {
	case AS_HTTP_WAITING:
		return after(now_us, config->first_byte_ms);
	case AS_HTTP_HEAD:
	case AS_HTTP_ANSWERING:
		return after(now_us, config->request_ms);
	case AS_HTTP_BODY:
		whole_us = after(connection->start_us, config->request_ms);
		idle_us = after(now_us, config->idle_ms);
		return whole_us < idle_us ? whole_us : idle_us;
	case AS_HTTP_WORKING:
		break;
	case AS_HTTP_BETWEEN:
		return after(now_us, config->keepalive_ms);
	case AS_HTTP_LINGERING:
		return after(now_us, AS_HTTP_LINGER_MS);
	}
	return UINT64_MAX;
}

void as_http_connection_phase(struct as_http_connection *connection, enum as_http_phase phase)
{
	uint64_t now_us = as_clock_us(connection->server->listener->clock);

	connection->phase = phase;
	if (phase == AS_HTTP_HEAD || phase == AS_HTTP_WAITING)
		connection->start_us = now_us;
	connection->deadline_us = deadline(connection, now_us);
}

void as_http_connection_begin(struct as_http_connection *connection)
{
	if (connection->phase != AS_HTTP_HEAD)
		as_http_connection_phase(connection, AS_HTTP_HEAD);
}

/* ---- Ends ---------------------------------------------------------------- */

static void unwatch(struct as_http_connection *connection)
{
	if (event_initialized(&connection->event))
		event_del(&connection->event);
}

static void forget(struct as_http_connection *connection)
{
	struct as_http_server *server = connection->server;

	unwatch(connection);
	TAILQ_REMOVE(&server->connections, connection, link);
	free(connection);
	as_listener_closed(server->listener);
}

/* Only while the descriptor is ours. */
static void close_own(struct as_http_connection *connection)
{
	unwatch(connection);
	close(connection->fd);
	forget(connection);
}

void as_http_connection_hang_up(struct as_http_connection *connection)
{
	connection->hung_up = true;
	connection->deadline_us = UINT64_MAX;
	shutdown(connection->fd, SHUT_RDWR);
	as_http_server_wake(connection->server);
}

void as_http_say(int fd, const struct as_http_problem *problem, bool head)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	if (as_http_problem_response(problem, head, &text) == 0)
		send(fd, text.data, text.size, MSG_DONTWAIT | MSG_NOSIGNAL);
	as_buffer_deinit(&text);
	shutdown(fd, SHUT_WR);
}

void as_http_connection_cut(struct as_http_connection *connection,
			    const struct as_http_problem *problem, bool head)
{
	if (connection->cut || connection->hung_up)
		return;
	connection->cut = true;
	as_http_say(connection->fd, problem, head);
}

/* ---- Lingering ----------------------------------------------------------- */

static void on_leftover(evutil_socket_t fd, short what, void *context)
{
	/* Nobody reads it. */
	static unsigned char waste[64 * 1024];
	struct as_http_connection *connection = context;
	ssize_t got = recv(fd, waste, sizeof(waste), MSG_DONTWAIT);

	(void)what;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got > 0)
		connection->drained += (uint64_t)got;
	if (got <= 0 || connection->drained > AS_HTTP_LINGER_BYTES)
		close_own(connection);
}

/* fd is the connection's own from here on. */
static void linger(struct as_http_connection *connection, int fd)
{
	struct event_base *base = connection->server->listener->base;

	unwatch(connection);
	connection->fd = fd;
	connection->mhd = NULL;
	shutdown(fd, SHUT_WR);
	as_http_connection_phase(connection, AS_HTTP_LINGERING);
	event_assign(&connection->event, base, fd, EV_READ | EV_PERSIST, on_leftover, connection);
	if (event_add(&connection->event, NULL) < 0)
		close_own(connection);
}

/* libmicrohttpd ends a connection in the middle of a request when the client
 * has left, and when it sent what is no HTTP; then it has answered, too. */
static bool has_left(const struct as_http_connection *connection)
{
	unsigned char octet;
	ssize_t got = recv(connection->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	return got == 0 || (got < 0 && errno != EAGAIN);
}

static bool wants_linger(struct as_http_connection *connection)
{
	if (connection->server->stopping || connection->hung_up)
		return false;
	if (connection->cut)
		return true;
	if (connection->phase != AS_HTTP_HEAD && connection->phase != AS_HTTP_BODY)
		return false;
	if (has_left(connection))
		return false;
	connection->server->listener->metrics->protocol_errors++;
	return true;
}

/* libmicrohttpd closes its descriptor after this. */
static void on_closed(struct as_http_connection *connection)
{
	struct as_http_server *server = connection->server;
	int fd = -1;

	if (server->adding == connection)
		server->adding = NULL;
	else if (wants_linger(connection))
		fd = fcntl(connection->fd, F_DUPFD_CLOEXEC, 3);
	if (fd >= 0)
		linger(connection, fd);
	else
		forget(connection);
}

void as_http_connection_notify(void *context, struct MHD_Connection *mhd, void **connection_io,
			       enum MHD_ConnectionNotificationCode code)
{
	struct as_http_server *server = context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		server->adding->mhd = mhd;
		*connection_io = server->adding;
	} else {
		on_closed(*connection_io);
	}
}

/* ---- The beginning ------------------------------------------------------- */

/* There is an octet to read. */
static void hand_over(struct as_http_connection *connection)
{
	/* Only those who ask for it would be told. */
	static const struct sockaddr unnamed = {.sa_family = AF_UNSPEC};
	struct as_http_server *server = connection->server;
	enum MHD_Result added;

	unwatch(connection);
	as_http_connection_phase(connection, AS_HTTP_HEAD);
	server->adding = connection;
	added = MHD_add_connection(server->mhd, connection->fd, &unnamed, sizeof(unnamed));
	/* When it fails it closes the descriptor; it may have said so before. */
	if (added == MHD_YES)
		as_http_server_wake(server);
	else if (server->adding != NULL)
		forget(connection);
	server->adding = NULL;
}

static void on_first_octet(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	hand_over(context);
}

static void wait_first_octet(struct as_http_connection *connection)
{
	unsigned char octet;
	ssize_t got = recv(connection->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT);

	/* Most clients have sent their request before they are accepted. */
	if (got > 0) {
		hand_over(connection);
		return;
	}
	if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		close_own(connection);
		return;
	}
	event_assign(&connection->event, connection->server->listener->base, connection->fd,
		     EV_READ, on_first_octet, connection);
	if (event_add(&connection->event, NULL) < 0)
		close_own(connection);
}

void as_http_connection_open(struct as_http_server *server, int fd, const struct as_peer *peer)
{
	struct as_http_connection *connection = calloc(1, sizeof(*connection));
	struct as_http_problem problem;

	if (connection == NULL) {
		as_http_problem_busy(&problem, "out of memory, try again");
		as_http_say(fd, &problem, false);
		close(fd);
		as_listener_closed(server->listener);
		return;
	}
	connection->server = server;
	connection->fd = fd;
	TAILQ_INSERT_TAIL(&server->connections, connection, link);
	as_http_connection_phase(connection, AS_HTTP_WAITING);
	as_http_server_tick(server);
	if (server->access == NULL || as_http_access_allows(server->access, fd, peer)) {
		wait_first_octet(connection);
		return;
	}
	as_http_problem_set(&problem, MHD_HTTP_FORBIDDEN, "%s may not control this daemon",
			    peer->text);
	as_http_connection_cut(connection, &problem, false);
	linger(connection, fd);
}

/* ---- While a request is worked on ---------------------------------------- */

/*
 * A client of TCP that has closed its socket and one that will only send no
 * more look alike until something is sent to them: the first one's kernel
 * answers with a reset. An interim response is what may always be sent
 * (RFC 9110 s15.2.1). On UNIX sockets the kernel tells the two apart.
 */
static void probe(struct as_http_connection *connection)
{
	static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (connection->probed || connection->server->listener->local ||
	    !as_http_request_takes_interim(connection->request))
		return;
	connection->probed = true;
	send(connection->fd, interim, sizeof(interim) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_stirred(evutil_socket_t fd, short what, void *context)
{
	struct as_http_connection *connection = context;
	struct pollfd poller = {.fd = fd, .events = POLLIN | POLLRDHUP};

	(void)what;
	if (poll(&poller, 1, 0) <= 0)
		return;
	if ((poller.revents & (POLLHUP | POLLERR)) != 0) {
		as_http_connection_hang_up(connection);
		as_http_request_gone(connection->request);
		as_http_connection_resume(connection);
	} else if ((poller.revents & POLLRDHUP) != 0) {
		connection->half_closed = true;
		probe(connection);
	}
	/* Otherwise it sends the next request already; that can wait. */
}

void as_http_connection_suspend(struct as_http_connection *connection)
{
	as_http_connection_phase(connection, AS_HTTP_WORKING);
	MHD_suspend_connection(connection->mhd);
	/* Edges only: what stays unread must not turn the loop. */
	event_assign(&connection->event, connection->server->listener->base, connection->fd,
		     EV_READ | EV_PERSIST | EV_ET, on_stirred, connection);
	/* Without it, the client is not seen to leave: its message is inspected
	 * for nobody. */
	event_add(&connection->event, NULL);
}

/* The client may have shut down its side a moment ago, and the loop has not
 * come to say so. */
static void look_again(struct as_http_connection *connection)
{
	struct pollfd poller = {.fd = connection->fd, .events = POLLRDHUP};

	if (!connection->hung_up && poll(&poller, 1, 0) > 0 && (poller.revents & POLLRDHUP) != 0)
		connection->half_closed = true;
}

void as_http_connection_resume(struct as_http_connection *connection)
{
	struct as_http_server *server = connection->server;

	unwatch(connection);
	look_again(connection);
	/*
	 * A resumed connection is read first, and its end of input would end it
	 * before its answer is sent. Connections with a timeout of their own
	 * are given their turn before that, and with an answer queued they stop
	 * reading.
	 */
	if (connection->half_closed)
		MHD_set_connection_option(connection->mhd, MHD_CONNECTION_OPTION_TIMEOUT,
					  server->timeout_s + 1);
	MHD_resume_connection(connection->mhd);
	as_http_server_wake(server);
}

/* ---- All of them --------------------------------------------------------- */

static void expire(struct as_http_connection *connection)
{
	struct as_metrics_listener *metrics = connection->server->listener->metrics;
	struct as_http_problem problem;

	switch (connection->phase) {
	case AS_HTTP_WAITING:
		metrics->timeouts++;
		close_own(connection);
		return;
	case AS_HTTP_LINGERING:
		close_own(connection);
		return;
	case AS_HTTP_BODY:
		as_http_problem_set(&problem, MHD_HTTP_REQUEST_TIMEOUT,
				    "the message takes too long to arrive");
		as_http_connection_cut(connection, &problem, false);
		/* One with a full buffer is not read, and its end not seen:
		 * see QUIET_TURNS in server.c. */
		MHD_set_connection_option(connection->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 1u);
		break;
	case AS_HTTP_HEAD:
	case AS_HTTP_ANSWERING:
	case AS_HTTP_BETWEEN:
	case AS_HTTP_WORKING:
		break;
	}
	if (connection->phase != AS_HTTP_BETWEEN)
		metrics->timeouts++;
	as_http_connection_hang_up(connection);
}

void as_http_connections_expire(struct as_http_server *server)
{
	struct as_http_connection *connection = TAILQ_FIRST(&server->connections);
	uint64_t now_us = as_clock_us(server->listener->clock);

	while (connection != NULL) {
		struct as_http_connection *next = TAILQ_NEXT(connection, link);

		if (connection->deadline_us <= now_us)
			expire(connection);
		connection = next;
	}
}

bool as_http_connections_yield(struct as_http_server *server, uint64_t silent_us)
{
	uint64_t now_us = as_clock_us(server->listener->clock);
	struct as_http_connection *connection;

	TAILQ_FOREACH (connection, &server->connections, link) {
		if (connection->phase != AS_HTTP_WAITING ||
		    connection->start_us + silent_us > now_us)
			continue;
		close_own(connection);
		return true;
	}
	return false;
}

void as_http_connections_drain(struct as_http_server *server)
{
	struct as_http_connection *connection = TAILQ_FIRST(&server->connections);

	while (connection != NULL) {
		struct as_http_connection *next = TAILQ_NEXT(connection, link);

		if (connection->phase == AS_HTTP_WAITING)
			close_own(connection);
		else if (connection->phase == AS_HTTP_BETWEEN && !connection->hung_up)
			as_http_connection_hang_up(connection);
		connection = next;
	}
}

void as_http_connections_stop(struct as_http_server *server)
{
	struct as_http_connection *connection = TAILQ_FIRST(&server->connections);

	while (connection != NULL) {
		struct as_http_connection *next = TAILQ_NEXT(connection, link);

		if (connection->mhd == NULL) {
			close_own(connection);
		} else if (connection->phase == AS_HTTP_WORKING) {
			/* libmicrohttpd must not be stopped with one suspended. */
			as_http_request_gone(connection->request);
			as_http_connection_resume(connection);
		}
		connection = next;
	}
}
