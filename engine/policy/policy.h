/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_POLICY_H
#define ASSAY_POLICY_POLICY_H

#include "inspect/inspect.h"
#include "policy/smime_rule.h"

/*
 * What to do with which finding. Plugins say what they found; only policy
 * says what follows.
 *
 * For each finding, in this order: the most specific pattern that matches its
 * code (a longer pattern is more specific; of equal ones the strictest action
 * wins); else the finding's own wish, at most max_wish; else what the policy
 * says for its severity. The action of a message is the strictest of them, and
 * at least `incomplete` when not everything was inspected.
 */
struct as_policy_rule {
	const char *pattern; /* a code, "family.*", or "*" */
	enum assay_action action;
};

struct as_policy {
	const char *name;
	const char *const *recipients; /* "@example.org" or whole addresses, in
					  lower case; none: by name only */
	size_t recipient_count;
	const struct as_policy_rule *rules;
	size_t rule_count;
	enum assay_action by_severity[ASSAY_CRITICAL + 1];
	enum assay_action incomplete;
	enum assay_action max_wish;
	/* Conditions on S/MIME: each one that is broken is like a finding. */
	const struct as_smime_rule *const *smime_rules;
	size_t smime_rule_count;
	const char *reply; /* own text of an SMTP reply, with {reason} and
			      {id}; "" or NULL: the standard text */
};

struct as_decision {
	enum assay_action action;
	const struct as_finding *reason; /* NULL when accepted */
};

/* The policy in force when no configuration names one. */
const struct as_policy *as_policy_builtin(void);

enum assay_action as_policy_finding(const struct as_policy *policy,
				    const struct as_finding *finding);
/* The same, and what follows when the finding makes the inspection incomplete. */
enum assay_action as_policy_consequence(const struct as_policy *policy,
					const struct as_finding *finding);
struct as_decision as_policy_decide(const struct as_policy *policy, const struct assay_scan *scan);
/* Between equal actions the graver finding is the reason, then the one that
 * comes first in the verdict. b may be NULL. */
bool as_policy_is_better_reason(const struct as_finding *a, const struct as_finding *b);

/* The first policy that names the recipient, else fallback. */
const struct as_policy *as_policy_for(const struct as_policy *policies, size_t count,
				      const struct as_policy *fallback, const char *recipient);

/* NULL when there is none of that name. */
const struct as_policy *as_policy_named(const struct as_policy *policies, size_t count,
					const char *name);

/* strip and everything stricter, but not tempfail. */
bool as_action_protects(enum assay_action action);

#endif
