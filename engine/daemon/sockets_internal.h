/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SOCKETS_INTERNAL_H
#define ASSAY_DAEMON_SOCKETS_INTERNAL_H

#include "daemon/sockets.h"

/* Shared by sockets.c, sockets_unix.c and sockets_try.c. */

/* What stands at the path of a UNIX socket. */
enum as_answering {
	AS_NOBODY = 0, /* nothing, or a socket that a dead daemon left */
	AS_SOMEBODY,
	AS_NO_SOCKET,
	AS_UNKNOWN, /* see errno_out */
};

/* A stream socket of that family; negated errno. */
int as_socket_new(const struct as_sockaddr *address);

enum as_answering as_socket_who_answers(const struct as_sockaddr *address, int *errno_out);
/* 0 for AS_NOBODY, else words for the others. */
int as_socket_refusal(const struct as_sockaddr *address, enum as_answering who, int number,
		      struct as_error *error);

/* Binds and listens. */
int as_socket_make_unix(int fd, const struct as_listener_config *listener,
			const struct as_account *account, const struct as_sockaddr *address,
			struct as_socket *made, struct as_error *error);
/* Removes the path of one that was made and is closed, unless a daemon that was
 * started meanwhile has its own socket there. */
void as_socket_remove_unix(const struct as_sockaddr *address, const struct as_socket *made);
/* Binds. -EADDRINUSE: somebody listens there. */
int as_socket_bind_inet(int fd, const struct as_listener_config *listener,
			const struct as_sockaddr *address, struct as_error *error);

#endif
