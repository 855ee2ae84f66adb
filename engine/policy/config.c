/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config.h"

#include "inspect/words.h"
#include "policy/config_memory.h"
#include "policy/nearest.h"
#include "policy/options.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_ARENA_BYTES ((size_t)16 << 20)

static int no_memory(struct as_error *error)
{
	return as_error_set(error, -ENOMEM, "no memory for the configuration");
}

static const char *keep(struct as_config *config, const char *text)
{
	const char *copy = as_arena_strdup(&config->memory->arena, text != NULL ? text : "");

	return copy != NULL ? copy : "";
}

static const char *const *keep_list(struct as_config *config, cfg_opt_t *opt, size_t *count_out)
{
	size_t count = cfg_opt_size(opt);
	const char **list = as_arena_array(&config->memory->arena, count + 1, sizeof(*list));

	*count_out = 0;
	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		list[i] = keep(config, cfg_opt_getnstr(opt, (unsigned int)i));
	*count_out = count;
	return list;
}

/* Paths in a configuration file are meant from where the file stands. */
static const char *resolve(struct as_config *config, const char *path)
{
	const char *slash = strrchr(config->file, '/');
	const char *whole;

	if (path[0] == '/' || path[0] == '\0' || slash == NULL)
		return path;
	whole = as_arena_printf(&config->memory->arena, "%.*s/%s", (int)(slash - config->file),
				config->file, path);
	return whole != NULL ? whole : "";
}

static const char *const *keep_paths(struct as_config *config, cfg_opt_t *opt, size_t *count_out)
{
	const char **list = (const char **)(uintptr_t)keep_list(config, opt, count_out);

	for (size_t i = 0; i < *count_out; i++)
		list[i] = resolve(config, list[i]);
	return list;
}

/* First pass: which plugins, in which folders, which of them optional. */
static int learn_plugins(struct as_config *config, struct as_error *error)
{
	struct as_config_memory *memory = config->memory;
	cfg_t *cfg;
	int rc;

	rc = as_options_parse(config->file, as_options_first(), true, &cfg, error);
	if (rc < 0)
		return rc;
	memory->names = keep_list(config, cfg_getopt(cfg, "plugins"), &memory->module_count);
	config->engine.paths.plugin_path = keep_paths(config, cfg_getopt(cfg, "plugin_path"),
						      &config->engine.paths.plugin_path_count);
	cfg_free(cfg);
	if (memory->module_count > AS_MODULES_MAX)
		return as_error_set(error, AS_E_CONFIG, "%s: more than %u plugins", config->file,
				    AS_MODULES_MAX);
	return 0;
}

/* A module that cannot be opened is an error only once its section has been
 * read without `optional`; until then the reason is kept. */
static void open_modules(struct as_config *config)
{
	struct as_config_memory *memory = config->memory;

	for (size_t i = 0; i < memory->module_count; i++) {
		struct as_error why = {.code = 0};

		if (as_module_open(&config->engine.paths, memory->names[i], &memory->modules[i],
				   &why) == 0)
			memory->open[i] = &memory->modules[i];
		else
			memory->why[i] = keep(config, why.text);
	}
}

static const char *scalar_text(struct as_config *config, cfg_opt_t *opt)
{
	switch (opt->type) {
	case CFGT_INT:
		return as_arena_printf(&config->memory->arena, "%ld", cfg_opt_getnint(opt, 0));
	case CFGT_BOOL:
		return cfg_opt_getnbool(opt, 0) == cfg_true ? "true" : "false";
	default:
		return keep(config, cfg_opt_getnstr(opt, 0));
	}
}

static int add_value(struct as_config *config, struct as_setting_values *row, cfg_opt_t *opt,
		     enum assay_setting_kind kind)
{
	size_t count = (opt->flags & CFGF_LIST) != 0 ? cfg_opt_size(opt) : 1;
	const char **values = as_arena_array(&config->memory->arena, count + 1, sizeof(*values));

	if (values == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		values[i] = (opt->flags & CFGF_LIST) != 0
				    ? keep(config, cfg_opt_getnstr(opt, (unsigned int)i))
				    : scalar_text(config, opt);
		if (kind == ASSAY_SETTING_PATH || kind == ASSAY_SETTING_PATHS)
			values[i] = resolve(config, values[i]);
		if (values[i] == NULL)
			return -ENOMEM;
	}
	*row = (struct as_setting_values){.key = opt->name, .values = values, .count = count};
	return 0;
}

static int take_plugin(struct as_config *config, cfg_t *section, size_t index,
		       struct as_error *error)
{
	struct as_config_memory *memory = config->memory;
	struct as_plugin_settings *settings = &memory->settings[index];
	const struct as_module *module = memory->open[index];
	struct as_setting_values *rows;

	*settings = (struct as_plugin_settings){
		.name = memory->names[index],
		.enabled = cfg_getbool(section, "enabled") == cfg_true,
		.optional = cfg_getbool(section, "optional") == cfg_true,
	};
	if (module == NULL) {
		if (settings->enabled && !settings->optional)
			return as_error_set(error, AS_E_PLUGIN, "%s", memory->why[index]);
		return 0;
	}
	rows = as_arena_array(&memory->arena, module->plugin->setting_count + 1, sizeof(*rows));
	if (rows == NULL)
		return no_memory(error);
	settings->values = rows;
	for (size_t i = 0; i < module->plugin->setting_count; i++) {
		const struct assay_setting *setting = &module->plugin->settings[i];
		cfg_opt_t *opt = cfg_getopt(section, setting->key);

		if ((opt->flags & CFGF_MODIFIED) == 0)
			continue;
		if (add_value(config, &rows[settings->value_count], opt, setting->kind) < 0)
			return no_memory(error);
		rows[settings->value_count].key = setting->key;
		settings->value_count++;
	}
	return 0;
}

static enum assay_action action_of(cfg_t *section, const char *key)
{
	enum assay_action action = ASSAY_ACTION_QUARANTINE;

	/* Checked while parsing. */
	as_action_find(cfg_getstr(section, key), &action);
	return action;
}

static int take_rules(struct as_config *config, cfg_t *section, struct as_policy *policy)
{
	struct as_policy_rule *rules;
	size_t total = 0, used = 0;

	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++)
		total += cfg_size(section, as_action_name((enum assay_action)a));
	rules = as_arena_array(&config->memory->arena, total + 1, sizeof(*rules));
	if (rules == NULL)
		return -ENOMEM;
	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++) {
		const char *key = as_action_name((enum assay_action)a);

		for (unsigned int i = 0; i < cfg_size(section, key); i++)
			rules[used++] = (struct as_policy_rule){
				.pattern = keep(config, cfg_getnstr(section, key, i)),
				.action = (enum assay_action)a,
			};
	}
	policy->rules = rules;
	policy->rule_count = used;
	return 0;
}

static int take_policies(struct as_config *config, cfg_t *cfg, struct as_error *error)
{
	unsigned int count = cfg_size(cfg, "policy");
	struct as_policy *policies =
		as_arena_array(&config->memory->arena, count + 1, sizeof(*policies));

	if (policies == NULL)
		return no_memory(error);
	for (unsigned int i = 0; i < count; i++) {
		cfg_t *section = cfg_getnsec(cfg, "policy", i);
		struct as_policy *policy = &policies[i];

		*policy = *as_policy_builtin();
		policy->name = keep(config, cfg_title(section));
		policy->recipients = keep_list(config, cfg_getopt(section, "recipients"),
					       &policy->recipient_count);
		policy->by_severity[ASSAY_INFO] = action_of(section, "info");
		policy->by_severity[ASSAY_LOW] = action_of(section, "low");
		policy->by_severity[ASSAY_MEDIUM] = action_of(section, "medium");
		policy->by_severity[ASSAY_HIGH] = action_of(section, "high");
		policy->by_severity[ASSAY_CRITICAL] = action_of(section, "critical");
		policy->incomplete = action_of(section, "incomplete");
		policy->max_wish = action_of(section, "max_wish");
		if (take_rules(config, section, policy) < 0)
			return no_memory(error);
	}
	config->policies = policies;
	config->policy_count = count;
	return as_config_use_policy(config, cfg_getstr(cfg, "policy_in_force"), error);
}

/* All values were checked while parsing. */
static void take_general(struct as_config *config, cfg_t *cfg)
{
	const char *format = cfg_getstr(cfg, "log_format");
	cfg_t *limits = cfg_getsec(cfg, "limits");

	as_limits_standard(&config->engine.limits);
	for (size_t i = 0; i < as_limit_count; i++) {
		uint64_t value = 0;

		if (as_limits_parse(cfg_getstr(limits, as_limit_table[i].name), &value))
			as_limits_set(&config->engine.limits, as_limit_table[i].name, value);
	}
	as_limits_parse(cfg_getstr(cfg, "cache_size"), &config->cache_bytes);
	config->workers = (uint32_t)cfg_getint(cfg, "workers");
	config->sandbox = cfg_getbool(cfg, "sandbox") == cfg_true;
	config->engine.cache = cfg_getbool(cfg, "cache") == cfg_true;
	config->temp_dir = resolve(config, keep(config, cfg_getstr(cfg, "temp_dir")));
	as_log_level_find(cfg_getstr(cfg, "log_level"), &config->log_level);
	config->log_format = strcmp(format, "json") == 0   ? AS_LOG_JSON
			     : strcmp(format, "text") == 0 ? AS_LOG_TEXT
							   : AS_LOG_AUTO;
}

/* Second pass, with the settings of every plugin known. */
static int take_all(struct as_config *config, struct as_error *error)
{
	struct as_config_memory *memory = config->memory;
	const struct as_grammar grammar = {
		.arena = &memory->arena,
		.modules = memory->open,
		.module_names = memory->names,
		.module_count = memory->module_count,
	};
	cfg_opt_t *options = as_options_full(&grammar);
	int rc;

	if (options == NULL)
		return no_memory(error);
	rc = as_options_parse(config->file, options, false, &memory->cfg, error);
	if (rc < 0)
		return rc;
	take_general(config, memory->cfg);
	for (size_t i = 0; rc == 0 && i < memory->module_count; i++)
		rc = take_plugin(config, cfg_getsec(memory->cfg, memory->names[i]), i, error);
	if (rc == 0)
		rc = take_policies(config, memory->cfg, error);
	config->engine.plugins = memory->settings;
	config->engine.plugin_count = memory->module_count;
	return rc;
}

int as_config_load(const struct as_config_sources *sources, struct as_config **config_out,
		   struct as_error *error)
{
	struct as_config *config = calloc(1, sizeof(*config));
	int rc;

	if (config == NULL)
		return no_memory(error);
	config->memory = calloc(1, sizeof(*config->memory));
	if (config->memory == NULL) {
		rc = no_memory(error);
		goto out;
	}
	as_arena_init(&config->memory->arena, CONFIG_ARENA_BYTES);
	config->engine.paths = sources->paths;
	config->file =
		keep(config, sources->file != NULL ? sources->file : as_config_standard_file());
	rc = learn_plugins(config, error);
	if (rc < 0)
		goto out;
	open_modules(config);
	rc = take_all(config, error);
	if (rc < 0)
		goto out;
	*config_out = config;
	config = NULL;
out:
	as_config_free(config);
	return rc;
}

void as_config_free(struct as_config *config)
{
	if (config == NULL)
		return;
	if (config->memory != NULL) {
		if (config->memory->cfg != NULL)
			cfg_free(config->memory->cfg);
		for (size_t i = 0; i < config->memory->module_count; i++)
			as_module_close(&config->memory->modules[i]);
		as_arena_deinit(&config->memory->arena);
	}
	free(config->memory);
	free(config);
}
