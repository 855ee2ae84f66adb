/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_KEEPER_INTERNAL_H
#define ASSAY_POOL_KEEPER_INTERNAL_H

#include "pool/keeper.h"

/* Between keeper.c (the zygote's side), keeper_serve.c (the process) and
 * keeper_link.c (workers). */
struct as_keeper {
	struct as_keeper_setup setup;
	int serve; /* the keeper's end of the socket; -1 in workers */
	int ask;   /* that of all workers */
	struct as_buffer hello;
	pid_t pid; /* -1: there is none */
	uint64_t started_us;
	uint64_t due_us;       /* when to start the next, while pid is -1 */
	uint32_t pause_ms;     /* the last one */
	uint64_t silent_until; /* in a worker: nobody waits until then */
};

/* What the process needs. */
struct as_keeper_birth {
	const struct as_keeper *keeper;
	pid_t parent;
	int status; /* where to report that open() is done; -1: a restart */
};
_Noreturn void as_keeper_main(const struct as_keeper_birth *birth);

#endif
