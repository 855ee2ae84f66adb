/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_OUTPUT_H
#define ASSAY_CLI_OUTPUT_H

#include "base/buffer.h"

#include <signal.h>

/*
 * Standard output, collected and written in pieces. A write that fails is
 * remembered, so that a full disk cannot pass for a complete report.
 */
struct as_output {
	struct as_buffer text; /* append here */
	int fd;
	int error; /* the first one, negative */
};

void as_output_init(struct as_output *output, int fd);
void as_output_deinit(struct as_output *output);
/* Writes what was collected. */
int as_output_flush(struct as_output *output);
/* Flushes, tells a fault (a closed pipe silently) and answers with status, or
 * with AS_EXIT_FAILED. */
int as_output_finish(struct as_output *output, int status);

/*
 * SIGINT, SIGTERM and SIGHUP set the flag that is returned; the second one
 * ends the program. SIGPIPE is ignored: writes tell.
 */
const volatile sig_atomic_t *as_stop_on_signals(void);

#endif
