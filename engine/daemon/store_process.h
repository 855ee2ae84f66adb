/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_STORE_PROCESS_H
#define ASSAY_DAEMON_STORE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The store process: answers AS_WIRE_PUT, one after the other, until its
 * socket closes. Exits with a status of sysexits when the folder cannot be
 * used.
 */
struct as_store_setup {
	const char *path;
	int front; /* channel to the front */
	pid_t parent_pid;
	bool sandbox;
};

_Noreturn void as_store_main(const struct as_store_setup *setup);

#endif
