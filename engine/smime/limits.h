/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_LIMITS_H
#define ASSAY_SMIME_LIMITS_H

#include <assay/plugin.h>

/* The bounds of this folder that cannot be configured, for `assay limits`. */
extern const struct assay_limit as_smime_limits[];
extern const size_t as_smime_limit_count;

#endif
