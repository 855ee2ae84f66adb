/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_internal.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A second zygote at once, since the first may have been a victim; then with
 * pauses, since loading signatures takes a processor for a second. */
#define AGAIN_FIRST_US 100000u
#define AGAIN_LATER_US 10000000u
/* How long a zygote may take to end its workers and itself. */
#define STOP_MS 2000
/* How long one that has closed its socket may take to be gone. */
#define DYING_MS 100

static void close_zygote(struct as_pool *pool)
{
	int *fds[] = {&pool->control, &pool->zygote_pidfd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] < 0)
			continue;
		as_pool_unwatch(pool, *fds[i]);
		close(*fds[i]);
		*fds[i] = -1;
	}
	as_stage_unmap(pool->pages, pool->slots);
	pool->pages = NULL;
	pool->zygote = AS_POOL_ZYGOTE_NONE;
	pool->proven = false;
	pool->zygote_pid = -1;
	pool->without_us = as_pool_now(pool);
}

int as_pool_zygote_take(struct as_pool *pool, const struct as_launch *launch)
{
	struct as_stage_page *pages = as_stage_open(launch->pages_fd, launch->slots);
	int rc;

	if (pages == NULL)
		return -EINVAL;
	rc = as_pool_watch(pool, launch->control, AS_POOL_SOURCE_CONTROL);
	if (rc == 0) {
		rc = as_pool_watch(pool, launch->pidfd, AS_POOL_SOURCE_PIDFD);
		if (rc < 0)
			as_pool_unwatch(pool, launch->control);
	}
	if (rc < 0) {
		as_stage_unmap(pages, launch->slots);
		return rc;
	}
	pool->pages = pages;
	pool->control = launch->control;
	pool->zygote_pidfd = launch->pidfd;
	pool->zygote_pid = launch->pid;
	pool->zygote = AS_POOL_ZYGOTE_LOADING;
	pool->zygote_since_us = as_pool_now(pool);
	pool->state.zygotes++;
	pool->state.temp_is_tmpfs = launch->temp_is_tmpfs;
	memcpy(pool->state.temp_root, launch->temp_root, sizeof(launch->temp_root));
	pool->state.temp_root[sizeof(pool->state.temp_root) - 1] = '\0';
	return 0;
}

int as_pool_zygote_start(struct as_pool *pool)
{
	struct as_launch launch;
	int rc;

	rc = as_launch_start(&pool->settings, &pool->handler, &pool->temp, &launch, &pool->error);
	if (rc < 0)
		return rc;
	rc = as_pool_zygote_take(pool, &launch);
	if (rc < 0) {
		as_launch_end(&launch);
		return as_error_set(&pool->error, rc, "the zygote cannot be watched: %s",
				    as_code_text(rc));
	}
	close(launch.pages_fd);
	return 0;
}

/* Waits for its end, at most timeout_ms, and reaps it if it is our child. */
static bool ended_within(struct as_pool *pool, int timeout_ms)
{
	struct pollfd end = {.fd = pool->zygote_pidfd, .events = POLLIN};
	int rc;

	do {
		rc = poll(&end, 1, timeout_ms);
	} while (rc < 0 && errno == EINTR);
	if (rc == 0)
		return false;
	while (!pool->attached && waitpid(pool->zygote_pid, &pool->zygote_wait, 0) < 0 &&
	       errno == EINTR)
		continue;
	return true;
}

static void kill_zygote(struct as_pool *pool)
{
	syscall(SYS_pidfd_send_signal, pool->zygote_pidfd, SIGKILL, NULL, 0);
	if (!pool->attached)
		ended_within(pool, -1);
}

/* Its workers end with it, by PR_SET_PDEATHSIG; all at once is faster. */
static void end_workers(struct as_pool *pool)
{
	for (uint32_t i = 0; i < pool->slots; i++)
		if (pool->workers[i].pidfd >= 0)
			syscall(SYS_pidfd_send_signal, pool->workers[i].pidfd, SIGKILL, NULL, 0);
	for (uint32_t i = 0; i < pool->slots; i++)
		if (pool->workers[i].state != AS_POOL_WORKER_FREE)
			as_pool_worker_orphaned(pool, &pool->workers[i]);
}

void as_pool_zygote_stop(struct as_pool *pool)
{
	bool loaded = pool->zygote == AS_POOL_ZYGOTE_READY;

	if (pool->zygote == AS_POOL_ZYGOTE_NONE)
		return;
	shutdown(pool->control, SHUT_RDWR);
	/* Another process waits for a child of its own. */
	if (pool->attached ? !loaded : !ended_within(pool, loaded ? STOP_MS : 0))
		kill_zygote(pool);
	end_workers(pool);
	close_zygote(pool);
}

static void tell_why(struct as_pool *pool, const char *why)
{
	int wait = pool->zygote_wait;

	/* A reason that load() gave is better than ours. */
	if (pool->zygote != AS_POOL_ZYGOTE_READY && pool->error.text[0] != '\0')
		return;
	if (strcmp(why, AS_POOL_ZYGOTE_ENDED) != 0 || pool->attached)
		as_error_set(&pool->error, AS_E_GONE, "%s", why);
	else if (WIFSIGNALED(wait))
		as_error_set(&pool->error, AS_E_GONE, "%s, by signal %d (%s)", why, WTERMSIG(wait),
			     strsignal(WTERMSIG(wait)));
	else
		as_error_set(&pool->error, AS_E_GONE, "%s with status %d", why, WEXITSTATUS(wait));
}

/* How long to wait before the next one. */
static uint64_t pause_us(const struct as_pool *pool)
{
	if (pool->zygote_failures == 0)
		return 0;
	return pool->zygote_failures < AS_POOL_FAILURES_MAX ? AGAIN_FIRST_US : AGAIN_LATER_US;
}

void as_pool_zygote_died(struct as_pool *pool, const char *why)
{
	/* Its own end tells more than ours. */
	if (!ended_within(pool, DYING_MS))
		kill_zygote(pool);
	tell_why(pool, why);
	as_log(AS_LOG_WARNING, "zygote %ld: %s", (long)pool->zygote_pid, pool->error.text);
	end_workers(pool);
	close_zygote(pool);
	if (!pool->attached)
		as_tempdir_empty(pool->temp.fd);
	pool->spawn_failures = 0;
	pool->spawn_again_us = 0;
	pool->pause_us = pause_us(pool);
	pool->zygote_failures++;
	pool->zygote_again_us = as_pool_now(pool) + pool->pause_us;
	pool->wanted = pool->attached;
	as_pool_expire_queued(pool, as_pool_now(pool));
}

/* ---- What it says ---------------------------------------------------- */

static void take_loaded(struct as_pool *pool)
{
	as_buffer_clear(&pool->status);
	if (as_channel_body(&pool->packet, AS_POOL_STATUS_MAX, &pool->status) < 0) {
		as_pool_zygote_died(pool, "the zygote sent a malformed status");
		return;
	}
	/* It handles no mail: its word is good. */
	pool->worker_messages = pool->packet.head.sequence;
	pool->worker_growth = pool->packet.head.size;
	pool->zygote = AS_POOL_ZYGOTE_READY;
	pool->queue_due_us = UINT64_MAX;
}

static void take_failed(struct as_pool *pool)
{
	struct as_buffer text;

	as_buffer_init(&text, AS_ERROR_TEXT_MAX);
	if (as_channel_body(&pool->packet, AS_ERROR_TEXT_MAX, &text) == 0 && text.size > 0)
		as_error_set(&pool->error, pool->packet.head.code, "%.*s", (int)text.size,
			     (const char *)text.data);
	as_buffer_deinit(&text);
	as_pool_zygote_died(pool, "load() failed");
}

static void take_spawn_failed(struct as_pool *pool, struct as_pool_worker *worker)
{
	as_error_set(&pool->error, pool->packet.head.code, "a worker cannot be started: %s",
		     as_code_text(pool->packet.head.code));
	as_pool_worker_init(pool, worker->number);
	as_pool_start_failed(pool);
}

static void take_packet(struct as_pool *pool)
{
	const struct as_channel_head *head = &pool->packet.head;
	struct as_pool_worker *worker = NULL;

	if (head->type == AS_CHANNEL_LOADED || head->type == AS_CHANNEL_FAILED) {
		if (head->type == AS_CHANNEL_LOADED)
			take_loaded(pool);
		else
			take_failed(pool);
		return;
	}
	if (head->number < pool->slots)
		worker = &pool->workers[head->number];
	if (worker != NULL && worker->state == AS_POOL_WORKER_STARTING &&
	    head->type == AS_CHANNEL_SPAWNED)
		as_pool_worker_spawned(pool, worker);
	else if (worker != NULL && worker->state == AS_POOL_WORKER_STARTING &&
		 head->type == AS_CHANNEL_SPAWN_FAILED)
		take_spawn_failed(pool, worker);
	else if (worker != NULL && worker->pid == head->pid && head->type == AS_CHANNEL_EXITED)
		as_pool_worker_exited(pool, worker, head->wait_code, head->code);
	else
		as_pool_zygote_died(pool, "the zygote sent a malformed report");
}

void as_pool_zygote_event(struct as_pool *pool)
{
	while (pool->control >= 0) {
		int rc = as_channel_receive(pool->control, &pool->packet, false);

		if (rc == -EAGAIN)
			return;
		if (rc < 0) {
			as_pool_zygote_died(pool, rc == AS_E_GONE
							  ? AS_POOL_ZYGOTE_ENDED
							  : "the zygote sent a malformed packet");
			return;
		}
		take_packet(pool);
		as_channel_release(&pool->packet);
	}
}

/* ---- What it is asked ------------------------------------------------ */

void as_pool_zygote_spawn(struct as_pool *pool)
{
	struct as_channel_head head = {.type = AS_CHANNEL_SPAWN};
	uint32_t alive = 0;

	if (pool->zygote != AS_POOL_ZYGOTE_READY || as_pool_now(pool) < pool->spawn_again_us)
		return;
	for (uint32_t i = 0; i < pool->slots; i++)
		alive += pool->workers[i].state != AS_POOL_WORKER_FREE &&
			 pool->workers[i].state != AS_POOL_WORKER_DYING;
	/* One more than works at a time: it takes over without a fork's delay. */
	for (uint32_t i = 0; i < pool->slots && alive <= pool->settings.workers; i++) {
		struct as_pool_worker *worker = &pool->workers[i];

		if (worker->state != AS_POOL_WORKER_FREE)
			continue;
		head.number = i;
		if (as_channel_send(pool->control, &head, as_span_make(NULL, 0), NULL, 0, false) <
		    0) {
			as_pool_start_failed(pool);
			return;
		}
		worker->state = AS_POOL_WORKER_STARTING;
		worker->since_us = as_pool_now(pool);
		alive++;
	}
}

uint64_t as_pool_zygote_deadline(const struct as_pool *pool)
{
	switch (pool->zygote) {
	case AS_POOL_ZYGOTE_NONE:
		return pool->attached ? UINT64_MAX : pool->zygote_again_us;
	case AS_POOL_ZYGOTE_LOADING:
		return pool->zygote_since_us + pool->settings.start_ms * 1000;
	case AS_POOL_ZYGOTE_READY:
		/* In the past when nothing is due: the loop spawns at once. */
		if (pool->spawn_again_us > as_pool_now(pool))
			return pool->spawn_again_us;
		break;
	}
	return UINT64_MAX;
}

void as_pool_zygote_expire(struct as_pool *pool, uint64_t now_us)
{
	char why[96];

	if (now_us < as_pool_zygote_deadline(pool))
		return;
	if (pool->zygote == AS_POOL_ZYGOTE_LOADING) {
		snprintf(why, sizeof(why), "load() was not done after %" PRIu64 " ms",
			 pool->settings.start_ms);
		pool->error.text[0] = '\0';
		as_pool_zygote_died(pool, why);
	} else if (pool->zygote == AS_POOL_ZYGOTE_NONE) {
		if (as_pool_zygote_start(pool) < 0) {
			pool->zygote_failures++;
			pool->zygote_again_us = now_us + AGAIN_FIRST_US;
		}
	}
}
