/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_TASK_H
#define ASSAY_DAEMON_TASK_H

#include "base/id.h"
#include "daemon/listener.h"
#include "policy/answer.h"

#include <assay/plugin.h>

/*
 * One message on its way through the front: its octets arrive in a spool, then
 * it is submitted with its envelope, then its owner gets one answer. Until it
 * is submitted the owner may drop it; afterwards the owner either waits for
 * the answer or cancels. Every task counts against the limits of its listener
 * and of the daemon from the first call on.
 */
struct as_task;

struct as_task_answer {
	const char *id;
	/*
	 * What to tell the client. When fault is set there is no verdict: the
	 * listener's `fail` was put into action (TEMPFAIL, ACCEPT or REJECT),
	 * and fault says why in one line for the log and the reply.
	 */
	enum assay_action action;
	bool complete;
	const char *fault;		/* NULL: there is a verdict */
	bool stored;			/* it is in our quarantine */
	struct as_span json;		/* the verdict, one line; empty with a fault */
	const struct as_answer *answer; /* NULL with a fault */
	/* A changed message, or -1. The task owns it. */
	int changed_fd;
	uint64_t changed_offset, changed_size;
};

/* Everything in answer is valid during the call only; the task is gone after
 * it. Never called from within as_task_submit(). */
typedef void as_task_done(void *context, const struct as_task_answer *answer);

/*
 * -EAGAIN: no room (as_task_refusal() has the words); -ENOMEM, -EMFILE.
 * wall_us and id are fixed here, so that a client can be told the id early.
 */
int as_task_new(struct as_listener *listener, struct as_task **task_out);
const char *as_task_id(const struct as_task *task);
/* Octets so far. */
uint64_t as_task_size(const struct as_task *task);
/* The most octets that a message may have. */
uint64_t as_task_max(const struct as_listener *listener);

/* Appends octets of the message. -EMSGSIZE: over the limit message_bytes;
 * -EAGAIN: the spools are full; -ENOMEM. The task is still the caller's. */
int as_task_append(struct as_task *task, struct as_span octets);
/*
 * Uses a file instead of a spool, from offset 0 on. fd must be a regular file,
 * which the caller has checked; the task owns it from a success on. It is read
 * by the worker with pread(2) and never by the front.
 */
int as_task_use_file(struct as_task *task, int fd, uint64_t size);

struct as_task_request {
	/* A message, a bare file, or unknown: then the octets decide. */
	enum { AS_TASK_MESSAGE = 0, AS_TASK_FILE, AS_TASK_GUESS } kind;
	bool detail;
	const char *file;		       /* for the verdict; "" if none */
	const char *policy;		       /* "": the listener's */
	const struct assay_envelope *envelope; /* copied; NULL: unknown */
	as_task_done *done;
	void *context;
};

/* Hands the message over. 0: done will be called. Negative: it will not be and
 * the task is still the caller's; -EAGAIN when the queue is full, -ENODATA when
 * nothing can be inspected at the moment. */
int as_task_submit(struct as_task *task, const struct as_task_request *request);

/* Ends a task in any state, without a call of done; also ends its inspection.
 * NULL is allowed. Not from within done. */
void as_task_cancel(struct as_task *task);

/* Words for a code of the calls above, for a reply: "too many messages at the
 * same time", ... Static. */
const char *as_task_refusal(int code);

#endif
