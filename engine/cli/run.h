/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_RUN_H
#define ASSAY_CLI_RUN_H

#include "cli/output.h"
#include "cli/rows.h"
#include "report/progress.h"

/*
 * Takes messages from a mailbox through an inspection to rows, as many at a
 * time as there are workers, and puts the answers back into the order of the
 * input.
 */

/* Messages on their way. Behind one that takes its whole minute, others wait
 * to be shown; each may hold an open file. */
#define AS_RUN_PENDING 256u
/* Octets of answers that wait to be shown, and of messages that had to be
 * copied: beyond it nothing new is begun. */
#define AS_RUN_HELD_BYTES   ((uint64_t)64 << 20)
#define AS_RUN_COPIED_BYTES ((uint64_t)256 << 20)

/* Who inspects: a scanner of this process, or a daemon. The calls mean what
 * those of pool/scanner.h mean; a result without a verdict is counted as not
 * inspected, and who inspects has told why. */
struct as_inspector {
	void *context;
	int (*submit)(void *context, const struct as_scanner_job *job);
	int (*poll)(void *context, int timeout_ms, as_scanner_done *done, void *done_context);
};

struct as_run {
	const struct as_inspector *inspector;
	struct as_mailbox *mailbox;
	const struct as_clock *clock;
	const volatile sig_atomic_t *stop;
	struct as_rows *rows;
	struct as_output *output;
	struct as_summary *summary;
	struct as_progress *progress; /* NULL: not shown */
};

/* 0, or a negative code when the run had to end early; -EINTR after a stop. */
int as_run(struct as_run *run);

/* Removes the progress bar before something else is written to a terminal. */
void as_run_clear(struct as_run *run);

#endif
