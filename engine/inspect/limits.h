/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_LIMITS_H
#define ASSAY_INSPECT_LIMITS_H

#include <assay/plugin.h>

/* The bounds of this folder that cannot be configured, for `assay limits`. */
extern const struct assay_limit as_inspect_limits[];
extern const size_t as_inspect_limit_count;

#endif
