/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_internal.h"

#include "base/spool.h"

#include <errno.h>

/* A job that cannot be handed over for lack of descriptors or memory waits,
 * then is given up. */
#define ASSIGN_PAUSE_US 20000u
#define ASSIGN_TRIES	50u

/* ---- Jobs ------------------------------------------------------------ */

static int hand_over(struct as_pool *pool, struct as_pool_worker *worker, struct as_pool_job *job)
{
	struct as_channel_head head = {
		.type = AS_CHANNEL_JOB,
		.sequence = ++pool->sequence,
		.offset = job->job.offset,
		.size = job->job.size,
		.number = job->result.attempts + 1,
	};

	return as_channel_send(worker->socket, &head, job->job.request, &job->job.fd,
			       job->job.fd >= 0 ? 1 : 0, false);
}

static void assign(struct as_pool *pool, struct as_pool_worker *worker, struct as_pool_job *job)
{
	int rc;

	as_stage_reset(as_stage_at(pool->pages, worker->number));
	rc = hand_over(pool, worker, job);
	if (rc == 0) {
		as_pool_worker_enter(pool, worker, AS_POOL_WORKER_BUSY);
		worker->job = job;
		worker->job_us = worker->since_us;
		worker->deadline_us = worker->since_us + job->job.deadline_ms * 1000;
		worker->sequence = pool->sequence;
		worker->messages++;
		job->result.attempts++;
		return;
	}
	if (rc == AS_E_GONE || rc == -EAGAIN) {
		/* It died while idle, or has a full buffer without a job. */
		if (rc == AS_E_GONE)
			as_pool_worker_gone(pool, worker);
		else
			as_pool_worker_kill(pool, worker, "it does not read its socket");
		as_pool_job_requeue(pool, job);
		return;
	}
	if (++job->refused >= ASSIGN_TRIES) {
		as_pool_job_finish(pool, job, AS_OUTCOME_NO_WORKER, as_code_text(rc));
		return;
	}
	as_pool_job_requeue(pool, job);
	pool->assign_again_us = as_pool_now(pool) + ASSIGN_PAUSE_US;
}

static bool is_big(const struct as_pool_worker *worker)
{
	return worker->job != NULL && worker->job->entry.class == AS_QUEUE_BIG;
}

void as_pool_assign(struct as_pool *pool)
{
	uint32_t limit = pool->settings.workers;
	uint32_t busy = 0, big = 0;

	if (pool->assign_again_us > 0 && as_pool_now(pool) < pool->assign_again_us)
		return;
	pool->assign_again_us = 0;
	if (as_queue_count(&pool->queue) == 0)
		return;
	for (uint32_t i = 0; i < pool->slots; i++) {
		busy += pool->workers[i].state == AS_POOL_WORKER_BUSY;
		big += is_big(&pool->workers[i]);
	}
	for (uint32_t i = 0; i < pool->slots && busy < limit; i++) {
		struct as_pool_worker *worker = &pool->workers[i];
		struct as_queue_entry *next;

		if (worker->state != AS_POOL_WORKER_IDLE)
			continue;
		/* One stays free of big ones as long as others wait. */
		next = as_queue_take(&pool->queue, limit > 1 && big + 1 >= limit);
		if (next == NULL)
			return;
		assign(pool, worker, as_pool_job_of(next));
		busy += worker->state == AS_POOL_WORKER_BUSY;
		big += is_big(worker);
		if (pool->assign_again_us > 0)
			return;
	}
}

/* ---- What a worker says ---------------------------------------------- */

static void take_ready(struct as_pool *pool, struct as_pool_worker *worker)
{
	const struct as_channel_head *head = &pool->packet.head;
	size_t size = (size_t)head->body_size;

	if (worker->state != AS_POOL_WORKER_ENTERING || pool->packet.body_fd >= 0 ||
	    size >= sizeof(pool->state.sandbox)) {
		as_pool_worker_kill(pool, worker, "it sent a malformed greeting");
		return;
	}
	memcpy(pool->state.sandbox, pool->packet.inlined, size);
	pool->state.sandbox[size] = '\0';
	pool->state.seccomp = (head->flags & AS_CHANNEL_SECCOMP) != 0;
	pool->state.landlock_abi = head->code;
	pool->spawn_failures = 0;
	pool->zygote_failures = 0;
	pool->error.text[0] = '\0';
	pool->proven = true;
	worker->ready = true;
	as_pool_worker_enter(pool, worker, AS_POOL_WORKER_IDLE);
}

/* enter() failed: the same will happen to the next one. */
static void take_failed(struct as_pool *pool, struct as_pool_worker *worker)
{
	struct as_buffer text;

	if (worker->state != AS_POOL_WORKER_ENTERING) {
		as_pool_worker_kill(pool, worker, "it sent a malformed reply");
		return;
	}
	as_buffer_init(&text, AS_ERROR_TEXT_MAX);
	if (as_channel_body(&pool->packet, AS_ERROR_TEXT_MAX, &text) == 0)
		as_error_set(&pool->error,
			     pool->packet.head.code < 0 ? pool->packet.head.code : -EIO, "%.*s",
			     (int)text.size, text.size > 0 ? (const char *)text.data : "");
	as_buffer_deinit(&text);
	as_pool_worker_kill(pool, worker, "it could not be prepared");
}

static bool reply_fits(struct as_pool *pool, struct as_pool_worker *worker, struct as_pool_job *job)
{
	const struct as_channel_head *head = &pool->packet.head;

	if (worker->state != AS_POOL_WORKER_BUSY || head->sequence != worker->sequence ||
	    pool->packet.fd_count > 1 ||
	    (pool->packet.fd_count == 1 && as_spool_check(pool->packet.fds[0]) < 0))
		return false;
	as_buffer_clear(&job->body);
	return as_channel_body(&pool->packet, AS_POOL_REPLY_MAX, &job->body) == 0;
}

static void take_reply(struct as_pool *pool, struct as_pool_worker *worker)
{
	const struct as_channel_head *head = &pool->packet.head;
	struct as_pool_job *job = worker->job;

	if (job == NULL || !reply_fits(pool, worker, job)) {
		as_pool_worker_kill(pool, worker, "it sent a malformed reply");
		return;
	}
	as_pool_worker_note(pool, worker);
	job->result.extra_fd = as_channel_take(&pool->packet, 0);
	worker->job = NULL;
	as_pool_job_finish(pool, job, AS_OUTCOME_DONE, NULL);
	as_pool_worker_enter(pool, worker, AS_POOL_WORKER_IDLE);
	if ((head->flags & AS_CHANNEL_RETIRE) != 0 || worker->messages >= pool->worker_messages ||
	    head->size > pool->worker_growth) {
		pool->state.recycled++;
		as_pool_worker_kill(pool, worker, "it was due for replacement");
	}
}

static void take_packet(struct as_pool *pool, struct as_pool_worker *worker)
{
	switch (pool->packet.head.type) {
	case AS_CHANNEL_READY:
		take_ready(pool, worker);
		return;
	case AS_CHANNEL_FAILED:
		take_failed(pool, worker);
		return;
	case AS_CHANNEL_REPLY:
		take_reply(pool, worker);
		return;
	default:
		as_pool_worker_kill(pool, worker, "it sent a packet of an unknown type");
	}
}

void as_pool_worker_event(struct as_pool *pool, struct as_pool_worker *worker)
{
	while (worker->socket >= 0) {
		int rc = as_channel_receive(worker->socket, &pool->packet, false);

		if (rc == -EAGAIN)
			return;
		if (rc == AS_E_GONE) {
			as_pool_worker_gone(pool, worker);
			return;
		}
		if (rc < 0) {
			as_pool_worker_kill(pool, worker, "it sent a malformed packet");
			return;
		}
		take_packet(pool, worker);
		as_channel_release(&pool->packet);
	}
}
