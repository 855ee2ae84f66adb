/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_BATCH_H
#define ASSAY_CLI_BATCH_H

#include "cli/options.h"
#include "cli/run.h"

/*
 * What `assay scan` and `assay client` have in common: paths in, rows, a
 * progress bar and a summary out, and the exit status.
 */
struct as_batch {
	const struct as_options *options;
	const volatile sig_atomic_t *stop;
	struct as_mailbox *mailbox;
	struct as_rows rows;
	struct as_summary summary;
	struct as_progress progress;
	struct as_output output;
	struct as_run run;
};

/* Reads --format and the paths; false when they are wrong, which was told. */
bool as_batch_format(const struct as_options *options, enum as_row_format *format_out);

/* copy_bytes_max: limit message_bytes. options and stop must outlive the
 * batch; deinit it in any case. Negative: as_code_text() has the words. */
int as_batch_init(struct as_batch *batch, const struct as_options *options,
		  enum as_row_format format, uint64_t copy_bytes_max,
		  const volatile sig_atomic_t *stop);
void as_batch_deinit(struct as_batch *batch);

/* The exit status. error, NULL or filled by the inspector, has the words when
 * it ends the run; else the code has. */
int as_batch_run(struct as_batch *batch, const struct as_inspector *inspector,
		 const struct as_error *error);

/* A line on standard error, behind the progress bar: "assay VERB: path: why";
 * path is escaped, why is not. */
void as_batch_tell(struct as_batch *batch, const char *what, const char *path, const char *why);

#endif
