/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REWRITE_PROOF_H
#define ASSAY_REWRITE_PROOF_H

#include "rewrite/plan.h"

/*
 * Whether the changed message, parsed anew, has the parts of the old one: the
 * same tree, texts where parts were taken out, and in every other leaf the same
 * header and the same octets; and whether GMime still reads it alike. A message
 * is made by an attacker, and no argument about it is as good as looking.
 *
 * *proven_out; -ENOMEM.
 */
int as_rewrite_prove(const struct as_rewrite_plan *plan, struct as_span changed,
		     const struct as_limits *limits, bool *proven_out);

#endif
