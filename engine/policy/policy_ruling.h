/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_POLICY_RULING_H
#define ASSAY_POLICY_POLICY_RULING_H

#include "policy/policy.h"

/*
 * What policy says of one message: of the whole, and of each recipient by the
 * policy that names it. Verdict, answer and rewriting work from the same ruling.
 *
 * strip needs a message that was changed for it, and there is one only when the
 * whole message is to be stripped: elsewhere strip counts as quarantine.
 */
struct as_ruling_request {
	const struct assay_scan *scan;	  /* NULL: nothing was inspected */
	const struct as_finding *failure; /* the only finding then */
	const struct assay_envelope *envelope;
	const struct as_policy *policies; /* of the configuration */
	size_t policy_count;
	const struct as_policy *policy; /* without recipients, and for those
					   whom nobody names */
	bool no_strip;			/* the message cannot be changed */
};

struct as_recipient_ruling {
	const struct as_policy *policy;
	enum assay_action action;
};

struct as_ruling {
	struct as_decision decision;		/* the strictest; of equals the first */
	const struct as_policy *policy;		/* whose decision that is */
	struct as_recipient_ruling *recipients; /* as the envelope has them */
	size_t recipient_count;
	const struct as_policy **policies; /* that had a say, each once */
	size_t policy_count;
};

/* -ENOMEM. What is in it points into scan, envelope and policies. */
int as_ruling_init(struct as_ruling *ruling, const struct as_ruling_request *request);
void as_ruling_deinit(struct as_ruling *ruling);

/* What follows from one finding under the strictest of the policies that had a
 * say. */
enum assay_action as_ruling_consequence(const struct as_ruling *ruling,
					const struct as_finding *finding);

#endif
