/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SMIME_RULE_H
#define ASSAY_POLICY_SMIME_RULE_H

#include "inspect/scan.h"

/*
 * Conditions on the S/MIME of a message: what must and what must not be true of
 * it, for mail of certain authors. A rule that is broken has an action, as a
 * finding has.
 */
enum as_smime_fact {
	AS_FACT_SIGNED = 1u << 0, /* the message itself, not one inside it */
	AS_FACT_VALID = 1u << 1,  /* signed, and every signature of it is valid */
	AS_FACT_WHOLE = 1u << 2,  /* signed, and one signature covers all that is shown */
	AS_FACT_AUTHOR = 1u << 3, /* signed by its author: From is a signer */
	AS_FACT_ENCRYPTED = 1u << 4,
	AS_FACT_OPENED = 1u << 5,	 /* encrypted, and all of it was inspected */
	AS_FACT_UNOPENED = 1u << 6,	 /* something encrypted, forwarded mail
					    included, was not inspected */
	AS_FACT_AUTHENTICATED = 1u << 7, /* encrypted, and changes would be noticed */
	AS_FACT_NOT_REVOKED = 1u << 8,	 /* signed, and the revocation of all is known */
};
/* "signed", "valid" ... in the order of the bits; NULL behind the last one. */
extern const char *const as_smime_fact_names[];
bool as_smime_fact_find(const char *name, uint32_t *bit_out);

struct as_smime_rule {
	const char *name;
	const char *const *policies; /* names; none: all */
	size_t policy_count;
	const char *const *from; /* authors: addresses or "@domain"; none: all */
	size_t from_count;
	const char *const *signers; /* one must have signed, validly; none: any */
	size_t signer_count;
	uint32_t require; /* all of these must be true */
	uint32_t forbid;  /* none of these may be true */
	uint32_t allow;	  /* enum as_smime_allow, in addition to the settings */
	enum assay_action action;
	struct as_finding finding; /* policy.smime, naming the rule */
};

/* What is true of a message, algorithms taken as allowed. */
uint32_t as_smime_facts(const struct assay_scan *scan, uint32_t allow);

/* Whether the rule is about this message and is broken by it. */
bool as_smime_rule_broken(const struct as_smime_rule *rule, const struct assay_scan *scan);
/* Whether it is one of the policy's. */
bool as_smime_rule_is_for(const struct as_smime_rule *rule, const char *policy);

#endif
