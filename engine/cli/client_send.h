/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_CLIENT_SEND_H
#define ASSAY_CLI_CLIENT_SEND_H

#include "cli/remote.h"
#include "cli/run.h"

/*
 * Sends messages to a daemon, several at a time, and hands over its verdicts
 * in the form of a scanner's results.
 *
 * A daemon without room (503, 429) and one that is just being restarted are
 * asked again until wait_s is over; then that message counts as not inspected.
 * A daemon that was never there, refuses us or speaks another protocol ends
 * everything.
 */

/* Messages on their way at the same time unless --jobs says otherwise: enough
 * to keep a small daemon busy, and few against its limits. */
#define AS_SEND_JOBS 4u
/* A message may take an hour in a worker (limit time_ms), is given to a second
 * one when the first dies, and may have waited for both. */
#define AS_SEND_ANSWER_MS (3 * 3600 * 1000L)
/* Between two attempts when the daemon does not say how long to wait. */
#define AS_SEND_PAUSE_MS 500u
/* Names of files are sent for the daemon's log; longer ones only tell less. */
#define AS_SEND_FILE_MAX 1024u
/* Values of the envelope: an address has at most 320 octets (RFC 5321 s4.5.3),
 * the rest is shorter. */
#define AS_SEND_VALUE_MAX 1000u

struct as_sender_settings {
	const struct as_options *options; /* envelope, --policy, --detail, --jobs, --wait */
	const struct as_endpoint *endpoint;
	const struct as_clock *clock;
	/* One message could not be inspected. */
	void (*tell)(void *context, const struct as_scanner_job *job, const char *words);
	void *context;
	/* Filled when poll or submit end the run. */
	struct as_error *error;
};

struct as_sender;

/* settings are copied. -EINVAL with words when a value of the envelope cannot
 * be sent; -ENOMEM. */
int as_sender_open(const struct as_sender_settings *settings, struct as_sender **sender_out);
void as_sender_close(struct as_sender *sender);

/* context: the sender. For struct as_inspector. What job points to must live
 * until done was called for it. */
int as_sender_submit(void *context, const struct as_scanner_job *job);
int as_sender_poll(void *context, int timeout_ms, as_scanner_done *done, void *done_context);

#endif
