/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_SINGLE_H
#define ASSAY_CLI_SINGLE_H

#include "cli/cli.h"
#include "mailbox/mailbox.h"
#include "policy/config.h"
#include "pool/scanner.h"

#include <signal.h>

/*
 * One message of a file, a mailbox or standard input, inspected by one worker
 * and answered with one verdict: for verbs that look at a single message.
 */
struct as_single {
	const struct as_verb *verb; /* faults are told in its name */
	const char *path;
	uint64_t index; /* of a mailbox, from 0 */
	bool detail;
	/* Whether an item is inspected as a message; NULL: as it was recognised. */
	bool (*is_message)(const struct as_item *item);
	const volatile sig_atomic_t *stop;

	/* Set by as_single_inspect(). */
	enum as_outcome outcome;
	uint32_t action;
	struct as_buffer verdict; /* JSON; the caller's to init and deinit */
	bool told, done;
};

/* False when there is no verdict; why has been told. */
bool as_single_inspect(struct as_single *single, const struct as_config *config);

#endif
