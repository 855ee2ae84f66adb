/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_SERVER_H
#define ASSAY_DAEMON_HTTP_SERVER_H

#include "daemon/http/connection.h"

/*
 * What a listener of this protocol has: a daemon of libmicrohttpd without
 * threads and without a listening socket of its own, whose epoll descriptor
 * hangs in the front's loop.
 */
struct as_http_server {
	struct as_listener *listener;
	struct MHD_Daemon *mhd;
	unsigned int timeout_s;	       /* libmicrohttpd's own */
	struct as_http_access *access; /* of a control socket, else NULL */
	struct as_http_connections connections;
	struct as_http_connection *adding; /* during MHD_add_connection() */
	size_t envelope_bytes;		   /* documents that are kept */
	bool woken, ticking, stopping;
	unsigned int quiet; /* turns in a row that came to nothing */
	struct event readable, turn, tick;
};

/* Gives libmicrohttpd a turn once the present callbacks are over. */
void as_http_server_wake(struct as_http_server *server);
/* libmicrohttpd has called us: its turn came to something. */
static inline void as_http_server_stir(struct as_http_server *server)
{
	server->quiet = 0;
}

/* There is a connection whose deadline must be looked at. */
void as_http_server_tick(struct as_http_server *server);

#endif
