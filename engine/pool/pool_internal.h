/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_POOL_INTERNAL_H
#define ASSAY_POOL_POOL_INTERNAL_H

#include "pool/channel.h"
#include "pool/launch.h"
#include "pool/pool.h"
#include "pool/pool_queue.h"
#include "pool/stage.h"
#include "pool/tempdir.h"

#include <stddef.h>
#include <sys/queue.h>

/*
 * The caller's side of a pool: pool.c (the loop), pool_life.c (opening,
 * attaching, closing), pool_job.c (what becomes of a job), pool_queue.c (who is
 * next), pool_worker.c (a worker's life), pool_talk.c (what is said to it and
 * what it says), pool_zygote.c (the zygote); launch.c is the parent's side of
 * a zygote.
 *
 * One rule keeps them apart: a worker is forgotten only when the zygote has
 * reported its end, or has ended itself. Until then its number, its folder and
 * its place among the processes are taken.
 */

/* Attempts of a job that a crash ends: one retry in a fresh worker, so that a
 * leak of the message before does not condemn this one. */
#define AS_POOL_CRASHES_MAX 2u

/* Workers that died before they were ready, and zygotes that ended, in a row,
 * before jobs are refused. */
#define AS_POOL_FAILURES_MAX 3u
/* A zygote that does not answer within this is taken for dead. It only forks
 * and removes files. */
#define AS_POOL_ANSWER_MS 30000u

/* Between the end of a worker's socket and its own end. */
#define AS_POOL_EXIT_MS 1000u

/* The longest start and deadline: a year fits every sum in microseconds. */
#define AS_POOL_MS_MAX (365ull * 24 * 3600 * 1000)

enum as_pool_worker_state {
	AS_POOL_WORKER_FREE = 0,
	AS_POOL_WORKER_STARTING, /* the zygote was asked */
	AS_POOL_WORKER_ENTERING, /* forked, not ready */
	AS_POOL_WORKER_IDLE,
	AS_POOL_WORKER_BUSY,
	AS_POOL_WORKER_DYING, /* killed or hung up */
};

struct as_pool_job {
	struct as_queue_entry entry;   /* while it waits */
	TAILQ_ENTRY(as_pool_job) link; /* when it is over */
	struct as_job job;
	uint64_t since_us;	/* when it began to wait */
	unsigned char *request; /* own copy, job.request points to it */
	uint32_t crashes, lost, refused;
	uint64_t lost_us;	 /* worker time gone without its fault */
	struct as_result result; /* filled as attempts end */
	struct as_buffer body;	 /* result.body points to it */
};

TAILQ_HEAD(as_pool_jobs, as_pool_job);

struct as_pool_worker {
	enum as_pool_worker_state state;
	uint32_t number;
	pid_t pid;
	int socket, pidfd;	 /* -1: none */
	struct as_pool_job *job; /* NULL: none, or given up */
	const char *fault;	 /* why we killed it for its own doing */
	bool ready;		 /* it has been */
	bool killed;		 /* by us: its signal says nothing */
	uint64_t since_us;	 /* of the state */
	uint64_t job_us;	 /* when it was given its job */
	uint64_t deadline_us;	 /* of the job */
	uint64_t sequence;	 /* of the job */
	uint64_t messages;	 /* it was given */
};

enum as_pool_zygote_state {
	AS_POOL_ZYGOTE_NONE = 0,
	AS_POOL_ZYGOTE_LOADING,
	AS_POOL_ZYGOTE_READY,
};

struct as_pool {
	struct as_pool_settings settings;
	struct as_pool_handler handler; /* of an own zygote */
	struct as_tempdir temp;		/* of an own zygote */
	bool attached;			/* the zygote is another's child */
	struct as_pool_source source;	/* of zygotes when attached */
	struct as_stage_page *pages;	/* of the present zygote */
	int epoll;

	enum as_pool_zygote_state zygote;
	bool proven;	     /* a worker of it has been ready */
	bool gave_up;	     /* no zygote will come */
	bool wanted;	     /* the source has to be told */
	uint64_t pause_us;   /* before the next one */
	uint64_t without_us; /* since when none has loaded */
	pid_t zygote_pid;
	int zygote_wait; /* status of the last own one, as waitpid() has it */
	int control, zygote_pidfd;
	uint64_t zygote_since_us;
	uint64_t zygote_again_us; /* an own one is not started before */
	uint32_t zygote_failures;
	uint64_t worker_messages, worker_growth; /* as the zygote says */

	struct as_pool_worker *workers;
	uint32_t slots;
	uint64_t spawn_again_us; /* none is asked for before */
	uint32_t spawn_failures;
	uint64_t assign_again_us; /* after a lack of descriptors or memory */
	uint64_t sequence;

	struct as_queue queue;
	uint64_t queue_due_us; /* when the first has waited too long for a
				  zygote; UINT64_MAX while there is one */
	struct as_pool_jobs finished;

	struct as_buffer status;
	struct as_error error;	    /* why nothing works, text "" if it does */
	struct as_pool_state state; /* counters and the sandbox */
	struct as_channel_packet packet;
};

static inline uint64_t as_pool_now(const struct as_pool *pool)
{
	return as_clock_us(pool->settings.clock);
}

/* Places for workers beyond those at work and the spare one: as many may be
 * ending at the same time. */
static inline uint32_t as_pool_slots(uint32_t workers)
{
	return workers * 2 + 1;
}

static inline struct as_pool_job *as_pool_job_of(struct as_queue_entry *entry)
{
	return (struct as_pool_job *)((char *)entry - offsetof(struct as_pool_job, entry));
}

/* launch.c */
int as_pool_check(const struct as_pool_settings *settings, struct as_error *error);
int as_launch_check(const struct as_pool_settings *settings, const struct as_pool_handler *handler,
		    struct as_error *error);
/* Kills and reaps a zygote that nobody has used yet. */
void as_launch_end(struct as_launch *launch);

/* pool_job.c */
void as_pool_job_free(struct as_pool_job *job);
void as_pool_job_requeue(struct as_pool *pool, struct as_pool_job *job);
/* reason NULL: as recorded before */
void as_pool_job_finish(struct as_pool *pool, struct as_pool_job *job, enum as_outcome outcome,
			const char *reason);
/* Its worker has ended; decides between another attempt and the end. */
void as_pool_job_lost(struct as_pool *pool, struct as_pool_job *job);
void as_pool_job_crashed(struct as_pool *pool, struct as_pool_job *job);
void as_pool_refuse_queued(struct as_pool *pool);
/* Refuses what has waited too long for a zygote; finds out when the next has. */
void as_pool_expire_queued(struct as_pool *pool, uint64_t now_us);
int as_pool_deliver(struct as_pool *pool, as_pool_done *done, void *context);

/* pool_talk.c */
void as_pool_assign(struct as_pool *pool);
void as_pool_worker_event(struct as_pool *pool, struct as_pool_worker *worker);

/* pool_worker.c */
void as_pool_worker_enter(struct as_pool *pool, struct as_pool_worker *worker,
			  enum as_pool_worker_state state);
void as_pool_worker_init(struct as_pool *pool, uint32_t number);
void as_pool_worker_spawned(struct as_pool *pool, struct as_pool_worker *worker);
void as_pool_worker_exited(struct as_pool *pool, struct as_pool_worker *worker, int wait_code,
			   int status);
/* The zygote has gone and the worker with it. */
void as_pool_worker_orphaned(struct as_pool *pool, struct as_pool_worker *worker);
void as_pool_worker_kill(struct as_pool *pool, struct as_pool_worker *worker, const char *fault);
/* It hung up, or has ended: its status will tell. */
void as_pool_worker_gone(struct as_pool *pool, struct as_pool_worker *worker);
/* Takes note of where it is, for the job's result. */
void as_pool_worker_note(struct as_pool *pool, struct as_pool_worker *worker);
void as_pool_worker_expire(struct as_pool *pool, struct as_pool_worker *worker, uint64_t now_us);
uint64_t as_pool_worker_deadline(const struct as_pool *pool, const struct as_pool_worker *worker);
void as_pool_start_failed(struct as_pool *pool);

/* pool_zygote.c */
int as_pool_zygote_start(struct as_pool *pool);
/* Takes the descriptors on success. */
int as_pool_zygote_take(struct as_pool *pool, const struct as_launch *launch);
void as_pool_zygote_event(struct as_pool *pool);
#define AS_POOL_ZYGOTE_ENDED "the zygote has ended"
void as_pool_zygote_died(struct as_pool *pool, const char *why);
/* Ends it, and with it all workers; reaps an own one. */
void as_pool_zygote_stop(struct as_pool *pool);
void as_pool_zygote_spawn(struct as_pool *pool);

/* When something is due by itself, on the pool's clock. */
uint64_t as_pool_zygote_deadline(const struct as_pool *pool);
void as_pool_zygote_expire(struct as_pool *pool, uint64_t now_us);

/* pool.c */
/* How epoll names its sources: workers are their number + 2. */
#define AS_POOL_SOURCE_CONTROL 0u
#define AS_POOL_SOURCE_PIDFD   1u
#define AS_POOL_SOURCE_WORKERS 2u
int as_pool_watch(struct as_pool *pool, int fd, uint64_t source);
void as_pool_unwatch(struct as_pool *pool, int fd);
/* Waits for something to happen and does what is due; calls nobody. */
int as_pool_turn(struct as_pool *pool, int timeout_ms);

#endif
