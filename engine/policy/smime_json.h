/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_SMIME_JSON_H
#define ASSAY_POLICY_SMIME_JSON_H

#include "inspect/scan.h"

#include <jansson.h>

/* The member "smime" of a verdict: the layers of the message itself, outermost
 * first, then those of messages inside it. Never NULL unless memory ran out. */
json_t *as_smime_json(const struct assay_scan *scan);

#endif
