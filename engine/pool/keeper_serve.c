/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"
#include "pool/channel.h"
#include "pool/keeper_internal.h"
#include "pool/sandbox_service.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sysexits.h>
#include <unistd.h>

#include <linux/close_range.h>

/* Descriptors that one request can bring; the kernel drops what is more. */
#define FDS_ROOM 4u

struct request {
	unsigned char octets[AS_KEEPER_REQUEST_MAX];
	size_t size;
	int reply; /* -1: none came along */
};

/* Above the standard ones, all but these two. */
static void close_others(int serve, int status)
{
	int kept = status >= 0 ? status : serve;
	unsigned int low = (unsigned int)(serve < kept ? serve : kept);
	unsigned int high = (unsigned int)(serve < kept ? kept : serve);

	if (low > 3)
		close_range(3, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0u, 0);
}

static void begin_process(const struct as_keeper_birth *birth)
{
	static const int standard[] = {SIGTERM, SIGCHLD, SIGIO};
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* It may have died before the line above. */
	if (getppid() != birth->parent)
		_exit(EX_UNAVAILABLE);
	prctl(PR_SET_NAME, "assay-keeper", 0, 0, 0);
	as_log_set_process("keeper");
	/* A terminal's signals are ignored, as in the zygote. */
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		signal(standard[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	close_others(birth->keeper->serve, birth->status);
	/* No core file, no debugger, no /proc/PID/mem for others of this user. */
	as_sandbox_limit_zygote();
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static _Noreturn void give_up(const struct as_keeper_birth *birth, int code, const char *text)
{
	struct as_channel_head head = {.type = AS_CHANNEL_FAILED, .code = code};

	if (birth->status < 0)
		as_log(AS_LOG_ERROR, "the keeper of the keys: %s", text);
	else
		as_channel_send(birth->status, &head, as_span_text(text), NULL, 0, true);
	_exit(EX_CONFIG);
}

static void load(const struct as_keeper_birth *birth, struct as_buffer *hello)
{
	const struct as_keeper *keeper = birth->keeper;
	const struct as_keeper_duty *duty = keeper->setup.duty;
	struct as_error error = {.text = "no reason was given"};
	int rc;

	as_buffer_init(hello, AS_KEEPER_HELLO_MAX);
	rc = duty->open(duty->context, hello, &error);
	if (rc == 0 && hello->failed)
		rc = as_error_set(&error, -EMSGSIZE, "there is too much to tell about the keys");
	if (rc < 0)
		give_up(birth, rc, error.text);
	/* Workers ask for keys by their place in the list they know. */
	if (birth->status < 0 &&
	    !as_span_equal(as_buffer_span(hello), as_buffer_span(&keeper->hello)))
		give_up(birth, AS_E_CONFIG, "other keys are in the files than before: reload");
}

/* Ready: closes the sandbox and says so. */
static void settle(const struct as_keeper_birth *birth, struct as_buffer *hello)
{
	const struct as_channel_head head = {.type = AS_CHANNEL_LOADED};
	struct as_sandbox_state state = {.text = "off: not wanted by the settings"};

	if (birth->keeper->setup.sandbox)
		as_sandbox_service_enter(AS_SANDBOX_KEEPER, NULL, 0, &state);
	as_log(AS_LOG_DEBUG, "sandbox of the keeper: %s", state.text);
	if (birth->status >= 0) {
		if (as_channel_send(birth->status, &head, as_buffer_span(hello), NULL, 0, true) < 0)
			_exit(EX_UNAVAILABLE);
		close(birth->status);
	}
	as_buffer_deinit(hello);
}

/* The first descriptor; others have no business here. */
static int take_reply(struct msghdr *message)
{
	int reply = -1;

	for (struct cmsghdr *item = CMSG_FIRSTHDR(message); item != NULL;
	     item = CMSG_NXTHDR(message, item)) {
		size_t count;

		if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_RIGHTS)
			continue;
		count = (item->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(item) + i * sizeof(int), sizeof(fd));
			if (reply < 0)
				reply = fd;
			else
				close(fd);
		}
	}
	return reply;
}

/* A worker may send an empty packet, which reads like the end. */
static bool is_end(int serve)
{
	struct pollfd end = {.fd = serve, .events = POLLIN};

	return poll(&end, 1, 0) > 0 && (end.revents & (POLLHUP | POLLERR)) != 0;
}

/* False: nobody can ask any more. */
static bool receive(int serve, struct request *request)
{
	union {
		char space[CMSG_SPACE(sizeof(int) * FDS_ROOM)];
		struct cmsghdr align;
	} control;
	struct iovec part = {request->octets, sizeof(request->octets)};
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t got;

	request->reply = -1;
	request->size = 0;
	got = recvmsg(serve, &message, MSG_CMSG_CLOEXEC);
	if (got < 0)
		return errno == EINTR || errno == ENOMEM;
	request->reply = take_reply(&message);
	if (got == 0)
		return !is_end(serve);
	/* What was cut is no request. */
	request->size = (message.msg_flags & MSG_TRUNC) == 0 ? (size_t)got : 0;
	return true;
}

static void answer(const struct as_keeper_duty *duty, const struct request *request)
{
	unsigned char octets[AS_KEEPER_ANSWER_MAX];
	struct iovec part = {octets, 0};
	const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (request->size == 0 || request->reply < 0)
		return;
	part.iov_len =
		duty->answer(duty->context, as_span_make(request->octets, request->size), octets);
	/* Fails for what is no socket, and never waits. */
	if (part.iov_len > 0)
		sendmsg(request->reply, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	explicit_bzero(octets, sizeof(octets));
}

_Noreturn void as_keeper_main(const struct as_keeper_birth *birth)
{
	static struct request request;
	struct as_buffer hello;

	begin_process(birth);
	load(birth, &hello);
	settle(birth, &hello);
	while (receive(birth->keeper->serve, &request)) {
		answer(birth->keeper->setup.duty, &request);
		if (request.reply >= 0)
			close(request.reply);
	}
	_exit(EX_OK);
}
