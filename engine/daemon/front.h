/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_FRONT_H
#define ASSAY_DAEMON_FRONT_H

#include "base/clock.h"
#include "policy/service.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * The front process: one thread, one libevent loop, all clients. It spools,
 * queues, holds every deadline, answers; it parses no mail, opens no files and
 * connects to nobody.
 */
struct as_front_setup {
	const struct as_service *service;
	const int *sockets; /* listening, as service->listeners */
	const bool *passed; /* of these: others hold them open, too */
	int supervisor;	    /* channel to it */
	pid_t parent_pid;
	uint64_t message_bytes;	  /* limit of the first generation */
	uint64_t started_wall_us; /* of the daemon, not of this process */
	uint32_t restarts;	  /* how often the front was started before */
	const char *config_file;
	const struct as_clock *clock;
};

/* Runs until it is told to end. Closes every descriptor but these, standard
 * error included not. */
_Noreturn void as_front_main(const struct as_front_setup *setup);

#endif
