/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/channel.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/spool.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAGIC 0x4c505341u /* "ASPL" */
/* Its own descriptors and the one of the body. */
#define FDS_ROOM (AS_CHANNEL_FDS_MAX + 1)

union control {
	char space[CMSG_SPACE(sizeof(int) * FDS_ROOM)];
	struct cmsghdr align;
};

int as_channel_pair(int pair_out[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair_out) < 0)
		return -errno;
	return 0;
}

static int gone_or(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ENOTCONN ? AS_E_GONE : -error;
}

static int transmit(int socket, struct iovec parts[2], const int *fds, size_t fd_count, bool wait)
{
	union control control;
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	if (fd_count > 0) {
		struct cmsghdr *item;

		memset(&control, 0, sizeof(control));
		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * fd_count);
		item = CMSG_FIRSTHDR(&message);
		item->cmsg_level = SOL_SOCKET;
		item->cmsg_type = SCM_RIGHTS;
		item->cmsg_len = CMSG_LEN(sizeof(int) * fd_count);
		memcpy(CMSG_DATA(item), fds, sizeof(int) * fd_count);
	}
	while (sendmsg(socket, &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) < 0)
		if (errno != EINTR)
			return gone_or(errno);
	return 0;
}

int as_channel_send(int socket, const struct as_channel_head *head, struct as_span body,
		    const int *fds, size_t fd_count, bool wait)
{
	struct as_channel_head out = *head;
	struct iovec parts[2] = {{&out, sizeof(out)}, {NULL, 0}};
	int all[FDS_ROOM];
	int body_fd = -1;
	int rc;

	AS_ASSERT(fd_count <= AS_CHANNEL_FDS_MAX);
	if (fd_count > 0)
		memcpy(all, fds, sizeof(int) * fd_count);
	out.magic = MAGIC;
	out.body_size = body.size;
	out.flags &= ~(uint32_t)AS_CHANNEL_BODY_FD;
	if (body.size > AS_CHANNEL_INLINE) {
		rc = as_spool_make("assay-body", body, &body_fd);
		if (rc < 0)
			return rc;
		out.flags |= AS_CHANNEL_BODY_FD;
		all[fd_count++] = body_fd;
	} else if (body.size > 0) {
		parts[1] = (struct iovec){(void *)(uintptr_t)body.data, body.size};
	}
	rc = transmit(socket, parts, all, fd_count, wait);
	if (body_fd >= 0)
		close(body_fd);
	return rc;
}

/* Collects whatever descriptors came, so that none can leak. */
static void collect(struct msghdr *message, struct as_channel_packet *packet, int *all,
		    size_t *count_out)
{
	size_t count = 0;

	for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item != NULL;
	     item = CMSG_NXTHDR(message, item)) {
		size_t here;

		if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS)
			continue;
		here = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < here; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(item) + i * sizeof(int), sizeof(fd));
			if (count < FDS_ROOM)
				all[count++] = fd;
			else
				close(fd);
		}
	}
	packet->fd_count = 0;
	packet->body_fd = -1;
	*count_out = count;
}

static bool body_fits(const struct as_channel_packet *packet, size_t received)
{
	struct stat st;

	if (packet->body_fd < 0)
		return packet->head.body_size == received - sizeof(packet->head);
	/* Sealed, it can neither shrink nor change between check and use. */
	return received == sizeof(packet->head) && as_spool_check(packet->body_fd) == 0 &&
	       fstat(packet->body_fd, &st) == 0 && st.st_size >= 0 &&
	       (uint64_t)st.st_size == packet->head.body_size;
}

static int accept_packet(struct as_channel_packet *packet, const struct msghdr *message,
			 size_t received, const int *all, size_t count)
{
	bool whole = (message->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
		     received >= sizeof(packet->head) && packet->head.magic == MAGIC;

	if (whole && (packet->head.flags & AS_CHANNEL_BODY_FD) != 0 && count > 0)
		packet->body_fd = all[--count];
	for (size_t i = 0; i < count; i++) {
		if (i < AS_CHANNEL_FDS_MAX)
			packet->fds[packet->fd_count++] = all[i];
		else
			close(all[i]);
	}
	if (whole && (packet->body_fd >= 0 || (packet->head.flags & AS_CHANNEL_BODY_FD) == 0) &&
	    count <= AS_CHANNEL_FDS_MAX && body_fits(packet, received))
		return 0;
	as_channel_release(packet);
	return AS_E_PROTOCOL;
}

int as_channel_receive(int socket, struct as_channel_packet *packet, bool wait)
{
	union control control;
	struct iovec parts[2] = {{&packet->head, sizeof(packet->head)},
				 {packet->inlined, sizeof(packet->inlined)}};
	struct msghdr message = {
		.msg_iov = parts,
		.msg_iovlen = 2,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	int all[FDS_ROOM];
	size_t count;
	ssize_t got;

	do {
		got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return gone_or(errno);
	collect(&message, packet, all, &count);
	/* An empty packet reads like the end; it may still carry descriptors. */
	if (got == 0) {
		while (count > 0)
			close(all[--count]);
		return AS_E_GONE;
	}
	return accept_packet(packet, &message, (size_t)got, all, count);
}

void as_channel_release(struct as_channel_packet *packet)
{
	for (uint32_t i = 0; i < packet->fd_count; i++)
		if (packet->fds[i] >= 0)
			close(packet->fds[i]);
	packet->fd_count = 0;
	if (packet->body_fd >= 0)
		close(packet->body_fd);
	packet->body_fd = -1;
}

int as_channel_take(struct as_channel_packet *packet, uint32_t index)
{
	int fd;

	if (index >= packet->fd_count)
		return -1;
	fd = packet->fds[index];
	packet->fds[index] = -1;
	return fd;
}

int as_channel_body(const struct as_channel_packet *packet, uint64_t max, struct as_buffer *body)
{
	uint64_t size = packet->head.body_size;
	unsigned char *room;
	uint64_t done = 0;

	if (size > max || size > SIZE_MAX)
		return -EMSGSIZE;
	if (packet->body_fd < 0)
		return as_buffer_append(body, packet->inlined, (size_t)size) ? 0 : -ENOMEM;
	room = as_buffer_reserve(body, (size_t)size);
	if (room == NULL)
		return -ENOMEM;
	/* Read, not mapped: a page that the sender left out and the kernel
	 * cannot provide is an error here and a SIGBUS there. */
	while (done < size) {
		ssize_t got =
			pread(packet->body_fd, room + done, (size_t)(size - done), (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : AS_E_PROTOCOL;
		done += (uint64_t)got;
	}
	as_buffer_commit(body, (size_t)size);
	return 0;
}
