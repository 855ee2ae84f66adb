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

/* The engine keeps no more names of an object. Honest objects have four, in
 * at most three spellings; a list that is full may have hidden one. */
#define ATT_NAMES 32u

/* Who finds an extension, the most readers first. */
enum att_reach {
	ATT_REACH_ALL = 0, /* who keeps to the RFCs */
	ATT_REACH_ODD,	   /* who decodes what no mailer writes */
	ATT_REACH_LOOSE,   /* who takes a liberty */
	ATT_REACH_WEAK,	   /* who looks for names where none belong */
	ATT_REACH_NONE,	   /* nobody: descriptions, undecoded fields */
};

/* What one extension of an object says that it is. */
struct att_claim {
	char ext[ATT_EXT_OCTETS + 1];
	const struct att_rule *rule; /* NULL: not on the list */
	enum att_reach reach;	     /* the widest of the names that have it */
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
/* Whether the names say different things to different readers; after them. */
void att_judge_conflicts(struct att_judge *judge);
/* Keeps the extension of a name as a claim. */
void att_note_claim(struct att_judge *judge, const char *ext, enum att_reach reach);
/* Declared and detected type; after the names, whose claims it needs. */
void att_judge_type(struct att_judge *judge);

enum att_action att_milder(enum att_action a, enum att_action b);
/* The milder of what the list says and what scripts get inside tar. */
enum att_action att_judge_script(const struct att_judge *judge, enum att_action action);

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define ATT_LIMIT_COUNT 8u
extern const struct assay_limit att_limits[ATT_LIMIT_COUNT];

#endif
