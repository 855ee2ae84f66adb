/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sockets_passed.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

int as_passed_receive(struct as_passed *passed_out, struct as_error *error)
{
	struct as_passed passed = {.count = 0};
	int got = sd_listen_fds_with_names(1, &passed.names);

	if (got < 0)
		return as_error_set(error, got, "sockets of systemd cannot be taken over: %s",
				    as_code_text(got));
	passed.count = (size_t)got;
	passed.fds = calloc(passed.count + 1, sizeof(*passed.fds));
	if (passed.fds == NULL) {
		as_passed_close(&passed);
		return as_error_set(error, -ENOMEM, "no memory for sockets");
	}
	for (size_t i = 0; i < passed.count; i++)
		passed.fds[i] = SD_LISTEN_FDS_START + (int)i;
	*passed_out = passed;
	return 0;
}

static const char *name_of(const struct as_passed *passed, size_t index)
{
	return passed->names != NULL ? passed->names[index] : "";
}

void as_passed_close(struct as_passed *passed)
{
	for (size_t i = 0; passed->fds != NULL && i < passed->count; i++) {
		if (passed->fds[i] < 0)
			continue;
		as_log(AS_LOG_WARNING, "systemd passed on a socket \"%s\" that no listener uses",
		       name_of(passed, i));
		close(passed->fds[i]);
	}
	for (size_t i = 0; passed->names != NULL && i < passed->count; i++)
		free(passed->names[i]);
	free(passed->names);
	free(passed->fds);
	*passed = (struct as_passed){.count = 0};
}

static int option(int fd, int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	return getsockopt(fd, SOL_SOCKET, name, &value, &size) < 0 ? -1 : value;
}

static int check(int fd, const char *name, struct as_error *error)
{
	struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(at);

	if (option(fd, SO_TYPE) != SOCK_STREAM || option(fd, SO_ACCEPTCONN) != 1)
		return as_error_set(
			error, AS_E_CONFIG,
			"the socket \"%s\" of systemd is not a listening stream socket: "
			"use ListenStream= and Accept=no",
			name);
	if (getsockname(fd, (struct sockaddr *)&at, &size) < 0 ||
	    !as_sockaddr_is_loopback((const struct sockaddr *)&at))
		return as_error_set(error, AS_E_CONFIG,
				    "the socket \"%s\" of systemd can be reached from outside: "
				    "ListenStream= must name a UNIX socket or a loopback address, "
				    "such as 127.0.0.1:8899",
				    name);
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
		return as_error_set(error, -errno, "the socket \"%s\" of systemd: %s", name,
				    as_code_text(-errno));
	return 0;
}

static bool fits(const struct as_passed *passed, size_t index, const struct as_sockaddr *address)
{
	struct sockaddr_storage at = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(at);

	if (passed->fds[index] < 0)
		return false;
	if (address->kind == AS_SOCKADDR_SYSTEMD)
		return strcmp(name_of(passed, index), address->name) == 0;
	return getsockname(passed->fds[index], (struct sockaddr *)&at, &size) == 0 &&
	       as_sockaddr_equal(address, (const struct sockaddr *)&at, size);
}

int as_passed_take(struct as_passed *passed, const struct as_sockaddr *address, int *fd_out,
		   struct as_error *error)
{
	*fd_out = -1;
	for (size_t i = 0; i < passed->count; i++) {
		int rc;

		if (!fits(passed, i, address))
			continue;
		rc = check(passed->fds[i], name_of(passed, i), error);
		if (rc < 0)
			return rc;
		*fd_out = passed->fds[i];
		passed->fds[i] = -1;
		return 0;
	}
	return 0;
}
