/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_JUDGE_H
#define ATTACHMENT_JUDGE_H

#include "extension.h"
#include "findings.h"

/* Different extensions that the names of one object are remembered to have.
 * An honest object has one, a broken mailer makes two; when this many are
 * reached the conflict has been established long before. */
#define ATT_CLAIMS 8u
/* %252e is a dot after two rounds; nothing that saves files decodes thrice. */
#define ATT_PERCENT_ROUNDS 2u
/* Enough to meet a NUL in every binary format that is blocked. */
#define ATT_TEXT_PROBE_OCTETS 256u

/* What one extension of an object says that it is. */
struct att_claim {
	char ext[ATT_EXT_OCTETS + 1];
	const struct att_rule *rule; /* NULL: not on the list */
	bool spoken;		     /* from a description or an undecoded field: no conflict */
};

/* One object under judgement. */
struct att_judge {
	const struct att_lists *lists;
	size_t max_name; /* characters that a person gets to see */
	const struct assay_object *object;
	struct att_findings findings;

	struct att_claim claims[ATT_CLAIMS];
	size_t claim_count;
};

/* All names of the object: fills claims and findings. */
void att_judge_names(struct att_judge *judge);
/* Declared and detected type; after the names, whose claims it needs. */
void att_judge_type(struct att_judge *judge);

/* The milder of what the list says and what scripts get inside tar. */
enum att_action att_judge_script(const struct att_judge *judge, enum att_action action);

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define ATT_LIMIT_COUNT 7u
extern const struct assay_limit att_limits[ATT_LIMIT_COUNT];

#endif
