/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_HTTP_ACCESS_H
#define ASSAY_DAEMON_HTTP_ACCESS_H

#include "daemon/listener.h"

/*
 * Who may use a control socket: root, the user that the daemon runs as, and
 * the users and groups of the configuration. The kernel says who it is
 * (SO_PEERCRED, unix(7)).
 */
struct as_http_access;

/* Looks the names up, so it wants /etc/passwd. The error is for people. */
int as_http_access_new(const struct as_listener *listener, struct as_http_access **access_out,
		       struct as_error *error);
/* NULL is allowed. */
void as_http_access_free(struct as_http_access *access);

bool as_http_access_allows(const struct as_http_access *access, int fd, const struct as_peer *peer);

#endif
