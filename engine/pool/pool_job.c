/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint32_t queue_limit(const struct as_pool *pool)
{
	return pool->settings.queue_limit > 0 ? pool->settings.queue_limit : AS_POOL_QUEUE_DEFAULT;
}

void as_pool_job_free(struct as_pool_job *job)
{
	if (job == NULL)
		return;
	if (job->result.extra_fd >= 0)
		close(job->result.extra_fd);
	as_buffer_deinit(&job->body);
	free(job->request);
	free(job);
}

/* When it will have waited too long, if no zygote comes. */
static uint64_t due_us(const struct as_pool *pool, const struct as_pool_job *job)
{
	uint64_t since_us = job->since_us > pool->without_us ? job->since_us : pool->without_us;

	return since_us + 2 * job->job.deadline_ms * 1000;
}

static void begin_waiting(struct as_pool *pool, struct as_pool_job *job)
{
	job->since_us = as_pool_now(pool);
	if (pool->zygote != AS_POOL_ZYGOTE_READY && due_us(pool, job) < pool->queue_due_us)
		pool->queue_due_us = due_us(pool, job);
}

int as_pool_submit(struct as_pool *pool, const struct as_job *given)
{
	struct as_pool_job *job;

	if (given->cookie == NULL || given->deadline_ms == 0 || given->deadline_ms > AS_POOL_MS_MAX)
		return -EINVAL;
	if (given->request.size > AS_POOL_REQUEST_MAX)
		return -EMSGSIZE;
	if (given->fd >= 0 && fcntl(given->fd, F_GETFD) < 0)
		return -errno;
	if (!given->first && as_queue_count(&pool->queue) >= queue_limit(pool))
		return -EAGAIN;
	job = calloc(1, sizeof(*job));
	if (job == NULL)
		return -ENOMEM;
	job->job = *given;
	job->result = (struct as_result){
		.cookie = given->cookie,
		.extra_fd = -1,
		.exit_code = -1,
		.syscall = -1,
	};
	as_buffer_init(&job->body, AS_POOL_REPLY_MAX);
	if (given->request.size > 0) {
		job->request = malloc(given->request.size);
		if (job->request == NULL) {
			as_pool_job_free(job);
			return -ENOMEM;
		}
		memcpy(job->request, given->request.data, given->request.size);
		job->job.request.data = job->request;
	}
	if (given->first)
		as_queue_push_first(&pool->queue, &job->entry);
	else
		as_queue_push(&pool->queue, &job->entry, given->size);
	begin_waiting(pool, job);
	as_pool_assign(pool);
	return 0;
}

void as_pool_job_requeue(struct as_pool *pool, struct as_pool_job *job)
{
	as_queue_put_back(&pool->queue, &job->entry);
	begin_waiting(pool, job);
}

void as_pool_job_finish(struct as_pool *pool, struct as_pool_job *job, enum as_outcome outcome,
			const char *reason)
{
	job->result.outcome = outcome;
	if (outcome == AS_OUTCOME_DONE)
		job->result.body = as_buffer_span(&job->body);
	if (outcome == AS_OUTCOME_DONE || outcome == AS_OUTCOME_CANCELLED) {
		/* What an earlier attempt died of is over. */
		job->result.signal = 0;
		job->result.exit_code = -1;
		job->result.syscall = -1;
		job->result.stage[0] = '\0';
		job->result.reason[0] = '\0';
	}
	/* One line of what may be several. */
	if (reason != NULL)
		snprintf(job->result.reason, sizeof(job->result.reason), "%.*s",
			 (int)strcspn(reason, "\n"), reason);
	if (outcome == AS_OUTCOME_TIMEOUT)
		pool->state.timeouts++;
	if (outcome == AS_OUTCOME_CANCELLED)
		pool->state.cancelled++;
	TAILQ_INSERT_TAIL(&pool->finished, job, link);
}

void as_pool_job_crashed(struct as_pool *pool, struct as_pool_job *job)
{
	if (++job->crashes < AS_POOL_CRASHES_MAX)
		as_pool_job_requeue(pool, job);
	else
		as_pool_job_finish(pool, job, AS_OUTCOME_CRASHED, NULL);
}

void as_pool_job_lost(struct as_pool *pool, struct as_pool_job *job)
{
	job->lost_us += job->result.worker_us;
	/* A kernel short of memory also kills from outside, and the message may
	 * be why: the time spent is bounded as well as the number. */
	if (++job->lost <= AS_POOL_LOST_MAX && job->lost_us / 2000 <= job->job.deadline_ms)
		as_pool_job_requeue(pool, job);
	else
		as_pool_job_finish(pool, job, AS_OUTCOME_CRASHED,
				   "its workers were killed from outside again and again");
}

void as_pool_refuse_queued(struct as_pool *pool)
{
	struct as_queue_entry *entry;

	while ((entry = as_queue_take(&pool->queue, false)) != NULL)
		as_pool_job_finish(pool, as_pool_job_of(entry), AS_OUTCOME_NO_WORKER,
				   pool->error.text);
}

void as_pool_expire_queued(struct as_pool *pool, uint64_t now_us)
{
	struct as_queue_entry *entry, *next;

	pool->queue_due_us = UINT64_MAX;
	if (pool->zygote == AS_POOL_ZYGOTE_READY)
		return;
	for (entry = as_queue_first(&pool->queue); entry != NULL; entry = next) {
		struct as_pool_job *job = as_pool_job_of(entry);

		next = as_queue_next(&pool->queue, entry);
		if (due_us(pool, job) > now_us) {
			if (due_us(pool, job) < pool->queue_due_us)
				pool->queue_due_us = due_us(pool, job);
			continue;
		}
		as_queue_remove(&pool->queue, entry);
		as_pool_job_finish(pool, job, AS_OUTCOME_NO_WORKER,
				   pool->error.text[0] != '\0'
					   ? pool->error.text
					   : "no process was ready to inspect it in time");
	}
}

static void cancel_queued(struct as_pool *pool, const void *cookie)
{
	struct as_queue_entry *entry, *next;

	for (entry = as_queue_first(&pool->queue); entry != NULL; entry = next) {
		struct as_pool_job *job = as_pool_job_of(entry);

		next = as_queue_next(&pool->queue, entry);
		if (job->job.cookie != cookie)
			continue;
		as_queue_remove(&pool->queue, entry);
		as_pool_job_finish(pool, job, AS_OUTCOME_CANCELLED, "cancelled while it waited");
	}
}

void as_pool_cancel(struct as_pool *pool, const void *cookie)
{
	cancel_queued(pool, cookie);
	for (uint32_t i = 0; i < pool->slots; i++) {
		struct as_pool_worker *worker = &pool->workers[i];
		struct as_pool_job *job = worker->job;

		if (job == NULL || job->job.cookie != cookie)
			continue;
		as_pool_worker_note(pool, worker);
		worker->job = NULL;
		as_pool_job_finish(pool, job, AS_OUTCOME_CANCELLED, "cancelled while it ran");
		as_pool_worker_kill(pool, worker, NULL);
	}
}

int as_pool_deliver(struct as_pool *pool, as_pool_done *done, void *context)
{
	struct as_pool_jobs batch = TAILQ_HEAD_INITIALIZER(batch);
	struct as_pool_job *job;
	int count = 0;

	/* What the callback finishes in turn waits for the next poll. */
	TAILQ_CONCAT(&batch, &pool->finished, link);
	while ((job = TAILQ_FIRST(&batch)) != NULL) {
		TAILQ_REMOVE(&batch, job, link);
		pool->state.jobs++;
		count++;
		done(context, &job->result);
		job->result.extra_fd = -1;
		as_pool_job_free(job);
	}
	return count;
}

const char *as_outcome_name(enum as_outcome outcome)
{
	switch (outcome) {
	case AS_OUTCOME_DONE:
		return "done";
	case AS_OUTCOME_CRASHED:
		return "crashed";
	case AS_OUTCOME_TIMEOUT:
		return "timeout";
	case AS_OUTCOME_CANCELLED:
		return "cancelled";
	case AS_OUTCOME_NO_WORKER:
		return "no-worker";
	}
	return "unknown";
}
