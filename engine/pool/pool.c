/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool.h"

#include "base/assert.h"
#include "pool/pool_internal.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

#define EVENTS 64

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
	if (pool->zygote == AS_POOL_ZYGOTE_NONE && pool->gave_up)
		return true;
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
	if (now_us >= pool->queue_due_us)
		as_pool_expire_queued(pool, now_us);
	as_pool_assign(pool);
	as_pool_zygote_spawn(pool);
}

uint64_t as_pool_next_deadline_us(const struct as_pool *pool)
{
	uint64_t first_us = as_pool_zygote_deadline(pool);

	if (!TAILQ_EMPTY(&pool->finished) || pool->wanted ||
	    (as_queue_count(&pool->queue) > 0 && broken(pool)))
		return 0;
	if (pool->queue_due_us < first_us)
		first_us = pool->queue_due_us;
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

int as_pool_turn(struct as_pool *pool, int timeout_ms)
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

/* Not from where it died: the source may give another one in the call. */
static void tell_source(struct as_pool *pool)
{
	struct as_error error = pool->error;

	if (!pool->wanted)
		return;
	pool->wanted = false;
	pool->source.wanted(pool->source.context, pool->pause_us, &error);
}

int as_pool_poll(struct as_pool *pool, int timeout_ms, as_pool_done *done, void *context)
{
	int rc = as_pool_turn(pool, timeout_ms);

	if (rc < 0)
		return rc;
	tell_source(pool);
	rc = as_pool_deliver(pool, done, context);
	/* What the callbacks submitted or cancelled need not wait. */
	if (rc > 0)
		turn(pool);
	return rc;
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
	return as_queue_count(&pool->queue);
}

void as_pool_describe(const struct as_pool *pool, struct as_pool_state *state_out)
{
	*state_out = pool->state;
	state_out->zygote_pid = pool->zygote_pid;
	state_out->wanted = pool->settings.workers;
	state_out->busy = count_state(pool, AS_POOL_WORKER_BUSY);
	state_out->workers = state_out->busy + count_state(pool, AS_POOL_WORKER_IDLE) +
			     count_state(pool, AS_POOL_WORKER_ENTERING);
	state_out->queued = as_queue_count(&pool->queue);
	snprintf(state_out->error, sizeof(state_out->error), "%s", pool->error.text);
}

bool as_pool_ready(const struct as_pool *pool)
{
	return pool->zygote == AS_POOL_ZYGOTE_READY && pool->proven;
}

size_t as_pool_pids(const struct as_pool *pool, pid_t *pids_out, size_t room)
{
	size_t count = 0;

	for (uint32_t i = 0; i < pool->slots && count < room; i++)
		if (pool->workers[i].pid > 0)
			pids_out[count++] = pool->workers[i].pid;
	return count;
}
