/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

static int make_pool(const struct as_pool_settings *settings, struct as_pool **pool_out,
		     struct as_error *error)
{
	struct as_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return as_error_set(error, -ENOMEM, "out of memory");
	pool->settings = *settings;
	pool->temp.fd = -1;
	pool->control = -1;
	pool->zygote_pidfd = -1;
	pool->zygote_pid = -1;
	pool->queue_due_us = UINT64_MAX;
	pool->without_us = as_pool_now(pool);
	as_queue_init(&pool->queue);
	TAILQ_INIT(&pool->finished);
	as_buffer_init(&pool->status, AS_POOL_STATUS_MAX);
	pool->epoll = epoll_create1(EPOLL_CLOEXEC);
	pool->workers = calloc(as_pool_slots(settings->workers), sizeof(*pool->workers));
	if (pool->epoll < 0 || pool->workers == NULL) {
		as_pool_close(pool);
		return as_error_set(error, -ENOMEM, "no memory or descriptor for the pool");
	}
	pool->slots = as_pool_slots(settings->workers);
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
		int rc = as_pool_turn(pool, -1);

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

	rc = as_launch_check(settings, handler, error);
	if (rc < 0)
		return rc;
	rc = make_pool(settings, &pool, error);
	if (rc < 0)
		return rc;
	pool->handler = *handler;
	rc = as_tempdir_open(settings->temp_root, &pool->temp, error);
	if (rc < 0)
		goto out;
	rc = as_pool_zygote_start(pool);
	if (rc < 0) {
		as_error_set(error, rc, "%s", pool->error.text);
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

int as_pool_attach(const struct as_pool_settings *settings, const struct as_pool_source *source,
		   struct as_pool **pool_out, struct as_error *error)
{
	struct as_pool *pool;
	int rc;

	rc = as_pool_check(settings, error);
	if (rc < 0)
		return rc;
	if (source->wanted == NULL)
		return as_error_set(error, -EINVAL, "the settings of the pool are incomplete");
	rc = make_pool(settings, &pool, error);
	if (rc < 0)
		return rc;
	pool->attached = true;
	pool->source = *source;
	*pool_out = pool;
	return 0;
}

int as_pool_give(struct as_pool *pool, const struct as_launch *launch)
{
	int rc;

	if (!pool->attached || launch->slots != pool->slots || launch->pidfd < 0 ||
	    launch->control < 0)
		return -EINVAL;
	if (pool->zygote != AS_POOL_ZYGOTE_NONE)
		return -EBUSY;
	rc = as_pool_zygote_take(pool, launch);
	if (rc < 0)
		return rc;
	/* Of this process alone: nobody else needs it any more. */
	close(launch->pages_fd);
	pool->gave_up = false;
	pool->wanted = false;
	return 0;
}

void as_pool_give_up(struct as_pool *pool, const char *reason)
{
	pool->gave_up = true;
	if (pool->zygote == AS_POOL_ZYGOTE_NONE)
		as_error_set(&pool->error, AS_E_GONE, "%s", reason);
}

void as_pool_close(struct as_pool *pool)
{
	struct as_queue_entry *entry;
	struct as_pool_job *job;

	if (pool == NULL)
		return;
	as_pool_zygote_stop(pool);
	while ((entry = as_queue_take(&pool->queue, false)) != NULL)
		as_pool_job_free(as_pool_job_of(entry));
	while ((job = TAILQ_FIRST(&pool->finished)) != NULL) {
		TAILQ_REMOVE(&pool->finished, job, link);
		as_pool_job_free(job);
	}
	as_tempdir_close(&pool->temp);
	as_buffer_deinit(&pool->status);
	if (pool->epoll >= 0)
		close(pool->epoll);
	free(pool->workers);
	free(pool);
}
