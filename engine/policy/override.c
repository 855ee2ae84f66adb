/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command line changes of a configuration. */
#include "policy/config.h"

#include "policy/config_reading.h"
#include "policy/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HINT_SIZE    128u
#define SETTINGS_MAX 64u
/* Names that are looked at for a suggestion. */
#define POLICIES_SHOWN 64u

static void suggest(const char *word, const char *const *words, size_t count, const char *otherwise,
		    char *hint, size_t size)
{
	const char *near = as_nearest(word, words, count);

	if (near != NULL)
		snprintf(hint, size, "did you mean \"%s\"?", near);
	else
		snprintf(hint, size, "%s", otherwise);
}

static int no_memory(struct as_error *error)
{
	return as_error_set(error, -ENOMEM, "no memory for the configuration");
}

static int find_plugin(const struct as_config *config, const char *name, size_t *index_out,
		       struct as_error *error)
{
	const struct as_config_memory *memory = config->memory;
	char hint[HINT_SIZE];

	for (size_t i = 0; i < memory->module_count; i++) {
		if (strcmp(memory->names[i], name) == 0) {
			*index_out = i;
			return 0;
		}
	}
	suggest(name, memory->names, memory->module_count, "`assay config show` lists them", hint,
		sizeof(hint));
	return as_error_set(error, -ENOENT, "there is no plugin \"%s\" in this configuration; %s",
			    name, hint);
}

static int no_setting(const struct as_module *module, const char *plugin, const char *key,
		      struct as_error *error)
{
	const char *names[SETTINGS_MAX];
	size_t count = 0;
	char hint[HINT_SIZE];

	for (size_t i = 0;
	     module != NULL && i < module->plugin->setting_count && count < SETTINGS_MAX; i++)
		names[count++] = module->plugin->settings[i].key;
	suggest(key, names, count, "`assay config show` lists them", hint, sizeof(hint));
	return as_error_set(error, -ENOENT, "plugin %s has no setting \"%s\"; %s", plugin, key,
			    hint);
}

/* The value as the plugin may get it; NULL when it is none of its kind. */
static const char *checked_value(const struct assay_setting *setting, const char *value,
				 struct as_error *error)
{
	long long number;
	char *end;

	if (setting->kind == ASSAY_SETTING_BOOL) {
		if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
			return value;
		as_error_set(error, -EINVAL, "%s = \"%s\": expected true or false", setting->key,
			     value);
		return NULL;
	}
	if (setting->kind != ASSAY_SETTING_INT)
		return value;
	errno = 0;
	number = strtoll(value, &end, 10);
	if (errno == 0 && end != value && *end == '\0' && number >= setting->low &&
	    number <= setting->high)
		return value;
	as_error_set(error, -EINVAL, "%s = \"%s\": expected %lld to %lld", setting->key, value,
		     (long long)setting->low, (long long)setting->high);
	return NULL;
}

/* What is there before something is added: as configured, or else the items
 * of the plugin's own default. One place more than needed. */
static const char **old_values(struct as_arena *arena, const struct assay_setting *setting,
			       const struct as_setting_values *row, size_t *count_out)
{
	const char *standard = setting->standard != NULL ? setting->standard : "";
	size_t room = row != NULL ? row->count : strlen(standard) / 2 + 1;
	const char **values = as_arena_array(arena, room + 1, sizeof(*values));
	size_t count = 0;

	if (values == NULL)
		return NULL;
	if (row != NULL) {
		for (; count < row->count; count++)
			values[count] = row->values[count];
	} else {
		for (const char *p = standard + strspn(standard, " "); *p != '\0';) {
			size_t length = strcspn(p, " ");

			values[count] = as_arena_copy(arena, as_span_make(p, length));
			if (values[count++] == NULL)
				return NULL;
			p += length;
			p += strspn(p, " ");
		}
	}
	*count_out = count;
	return values;
}

static bool is_list(const struct assay_setting *setting)
{
	return setting->kind == ASSAY_SETTING_LIST || setting->kind == ASSAY_SETTING_PATHS;
}

/* The rows of a plugin with one for key, which begins empty if it is new. */
static struct as_setting_values *copy_rows(struct as_arena *arena,
					   const struct as_plugin_settings *settings,
					   const char *key, size_t *row_out)
{
	struct as_setting_values *rows =
		as_arena_array(arena, settings->value_count + 1, sizeof(*rows));

	if (rows == NULL)
		return NULL;
	*row_out = settings->value_count;
	for (size_t i = 0; i < settings->value_count; i++) {
		rows[i] = settings->values[i];
		if (strcmp(rows[i].key, key) == 0)
			*row_out = i;
	}
	return rows;
}

int as_config_plugin_value(struct as_config *config, const char *plugin, const char *key,
			   const char *value, bool add, struct as_error *error)
{
	struct as_config_memory *memory = config->memory;
	const struct assay_setting *setting = NULL;
	struct as_plugin_settings *settings;
	struct as_setting_values *rows;
	const char **values;
	size_t index, row, old = 0;
	int rc;

	rc = find_plugin(config, plugin, &index, error);
	if (rc < 0)
		return rc;
	if (memory->open[index] != NULL)
		setting = as_module_setting(memory->open[index]->plugin, key);
	if (setting == NULL)
		return no_setting(memory->open[index], plugin, key, error);
	if (checked_value(setting, value, error) == NULL)
		return -EINVAL;
	settings = &memory->settings[index];
	rows = copy_rows(&memory->arena, settings, setting->key, &row);
	if (rows == NULL)
		return no_memory(error);
	if (add && is_list(setting))
		values = old_values(&memory->arena, setting,
				    row < settings->value_count ? &rows[row] : NULL, &old);
	else
		values = as_arena_array(&memory->arena, 1, sizeof(*values));
	if (values != NULL)
		values[old] = as_arena_strdup(&memory->arena, value);
	if (values == NULL || values[old] == NULL)
		return no_memory(error);
	rows[row] =
		(struct as_setting_values){.key = setting->key, .values = values, .count = old + 1};
	settings->values = rows;
	if (row == settings->value_count)
		settings->value_count++;
	return 0;
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
		return as_error_set(error, -EINVAL,
				    "--limit %s: expected NAME=VALUE; `assay "
				    "limits` lists the names",
				    assignment);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - assignment), assignment);
	info = as_limits_find(name);
	if (info == NULL) {
		for (size_t i = 0; i < as_limit_count && count < 64; i++)
			names[count++] = as_limit_table[i].name;
		near = as_nearest(name, names, count);
		return as_error_set(error, -ENOENT, "--limit: there is no limit \"%s\"%s%s%s", name,
				    near != NULL ? "; did you mean \""
						 : "; `assay limits` lists them",
				    near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	if (!as_limits_parse(equals + 1, &value) || value < info->low || value > info->high)
		return as_error_set(error, -ERANGE, "--limit %s: expected %llu to %llu %s",
				    assignment, (unsigned long long)info->low,
				    (unsigned long long)info->high, info->unit);
	return as_limits_set(&config->engine.limits, name, value);
}

bool as_config_lacks_policy(const struct as_config *config, const char *name, char *hint,
			    size_t size)
{
	const char *names[POLICIES_SHOWN + 1] = {"default"};
	size_t count = 1;

	if (strcmp(name, "default") == 0)
		return false;
	for (size_t i = 0; i < config->policy_count; i++) {
		if (strcmp(config->policies[i].name, name) == 0)
			return false;
		if (count <= POLICIES_SHOWN)
			names[count++] = config->policies[i].name;
	}
	suggest(name, names, count, "`assay config show` lists them", hint, size);
	return true;
}

int as_config_use_policy(struct as_config *config, const char *name, struct as_error *error)
{
	char hint[HINT_SIZE];

	if (as_config_lacks_policy(config, name, hint, sizeof(hint)))
		return as_error_set(error, -ENOENT, "%s: there is no policy \"%s\"; %s",
				    config->file[0] != '\0' ? config->file
							    : "without a configuration file",
				    name, hint);
	config->policy = as_policy_builtin();
	for (size_t i = 0; i < config->policy_count; i++)
		if (strcmp(config->policies[i].name, name) == 0)
			config->policy = &config->policies[i];
	return 0;
}
