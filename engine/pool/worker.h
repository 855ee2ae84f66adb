/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_WORKER_H
#define ASSAY_POOL_WORKER_H

#include "pool/pool.h"
#include "pool/stage.h"

/*
 * The worker process, from its fork to its end. The zygote has closed for it
 * what it must not have.
 */
struct as_worker_setup {
	int socket;
	uint32_t number;
	pid_t zygote_pid;
	const char *temp_dir;
	struct as_stage_page *page;
	const struct as_pool_settings *settings;
	const struct as_pool_handler *handler;
};

_Noreturn void as_worker_main(const struct as_worker_setup *setup);

#endif
