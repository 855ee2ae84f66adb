/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_CONFIG_H
#define ASSAY_POLICY_CONFIG_H

#include "base/log.h"
#include "inspect/settings.h"
#include "policy/policy.h"
#include "policy/service.h"

/*
 * The configuration: assay.conf(5) and what the command line changes of it.
 * Everything points into memory of struct as_config.
 */
struct as_config {
	const char *file; /* "" when none was read */
	struct as_engine_settings engine;
	const struct as_policy *policies;
	size_t policy_count;
	const struct as_smime_rule *smime_rules;
	size_t smime_rule_count;
	const struct as_policy *policy; /* the one in force: "default", or what
					   --policy named */
	uint32_t workers;		/* 0: one per processor */
	bool sandbox;
	uint64_t cache_bytes;
	const char *temp_dir; /* "" : choose */
	enum as_log_level log_level;
	enum as_log_format log_format;
	struct as_service service; /* what only the daemon reads */
	struct as_config_memory *memory;
};

struct as_config_sources {
	const char *file;      /* --config; NULL: the default file, and
				  none is no error */
	struct as_paths paths; /* where modules and data are */
};

/*
 * Reads, checks and fills everything. Errors name file, line, value and what
 * was expected. All faults of a file are reported at once, a line each in
 * error->text (those that do not fit are counted), unless a fault of the
 * syntax makes the rest unreadable. Modules are opened to learn their settings,
 * but not loaded.
 */
int as_config_load(const struct as_config_sources *sources, struct as_config **config_out,
		   struct as_error *error);
void as_config_free(struct as_config *config);

/* The command line's changes, after loading. -ENOENT with text for unknown
 * names, -EINVAL for values that the setting cannot have. `add` keeps what a
 * list has, its default included, and adds; else the value replaces. */
int as_config_plugin_value(struct as_config *config, const char *plugin, const char *key,
			   const char *value, bool add, struct as_error *error);
int as_config_disable(struct as_config *config, const char *plugin, struct as_error *error);
int as_config_limit(struct as_config *config, const char *assignment, struct as_error *error);
int as_config_use_policy(struct as_config *config, const char *name, struct as_error *error);

/* Where programs of this build find modules and data: the build tree when the
 * program runs from there, else the installed folders. Strings are static. */
void as_paths_standard(struct as_paths *paths_out);
/* The default configuration file of this build, NULL when there is none. */
const char *as_config_standard_file(void);

/* Appends the effective configuration in the form of assay.conf, with
 * "# default" behind what was not set. */
void as_config_show(const struct as_config *config, struct as_buffer *out);

#endif
