/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_SUMMARY_H
#define ASSAY_REPORT_SUMMARY_H

#include "base/buffer.h"

#include <assay/plugin.h>
#include <jansson.h>

/*
 * What a scan came to. Codes are counted once per message, since a message
 * with a thousand members would otherwise stand for a thousand messages.
 */

/* Different codes that are counted; the registry has some 200, rules and
 * signatures add theirs. Further ones count as "other". */
#define AS_SUMMARY_CODES 4096u
/* Lines of the list of findings. */
#define AS_SUMMARY_TOP 10u

struct as_summary_code {
	char *code;
	uint64_t messages;
	uint64_t last; /* number of the message that counted last */
};

struct as_summary {
	const char *(*action_name)(enum assay_action action);
	uint64_t messages, files; /* files: inspected as bare files */
	uint64_t bytes, objects, cache_hits;
	uint64_t actions[ASSAY_ACTION_TEMPFAIL + 1];
	uint64_t incomplete;
	uint64_t failed; /* no worker could finish them */
	uint64_t unreadable, skipped;
	uint64_t other_codes;
	bool interrupted;
	struct as_summary_code *codes; /* by hash, AS_SUMMARY_CODES * 2 slots */
	size_t code_count;
};

int as_summary_init(struct as_summary *summary,
		    const char *(*action_name)(enum assay_action action));
void as_summary_deinit(struct as_summary *summary);

/* Counts the codes of a verdict's "findings"; call it after messages was
 * increased for that message. */
void as_summary_findings(struct as_summary *summary, const json_t *findings);

uint64_t as_summary_acted(const struct as_summary *summary);

void as_summary_draw(const struct as_summary *summary, uint64_t us, bool colour,
		     struct as_buffer *out);

#endif
