/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_SOCKETS_H
#define ASSAY_DAEMON_SOCKETS_H

#include "daemon/drop.h"
#include "daemon/sockets_passed.h"

/*
 * The listening sockets, in the order of the configuration. They are the
 * supervisor's and live as long as it does, so that a front that dies costs
 * connections and no listener.
 */

/* Connections that wait for accept(2); the kernel's own limit is 4096. */
#define AS_SOCKET_BACKLOG 1024

struct as_socket {
	int fd; /* listening, non-blocking; -1: closed */
	bool passed;
	/* Of a UNIX socket that we have made: what we may remove. */
	const char *path; /* points into the address; NULL: none */
	dev_t device;
	ino_t inode;
};

struct as_sockets {
	struct as_socket *items;
	size_t count;
	struct as_sockaddr *addresses;
};

/*
 * Takes what systemd has passed on, and makes the rest: a UNIX socket has its
 * mode and owner before anybody can connect, replaces one on which nobody
 * answers, and never one on which somebody does. Fails with the first listener
 * that cannot be had, its name, its address and what to do; then nothing is
 * left open. Warnings are logged.
 */
int as_sockets_open(const struct as_service *service, const struct as_account *account,
		    struct as_passed *passed, struct as_sockets *sockets_out,
		    struct as_error *error);
/* Closes those that we have made, so that clients are refused at once instead
 * of waiting for nobody; those of systemd wait for the next daemon. */
void as_sockets_release(struct as_sockets *sockets);
/* Closes all and removes our paths, unless another daemon's stand there. */
void as_sockets_close(struct as_sockets *sockets);

/* For --check: whether it could be had; touches nothing that is in use. note:
 * at least 256 octets, "" or what is to be known. */
int as_sockets_try(const struct as_listener_config *listener, const struct as_service *service,
		   char *note_out, size_t note_size, struct as_error *error);

#endif
