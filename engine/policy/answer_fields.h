/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_FIELDS_H
#define ASSAY_POLICY_ANSWER_FIELDS_H

#include "policy/answer.h"

/*
 * The header fields that tell what was found, from the top:
 *
 *   Authentication-Results: %s; smime=none             (RFC 8601, RFC 7281)
 *   Assay-Verdict: action=tag; complete=yes;
 *    reason="yara.Invoice at 2/a.js"; findings="yara.Invoice type.script.js";
 *    id=01JD...; generation=3
 *   Assay-SMIME: none
 *
 * Assay-Verdict is words and quoted-strings (RFC 5322 s3.2.4) behind names, with
 * semicolons between; in ASCII, '?' for what is none.
 */
#define AS_ANSWER_FIELDS 3u
/* Codes in Assay-Verdict, the gravest first. */
#define AS_ANSWER_FIELD_CODES 16u

struct as_answer_field_facts {
	const struct as_answer *answer; /* action, complete, reason, codes */
	const char *id;
	uint64_t generation;
	const struct assay_scan *scan; /* NULL: it was not inspected */
};

/* AS_ANSWER_FIELDS edits with their values in the arena. -ENOMEM. */
int as_answer_fields(struct as_arena *arena, const struct as_answer_field_facts *facts,
		     struct as_edit *edits_out);

#endif
