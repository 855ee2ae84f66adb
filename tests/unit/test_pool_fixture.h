/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_UNIT_TEST_POOL_FIXTURE_H
#define ASSAY_TESTS_UNIT_TEST_POOL_FIXTURE_H

#include "pool/pool.h"

/*
 * A pool whose work is a word in the request, so that each test can say what
 * its worker shall do. The words stand in test_pool_fixture.c.
 */
#define RESULTS_MAX 1024

struct outcome {
	enum as_outcome outcome;
	void *cookie;
	unsigned char *body; /* own copy */
	size_t size;
	int extra_fd;
	uint32_t attempts;
	int signal, exit_code;
	long syscall;
	char stage[AS_POOL_STAGE_SIZE];
	char reason[256];
};

struct fixture {
	struct as_pool *pool;
	struct as_pool_settings settings;
	struct as_pool_handler handler;
	struct as_error error;
	struct outcome results[RESULTS_MAX];
	size_t count;
	/* Read by the handler's load() and enter(). */
	const char *load_fault;
	const char *enter_fault;
	bool load_hangs;
};

/* The kernel's clock, and hands that a test can turn on. */
extern const struct as_clock turned;
extern uint64_t skipped_us;

/* Also turns the clock back. */
void fixture_init(struct fixture *fixture);
/* Fails the test when the pool does not open. */
void fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);

/* Cookies count from 1, as pointers. */
void fixture_submit(struct fixture *fixture, uintptr_t cookie, const char *words,
		    uint64_t deadline_ms);
/* Polls until count results are there in all; fails after 60 s without one. */
void fixture_wait(struct fixture *fixture, size_t count);
/* One job to its end. */
const struct outcome *fixture_do(struct fixture *fixture, const char *words, uint64_t deadline_ms);
bool outcome_is(const struct outcome *outcome, const char *text);

/* For as_pool_poll(). */
void fixture_done(void *context, const struct as_result *result);
/* Kills it with a signal that it cannot catch. Fails the test when there is none:
 * kill(2) would take -1 for every process of the machine. */
void fixture_kill_zygote(const struct fixture *fixture);
/* Until nothing is on its way: no worker that starts or ends, whose time a
 * clock that is turned would let run out. */
void fixture_settle(struct fixture *fixture);
/* Valid until the next call. */
const struct as_pool_state *fixture_describe(const struct fixture *fixture);
/* The first living worker's process id. */
pid_t fixture_pid(const struct fixture *fixture);

#endif
