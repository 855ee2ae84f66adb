/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SOCKETS_ADDRESS_H
#define ASSAY_DAEMON_SOCKETS_ADDRESS_H

#include "base/error.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * Where a listener listens: "unix:/path", "inet:127.0.0.1:8899",
 * "inet:[::1]:8899", "systemd:NAME". inet takes loopback addresses only: none
 * of the protocols knows who is at the other end, and one of them hands out
 * what stands in files.
 */
enum as_sockaddr_kind {
	AS_SOCKADDR_UNIX = 0,
	AS_SOCKADDR_INET,
	AS_SOCKADDR_SYSTEMD,
};

struct as_sockaddr {
	enum as_sockaddr_kind kind;
	const char *name; /* systemd: points into the text */
	socklen_t size;
	union {
		struct sockaddr any;
		struct sockaddr_un unix_;
		struct sockaddr_in four;
		struct sockaddr_in6 six;
	} at;
};

/* AS_E_CONFIG; the error says what was expected. */
int as_sockaddr_parse(const char *text, struct as_sockaddr *address_out, struct as_error *error);

/* 127.0.0.0/8, ::1, the same mapped into IPv6, any UNIX socket. */
bool as_sockaddr_is_loopback(const struct sockaddr *at);
bool as_sockaddr_equal(const struct as_sockaddr *address, const struct sockaddr *at,
		       socklen_t size);

#endif
