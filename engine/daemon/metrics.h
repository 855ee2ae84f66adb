/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_METRICS_H
#define ASSAY_DAEMON_METRICS_H

#include "base/buffer.h"
#include "policy/answer.h"
#include "policy/service.h"

/*
 * What the front has counted since its start. Counters only grow. Names of
 * findings come from rules and signatures, not from mail, and are bounded all
 * the same: what does not fit is counted under "other".
 */
#define AS_METRICS_CODES_MAX 2048u
#define AS_METRICS_BUCKETS   14u

/* Upper ends of the latency buckets in microseconds; the last is open. */
extern const uint64_t as_metrics_bounds_us[AS_METRICS_BUCKETS];

struct as_metrics_listener {
	uint64_t connections;	      /* accepted */
	uint64_t open;		      /* now */
	uint64_t refused_connections; /* a limit of connections */
	uint64_t requests;	      /* that got as far as a message or command */
	uint64_t refused_jobs;	      /* queue or spool full */
	uint64_t too_large;
	uint64_t timeouts; /* clients that were too slow */
	uint64_t protocol_errors;
	uint64_t cancelled;			     /* clients that left before their answer */
	uint64_t actions[ASSAY_ACTION_TEMPFAIL + 1]; /* messages by action */
	uint64_t incomplete;
	uint64_t faults; /* messages without a verdict, our fault */
	uint64_t octets; /* of messages */
};

struct as_metrics_code {
	char code[96];
	unsigned char severity;
	uint64_t messages; /* that have it */
};

struct as_metrics {
	struct as_metrics_listener *listeners; /* as in the configuration */
	size_t listener_count;
	struct as_metrics_code codes[AS_METRICS_CODES_MAX];
	size_t code_count;
	uint64_t other_codes;
	/* From the last octet of the message to the answer. */
	uint64_t latency_count[AS_METRICS_BUCKETS];
	uint64_t latency_sum_us;
	/* The worker's part of it. */
	uint64_t inspect_sum_us;
	uint64_t retries; /* attempts of messages beyond the first */
	uint64_t stored, store_failures;
	uint64_t reloads, reload_failures;
	uint64_t moved; /* messages that a reload moved to the new generation */
};

int as_metrics_init(struct as_metrics *metrics, size_t listeners);
void as_metrics_deinit(struct as_metrics *metrics);
void as_metrics_codes(struct as_metrics *metrics, const struct as_answer *answer);
void as_metrics_latency(struct as_metrics *metrics, uint64_t us, uint64_t inspect_us);

#endif
