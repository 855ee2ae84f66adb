/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/sockets_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int as_socket_new(const struct as_sockaddr *address)
{
	int fd = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	return fd < 0 ? -errno : fd;
}

int as_socket_bind_inet(int fd, const struct as_listener_config *listener,
			const struct as_sockaddr *address, struct as_error *error)
{
	static const int on = 1;
	int rc = 0;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    (address->at.any.sa_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0) ||
	    bind(fd, &address->at.any, address->size) < 0)
		rc = -errno;
	if (rc == -EADDRINUSE)
		return as_error_set(error, rc,
				    "another process listens at %s; end it, or choose another port",
				    listener->address);
	if (rc == -EACCES)
		return as_error_set(error, rc,
				    "%s: only root may listen at ports below 1024; choose a higher "
				    "one",
				    listener->address);
	if (rc < 0)
		return as_error_set(error, rc, "%s: %s", listener->address, as_code_text(rc));
	return 0;
}

static int make(const struct as_listener_config *listener, const struct as_account *account,
		const struct as_sockaddr *address, struct as_socket *made, struct as_error *error)
{
	int fd, rc;

	if (address->kind == AS_SOCKADDR_SYSTEMD)
		return as_error_set(error, AS_E_CONFIG,
				    "systemd has passed on no socket named \"%s\": enable a socket "
				    "unit with FileDescriptorName=%s, or set `address`",
				    address->name, address->name);
	fd = as_socket_new(address);
	if (fd < 0)
		return as_error_set(error, fd, "%s: %s", listener->address, as_code_text(fd));
	if (address->kind == AS_SOCKADDR_UNIX)
		rc = as_socket_make_unix(fd, listener, account, address, made, error);
	else
		rc = as_socket_bind_inet(fd, listener, address, error);
	/* Somebody may have taken the port between bind() and now. */
	if (rc == 0 && address->kind == AS_SOCKADDR_INET && listen(fd, AS_SOCKET_BACKLOG) < 0)
		rc = as_error_set(error, -errno, "%s: %s", listener->address, as_code_text(-errno));
	if (rc < 0)
		close(fd);
	else
		made->fd = fd;
	return rc;
}

static int open_one(const struct as_listener_config *listener, const struct as_account *account,
		    struct as_passed *passed, struct as_sockaddr *address, struct as_socket *made,
		    struct as_error *error)
{
	struct as_error why = {.text = ""};
	int rc = as_sockaddr_parse(listener->address, address, &why);

	if (rc == 0)
		rc = as_passed_take(passed, address, &made->fd, &why);
	made->passed = made->fd >= 0;
	if (rc == 0 && made->fd < 0)
		rc = make(listener, account, address, made, &why);
	if (rc < 0)
		return as_error_set(error, rc, "listener \"%s\": %s", listener->name, why.text);
	return 0;
}

int as_sockets_open(const struct as_service *service, const struct as_account *account,
		    struct as_passed *passed, struct as_sockets *sockets_out,
		    struct as_error *error)
{
	struct as_sockets sockets = {.count = service->listener_count};
	int rc = 0;

	sockets.items = calloc(sockets.count + 1, sizeof(*sockets.items));
	sockets.addresses = calloc(sockets.count + 1, sizeof(*sockets.addresses));
	if (sockets.items == NULL || sockets.addresses == NULL) {
		free(sockets.items);
		free(sockets.addresses);
		return as_error_set(error, -ENOMEM, "no memory for sockets");
	}
	for (size_t i = 0; i < sockets.count; i++)
		sockets.items[i].fd = -1;
	for (size_t i = 0; rc == 0 && i < sockets.count; i++)
		rc = open_one(&service->listeners[i], account, passed, &sockets.addresses[i],
			      &sockets.items[i], error);
	if (rc < 0)
		as_sockets_close(&sockets);
	else
		*sockets_out = sockets;
	return rc;
}

void as_sockets_release(struct as_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		struct as_socket *one = &sockets->items[i];

		if (one->fd < 0 || one->passed)
			continue;
		close(one->fd);
		one->fd = -1;
	}
}

void as_sockets_close(struct as_sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++) {
		if (sockets->items[i].fd >= 0)
			close(sockets->items[i].fd);
		if (sockets->items[i].path != NULL)
			as_socket_remove_unix(&sockets->addresses[i], &sockets->items[i]);
	}
	free(sockets->items);
	free(sockets->addresses);
	*sockets = (struct as_sockets){.count = 0};
}
