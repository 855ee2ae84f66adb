/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_ZYGOTE_H
#define ASSAY_POOL_ZYGOTE_H

#include "pool/pool.h"
#include "pool/stage.h"

/*
 * The zygote process, from its fork to its end. It loads, then forks a worker
 * for each AS_CHANNEL_SPAWN, reports each that ends after it has removed its
 * temporary folder, and takes all with it when the control socket closes. Of a
 * keeper, if one is wanted, it forks a new one when it ends.
 *
 * It ignores the signals of a terminal: when to end is the caller's choice.
 * Standard output is standard error, so that nothing that runs below it can
 * write into the caller's results.
 */
struct as_zygote_setup {
	int control;
	pid_t parent_pid;
	int temp_fd; /* the folder of the pool, and its path */
	const char *temp_path;
	struct as_stage_page *pages;
	size_t slots; /* workers are numbered below it */
	const struct as_pool_settings *settings;
	const struct as_pool_handler *handler;
};

_Noreturn void as_zygote_main(const struct as_zygote_setup *setup);

#endif
