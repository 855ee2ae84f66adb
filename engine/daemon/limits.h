/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_LIMITS_H
#define ASSAY_DAEMON_LIMITS_H

#include <assay/plugin.h>

/* The bounds of the daemon that cannot be configured, for `assay limits`: of
 * the front and of each protocol. The one thing of this folder that the
 * command line may know. */
struct as_daemon_limits {
	const char *part; /* "front", "clamd", "http", "milter" */
	const struct assay_limit *limits;
	size_t count;
};

extern const struct as_daemon_limits as_daemon_limits[];
extern const size_t as_daemon_limit_parts;

#endif
