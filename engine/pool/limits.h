/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_LIMITS_H
#define ASSAY_POOL_LIMITS_H

#include <assay/plugin.h>

/* The bounds of this folder that cannot be configured, for `assay limits`. */
extern const struct assay_limit as_pool_limits[];
extern const size_t as_pool_limit_count;

#endif
