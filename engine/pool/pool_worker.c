/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_internal.h"

#include "base/log.h"
#include "pool/sandbox.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Between failed starts: 10 ms, doubled up to 2.56 s. */
#define START_PAUSE_US	  10000u
#define START_PAUSE_STEPS 8u

void as_pool_worker_init(struct as_pool *pool, uint32_t number)
{
	pool->workers[number] = (struct as_pool_worker){
		.number = number,
		.pid = -1,
		.socket = -1,
		.pidfd = -1,
	};
}

void as_pool_worker_enter(struct as_pool *pool, struct as_pool_worker *worker,
			  enum as_pool_worker_state state)
{
	worker->state = state;
	worker->since_us = as_pool_now(pool);
}

static void hang_up(struct as_pool *pool, struct as_pool_worker *worker)
{
	if (worker->socket < 0)
		return;
	as_pool_unwatch(pool, worker->socket);
	close(worker->socket);
	worker->socket = -1;
}

void as_pool_start_failed(struct as_pool *pool)
{
	uint32_t steps = pool->spawn_failures++;

	if (steps > START_PAUSE_STEPS)
		steps = START_PAUSE_STEPS;
	pool->spawn_again_us = as_pool_now(pool) + ((uint64_t)START_PAUSE_US << steps);
}

static bool has_ended(const struct as_pool_worker *worker)
{
	struct pollfd end = {.fd = worker->pidfd, .events = POLLIN};

	return worker->pidfd < 0 || poll(&end, 1, 0) > 0;
}

void as_pool_worker_gone(struct as_pool *pool, struct as_pool_worker *worker)
{
	hang_up(pool, worker);
	as_pool_worker_enter(pool, worker, AS_POOL_WORKER_DYING);
}

/* The worker's end is waited for from here on; fault NULL: not its doing. */
void as_pool_worker_kill(struct as_pool *pool, struct as_pool_worker *worker, const char *fault)
{
	/* If it has ended by itself, its own status tells more. Asked and killed
	 * before the socket is closed, which a worker takes for a sign to leave:
	 * it could be gone, with a status of its own, before the signal. */
	if (!worker->killed && !has_ended(worker)) {
		worker->fault = fault;
		worker->killed =
			syscall(SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0) == 0;
	}
	as_pool_worker_gone(pool, worker);
}

void as_pool_worker_note(struct as_pool *pool, struct as_pool_worker *worker)
{
	struct as_stage_page *page = as_stage_at(pool->pages, worker->number);
	struct as_result *result = &worker->job->result;

	as_stage_read_name(page, result->stage);
	result->syscall = as_stage_read_refused(page);
	result->worker_us = as_pool_now(pool) - worker->job_us;
	result->signal = 0;
	result->exit_code = -1;
}

void as_pool_worker_spawned(struct as_pool *pool, struct as_pool_worker *worker)
{
	worker->pid = pool->packet.head.pid;
	worker->socket = as_channel_take(&pool->packet, 0);
	worker->pidfd = as_channel_take(&pool->packet, 1);
	pool->state.started++;
	/* Without the descriptors (too many are open here) it finds its socket
	 * closed and ends. */
	if (worker->socket < 0 || worker->pidfd < 0 ||
	    as_pool_watch(pool, worker->socket, AS_POOL_SOURCE_WORKERS + worker->number) < 0) {
		as_pool_worker_kill(pool, worker, "there is no descriptor left for it");
		return;
	}
	as_pool_worker_enter(pool, worker, AS_POOL_WORKER_ENTERING);
}

static bool from_outside(const struct as_pool_worker *worker, int wait_code, int status)
{
	return !worker->killed && wait_code == CLD_KILLED &&
	       (status == SIGKILL || status == SIGTERM || status == SIGINT || status == SIGHUP ||
		status == SIGQUIT);
}

static void describe_end(struct as_pool_worker *worker, int wait_code, int status, char *text_out,
			 size_t room)
{
	const struct as_result *result = &worker->job->result;
	char name[64];

	if (result->syscall >= 0) {
		as_sandbox_call_name(result->syscall, name, sizeof(name));
		snprintf(text_out, room, "the sandbox refused system call %ld (%s)",
			 result->syscall, name);
	} else if (worker->killed) {
		snprintf(text_out, room, "the worker was ended because %s",
			 worker->fault != NULL ? worker->fault : "nobody wanted its answer");
	} else if (wait_code == CLD_EXITED) {
		snprintf(text_out, room, "the worker left with status %d", status);
	} else {
		snprintf(text_out, room, "the worker was ended by signal %d (%s)", status,
			 strsignal(status));
	}
}

static void judge_job(struct as_pool *pool, struct as_pool_worker *worker, int wait_code,
		      int status)
{
	struct as_pool_job *job = worker->job;
	char id[AS_STAGE_MESSAGE_SIZE];

	as_pool_worker_note(pool, worker);
	if (wait_code == CLD_EXITED)
		job->result.exit_code = status;
	else
		job->result.signal = status;
	describe_end(worker, wait_code, status, job->result.reason, sizeof(job->result.reason));
	as_stage_read_message(as_stage_at(pool->pages, worker->number), id);
	as_log_set_message(id);
	as_log(AS_LOG_WARNING, "worker %" PRIu32 " (%ld), attempt %" PRIu32 ", in %s: %s",
	       worker->number, (long)worker->pid, job->result.attempts,
	       job->result.stage[0] != '\0' ? job->result.stage : "no stage", job->result.reason);
	as_log_set_message("");
	worker->job = NULL;
	if (from_outside(worker, wait_code, status))
		as_pool_job_lost(pool, job);
	else
		as_pool_job_crashed(pool, job);
}

static void forget(struct as_pool *pool, struct as_pool_worker *worker)
{
	hang_up(pool, worker);
	if (worker->pidfd >= 0)
		close(worker->pidfd);
	as_stage_reset(as_stage_at(pool->pages, worker->number));
	as_pool_worker_init(pool, worker->number);
}

void as_pool_worker_exited(struct as_pool *pool, struct as_pool_worker *worker, int wait_code,
			   int status)
{
	bool outside = from_outside(worker, wait_code, status);

	/* The zygote's word can overtake the worker's last one. */
	as_pool_worker_event(pool, worker);
	if (outside)
		pool->state.lost++;
	else if (worker->job != NULL)
		pool->state.crashes++;
	if (worker->job != NULL) {
		judge_job(pool, worker, wait_code, status);
	} else if (worker->messages == 0 && !outside && (!worker->ready || !worker->killed)) {
		/* It never did anything: the next one may do no better. */
		if (pool->error.text[0] == '\0')
			as_error_set(&pool->error, AS_E_GONE,
				     "a worker ended before its first message (%s %d)",
				     wait_code == CLD_EXITED ? "status" : "signal", status);
		as_pool_start_failed(pool);
	}
	forget(pool, worker);
}

void as_pool_worker_orphaned(struct as_pool *pool, struct as_pool_worker *worker)
{
	as_pool_worker_event(pool, worker);
	if (worker->pidfd >= 0) {
		struct pollfd end = {.fd = worker->pidfd, .events = POLLIN};

		syscall(SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0);
		/* Its folder must not be removed while it writes there, if that
		 * is for us to do. It dies at once, unless it hangs in the
		 * kernel. */
		if (!pool->attached)
			poll(&end, 1, 1000);
	}
	if (worker->job != NULL) {
		struct as_pool_job *job = worker->job;

		as_pool_worker_note(pool, worker);
		snprintf(job->result.reason, sizeof(job->result.reason),
			 "the worker ended with its zygote");
		worker->job = NULL;
		as_pool_job_lost(pool, job);
	}
	forget(pool, worker);
}

uint64_t as_pool_worker_deadline(const struct as_pool *pool, const struct as_pool_worker *worker)
{
	switch (worker->state) {
	case AS_POOL_WORKER_BUSY:
		return worker->deadline_us;
	case AS_POOL_WORKER_ENTERING:
		return worker->since_us + pool->settings.start_ms * 1000;
	case AS_POOL_WORKER_DYING:
		if (!worker->killed && !has_ended(worker))
			return worker->since_us + AS_POOL_EXIT_MS * 1000ull;
		return worker->since_us + AS_POOL_ANSWER_MS * 1000ull;
	case AS_POOL_WORKER_STARTING:
		return worker->since_us + AS_POOL_ANSWER_MS * 1000ull;
	case AS_POOL_WORKER_FREE:
	case AS_POOL_WORKER_IDLE:
		break;
	}
	return UINT64_MAX;
}

void as_pool_worker_expire(struct as_pool *pool, struct as_pool_worker *worker, uint64_t now_us)
{
	struct as_pool_job *job = worker->job;

	if (now_us < as_pool_worker_deadline(pool, worker))
		return;
	switch (worker->state) {
	case AS_POOL_WORKER_BUSY:
		/* The answer may have come in this very moment. */
		as_pool_worker_event(pool, worker);
		if (worker->job == NULL)
			return;
		as_pool_worker_note(pool, worker);
		worker->job = NULL;
		as_pool_job_finish(pool, job, AS_OUTCOME_TIMEOUT, "it ran past its deadline");
		as_pool_worker_kill(pool, worker, NULL);
		return;
	case AS_POOL_WORKER_ENTERING:
		as_error_set(&pool->error, -ETIMEDOUT,
			     "a worker was not ready after %" PRIu64 " ms",
			     pool->settings.start_ms);
		as_pool_worker_kill(pool, worker, "it was not ready in time");
		return;
	case AS_POOL_WORKER_DYING:
		if (has_ended(worker))
			as_pool_zygote_died(pool, "the zygote does not report");
		else if (!worker->killed)
			as_pool_worker_kill(pool, worker, "it closed its socket and stayed");
		else
			/* It hangs in the kernel, which ends by itself. */
			worker->since_us = now_us;
		return;
	case AS_POOL_WORKER_STARTING:
		as_pool_zygote_died(pool, "the zygote does not answer");
		return;
	case AS_POOL_WORKER_FREE:
	case AS_POOL_WORKER_IDLE:
		return;
	}
}
