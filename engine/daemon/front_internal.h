/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_FRONT_INTERNAL_H
#define ASSAY_DAEMON_FRONT_INTERNAL_H

#include "daemon/front.h"
#include "daemon/task.h"
#include "daemon/wire.h"

#include <sys/queue.h>

#include <jansson.h>

/*
 * The front's own state, shared by the files of this folder that make it up:
 * front.c (life, supervisor, drain), gate.c (who may come in), task.c (octets
 * and limits), task_end.c (verdicts to answers), generation.c (scanners),
 * linger.c (who was turned away), reload.c (who waits for one), store_link.c
 * (the quarantine), message_log.c.
 * Protocols see daemon/listener.h and daemon/task.h only.
 */

/* Octets of a message that are collected before they go to its spool: a
 * message of usual size costs one write instead of one per header field. */
#define AS_TASK_BLOCK_BYTES ((size_t)64 * 1024)
/* How often a message may be moved to a newer generation because it takes
 * longer than the old one may stay; after that it is waited for. */
#define AS_TASK_MOVES_MAX 2u
/* How long the store may take for one message: disks that hang for longer hold
 * up mail, and the client is told to come again. */
#define AS_STORE_PUT_MS 30000u
/* A client that has not said a word for so long gives its place to a new one
 * when there is no room, or is hung up on at the end. Honest clients speak in
 * the first milliseconds. */
#define AS_SILENT_US 250000u
/* Clients that were turned away and are read for a moment: so many, so long,
 * and so many blocks of 64 KiB. */
#define AS_LINGER_MAX	256u
#define AS_LINGER_MS	1000u
#define AS_LINGER_READS 64u
/* Connections that are taken from one listening socket in a row. */
#define AS_ACCEPT_BURST 64u

enum as_task_state {
	AS_TASK_FILLING = 0, /* the owner's */
	AS_TASK_INSPECTED,   /* a scanner has it */
	AS_TASK_STORED,	     /* the store has it */
	AS_TASK_ENDED,	     /* done is being called */
};

struct as_task {
	TAILQ_ENTRY(as_task) link; /* in front->tasks */
	struct as_listener *listener;
	enum as_task_state state;
	char id[AS_ID_SIZE];
	uint64_t wall_us;
	uint64_t submit_us; /* monotonic */

	int fd; /* -1: nothing written out yet */
	bool is_file;
	uint64_t size, charged;
	unsigned char *block; /* not yet in fd */
	size_t block_used, block_room;

	/* Once submitted. */
	struct as_task_request request;
	struct assay_envelope envelope; /* points into kept */
	char *kept;
	struct as_generation *generation;
	uint32_t moves, attempts;

	/* Once there is a verdict; memory of its own. */
	struct as_arena arena;
	bool has_answer;
	struct as_answer answer;
	unsigned char *json;
	size_t json_size;
	int changed_fd;
	uint64_t changed_size;
	uint64_t generation_number;

	/* While the store has it. */
	uint64_t put_sequence;
	bool put_sent;
	uint64_t put_deadline_us;
};

TAILQ_HEAD(as_tasks, as_task);

enum as_generation_state {
	AS_GENERATION_LOADING = 0,
	AS_GENERATION_USED, /* has been ready */
	AS_GENERATION_LEAVING,
	AS_GENERATION_BAD,
};

struct as_generation {
	TAILQ_ENTRY(as_generation) link;
	struct as_front *front;
	uint64_t number;
	enum as_generation_state state;
	bool requested; /* by a control call, which waits */
	struct as_scanner *scanner;
	struct event *readable, *timer;
	uint32_t tasks;
	uint64_t wall_us;  /* since when it is used */
	uint64_t leave_us; /* monotonic: when the remaining tasks are moved */
	uint64_t message_bytes;
	json_t *status; /* what load() said */
	char reason[AS_ERROR_TEXT_MAX];
};

TAILQ_HEAD(as_generations, as_generation);

struct as_reload_waiter {
	TAILQ_ENTRY(as_reload_waiter) link;
	as_front_reply *reply;
	void *context;
	bool asked; /* belongs to the reload that is going on */
};

TAILQ_HEAD(as_reload_waiters, as_reload_waiter);

struct as_front {
	const struct as_front_setup *setup;
	const struct as_service *service;
	const struct as_clock *clock;
	struct event_base *base;
	struct as_listener *listeners;
	size_t listener_count;
	struct as_metrics metrics;
	int spare_fd; /* given up for a moment when descriptors run out */
	int statm_fd; /* /proc/self/statm, opened before the sandbox */
	char sandbox[256];

	struct event *supervisor_event;
	struct as_channel_packet packet;

	struct as_generations generations;
	struct as_generation *current; /* new tasks go there; NULL at first */
	int cache_fd;		       /* for the launch that follows, or -1 */
	uint64_t cache_generation;
	uint64_t first_generation; /* number of the first; 0: none so far */
	struct as_pool_state past; /* counters of generations that have left */
	struct as_cache_counters past_cache;
	struct event *tidy;
	bool serving; /* accepting, and the supervisor knows */

	uint32_t lingering;
	bool out_of_descriptors; /* the spare one is in use: hold on to nothing */

	struct as_tasks tasks;
	uint32_t task_count, open;
	uint64_t spool_bytes;

	int store; /* -1: none */
	struct event *store_event;
	struct event *store_timer;
	uint64_t put_sequence;

	struct as_reload_waiters waiters;
	bool reloading; /* one was asked for by us */
	uint64_t reload_wall_us;
	bool reload_ok;
	char reload_text[AS_ERROR_TEXT_MAX];

	bool draining;
	struct event *drain_timer, *drain_pause;
};

/* front.c */
void as_front_tell(struct as_front *front, const struct as_channel_head *head, struct as_span body);
/* Asks for a turn of as_front_tidy() once the present callbacks are over. */
void as_front_later(struct as_front *front);

/* table.c: makes room in the loop for as many descriptors as there may be. */
void as_front_table(struct as_front *front);

/* gate.c */
int as_gate_open(struct as_front *front, struct as_error *error);
void as_gate_serve(struct as_front *front);
/* Lets nobody in any more. */
void as_gate_shut(struct as_front *front);
/* No new requests of those who are in. */
void as_gate_drain(struct as_front *front);
void as_gate_close(struct as_front *front);

/* task.c */
/* Takes the request apart from its owner; false: no memory. */
bool as_task_keep(struct as_task *task, const struct as_task_request *request);
int as_task_spool(struct as_task *task);
int as_task_give(struct as_task *task, struct as_generation *generation);
void as_task_free(struct as_task *task);

/* task_end.c */
void as_task_result(struct as_task *task, const struct as_scanner_result *result);
void as_task_finish(struct as_task *task, const char *fault);
void as_task_put_done(struct as_task *task, int rc);

/* generation.c */
void as_generation_launch(struct as_front *front, struct as_channel_packet *packet);
void as_generation_failed(struct as_front *front, uint64_t number, const char *why);
void as_generation_arm(struct as_generation *generation);
/* Adds what it has counted, so that counters go on over a reload. */
void as_generation_count(const struct as_generation *generation, struct as_pool_state *pool,
			 struct as_cache_counters *cache);
/* One task less. */
void as_generation_release(struct as_generation *generation);
/* Closes what has nothing left, moves what takes too long. */
void as_generations_tidy(struct as_front *front);
void as_generations_close(struct as_front *front);

/* reload.c */
void as_reload_over(struct as_front *front, bool requested, int rc, const char *text);
/* The daemon is about to end: those who wait are told so. */
void as_reload_end(struct as_front *front);

/* store_link.c */
struct event *as_store_link_timer(struct as_front *front);
void as_store_link_set(struct as_front *front, int fd);
/* Sends the task's message to the store; the end comes through
 * as_task_put_done(). */
void as_store_link_put(struct as_front *front, struct as_task *task);
void as_store_link_close(struct as_front *front);

/* message_log.c */
void as_message_log(const struct as_task *task, const struct as_task_answer *answer, uint64_t us);

/* protocols.c */
const struct as_protocol_ops *as_protocol_ops(enum as_protocol protocol);

#endif
