/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_MILTER_CONNECTION_H
#define ASSAY_DAEMON_MILTER_CONNECTION_H

#include "daemon/milter/answer.h"
#include "daemon/milter/session.h"
#include "daemon/task.h"

#include <sys/queue.h>

/*
 * A session on a descriptor: what is read goes into the session, what it says
 * is sent, a whole message becomes a task, its answer is sent in steps as the
 * server takes it. An idle connection holds its session and no buffers.
 */

/* Read at once, into a buffer that all connections of a listener share. */
#define AS_MILTER_INPUT_BYTES ((size_t)65536)
/* Input that came while nothing may be read: mail servers send none before
 * they are answered, so that this only shows whether they are still there. */
#define AS_MILTER_LEFT_MAX AS_MILTER_INPUT_BYTES
/* Reads, or pieces of a body, of one connection before others have a turn. */
#define AS_MILTER_BURST 16u
/* Between two signs of life: mail servers wait for five minutes at the end of a
 * message by default (Postfix milter_content_timeout, Sendmail E), and where
 * that was shortened, 30 s is usual. */
#define AS_MILTER_PROGRESS_MS 20000u
/* Connections beyond the limit that are kept to be told so. */
#define AS_MILTER_REFUSED_MAX 64u
/* How long, each. */
#define AS_MILTER_REFUSED_MS 5000u

struct as_milter_connection;
TAILQ_HEAD(as_milter_connections, as_milter_connection);

/* Of one listener. */
struct as_milter_server {
	struct as_listener *listener;
	struct as_milter_connections connections;
	uint32_t refused; /* of these, not counted by the front */
	bool warned;	  /* that a mail server does not allow what is needed */
	unsigned char input[AS_MILTER_INPUT_BYTES];
};

struct as_milter_connection {
	TAILQ_ENTRY(as_milter_connection) link;
	struct as_milter_server *server;
	int fd;
	bool counted; /* by the front */
	bool heard;   /* an octet has come */
	bool closing; /* when all has been sent */
	char peer[64];
	struct as_milter_session session;
	struct as_task *task;
	bool submitted;
	struct as_milter_answer *answer; /* not yet in out */
	struct as_buffer out;		 /* emptied when all of it has been sent */
	size_t sent;			 /* of out */
	struct as_buffer left;		 /* input that waits */
	struct event *readable, *writable, *timer;

	/* Monotonic, in microseconds. */
	uint64_t opened_us, input_us, output_us;
	uint64_t request_us;  /* since when a frame or message comes in; or 0 */
	uint64_t progress_us; /* when to send the next sign of life */
	uint64_t timer_us;    /* when the timer ends; 0: it does not run */
};

/* Takes the descriptor, also when it fails. peer is NULL for a connection that
 * is turned away. */
int as_milter_connection_open(struct as_milter_server *server, int fd, const struct as_peer *peer);
void as_milter_connection_close(struct as_milter_connection *connection);
/* Closes it if it is between two requests. */
void as_milter_connection_drain(struct as_milter_connection *connection);

/* After every event: sends, ends, or sets what to wait for. May free it. */
void as_milter_connection_settle(struct as_milter_connection *connection);

/* input.c: reads and feeds the session. Negative: the peer is gone. */
int as_milter_connection_read(struct as_milter_connection *connection);
/* The session may be given what waits in left. */
bool as_milter_connection_may_feed(const struct as_milter_connection *connection);

/* message.c: makes the session's messages tasks. */
extern const struct as_milter_sink as_milter_connection_sink;
/* The message is whole. */
void as_milter_connection_inspect(struct as_milter_connection *connection);

/* output.c: sends what the peer takes now. false: it is gone. */
bool as_milter_connection_flush(struct as_milter_connection *connection);

/* timing.c: sets the timer for what comes next. */
void as_milter_timing_arm(struct as_milter_connection *connection);
/* Whether the peer was too slow; words for the log. */
bool as_milter_timing_expired(const struct as_milter_connection *connection, uint64_t now_us,
			      const char **why_out);

static inline uint64_t as_milter_connection_now(const struct as_milter_connection *connection)
{
	return as_clock_us(connection->server->listener->clock);
}

/* The server must not be heard now: it is waiting for us. */
static inline bool as_milter_connection_busy(const struct as_milter_connection *connection)
{
	return connection->submitted || connection->answer != NULL;
}

static inline size_t as_milter_connection_unsent(const struct as_milter_connection *connection)
{
	return connection->out.size - connection->sent;
}

#endif
