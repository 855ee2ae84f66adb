/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_CONNECTION_H
#define ASSAY_DAEMON_HTTP_CONNECTION_H

#include "daemon/http/problem.h"
#include "daemon/listener.h"

#include <event2/event_struct.h>
#include <microhttpd.h>
#include <sys/queue.h>

/*
 * One connection, from accept() to the end:
 *
 *     WAITING ──first octet──► HEAD ─► BODY ─► WORKING ─► ANSWERING ─► BETWEEN
 *     (ours)                    ▲    (libmicrohttpd's)                    │
 *                               └─────────────────────────────────────────┘
 *     LINGERING: it has its answer; what it still writes is read away
 *
 * libmicrohttpd gets a connection when its first octet is there: one that says
 * nothing costs some 300 octets, and the time to the first octet is exact. Of
 * a later request nothing is seen before its first line is complete, so
 * keepalive_ms runs until then.
 *
 * The deadlines of the configuration are looked at every AS_HTTP_TICK_MS.
 * Octets of a header, and an answer that is not taken, are seen by
 * libmicrohttpd only; its own timeout is the longer one of idle_ms and
 * keepalive_ms, and the whole header and the whole answer have request_ms.
 */
enum as_http_phase {
	AS_HTTP_WAITING = 0,
	AS_HTTP_HEAD,
	AS_HTTP_BODY,
	AS_HTTP_WORKING, /* suspended: nothing is read or written */
	AS_HTTP_ANSWERING,
	AS_HTTP_BETWEEN,
	AS_HTTP_LINGERING,
};

struct as_http_server;
struct as_http_request;

struct as_http_connection {
	TAILQ_ENTRY(as_http_connection) link;
	struct as_http_server *server;
	struct as_http_request *request; /* NULL between two */
	struct MHD_Connection *mhd;	 /* NULL: fd is ours to close */
	int fd;
	enum as_http_phase phase;
	bool cut;	  /* has its last answer, nothing more is read */
	bool hung_up;	  /* by us, or gone: no word can reach it */
	bool half_closed; /* will send nothing more, but may still read */
	bool probed;
	bool odd_target;		/* of the present request: see as_http_request_line() */
	uint64_t start_us, deadline_us; /* monotonic */
	uint64_t drained;		/* octets while lingering */
	struct event event;		/* first octet, hang-up while working, lingering */
};

TAILQ_HEAD(as_http_connections, as_http_connection);

/* Takes the descriptor. */
void as_http_connection_open(struct as_http_server *server, int fd, const struct as_peer *peer);
/* What libmicrohttpd calls at begin and end of a connection. */
void as_http_connection_notify(void *server, struct MHD_Connection *mhd, void **context,
			       enum MHD_ConnectionNotificationCode code);
/* The first line of a request is there. */
void as_http_connection_begin(struct as_http_connection *connection);
void as_http_connection_phase(struct as_http_connection *connection, enum as_http_phase phase);

/* Nothing more is read until resume. Should the client leave in the meantime,
 * as_http_request_gone() is called. */
void as_http_connection_suspend(struct as_http_connection *connection);
void as_http_connection_resume(struct as_http_connection *connection);
/* No word reaches it any more; libmicrohttpd notices in its next turn. */
void as_http_connection_hang_up(struct as_http_connection *connection);

/* Sends the problem now, whatever the client is writing, and nothing more. The
 * caller makes libmicrohttpd close the connection (MHD_NO). */
void as_http_connection_cut(struct as_http_connection *connection,
			    const struct as_http_problem *problem, bool head);

/* All of a server: what is overdue; one that has said nothing; what has no
 * request in hand; what libmicrohttpd does not close. */
void as_http_connections_expire(struct as_http_server *server);
bool as_http_connections_yield(struct as_http_server *server, uint64_t silent_us);
void as_http_connections_drain(struct as_http_server *server);
void as_http_connections_stop(struct as_http_server *server);

/* Says it on a descriptor that nothing was read from, in one write; leaves the
 * descriptor open. */
void as_http_say(int fd, const struct as_http_problem *problem, bool head);

#endif
