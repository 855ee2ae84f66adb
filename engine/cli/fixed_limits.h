/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_FIXED_LIMITS_H
#define ASSAY_CLI_FIXED_LIMITS_H

#include "inspect/engine.h"

/*
 * The bounds that cannot be configured: those of the engine's folders, and
 * those that each enabled plugin states. Plugins are opened, but load nothing.
 */
/* Folders of the engine that state bounds, the daemon's included. */
#define AS_LIMIT_FOLDERS_MAX 16u
#define AS_LIMIT_PARTS_MAX   (AS_MODULES_MAX + AS_LIMIT_FOLDERS_MAX)

struct as_limit_part {
	char name[48]; /* "mime", "plugin archive" */
	const struct assay_limit *limits;
	size_t count;
	struct as_module module; /* of a plugin */
};

struct as_fixed_limits {
	struct as_limit_part parts[AS_LIMIT_PARTS_MAX];
	size_t count;
};

/* The error names the plugin that cannot be opened. An optional one is logged
 * and left out, as it is by the engine. On failure there is nothing to close. */
int as_fixed_limits_open(const struct as_engine_settings *settings,
			 struct as_fixed_limits *fixed_out, struct as_error *error);
void as_fixed_limits_close(struct as_fixed_limits *fixed);

#endif
