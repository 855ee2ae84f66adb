/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_VERDICT_H
#define ASSAY_POLICY_VERDICT_H

#include "base/buffer.h"
#include "policy/policy_ruling.h"

/*
 * The verdict of one message as JSON, schema 1. Deterministic: keys in the
 * order of the schema, findings by path and code; only times and ids differ
 * between two runs.
 */
struct as_verdict_source {
	const char *id;
	const char *file; /* "" when there is none */
	uint64_t index, offset, size;
};

struct as_verdict_request {
	const struct assay_scan *scan;
	struct as_verdict_source source;
	const struct as_policy *policies; /* of the configuration */
	size_t policy_count;
	const struct as_policy *policy; /* for messages without recipients
					   and recipients nobody names */
	uint64_t generation;
	uint64_t us; /* what the inspection took */
	bool detail; /* with trees, ranges and times per object */
	/* Why the attachments that policy wants to strip cannot be taken out
	 * (rewrite/rewrite.h); the action is quarantine then. NULL: they can,
	 * or need not. */
	const char *strip_refused;
};

/* What a front needs without reading JSON. */
struct as_verdict_summary {
	uint32_t action; /* enum assay_action */
	uint32_t complete;
	uint32_t finding_count;
	uint32_t object_count;
	uint64_t bytes;
	uint64_t cache_hits;
};

/* Appends one line of JSON without the line end. -ENOMEM. */
int as_verdict_render(const struct as_verdict_request *request, struct as_buffer *json_out,
		      struct as_verdict_summary *summary_out);

/*
 * The verdict of a message that no worker could finish: one finding, nothing
 * inspected, never clean. text may be NULL.
 */
struct as_verdict_failure {
	struct as_verdict_source source;
	const struct assay_envelope *envelope; /* NULL: nothing is known */
	const struct as_policy *policies;      /* as above */
	size_t policy_count;
	const struct as_policy *policy;
	const char *code; /* scan.worker_crashed, scan.timeout, ... */
	const char *text;
	uint64_t generation;
};
/* The one finding of such a message; it has no object. */
struct as_finding as_verdict_failure_finding(const struct as_verdict_failure *failure);
int as_verdict_fail(const struct as_verdict_failure *failure, struct as_buffer *json_out,
		    struct as_verdict_summary *summary_out);

/* What policy says, for those who act on it. -ENOMEM. */
int as_verdict_rule(const struct as_verdict_request *request, struct as_ruling *ruling);
int as_verdict_rule_failure(const struct as_verdict_failure *failure,
			    const struct as_finding *finding, struct as_ruling *ruling);
/* Appends "malware.eicar at 2/eicar.com"; nothing for NULL. */
bool as_verdict_reason(struct as_buffer *out, const struct as_finding *reason);

#endif
