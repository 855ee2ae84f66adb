/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool.h"

#include "base/assert.h"
#include "pool/pool_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS 64
/* Places for workers beyond those at work and the spare one: as many may be
 * ending at the same time. */
#define SLOTS_FOR(workers) ((workers)*2 + 1)

int as_pool_watch(struct as_pool *pool, int fd, uint64_t source)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = source};

	return epoll_ctl(pool->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void as_pool_unwatch(struct as_pool *pool, int fd)
{
	epoll_ctl(pool->epoll, EPOLL_CTL_DEL, fd, NULL);
}

/* ---- The loop -------------------------------------------------------- */

static void dispatch(struct as_pool *pool, uint64_t source)
{
	uint64_t number;

	if (source == AS_POOL_SOURCE_CONTROL) {
		as_pool_zygote_event(pool);
		return;
	}
	if (source == AS_POOL_SOURCE_PIDFD) {
		/* First what it has still said; the end of the socket follows. */
		as_pool_zygote_event(pool);
		if (pool->zygote_pidfd >= 0)
			as_pool_zygote_died(pool, AS_POOL_ZYGOTE_ENDED);
		return;
	}
	number = source - AS_POOL_SOURCE_WORKERS;
	AS_ASSERT(number < pool->slots);
	as_pool_worker_event(pool, &pool->workers[number]);
}

static bool any_worker(const struct as_pool *pool)
{
	for (uint32_t i = 0; i < pool->slots; i++)
		if (pool->workers[i].state == AS_POOL_WORKER_ENTERING ||
		    pool->workers[i].state == AS_POOL_WORKER_IDLE ||
		    pool->workers[i].state == AS_POOL_WORKER_BUSY)
			return true;
	return false;
}

static bool broken(const struct as_pool *pool)
{
	if (pool->zygote != AS_POOL_ZYGOTE_READY)
		return pool->zygote_failures >= AS_POOL_FAILURES_MAX;
	return pool->spawn_failures >= AS_POOL_FAILURES_MAX && !any_worker(pool);
}

/* All that is due, without waiting. */
static void turn(struct as_pool *pool)
{
	uint64_t now_us = as_pool_now(pool);

	for (uint32_t i = 0; i < pool->slots; i++)
		as_pool_worker_expire(pool, &pool->workers[i], now_us);
	as_pool_zygote_expire(pool, now_us);
	if (broken(pool))
		as_pool_refuse_queued(pool);
	as_pool_assign(pool);
	as_pool_zygote_spawn(pool);
}

uint64_t as_pool_next_deadline_us(const struct as_pool *pool)
{
	uint64_t first_us = as_pool_zygote_deadline(pool);

	if (!TAILQ_EMPTY(&pool->finished) || (pool->queued > 0 && broken(pool)))
		return 0;
	if (pool->assign_again_us > 0 && pool->assign_again_us < first_us)
		first_us = pool->assign_again_us;
	for (uint32_t i = 0; i < pool->slots; i++) {
		uint64_t at_us = as_pool_worker_deadline(pool, &pool->workers[i]);

		if (at_us < first_us)
			first_us = at_us;
	}
	return first_us;
}

static int wait_ms(const struct as_pool *pool, int timeout_ms)
{
	uint64_t due_us = as_pool_next_deadline_us(pool);
	uint64_t now_us, left_ms;

	if (due_us == UINT64_MAX)
		return timeout_ms;
	now_us = as_pool_now(pool);
	/* Rounded up, or the last fraction would be spun away. */
	left_ms = due_us <= now_us ? 0 : (due_us - now_us + 999) / 1000;
	if (timeout_ms >= 0 && left_ms > (uint64_t)timeout_ms)
		return timeout_ms;
	return left_ms > INT32_MAX ? INT32_MAX : (int)left_ms;
}

static int wait_and_dispatch(struct as_pool *pool, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(pool->epoll, events, EVENTS, wait_ms(pool, timeout_ms));

	if (count < 0)
		/* The caller's signals are the caller's to look after. */
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < count; i++)
		dispatch(pool, events[i].data.u64);
	turn(pool);
	return 0;
}

int as_pool_poll(struct as_pool *pool, int timeout_ms, as_pool_done *done, void *context)
{
	int rc = wait_and_dispatch(pool, timeout_ms);

	if (rc < 0)
		return rc;
	rc = as_pool_deliver(pool, done, context);
	/* What the callbacks submitted or cancelled need not wait. */
	if (rc > 0)
		turn(pool);
	return rc;
}

/* ---- Opening and closing --------------------------------------------- */

static int check_settings(const struct as_pool_settings *settings,
			  const struct as_pool_handler *handler, struct as_error *error)
{
	if (settings->workers < 1 || settings->workers > AS_POOL_WORKERS_MAX)
		return as_error_set(error, -EINVAL, "workers: %" PRIu32 " is not from 1 to %u",
				    settings->workers, AS_POOL_WORKERS_MAX);
	if (settings->worker_messages == 0 || settings->worker_growth == 0 ||
	    settings->worker_memory == 0 || settings->start_ms == 0 ||
	    settings->start_ms > AS_POOL_MS_MAX || settings->clock == NULL ||
	    handler->load == NULL || handler->run == NULL)
		return as_error_set(error, -EINVAL, "the settings of the pool are incomplete");
	return 0;
}

static int make_pool(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		     struct as_pool **pool_out, struct as_error *error)
{
	struct as_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return as_error_set(error, -ENOMEM, "out of memory");
	pool->settings = *settings;
	pool->handler = *handler;
	pool->temp.fd = -1;
	pool->control = -1;
	pool->zygote_pidfd = -1;
	pool->zygote_pid = -1;
	TAILQ_INIT(&pool->queue);
	TAILQ_INIT(&pool->finished);
	as_buffer_init(&pool->status, AS_POOL_STATUS_MAX);
	pool->slots = SLOTS_FOR(settings->workers);
	pool->epoll = epoll_create1(EPOLL_CLOEXEC);
	pool->pages = as_stage_map(pool->slots);
	pool->workers = calloc(pool->slots, sizeof(*pool->workers));
	if (pool->epoll < 0 || pool->pages == NULL || pool->workers == NULL) {
		int rc = as_error_set(error, -ENOMEM, "no memory or descriptor for the pool");

		if (pool->workers == NULL)
			pool->slots = 0;
		as_pool_close(pool);
		return rc;
	}
	for (uint32_t i = 0; i < pool->slots; i++)
		as_pool_worker_init(pool, i);
	*pool_out = pool;
	return 0;
}

static bool one_is_ready(const struct as_pool *pool)
{
	for (uint32_t i = 0; i < pool->slots; i++)
		if (pool->workers[i].state == AS_POOL_WORKER_IDLE)
			return true;
	return false;
}

/* At the start the first failure is the answer: somebody is there to read it. */
static int await_first(struct as_pool *pool, struct as_error *error)
{
	while (!one_is_ready(pool)) {
		int rc = wait_and_dispatch(pool, -1);

		if (rc < 0)
			return as_error_set(error, rc, "epoll: %s", as_code_text(rc));
		if (pool->error.text[0] == '\0')
			continue;
		/* Without a word of its own it may have been a victim. */
		if (pool->error.code != AS_E_GONE || pool->zygote_failures == AS_POOL_FAILURES_MAX)
			return as_error_set(error, pool->error.code, "%s", pool->error.text);
		pool->error.text[0] = '\0';
	}
	return 0;
}

int as_pool_open(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		 struct as_pool **pool_out, struct as_error *error)
{
	struct as_pool *pool = NULL;
	int rc;

	rc = check_settings(settings, handler, error);
	if (rc < 0)
		return rc;
	rc = make_pool(settings, handler, &pool, error);
	if (rc < 0)
		return rc;
	rc = as_tempdir_open(settings->temp_root, &pool->temp, error);
	if (rc < 0)
		goto out;
	rc = as_pool_zygote_start(pool);
	if (rc < 0) {
		as_error_set(error, rc, "the zygote cannot be started: %s", as_code_text(rc));
		goto out;
	}
	rc = await_first(pool, error);
	if (rc < 0)
		goto out;
	*pool_out = pool;
	pool = NULL;
out:
	as_pool_close(pool);
	return rc;
}

static void free_jobs(struct as_pool_jobs *jobs)
{
	struct as_pool_job *job;

	while ((job = TAILQ_FIRST(jobs)) != NULL) {
		TAILQ_REMOVE(jobs, job, link);
		as_pool_job_free(job);
	}
}

void as_pool_close(struct as_pool *pool)
{
	if (pool == NULL)
		return;
	as_pool_zygote_stop(pool);
	for (uint32_t i = 0; i < pool->slots; i++)
		as_pool_worker_orphaned(pool, &pool->workers[i]);
	free_jobs(&pool->queue);
	free_jobs(&pool->finished);
	as_tempdir_close(&pool->temp);
	as_buffer_deinit(&pool->status);
	as_stage_unmap(pool->pages, SLOTS_FOR(pool->settings.workers));
	if (pool->epoll >= 0)
		close(pool->epoll);
	free(pool->workers);
	free(pool);
}

/* ---- Questions ------------------------------------------------------- */

int as_pool_fd(const struct as_pool *pool)
{
	return pool->epoll;
}

struct as_span as_pool_status(const struct as_pool *pool)
{
	return as_buffer_span(&pool->status);
}

static uint32_t count_state(const struct as_pool *pool, enum as_pool_worker_state state)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < pool->slots; i++)
		count += pool->workers[i].state == state;
	return count;
}

uint32_t as_pool_idle(const struct as_pool *pool)
{
	uint32_t busy = count_state(pool, AS_POOL_WORKER_BUSY);
	uint32_t idle = count_state(pool, AS_POOL_WORKER_IDLE);
	uint32_t room = busy < pool->settings.workers ? pool->settings.workers - busy : 0;

	return idle < room ? idle : room;
}

uint32_t as_pool_queued(const struct as_pool *pool)
{
	return pool->queued;
}

void as_pool_describe(const struct as_pool *pool, struct as_pool_state *state_out)
{
	*state_out = pool->state;
	snprintf(state_out->temp_root, sizeof(state_out->temp_root), "%s", pool->temp.root);
	state_out->temp_is_tmpfs = pool->temp.tmpfs;
	state_out->zygote_pid = pool->zygote_pid;
	state_out->wanted = pool->settings.workers;
	state_out->busy = count_state(pool, AS_POOL_WORKER_BUSY);
	state_out->workers = state_out->busy + count_state(pool, AS_POOL_WORKER_IDLE) +
			     count_state(pool, AS_POOL_WORKER_ENTERING);
	state_out->queued = pool->queued;
	snprintf(state_out->error, sizeof(state_out->error), "%s", pool->error.text);
}

size_t as_pool_pids(const struct as_pool *pool, pid_t *pids_out, size_t room)
{
	size_t count = 0;

	for (uint32_t i = 0; i < pool->slots && count < room; i++)
		if (pool->workers[i].pid > 0)
			pids_out[count++] = pool->workers[i].pid;
	return count;
}
