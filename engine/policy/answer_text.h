/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_TEXT_H
#define ASSAY_POLICY_ANSWER_TEXT_H

#include "policy/answer.h"

/*
 * The words of an answer. All of them end up in somebody else's protocol, so
 * each has a greatest length and a set of characters (answer_check.h). Results
 * are in the arena or static; NULL without memory.
 */

/* Valid UTF-8 without control characters, cut to max octets with "..." at the
 * end. max above 3. */
const char *as_answer_cut(struct as_arena *arena, const char *text, size_t max);
/* The same in printable ASCII: '?' for each other character. */
const char *as_answer_ascii(struct as_arena *arena, const char *text, size_t max);

/* "limit.bytes at 2/a.zip: words". */
const char *as_answer_incomplete(struct as_arena *arena, const struct as_finding *finding);

/*
 * Words of an SMTP reply. policy->reply is an administrator's own text for what
 * protects, in which {reason} and {id} stand for these; "" or NULL: our words.
 */
const char *as_answer_reply(struct as_arena *arena, enum assay_action action,
			    const struct as_policy *policy, const char *reason, const char *id);

/* Whether a finding that policy acts upon is about the message, and not only
 * about what could not be inspected. */
bool as_answer_is_found(const struct as_finding *finding);
/* How the clamd protocol names it: the code, or the name by which clients know
 * the like from ClamAV. */
const char *as_answer_name(const struct as_finding *finding);

#endif
