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
	AS_FACT_WHOLE = 1u << 2,  /* a valid layer covers all that is shown */
	AS_FACT_AUTHOR = 1u << 3, /* a valid layer is signed by the author: From is a signer */
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

/* Addresses, or domains as "@domain". */
struct as_smime_names {
	const char *const *texts;
	const struct as_span *keys; /* as_smime_name_key() of each */
	size_t count;
};

/*
 * What is asked of one signature (whole, author, signers) one and the same layer
 * has to have all of: else a stranger could sign round an old letter of the
 * author, with the one signature whole and the other one the author's.
 */
struct as_smime_rule {
	const char *name;
	const char *const *policies; /* names; none: all */
	size_t policy_count;
	struct as_smime_names from;    /* authors; none: all */
	struct as_smime_names signers; /* one must have signed, validly; none: any */
	uint32_t require;	       /* all of these must be true */
	uint32_t forbid;	       /* none of these may be true */
	uint32_t allow;		       /* enum as_smime_allow, in addition to the settings */
	enum assay_action action;
	struct as_finding finding; /* policy.smime, naming the rule */
};

/* Appends the form of an entry that is compared: without regard to case, to
 * quotes, and to how an international domain is written. False for what is
 * neither an address nor a domain behind '@', or without memory. */
bool as_smime_name_key(struct as_buffer *out, const char *entry);

/* A message that is held against rules; what they ask is worked out once. */
struct as_smime_case {
	const struct assay_scan *scan;
	struct as_arena arena;
	struct as_span *authors; /* keys of all mailboxes in all From fields */
	size_t author_count;
	bool unsure; /* there may be more: rules for any author are about it */
};
/* scan must stay. Each one needs a deinit. */
void as_smime_case_init(struct as_smime_case *own, const struct assay_scan *scan);
void as_smime_case_deinit(struct as_smime_case *own);

/* What is true of the message, algorithms taken as allowed. */
uint32_t as_smime_facts(const struct as_smime_case *own, uint32_t allow);
/* Whether the rule is about the message and is broken by it. */
bool as_smime_rule_broken(const struct as_smime_rule *rule, const struct as_smime_case *own);
/* Whether it is one of the policy's. */
bool as_smime_rule_is_for(const struct as_smime_rule *rule, const char *policy);

#endif
