/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/worker.h"

#include "base/log.h"
#include "base/spool.h"
#include "pool/channel.h"
#include "pool/sandbox.h"
#include "pool/tempdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* Reading smaps_rollup walks the page tables, some 0.3 ms for 140 MB. */
#define MEASURE_EVERY 64u

struct worker {
	const struct as_worker_setup *setup;
	int temp_fd;
	int smaps_fd;
	uint64_t private_bytes;
	uint64_t messages;
	struct as_channel_packet packet;
};

static void begin_process(const struct as_worker_setup *setup)
{
	char name[32];

	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* It may have died before the line above. */
	if (getppid() != setup->zygote_pid)
		_exit(EX_UNAVAILABLE);
	prctl(PR_SET_NAME, "assay-worker", 0, 0, 0);
	snprintf(name, sizeof(name), "worker %" PRIu32, setup->number);
	as_log_set_process(name);
	as_stage_attach(setup->page);
	as_stage_set("enter");
}

/* Says why it cannot work, and ends. */
static _Noreturn void give_up(struct worker *worker, const struct as_error *error)
{
	struct as_channel_head head = {.type = AS_CHANNEL_FAILED, .code = error->code};

	as_channel_send(worker->setup->socket, &head, as_span_text(error->text), NULL, 0, true);
	_exit(EX_UNAVAILABLE);
}

static void prepare(struct worker *worker, struct as_error *error)
{
	const struct as_worker_setup *setup = worker->setup;

	worker->temp_fd = open(setup->temp_dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (worker->temp_fd < 0 || fchdir(worker->temp_fd) < 0 ||
	    setenv("TMPDIR", setup->temp_dir, 1) < 0) {
		as_error_set(error, -errno, "temporary folder %s: %s", setup->temp_dir,
			     as_code_text(-errno));
		give_up(worker, error);
	}
	/* Opened now, since the sandbox hides /proc; -1 if it is not mounted. */
	worker->smaps_fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	if (setup->handler->enter == NULL)
		return;
	if (setup->handler->enter(setup->handler->context, setup->temp_dir, setup->number, error) <
	    0)
		give_up(worker, error);
}

static void close_sandbox(struct worker *worker)
{
	const struct as_worker_setup *setup = worker->setup;
	struct as_sandbox_state state = {.text = "off: not wanted by the settings"};
	struct as_channel_head head = {.type = AS_CHANNEL_READY};

	as_sandbox_limit_worker(setup->settings->worker_memory);
	if (setup->settings->sandbox)
		as_sandbox_enter(setup->temp_dir, &state);
	head.code = state.landlock_abi;
	head.flags = state.seccomp ? AS_CHANNEL_SECCOMP : 0;
	as_stage_set("");
	if (as_channel_send(setup->socket, &head, as_span_text(state.text), NULL, 0, true) < 0)
		_exit(EX_UNAVAILABLE);
}

/* Octets that this process alone has and has written to; 0: unknown. */
static uint64_t private_dirty(int smaps_fd)
{
	static const char key[] = "Private_Dirty:";
	char text[2048];
	const char *line;
	ssize_t got;

	if (smaps_fd < 0)
		return 0;
	got = pread(smaps_fd, text, sizeof(text) - 1, 0);
	if (got <= 0)
		return 0;
	text[got] = '\0';
	line = strstr(text, key);
	return line != NULL ? strtoull(line + sizeof(key) - 1, NULL, 10) * 1024 : 0;
}

/* Nothing may pass from one message to the next. */
static bool leave_no_trace(struct worker *worker)
{
	as_stage_set_message("");
	return as_tempdir_empty(worker->temp_fd) == 0;
}

static bool receive_job(struct worker *worker, struct as_buffer *request)
{
	int rc = as_channel_receive(worker->setup->socket, &worker->packet, true);

	if (rc < 0)
		return false;
	return worker->packet.head.type == AS_CHANNEL_JOB &&
	       as_channel_body(&worker->packet, AS_POOL_REQUEST_MAX, request) == 0;
}

static int answer(struct worker *worker, const struct as_reply *reply)
{
	struct as_channel_head head = {
		.type = AS_CHANNEL_REPLY,
		.sequence = worker->packet.head.sequence,
	};
	size_t fd_count = reply->extra_fd >= 0 ? 1 : 0;

	if (!leave_no_trace(worker))
		head.flags |= AS_CHANNEL_RETIRE;
	if (++worker->messages % MEASURE_EVERY == 0)
		worker->private_bytes = private_dirty(worker->smaps_fd);
	head.size = worker->private_bytes;
	return as_channel_send(worker->setup->socket, &head, as_buffer_span(&reply->body),
			       &reply->extra_fd, fd_count, true);
}

static void do_job(struct worker *worker, struct as_span request)
{
	const struct as_pool_handler *handler = worker->setup->handler;
	const struct as_channel_head *head = &worker->packet.head;
	struct as_reply reply = {.extra_fd = -1};
	struct as_work work = {
		.fd = worker->packet.fd_count > 0 ? worker->packet.fds[0] : -1,
		.offset = head->offset,
		.size = head->size,
		.request = request,
		.attempt = head->number,
	};

	as_buffer_init(&reply.body, AS_POOL_REPLY_MAX);
	as_stage_set("start");
	if (handler->run(handler->context, &work, &reply) < 0 || reply.body.failed)
		_exit(EX_SOFTWARE);
	as_stage_set("");
	if (answer(worker, &reply) < 0)
		_exit(EX_UNAVAILABLE);
	if (reply.extra_fd >= 0)
		close(reply.extra_fd);
	as_buffer_deinit(&reply.body);
}

_Noreturn void as_worker_main(const struct as_worker_setup *setup)
{
	/* Large, and needed to the end. */
	static struct worker worker;
	struct as_error error = {.code = -EIO, .text = "enter() gave no reason"};
	struct as_buffer request;

	worker.setup = setup;
	begin_process(setup);
	prepare(&worker, &error);
	close_sandbox(&worker);
	as_buffer_init(&request, AS_POOL_REQUEST_MAX);
	while (receive_job(&worker, &request)) {
		do_job(&worker, as_buffer_span(&request));
		as_channel_release(&worker.packet);
		/* A request of many recipients must not stay in memory. */
		if (request.capacity > AS_CHANNEL_INLINE)
			as_buffer_deinit(&request);
		as_buffer_clear(&request);
	}
	_exit(EX_OK);
}
