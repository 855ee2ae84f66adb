/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_ROWS_H
#define ASSAY_CLI_ROWS_H

#include "mailbox/mailbox.h"
#include "pool/scanner.h"
#include "report/summary.h"
#include "report/table.h"

/*
 * What `assay scan` writes per message, in the order of the input.
 */
enum as_row_format {
	AS_ROWS_TABLE = 0, /* a line per message acted on */
	AS_ROWS_JSONL,	   /* the verdicts as they are */
	AS_ROWS_CSV,
};

struct as_rows {
	enum as_row_format format;
	bool all; /* table: all messages */
	bool begun;
	struct as_table table;
};

void as_rows_init(struct as_rows *rows, enum as_row_format format, bool all, int fd);

/* One finished message; counts its findings as well. AS_E_PROTOCOL:
 * the verdict cannot be read. */
int as_rows_add(struct as_rows *rows, const struct as_item *item,
		const struct as_verdict_summary *summary, struct as_span json,
		struct as_summary *totals, struct as_buffer *out);

/* The head of a CSV file without messages. */
void as_rows_end(struct as_rows *rows, struct as_buffer *out);

#endif
