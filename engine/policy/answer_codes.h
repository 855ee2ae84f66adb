/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_ANSWER_CODES_H
#define ASSAY_POLICY_ANSWER_CODES_H

#include "policy/answer.h"

/*
 * Fills codes, severities and code_counts of the answer: each code once, the
 * gravest first, then by name, at most AS_ANSWER_CODES_MAX. -ENOMEM.
 */
int as_answer_codes(struct as_arena *arena, const struct as_finding *const *findings, size_t count,
		    struct as_answer *answer);

#endif
