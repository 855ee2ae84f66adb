/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_MESSAGES_H
#define ASSAY_PLUGINS_CLAMAV_MESSAGES_H

#include <assay/plugin.h>

/*
 * libclamav says only by messages which line of which database is wrong. It
 * has one message callback per process; while a struct clam_messages is in
 * place, errors are collected in it and warnings go to the log of the host.
 * At any other time, that is during scans, messages are dropped: they speak
 * of the octets of a mail, and a mail must not be able to fill the log.
 *
 * One kind is counted then: that a temporary file could not be made or
 * written. libclamav answers "clean" after it (seen with a missing folder, and
 * with a full one around HTML), and nothing but the message tells.
 *
 * Collecting is for load(), which runs on the one thread of the zygote.
 */
struct clam_messages {
	const struct assay_host *host;
	char text[256];	       /* the errors so far, joined by "; "; ends with NUL */
	unsigned int warnings; /* not cleared: rules that were left out, ... */
};

void clam_messages_start(struct clam_messages *messages, const struct assay_host *host);
void clam_messages_stop(void);

/* Forgets what was collected: before each database. */
void clam_messages_clear(struct clam_messages *messages);

/* Failures of temporary files so far, in this process. */
uint64_t clam_messages_failures(void);

#endif
