/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "daemon/front_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How long no connection is taken after the kernel had no descriptor or
 * memory for one: time for others to end. */
#define PAUSE_MS 100

static bool describe_inet(const struct sockaddr_storage *address, struct as_peer *peer)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
	const struct sockaddr_in *four = (const struct sockaddr_in *)address;
	char text[INET6_ADDRSTRLEN] = "?";

	if (address->ss_family == AF_INET) {
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
		snprintf(peer->text, sizeof(peer->text), "%s:%u", text, ntohs(four->sin_port));
		return true;
	}
	if (address->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
		snprintf(peer->text, sizeof(peer->text), "[%s]:%u", text, ntohs(six->sin6_port));
		return true;
	}
	return false;
}

static void describe_peer(int fd, const struct sockaddr_storage *address, struct as_peer *peer)
{
	struct ucred who = {.pid = 0};
	socklen_t size = sizeof(who);

	*peer = (struct as_peer){.uid = (uid_t)-1, .gid = (gid_t)-1};
	if (describe_inet(address, peer))
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0) {
		snprintf(peer->text, sizeof(peer->text), "unknown");
		return;
	}
	peer->local = true;
	peer->uid = who.uid;
	peer->gid = who.gid;
	peer->pid = who.pid;
	snprintf(peer->text, sizeof(peer->text), "uid %ld", (long)who.uid);
}

static bool is_full(const struct as_listener *listener)
{
	const struct as_front *front = listener->front;

	return listener->open >= listener->config->connections ||
	       front->open >= front->service->connections;
}

static bool make_room(struct as_listener *listener)
{
	struct as_front *front = listener->front;

	if (listener->ops->yield(listener, AS_SILENT_US))
		return !is_full(listener);
	if (listener->open >= listener->config->connections)
		return false;
	for (size_t i = 0; i < front->listener_count; i++)
		if (front->listeners[i].ops->yield(&front->listeners[i], AS_SILENT_US))
			return true;
	return false;
}

static void admit(struct as_listener *listener, int fd, const struct sockaddr_storage *address)
{
	static const int on = 1;
	struct as_peer peer;

	if (listener->draining || (is_full(listener) && !make_room(listener))) {
		listener->metrics->refused_connections++;
		listener->ops->refuse(listener, fd);
		return;
	}
	describe_peer(fd, address, &peer);
	if (!listener->local)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	listener->open++;
	listener->front->open++;
	listener->metrics->connections++;
	listener->metrics->open++;
	listener->ops->accept(listener, fd, &peer);
}

static int take(const struct as_listener *listener, struct sockaddr_storage *address)
{
	socklen_t size = sizeof(*address);

	address->ss_family = AF_UNSPEC;
	return accept4(listener->fd, (struct sockaddr *)address, &size,
		       SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/*
 * Without a descriptor the client would wait for ever and the loop would turn
 * without rest. The spare one lets one client after the other in, to be told.
 */
static void refuse_without_descriptor(struct as_listener *listener)
{
	static const struct timeval pause = {.tv_usec = PAUSE_MS * 1000};
	struct as_front *front = listener->front;
	struct sockaddr_storage address;
	int fd = -1;

	if (front->spare_fd >= 0) {
		close(front->spare_fd);
		fd = take(listener, &address);
	}
	if (fd >= 0) {
		listener->metrics->refused_connections++;
		front->out_of_descriptors = true;
		listener->ops->refuse(listener, fd);
		front->out_of_descriptors = false;
	}
	front->spare_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	event_del(listener->event);
	event_add(listener->event, &pause);
}

static void on_acceptable(evutil_socket_t fd, short what, void *context)
{
	struct as_listener *listener = context;
	struct sockaddr_storage address;

	(void)fd;
	/* The pause is over. */
	if ((what & EV_TIMEOUT) != 0) {
		event_del(listener->event);
		event_add(listener->event, NULL);
	}
	for (uint32_t i = 0; i < AS_ACCEPT_BURST; i++) {
		int client = take(listener, &address);

		if (client >= 0) {
			admit(listener, client, &address);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			   errno == ENOMEM) {
			refuse_without_descriptor(listener);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return;
		}
	}
}

void as_listener_closed(struct as_listener *listener)
{
	listener->open--;
	listener->front->open--;
	listener->metrics->open--;
	if (listener->front->draining && listener->front->open == 0)
		as_front_later(listener->front);
}

static int open_listener(struct as_front *front, size_t index, struct as_error *error)
{
	struct as_listener *listener = &front->listeners[index];
	struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(address);
	int rc = 0;

	*listener = (struct as_listener){
		.front = front,
		.config = &front->service->listeners[index],
		.metrics = &front->metrics.listeners[index],
		.base = front->base,
		.clock = front->clock,
		.index = (uint32_t)index,
		.fd = front->setup->sockets[index],
	};
	listener->ops = as_protocol_ops(listener->config->protocol);
	getsockname(listener->fd, (struct sockaddr *)&address, &size);
	listener->local = address.ss_family == AF_UNIX;
	fcntl(listener->fd, F_SETFL, fcntl(listener->fd, F_GETFL) | O_NONBLOCK);
	if (listener->ops->start != NULL)
		rc = listener->ops->start(listener, error);
	if (rc < 0)
		return rc;
	listener->event =
		event_new(front->base, listener->fd, EV_READ | EV_PERSIST, on_acceptable, listener);
	if (listener->event == NULL)
		return as_error_set(error, -ENOMEM, "no memory for listener %s",
				    listener->config->name);
	return 0;
}

int as_gate_open(struct as_front *front, struct as_error *error)
{
	size_t count = front->service->listener_count;
	int rc = 0;

	front->listeners = calloc(count > 0 ? count : 1, sizeof(*front->listeners));
	if (front->listeners == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the listeners");
	front->spare_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = open_listener(front, i, error);
		if (rc == 0)
			front->listener_count++;
	}
	return rc;
}

void as_gate_serve(struct as_front *front)
{
	for (size_t i = 0; i < front->listener_count; i++)
		event_add(front->listeners[i].event, NULL);
}

/*
 * Clients in the backlog are let in, later ones find nobody. On a socket that
 * systemd holds open, too, both wait for the next daemon instead.
 */
static void close_listener(struct as_listener *listener)
{
	if (!listener->front->setup->passed[listener->index])
		on_acceptable(listener->fd, EV_READ, listener);
	event_del(listener->event);
	close(listener->fd);
	listener->fd = -1;
}

void as_gate_shut(struct as_front *front)
{
	for (size_t i = 0; i < front->listener_count; i++) {
		close_listener(&front->listeners[i]);
		front->listeners[i].ending = true;
	}
}

void as_gate_drain(struct as_front *front)
{
	for (size_t i = 0; i < front->listener_count; i++) {
		struct as_listener *listener = &front->listeners[i];

		listener->draining = true;
		if (listener->ops->drain != NULL)
			listener->ops->drain(listener);
	}
}

void as_gate_close(struct as_front *front)
{
	for (size_t i = 0; i < front->listener_count; i++) {
		struct as_listener *listener = &front->listeners[i];

		event_free(listener->event);
		if (listener->ops->stop != NULL)
			listener->ops->stop(listener);
	}
}
