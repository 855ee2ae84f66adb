/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_REMOTE_LIMITS_H
#define ASSAY_CLI_REMOTE_LIMITS_H

#include <assay/plugin.h>

/* The fixed bounds on what a daemon may say to its client, and the client to
 * the daemon. */
extern const struct assay_limit as_remote_limits[];
extern const size_t as_remote_limit_count;

#endif
