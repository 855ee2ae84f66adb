/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_SANDBOX_SERVICE_H
#define ASSAY_POOL_SANDBOX_SERVICE_H

#include "pool/sandbox.h"

/*
 * What the front, the store and the keeper may still do once they serve: the front has no
 * file system and makes no sockets, the store has its folder and no network, the
 * keeper of the keys has nothing but the socket it is asked through.
 * As for workers, a layer that the kernel lacks is left out and named; a system
 * call outside the list fails with EPERM and is not fatal, because these
 * processes hold other people's mail.
 *
 * Whatever they need of the kernel besides (folders, timers, the names of
 * users) they get before.
 */
enum as_sandbox_service {
	AS_SANDBOX_FRONT = 0,
	AS_SANDBOX_STORE,
	AS_SANDBOX_KEEPER,
};

/* paths: folders that stay open, for reading (front: roots of the clamd
 * listener) or for everything (store). One that is not there is left out. */
void as_sandbox_service_enter(enum as_sandbox_service which, const char *const *paths,
			      size_t path_count, struct as_sandbox_state *state_out);

/* The two layers; as as_sandbox_landlock() and as_sandbox_seccomp(). Without
 * paths the front can open nothing. */
int as_sandbox_service_landlock(enum as_sandbox_service which, const char *const *paths,
				size_t path_count, const char **why_out);
int as_sandbox_service_seccomp(enum as_sandbox_service which, bool with_paths,
			       const char **why_out);

#endif
