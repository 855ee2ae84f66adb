/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/front_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Clients that were turned away. A socket that is closed with unread octets in
 * it resets the connection, and the reset may overtake the words that say why
 * (RFC 9112 s9.6), so they are read for a moment.
 */
#define BLOCK_BYTES ((size_t)64 * 1024)

struct lingering {
	struct as_front *front;
	struct event *event;
	uint64_t end_us;
	unsigned int reads;
	int fd;
};

static void finish(struct lingering *lingering)
{
	lingering->front->lingering--;
	event_free(lingering->event);
	close(lingering->fd);
	free(lingering);
}

/* Whether more may come. */
static bool read_away(int fd)
{
	static unsigned char block[BLOCK_BYTES];
	ssize_t got = recv(fd, block, sizeof(block), MSG_DONTWAIT);

	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static void on_event(evutil_socket_t fd, short what, void *context)
{
	struct lingering *lingering = context;

	if ((what & EV_TIMEOUT) != 0 || !read_away(fd) || ++lingering->reads == AS_LINGER_READS ||
	    as_clock_us(lingering->front->clock) >= lingering->end_us)
		finish(lingering);
}

void as_listener_linger(struct as_listener *listener, int fd)
{
	static const struct timeval wait = {.tv_sec = AS_LINGER_MS / 1000};
	struct as_front *front = listener->front;
	struct lingering *lingering = NULL;

	shutdown(fd, SHUT_WR);
	if (!read_away(fd) || front->out_of_descriptors || front->lingering >= AS_LINGER_MAX)
		goto out;
	lingering = calloc(1, sizeof(*lingering));
	if (lingering == NULL)
		goto out;
	*lingering = (struct lingering){
		.front = front,
		.fd = fd,
		.end_us = as_clock_us(front->clock) + (uint64_t)AS_LINGER_MS * 1000,
		.event = event_new(front->base, fd, EV_READ | EV_PERSIST, on_event, lingering),
	};
	if (lingering->event == NULL || event_add(lingering->event, &wait) < 0)
		goto out;
	front->lingering++;
	return;
out:
	if (lingering != NULL && lingering->event != NULL)
		event_free(lingering->event);
	free(lingering);
	close(fd);
}
