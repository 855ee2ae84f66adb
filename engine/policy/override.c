/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command line changes of a configuration. */
#include "policy/config.h"

#include "policy/config_memory.h"
#include "policy/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int find_plugin(const struct as_config *config, const char *name, size_t *index_out,
		       struct as_error *error)
{
	const struct as_config_memory *memory = config->memory;

	for (size_t i = 0; i < memory->module_count; i++) {
		if (strcmp(memory->names[i], name) == 0) {
			*index_out = i;
			return 0;
		}
	}
	return as_error_set(error, -ENOENT,
			    "there is no plugin \"%s\" in this configuration; `assay config show` "
			    "lists them", name);
}

int as_config_plugin_value(struct as_config *config, const char *plugin, const char *key,
			   const char *value, bool add, struct as_error *error)
{
	struct as_config_memory *memory = config->memory;
	struct as_setting_values *rows = NULL, *row = NULL;
	struct as_plugin_settings *settings;
	const char **values;
	size_t index, old = 0;
	int rc;

	rc = find_plugin(config, plugin, &index, error);
	if (rc < 0)
		return rc;
	if (memory->open[index] == NULL ||
	    as_module_setting(memory->open[index]->plugin, key) == NULL)
		return as_error_set(error, -ENOENT, "plugin %s has no setting \"%s\"", plugin, key);
	settings = &memory->settings[index];
	rows = as_arena_array(&memory->arena, settings->value_count + 1, sizeof(*rows));
	if (rows == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the configuration");
	for (size_t i = 0; i < settings->value_count; i++) {
		rows[i] = settings->values[i];
		if (strcmp(rows[i].key, key) == 0)
			row = &rows[i];
	}
	if (row == NULL)
		row = &rows[settings->value_count++];
	else if (add)
		old = row->count;
	values = as_arena_array(&memory->arena, old + 1, sizeof(*values));
	if (values == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the configuration");
	for (size_t i = 0; i < old; i++)
		values[i] = row->values[i];
	values[old] = as_arena_strdup(&memory->arena, value);
	*row = (struct as_setting_values){ .key = key, .values = values, .count = old + 1 };
	settings->values = rows;
	return values[old] != NULL ? 0 : -ENOMEM;
}

int as_config_disable(struct as_config *config, const char *plugin, struct as_error *error)
{
	size_t index;
	int rc = find_plugin(config, plugin, &index, error);

	if (rc == 0)
		config->memory->settings[index].enabled = false;
	return rc;
}

int as_config_limit(struct as_config *config, const char *assignment, struct as_error *error)
{
	const char *equals = strchr(assignment, '=');
	const struct as_limit_info *info;
	const char *names[64];
	const char *near;
	size_t count = 0;
	uint64_t value;
	char name[64];

	if (equals == NULL)
		return as_error_set(error, -EINVAL, "--limit %s: expected NAME=VALUE; `assay "
				    "limits` lists the names", assignment);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
	info = as_limits_find(name);
	if (info == NULL) {
		for (size_t i = 0; i < as_limit_count && count < 64; i++)
			names[count++] = as_limit_table[i].name;
		near = as_nearest(name, names, count);
		return as_error_set(error, -ENOENT, "--limit: there is no limit \"%s\"%s%s%s", name,
				    near != NULL ? "; did you mean \"" : "; `assay limits` lists them",
				    near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	if (!as_limits_parse(equals + 1, &value) || value < info->low || value > info->high)
		return as_error_set(error, -ERANGE, "--limit %s: expected %llu to %llu %s",
				    assignment, (unsigned long long)info->low,
				    (unsigned long long)info->high, info->unit);
	return as_limits_set(&config->engine.limits, name, value);
}

int as_config_use_policy(struct as_config *config, const char *name, struct as_error *error)
{
	for (size_t i = 0; i < config->policy_count; i++) {
		if (strcmp(config->policies[i].name, name) == 0) {
			config->policy = &config->policies[i];
			return 0;
		}
	}
	if (strcmp(name, "default") == 0) {
		config->policy = as_policy_builtin();
		return 0;
	}
	return as_error_set(error, -ENOENT, "%s: there is no policy \"%s\"",
			    config->file[0] != '\0' ? config->file : "without a configuration file",
			    name);
}
