/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SOCKETS_PASSED_H
#define ASSAY_DAEMON_SOCKETS_PASSED_H

#include "daemon/sockets_address.h"

#include <stddef.h>

/* Sockets that the service manager has opened and passed on
 * (sd_listen_fds(3)). */
struct as_passed {
	int *fds; /* -1: taken */
	char **names;
	size_t count;
};

/* Close-on-exec, and no longer in the environment. None is no error. */
int as_passed_receive(struct as_passed *passed_out, struct as_error *error);
/* Closes what nobody has taken, with a warning each. */
void as_passed_close(struct as_passed *passed);

/*
 * Takes the one of that name (systemd:NAME), or the one that listens at that
 * address. 0 with -1: there is none. AS_E_CONFIG: there is one and it cannot
 * serve: no listening stream socket, or one that others than this machine can
 * reach.
 */
int as_passed_take(struct as_passed *passed, const struct as_sockaddr *address, int *fd_out,
		   struct as_error *error);

#endif
