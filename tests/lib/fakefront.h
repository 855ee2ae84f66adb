/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_FAKEFRONT_H
#define ASSAY_TESTS_FAKEFRONT_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/id.h"
#include "daemon/listener.h"
#include "daemon/task.h"

#include <event2/event.h>

/*
 * A front without processes for the tests of protocols: the calls of
 * daemon/task.h and daemon/listener.h, with octets kept in memory and answers
 * that the test decides. Everything happens on the test's event base.
 *
 * By default every submitted task is answered in the next turn of the loop by
 * fake_front_judge(). With hold set they wait for fake_task_answer().
 */
/* A task as tests see it. */
struct as_task {
	struct as_listener *listener;
	struct as_task *next; /* in the order of their making */
	char id[AS_ID_SIZE];
	struct as_buffer octets; /* appended, or read from the file */
	int fd;			 /* of as_task_use_file(), or -1 */
	bool submitted;
	/* Copied to arena, with all strings; envelope is NULL or &envelope. */
	struct as_task_request request;
	struct assay_envelope envelope;
	struct as_arena arena;
	struct event *event;
};

/* What is told to the client of this task: fills answer and its ->answer, both
 * preset to an accepted and complete message. Strings must be static. */
typedef void fake_judge(const struct as_task *task, struct as_task_answer *answer,
			struct as_answer *verdict);

/* Messages with one of these words are answered accordingly; others are
 * accepted. "fault" comes without a verdict and with TEMPFAIL. */
#define FAKE_INFECTED	"-infected-"   /* reject, malware.test */
#define FAKE_TAGGED	"-tagged-"     /* tag */
#define FAKE_INCOMPLETE "-incomplete-" /* quarantine, limit.bytes */
#define FAKE_FAULT	"-fault-"
void fake_front_judge(const struct as_task *task, struct as_task_answer *answer,
		      struct as_answer *verdict);

struct as_front {
	/* What the test wants. Codes are 0 or negative errno. */
	bool hold;
	fake_judge *judge;
	int new_code, append_code, file_code, submit_code;
	uint64_t max_bytes; /* of a message; as_task_append() says -EMSGSIZE */
	uint32_t tasks_max; /* as_task_new() says -EAGAIN above it */
	uint64_t generation;
	const char *not_ready; /* NULL: ready */
	const char *policy;    /* the only one there is */
	int reload_code;       /* what as_front_reload() returns */
	/* What happened. */
	uint32_t made, submitted, answered, cancelled, closed, drained;
	struct as_task *tasks; /* that exist */
	uint32_t task_count;
	as_front_reply *reload_reply; /* waits for fake_front_reloaded() */
	void *reload_context;
};

void fake_front_init(struct as_front *front);
/* Asserts that no task is left. */
void fake_front_deinit(struct as_front *front);

/* A listener as the front makes it, also its metrics; config is not copied and
 * ops->start() is not called. The event base is the caller's. */
void fake_listener_init(struct as_listener *listener, struct as_front *front,
			const struct as_listener_config *config, const struct as_protocol_ops *ops,
			struct event_base *base);
/* Gives a connected socket to ops->accept() and counts it as the front does;
 * returns the client's end, blocking. */
int fake_listener_connect(struct as_listener *listener);
/* The same with a pair of the loopback interface instead of UNIX sockets. */
int fake_listener_connect_inet(struct as_listener *listener);

/* The task that was submitted as number n (from 0) of those which exist. */
struct as_task *fake_front_submitted(struct as_front *front, uint32_t n);
bool fake_task_holds(const struct as_task *task, const char *word);
/* Answers now, by front->judge, or with what the caller gives. */
void fake_task_judge(struct as_task *task);
void fake_task_answer(struct as_task *task, const struct as_task_answer *answer);
/* Ends a reload that was asked for. */
void fake_front_reloaded(struct as_front *front, int rc, const char *text);

/* A clock whose hands the test turns; both hands show *context (uint64_t). */
struct as_clock fake_clock(uint64_t *now_us);

#endif
