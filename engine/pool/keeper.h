/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_KEEPER_H
#define ASSAY_POOL_KEEPER_H

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"

#include <signal.h>

/*
 * A process that holds what workers must never hold, and does one thing with it
 * for them: private keys, one operation.
 *
 *     zygote ──fork──► keeper (reads the files, closes its sandbox, answers)
 *        └───fork──► workers ──request and a socket for the answer──┘
 *
 * Each generation has its own. The zygote makes the socket that all requests go
 * through before anything else and keeps both ends, so that a keeper that dies
 * is replaced without its workers: what they ask meanwhile waits. Whoever asks
 * sends the socket for the answer along, so no answer can reach another worker,
 * a worker that ends hurts nobody, and a keeper that ends closes it.
 *
 * The keeper believes no request: workers read mail. It never waits for one of
 * them either, since an answer that does not fit into its socket is lost.
 */

/* How long a worker waits for an answer: a keeper that is started anew needs some
 * tenths of a second to read its files, an operation a millisecond. After one
 * that did not come in time, nobody in that worker waits for as long. */
#define AS_KEEPER_WAIT_MS 2000u
/* Octets of one request and of its answer. */
#define AS_KEEPER_REQUEST_MAX 16384u
#define AS_KEEPER_ANSWER_MAX  64u
/* Octets of what open() tells everybody. */
#define AS_KEEPER_HELLO_MAX ((size_t)4 << 20)
/* One that dies within so many ms is started again after a pause, which doubles
 * from the first to the longest; others and the first time at once. */
#define AS_KEEPER_YOUNG_MS	 10000u
#define AS_KEEPER_PAUSE_FIRST_MS 100u
#define AS_KEEPER_PAUSE_MAX_MS	 5000u

/* What it keeps and does. */
struct as_keeper_duty {
	/* In the keeper, while files can still be opened. hello_out is what workers
	 * may know; after a restart it has to be the same, else the keeper ends
	 * with an error in the log. A failure at the start reaches the caller. */
	int (*open)(void *context, struct as_buffer *hello_out, struct as_error *error);
	/* In the keeper. Returns the octets of the answer; 0: there is none. */
	size_t (*answer)(void *context, struct as_span request,
			 unsigned char answer_out[AS_KEEPER_ANSWER_MAX]);
	void *context;
};

struct as_keeper_setup {
	const struct as_keeper_duty *duty; /* must outlive the keeper */
	const struct as_clock *clock;
	bool sandbox;
};

struct as_keeper;

/*
 * In the zygote; every call but start allows NULL. start waits until open() is
 * done and fails with its text. The rest of the descriptors of the zygote is
 * closed in the keeper.
 */
int as_keeper_start(const struct as_keeper_setup *setup, struct as_keeper **keeper_out,
		    struct as_error *error);
/* Ends and reaps it, and frees all. */
void as_keeper_stop(struct as_keeper *keeper);
/* What waitid(2) said: true when it was the keeper. */
bool as_keeper_reap(struct as_keeper *keeper, const siginfo_t *info);
/* For poll(2): until as_keeper_tick() has something to do; -1: never. */
int as_keeper_timeout_ms(const struct as_keeper *keeper);
void as_keeper_tick(struct as_keeper *keeper);
/* -1 while there is none. */
pid_t as_keeper_pid(const struct as_keeper *keeper);

/* The one of this process, in load() and whatever the zygote forks; NULL: none. */
struct as_keeper *as_keeper_current(void);
struct as_span as_keeper_hello(const struct as_keeper *keeper);

/* In a worker, once, before it reads mail: gives up what only the zygote needs. */
void as_keeper_enter_worker(struct as_keeper *keeper);
/* In a worker: 0, with at most room octets in answer_out, or AS_E_GONE: nobody
 * answered in time. Other codes are our own mistakes. */
int as_keeper_ask(struct as_keeper *keeper, struct as_span request, unsigned char *answer_out,
		  size_t room, size_t *size_out);

#endif
