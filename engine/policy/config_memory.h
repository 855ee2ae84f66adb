/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_CONFIG_MEMORY_H
#define ASSAY_POLICY_CONFIG_MEMORY_H

#include "base/arena.h"
#include "inspect/engine.h"
#include "policy/config.h"

#include <confuse.h>

/* What a configuration points into. */
struct as_config_memory {
	struct as_arena arena;
	cfg_t *cfg;
	const char *const *names; /* of plugins, in the order of calls */
	size_t module_count;
	struct as_module modules[AS_MODULES_MAX];
	const struct as_module *open[AS_MODULES_MAX]; /* NULL: not there */
	const char *why[AS_MODULES_MAX];	      /* why it is not */
	struct as_plugin_settings settings[AS_MODULES_MAX];
	cfg_t *const *listeners; /* sections, as service.listeners; NULL entries:
				    not in the file */
	bool failed;		 /* there was no memory for something */
};

#endif
