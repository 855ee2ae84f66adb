/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_POOL_H
#define ASSAY_POOL_POOL_H

#include <assay/span.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"

#include <limits.h>
#include <sys/types.h>

/*
 * A pool of worker processes that each do one job at a time and may die of it.
 *
 *     caller ──control──► zygote ──fork──► worker 0..N
 *        └────────────jobs and replies────────┘
 *
 * The caller is single-threaded. It holds the queue (pool/pool_queue.h says who
 * is next) and every deadline. The
 * zygote loads once, then does nothing but fork workers, reap them and empty
 * their temporary folders. What a worker sends is not believed: the caller
 * reads one header of fixed size and octets whose number it has checked.
 *
 * What becomes of a job whose worker ends before the reply:
 * - it crashed, left, answered nonsense or violated the sandbox: one more
 *   attempt in a fresh worker, then AS_OUTCOME_CRASHED;
 * - it ran past its deadline: AS_OUTCOME_TIMEOUT at once. A second attempt
 *   would double the time that a mail server waits;
 * - it was killed from outside (an operator, the kernel short of memory) or
 *   with its zygote: another attempt, up to AS_POOL_LOST_MAX times and for
 *   no longer than twice the deadline, since the job is not at fault.
 *
 * Nothing here is thread-safe. Only as_pool_open() and as_pool_close() wait for
 * another process; as_pool_poll() does so when the zygote has died, for its
 * workers to end too: some milliseconds, a second each if the kernel holds one.
 */

/* Octets of one request; an envelope of 100,000 recipients takes 8 MB. */
#define AS_POOL_REQUEST_MAX (16u * 1024 * 1024)
/* Octets of one reply body: a verdict of 5,000 objects takes some 5 MB. */
#define AS_POOL_REPLY_MAX (64u * 1024 * 1024)
/* Octets of the status that load() hands out. */
#define AS_POOL_STATUS_MAX (8u * 1024 * 1024)
/* Ten kills a second for ten seconds must not cost a job its answer. */
#define AS_POOL_LOST_MAX 100u
/* Jobs that wait, unless the settings say otherwise. */
#define AS_POOL_QUEUE_DEFAULT 1024u
/* More processes than this on one machine are a typing error. */
#define AS_POOL_WORKERS_MAX 1024u
/* Octets of a stage with the NUL. */
#define AS_POOL_STAGE_SIZE 64u

/* What a worker is given. Descriptor and request are valid during run(). */
struct as_work {
	int fd;		 /* -1 when the job has none; the pool closes it */
	uint64_t offset; /* where in fd the message begins */
	uint64_t size;
	struct as_span request; /* as the caller gave it */
	uint32_t attempt;	/* 1 for the first */
};

/* What a worker hands back. Both are set up empty before run(). */
struct as_reply {
	struct as_buffer body; /* at most AS_POOL_REPLY_MAX octets */
	int extra_fd;	       /* -1, or a sealed spool; the pool closes it */
};

/*
 * The work itself. context is the caller's memory as it was when the zygote
 * was forked: what load() stores there, every worker finds; what enter() and
 * run() store stays in their worker.
 *
 * Each returns 0 or a negative code. A failure of load() or enter() reaches
 * the caller with its text; one of run() counts as a crash.
 */
struct as_keeper_duty;
struct as_pool_handler {
	/* In the zygote, once: plugins, signatures, warm-up. status_out is
	 * handed to the caller unread. Descriptors that it leaves open are
	 * inherited by every worker. Must not start threads. */
	int (*load)(void *context, struct as_buffer *status_out, struct as_error *error);
	/* In each worker before the sandbox closes. temp_dir is private,
	 * empty, the current directory, and TMPDIR. May be NULL. */
	int (*enter)(void *context, const char *temp_dir, uint32_t number, struct as_error *error);
	/* In a worker, inside the sandbox. */
	int (*run)(void *context, const struct as_work *work, struct as_reply *reply);
	void *context;
	/* What a keeper (pool/keeper.h) does for workers; NULL: there is none.
	 * as_keeper_current() is there from load() on. */
	const struct as_keeper_duty *keeper;
};

struct as_pool_settings {
	uint32_t workers;	      /* jobs at the same time, from 1 on */
	uint32_t queue_limit;	      /* 0: AS_POOL_QUEUE_DEFAULT */
	uint64_t worker_memory;	      /* octets beyond what the zygote has */
	uint64_t worker_messages;     /* a worker is replaced after so many, */
	uint64_t worker_growth;	      /* or with so many private octets */
	bool sandbox;		      /* seccomp and Landlock */
	const char *temp_root;	      /* NULL: the first tmpfs that serves */
	uint64_t start_ms;	      /* how long load() or enter() may take */
	const struct as_clock *clock; /* must outlive the pool */
};

struct as_job {
	int fd; /* -1, or stays open until the job is done; the
		   pool never closes it */
	uint64_t offset, size;
	struct as_span request; /* copied by as_pool_submit() */
	uint64_t deadline_ms;	/* from the moment a worker has it */
	bool first;		/* ahead of all others, and taken though the queue
				   is full: for what follows from another job */
	void *cookie;		/* names the job for the caller; not NULL */
};

enum as_outcome {
	AS_OUTCOME_DONE = 0, /* body and extra_fd are the answer */
	AS_OUTCOME_CRASHED,
	AS_OUTCOME_TIMEOUT,
	AS_OUTCOME_CANCELLED,
	AS_OUTCOME_NO_WORKER, /* nothing wrong with the job: see reason */
};

/* Valid during the call that hands it over, extra_fd excepted. */
struct as_result {
	enum as_outcome outcome;
	void *cookie;
	struct as_span body;
	int extra_fd;			/* -1, or a sealed spool, the receiver's to close */
	uint32_t attempts;		/* workers that have had it, all reasons together */
	int signal;			/* that ended the last worker, else 0 */
	int exit_code;			/* of the last worker if it exited, else -1 */
	long syscall;			/* that the sandbox refused, else -1 */
	char stage[AS_POOL_STAGE_SIZE]; /* what ran last (see stage.h); printable
					   ASCII, but the worker's word */
	char reason[256];		/* one line of words; "" when done */
	uint64_t worker_us;		/* that the last attempt took */
};

typedef void as_pool_done(void *context, const struct as_result *result);

struct as_pool;

/*
 * Forks the zygote, waits until load() is done and one worker is ready. Fails
 * with the text of load() or enter(), -ETIMEDOUT after start_ms, -EINVAL for
 * settings that make no sense.
 */
int as_pool_open(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		 struct as_pool **pool_out, struct as_error *error);
/* Ends and reaps all processes and removes the temporary folders. Jobs that
 * are left are forgotten without a call. NULL is allowed. */
void as_pool_close(struct as_pool *pool);

/* Queues a job, and starts it when a worker is free. Its size decides how it
 * waits, also without a descriptor. -EAGAIN: the queue is
 * full. -EMSGSIZE: request over AS_POOL_REQUEST_MAX. -EBADF, -EINVAL, -ENOMEM. */
int as_pool_submit(struct as_pool *pool, const struct as_job *job);
/* Ends a job of that cookie, queued or running; it is reported as cancelled
 * by the next as_pool_poll(). A job that is unknown or over is ignored. */
void as_pool_cancel(struct as_pool *pool, const void *cookie);

/* Jobs that a worker could take at once, and jobs that wait. */
uint32_t as_pool_idle(const struct as_pool *pool);
uint32_t as_pool_queued(const struct as_pool *pool);

/*
 * Waits up to timeout_ms (-1: without end) for something to happen, then
 * calls done once for each job that is over. done may submit and cancel, not
 * poll or close. Returns the number of calls or a negative code.
 */
int as_pool_poll(struct as_pool *pool, int timeout_ms, as_pool_done *done, void *context);

/* For another event loop: call as_pool_poll(pool, 0, ...) when this descriptor
 * is readable, and at the latest at the time that the clock of the settings
 * reads as_pool_next_deadline_us(); 0 is now, UINT64_MAX never. Ask again
 * after every submit, cancel and poll. */
int as_pool_fd(const struct as_pool *pool);
uint64_t as_pool_next_deadline_us(const struct as_pool *pool);

/* What load() put out. Valid until the next as_pool_poll(). */
struct as_span as_pool_status(const struct as_pool *pool);

struct as_pool_state {
	char sandbox[256]; /* "seccomp on (85 calls), landlock ABI 7" or why not */
	bool seccomp;
	int landlock_abi; /* 0: none */
	char temp_root[PATH_MAX];
	bool temp_is_tmpfs;
	pid_t zygote_pid; /* -1 when there is none */
	uint32_t wanted;  /* workers for jobs, as the settings say */
	uint32_t workers; /* alive, the spare one included */
	uint32_t busy, queued;
	uint64_t jobs;	  /* reported, whatever the outcome */
	uint64_t started; /* workers so far */
	uint64_t recycled, crashes, timeouts, cancelled;
	uint64_t lost;		       /* workers that were killed from outside */
	uint64_t zygotes;	       /* started so far */
	char error[AS_ERROR_TEXT_MAX]; /* why there is no zygote or no worker, or "" */
};
void as_pool_describe(const struct as_pool *pool, struct as_pool_state *state_out);

/* Process ids of the living workers, at most room of them. */
size_t as_pool_pids(const struct as_pool *pool, pid_t *pids_out, size_t room);

/* A stable lower-case word. */
const char *as_outcome_name(enum as_outcome outcome);

#endif
