/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/clamd/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void keep(struct as_clamd_descriptors *descriptors, const struct cmsghdr *part,
		 uint64_t offset, uint32_t *parked)
{
	size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(part) + i * sizeof(fd), sizeof(fd));
		if (descriptors->count == AS_CLAMD_DESCRIPTORS_MAX ||
		    *parked >= AS_CLAMD_PARKED_MAX) {
			close(fd);
			continue;
		}
		descriptors->items[descriptors->count].fd = fd;
		descriptors->items[descriptors->count].begin = offset;
		descriptors->count++;
		(*parked)++;
	}
}

ssize_t as_clamd_descriptors_receive(struct as_clamd_descriptors *descriptors, int socket,
				     void *data, size_t size, uint64_t offset, uint32_t *parked)
{
	union {
		struct cmsghdr align;
		char octets[CMSG_SPACE(sizeof(int) * AS_CLAMD_DESCRIPTORS_MAX)];
	} control;
	struct iovec iov = {.iov_base = data, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.octets,
		.msg_controllen = sizeof(control.octets),
	};
	struct cmsghdr *part;
	ssize_t got;

	got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (got < 0)
		return -errno;
	for (part = CMSG_FIRSTHDR(&message); part != NULL; part = CMSG_NXTHDR(&message, part)) {
		if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS)
			keep(descriptors, part, offset, parked);
	}
	return got;
}

int as_clamd_descriptors_take(struct as_clamd_descriptors *descriptors, uint64_t offset,
			      uint32_t *parked)
{
	int fd;

	if (descriptors->count == 0 || descriptors->items[0].begin > offset)
		return -1;
	fd = descriptors->items[0].fd;
	descriptors->count--;
	(*parked)--;
	memmove(&descriptors->items[0], &descriptors->items[1],
		descriptors->count * sizeof(descriptors->items[0]));
	return fd;
}

void as_clamd_descriptors_close(struct as_clamd_descriptors *descriptors, uint32_t *parked)
{
	for (uint32_t i = 0; i < descriptors->count; i++)
		close(descriptors->items[i].fd);
	*parked -= descriptors->count;
	descriptors->count = 0;
}

int as_clamd_descriptors_check(int fd, uint64_t *size_out)
{
	int flags = fcntl(fd, F_GETFL);
	struct statx stx;

	if (flags < 0)
		return -errno;
	/* What cannot be read would reach the worker as an empty message. */
	if ((flags & O_PATH) != 0 || (flags & O_ACCMODE) == O_WRONLY)
		return -EACCES;
	/* Without a synchronisation, which could wait for a file server. */
	if (statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &stx) < 0)
		return -errno;
	if (!S_ISREG(stx.stx_mode))
		return -ENOTSUP;
	*size_out = stx.stx_size;
	return 0;
}
