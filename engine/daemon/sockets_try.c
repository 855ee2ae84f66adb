/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sockets_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int try_unix(const struct as_listener_config *listener, const struct as_service *service,
		    const struct as_sockaddr *address, char *note, size_t note_size,
		    struct as_error *error)
{
	const char *path = address->at.unix_.sun_path;
	char copy[sizeof(address->at.unix_.sun_path)];
	enum as_answering who;
	int number;
	gid_t group;

	if (listener->group[0] != '\0' && !as_account_group(listener->group, &group))
		return as_error_set(error, -ESRCH, "there is no group \"%s\"", listener->group);
	who = as_socket_who_answers(address, &number);
	if (who == AS_SOMEBODY) {
		snprintf(note, note_size, "in use by a running process");
		return 0;
	}
	if (who != AS_NOBODY)
		return as_socket_refusal(address, who, number, error);
	snprintf(copy, sizeof(copy), "%s", path);
	/* The daemon makes its own folder, and no other. */
	if (strcmp(dirname(copy), service->run_dir) == 0)
		return 0;
	if (faccessat(AT_FDCWD, copy, W_OK | X_OK, AT_EACCESS) == 0)
		return 0;
	return as_error_set(error, -errno, "the folder of %s: %s; make it, owned by \"%s\"", path,
			    as_code_text(-errno), service->user);
}

static int try_inet(const struct as_listener_config *listener, const struct as_sockaddr *address,
		    char *note, size_t note_size, struct as_error *error)
{
	int fd = as_socket_new(address);
	int rc;

	if (fd < 0)
		return as_error_set(error, fd, "%s: %s", listener->address, as_code_text(fd));
	rc = as_socket_bind_inet(fd, listener, address, error);
	close(fd);
	if (rc != -EADDRINUSE)
		return rc;
	snprintf(note, note_size, "in use by a running process");
	return 0;
}

int as_sockets_try(const struct as_listener_config *listener, const struct as_service *service,
		   char *note_out, size_t note_size, struct as_error *error)
{
	struct as_error why = {.text = ""};
	struct as_sockaddr address;
	int rc = as_sockaddr_parse(listener->address, &address, &why);

	note_out[0] = '\0';
	if (rc == 0 && address.kind == AS_SOCKADDR_UNIX)
		rc = try_unix(listener, service, &address, note_out, note_size, &why);
	if (rc == 0 && address.kind == AS_SOCKADDR_INET)
		rc = try_inet(listener, &address, note_out, note_size, &why);
	if (rc == 0 && address.kind == AS_SOCKADDR_SYSTEMD)
		snprintf(note_out, note_size, "passed on by systemd when it starts the daemon");
	if (rc < 0)
		return as_error_set(error, rc, "listener \"%s\": %s", listener->name, why.text);
	return 0;
}
