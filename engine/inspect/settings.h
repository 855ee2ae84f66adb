/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_SETTINGS_H
#define ASSAY_INSPECT_SETTINGS_H

#include "base/limits.h"
#include "smime/settings.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * What the configuration says about inspection. Whoever reads the
 * configuration owns the strings; they must outlive the engine.
 */
struct as_setting_values {
	const char *key;
	const char *const *values; /* one for scalars, any number for lists */
	size_t count;
};

struct as_plugin_settings {
	const char *name;
	bool enabled;
	bool optional;				/* a failure to load is a warning, not an error */
	const struct as_setting_values *values; /* only what was configured */
	size_t value_count;
};

/* Where modules and data are. In the build tree each module stands in a
 * folder of libtool's. */
struct as_paths {
	const char *plugin_dir;
	const char *const *plugin_path; /* further folders, searched first */
	size_t plugin_path_count;
	const char *build_dir; /* NULL when installed */
	const char *signature_dir;
};

struct as_engine_settings {
	struct as_paths paths;
	struct as_limits limits;
	const struct as_plugin_settings *plugins; /* in the order of calls */
	size_t plugin_count;
	bool cache;    /* whether answers are kept between messages */
	bool readings; /* whether further readings of a message are looked at */
	struct as_smime_settings smime;
};

#endif
