/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_LAUNCH_H
#define ASSAY_POOL_LAUNCH_H

#include "pool/pool.h"
#include "pool/tempdir.h"

/*
 * A zygote that was forked by one process and is used by another:
 *
 *     supervisor ──fork──► zygote ──fork──► workers
 *         │                  ▲
 *         └─descriptors──► front (the pool)
 *
 * The parent forks, passes the descriptors on, reaps the zygote and removes
 * the temporary folder. The pool that is attached to it has neither the file
 * system nor a child; it asks for another zygote when the present one ends.
 * as_pool_open() is both in one process.
 */
struct as_launch {
	pid_t pid;    /* of the zygote; -1: none */
	int pidfd;    /* of the zygote */
	int control;  /* the pool's end of the control socket */
	int pages_fd; /* memfd with one stage page per slot */
	uint32_t slots;
	bool temp_is_tmpfs;
	char temp_root[PATH_MAX];
};

/* Number of descriptors of a launch, in the order pidfd, control, pages_fd. */
#define AS_LAUNCH_FDS 3u

/* In the parent. temp is the parent's and must stay open while the zygote
 * lives. settings and handler are used in the child only. Does not wait for
 * load(). */
int as_launch_start(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		    const struct as_tempdir *temp, struct as_launch *launch_out,
		    struct as_error *error);
/* Closes the descriptors. The zygote ends, with its workers, when nobody holds
 * its control socket any more, also in the middle of load(). */
void as_launch_close(struct as_launch *launch);

/*
 * In the process that uses it. settings: workers, queue_limit, start_ms and
 * clock count here; workers must be what the zygote was started with.
 *
 * A job that waits while there is no zygote that has loaded is refused
 * (AS_OUTCOME_NO_WORKER) after twice its deadline, or at once when several
 * zygotes in a row have ended before a worker was ready. Nothing here waits for
 * another process, but as_pool_poll() may for a tenth of a second when a zygote
 * ends.
 */
struct as_pool_source {
	/* The zygote has ended, or failed to load (then error says why): a new
	 * one is wanted through as_pool_give(), which may be called from here.
	 * Called from as_pool_poll() with the pause that is advisable before
	 * the next start. */
	void (*wanted)(void *context, uint64_t pause_us, const struct as_error *error);
	void *context;
};

/* An empty pool: as_pool_submit() queues until there is a zygote. */
int as_pool_attach(const struct as_pool_settings *settings, const struct as_pool_source *source,
		   struct as_pool **pool_out, struct as_error *error);
/* Takes the descriptors on success: the caller forgets them. -EBUSY: there is a
 * living zygote. -EINVAL: it was started for another number of workers, or the
 * pool has its own. */
int as_pool_give(struct as_pool *pool, const struct as_launch *launch);
/* No zygote will come: what is queued is refused with this reason, now and
 * until the next as_pool_give(). Jobs that run are not touched. */
void as_pool_give_up(struct as_pool *pool, const char *reason);

/* load() is done and a worker has been ready. */
bool as_pool_ready(const struct as_pool *pool);

#endif
