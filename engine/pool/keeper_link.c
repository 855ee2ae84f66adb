/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/keeper_internal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void as_keeper_enter_worker(struct as_keeper *keeper)
{
	if (keeper == NULL)
		return;
	/* With it a worker could take requests of others, and their answers. */
	if (keeper->serve >= 0)
		close(keeper->serve);
	keeper->serve = -1;
	keeper->pid = -1;
}

/* Until the deadline; whatever happened, trying again tells. */
static bool wait_for(const struct as_keeper *keeper, int fd, short events, uint64_t deadline)
{
	struct pollfd one = {.fd = fd, .events = events};
	uint64_t now = as_clock_us(keeper->setup.clock);
	int rc;

	if (now >= deadline)
		return false;
	rc = poll(&one, 1, (int)((deadline - now + 999) / 1000));
	return rc > 0 || (rc < 0 && errno == EINTR);
}

static int send_request(const struct as_keeper *keeper, struct as_span request, int reply,
			uint64_t deadline)
{
	union {
		char space[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = {.space = {0}};
	struct iovec part = {(void *)(uintptr_t)request.data, request.size};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	struct cmsghdr *item = CMSG_FIRSTHDR(&message);

	item->cmsg_level = SOL_SOCKET;
	item->cmsg_type = SCM_RIGHTS;
	item->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(item), &reply, sizeof(reply));
	while (sendmsg(keeper->ask, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno != EINTR && errno != EAGAIN)
			return AS_E_GONE;
		if (errno == EAGAIN && !wait_for(keeper, keeper->ask, POLLOUT, deadline))
			return AS_E_GONE;
	}
	return 0;
}

static int receive_answer(const struct as_keeper *keeper, int fd, struct iovec *part,
			  uint64_t deadline)
{
	struct msghdr message = {.msg_iov = part, .msg_iovlen = 1};

	for (;;) {
		ssize_t got = recvmsg(fd, &message, MSG_DONTWAIT);

		if (got > 0) {
			part->iov_len = (size_t)got;
			return 0;
		}
		/* Closed: the keeper ended, or there is no answer. */
		if (got == 0 || (errno != EINTR && errno != EAGAIN))
			return AS_E_GONE;
		if (!wait_for(keeper, fd, POLLIN, deadline))
			return -ETIMEDOUT;
	}
}

int as_keeper_ask(struct as_keeper *keeper, struct as_span request, unsigned char *answer_out,
		  size_t room, size_t *size_out)
{
	uint64_t now = as_clock_us(keeper->setup.clock);
	uint64_t deadline = now + AS_KEEPER_WAIT_MS * 1000ull;
	struct iovec part = {answer_out, room};
	int pair[2];
	int rc;

	if (request.size == 0 || request.size > AS_KEEPER_REQUEST_MAX)
		return -EMSGSIZE;
	/* A mail with a hundred envelopes must not wait a hundred times. */
	if (now < keeper->silent_until)
		return AS_E_GONE;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	rc = send_request(keeper, request, pair[1], deadline);
	/* From here on only the keeper has it, so that its end is seen. */
	close(pair[1]);
	if (rc == 0)
		rc = receive_answer(keeper, pair[0], &part, deadline);
	close(pair[0]);
	if (rc == 0) {
		*size_out = part.iov_len;
		return 0;
	}
	if (as_clock_us(keeper->setup.clock) >= deadline)
		keeper->silent_until = deadline + AS_KEEPER_WAIT_MS * 1000ull;
	return AS_E_GONE;
}
