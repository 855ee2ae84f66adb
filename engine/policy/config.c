/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config.h"

#include "policy/config_reading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_ARENA_BYTES ((size_t)16 << 20)

static int no_memory(struct as_error *error)
{
	return as_error_set(error, -ENOMEM, "no memory for the configuration");
}

static const char *const *keep_paths(struct as_config *config, cfg_opt_t *opt, size_t *count_out)
{
	const char **list = (const char **)(uintptr_t)as_config_keep_list(config, opt, count_out);

	for (size_t i = 0; i < *count_out; i++)
		list[i] = as_config_resolve(config, list[i]);
	return list;
}

/* Each name is that of a section, beside our own options. */
static bool names_are_apart(struct as_reading *reading)
{
	const struct as_config_memory *memory = reading->config->memory;
	const struct as_grammar ours = {.arena = reading->faults.arena};
	const cfg_opt_t *options = as_options_full(&ours);
	size_t before = reading->faults.total;

	for (size_t i = 0; i < memory->module_count; i++) {
		for (const cfg_opt_t *opt = options; opt != NULL && opt->name != NULL; opt++)
			if (strcmp(opt->name, memory->names[i]) == 0)
				as_faults_add(&reading->faults, 0,
					      "plugins: \"%s\" is the name of an option",
					      memory->names[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(memory->names[k], memory->names[i]) == 0)
				as_faults_add(&reading->faults, 0,
					      "plugins: \"%s\" stands there twice",
					      memory->names[i]);
	}
	return reading->faults.total == before;
}

/* First pass: which plugins, in which folders. */
static int learn_plugins(struct as_reading *reading, struct as_span text)
{
	struct as_config *config = reading->config;
	struct as_config_memory *memory = config->memory;
	struct as_parsing parsing = {.options = as_options_first(), .faults = &reading->faults};
	cfg_t *cfg = NULL;
	int rc;

	rc = as_options_parse(&parsing, text, &cfg);
	if (rc < 0)
		return rc;
	memory->names =
		as_config_keep_list(config, cfg_getopt(cfg, "plugins"), &memory->module_count);
	config->engine.paths.plugin_path = keep_paths(config, cfg_getopt(cfg, "plugin_path"),
						      &config->engine.paths.plugin_path_count);
	cfg_free(cfg);
	if (memory->names == NULL)
		return -ENOMEM;
	if (memory->module_count > AS_MODULES_MAX) {
		memory->module_count = 0;
		as_faults_add(&reading->faults, 0, "more than %u plugins", AS_MODULES_MAX);
		return AS_E_CONFIG;
	}
	return names_are_apart(reading) ? 0 : AS_E_CONFIG;
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
			memory->why[i] = as_config_keep(config, why.text);
	}
}

static const char *value_text(struct as_config *config, cfg_opt_t *opt, unsigned int index)
{
	const char *text;

	switch (opt->type) {
	case CFGT_INT:
		text = as_arena_printf(&config->memory->arena, "%ld", cfg_opt_getnint(opt, index));
		config->memory->failed = config->memory->failed || text == NULL;
		return text;
	case CFGT_BOOL:
		return cfg_opt_getnbool(opt, index) == cfg_true ? "true" : "false";
	default:
		return as_config_keep(config, cfg_opt_getnstr(opt, index));
	}
}

static void take_value(struct as_config *config, struct as_setting_values *row, cfg_opt_t *opt,
		       const struct assay_setting *setting)
{
	unsigned int count = (opt->flags & CFGF_LIST) != 0 ? cfg_opt_size(opt) : 1;
	const char **values = as_arena_array(&config->memory->arena, count + 1, sizeof(*values));

	config->memory->failed = config->memory->failed || values == NULL;
	for (unsigned int i = 0; values != NULL && i < count; i++) {
		values[i] = value_text(config, opt, i);
		if (setting->kind == ASSAY_SETTING_PATH || setting->kind == ASSAY_SETTING_PATHS)
			values[i] = as_config_resolve(config, values[i]);
	}
	*row = (struct as_setting_values){
		.key = setting->key, .values = values, .count = values != NULL ? count : 0};
}

static void take_plugin(struct as_reading *reading, size_t index)
{
	struct as_config_memory *memory = reading->config->memory;
	cfg_t *section = cfg_getsec(reading->cfg, memory->names[index]);
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
			as_faults_add_text(&reading->faults, AS_E_PLUGIN, memory->why[index]);
		return;
	}
	rows = as_arena_array(&memory->arena, module->plugin->setting_count + 1, sizeof(*rows));
	memory->failed = memory->failed || rows == NULL;
	settings->values = rows;
	for (size_t i = 0; rows != NULL && i < module->plugin->setting_count; i++) {
		const struct assay_setting *setting = &module->plugin->settings[i];
		cfg_opt_t *opt = cfg_getopt(section, setting->key);

		if ((opt->flags & CFGF_MODIFIED) == 0)
			continue;
		take_value(reading->config, &rows[settings->value_count], opt, setting);
		settings->value_count++;
	}
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
	config->engine.readings = cfg_getbool(cfg, "readings") == cfg_true;
	config->temp_dir =
		as_config_resolve(config, as_config_keep(config, cfg_getstr(cfg, "temp_dir")));
	as_log_level_find(cfg_getstr(cfg, "log_level"), &config->log_level);
	config->log_format = strcmp(format, "json") == 0   ? AS_LOG_JSON
			     : strcmp(format, "text") == 0 ? AS_LOG_TEXT
							   : AS_LOG_AUTO;
}

/* Second pass, with the settings of every plugin known. */
static int take_all(struct as_reading *reading, struct as_span text)
{
	struct as_config *config = reading->config;
	struct as_config_memory *memory = config->memory;
	const struct as_grammar grammar = {
		.arena = &memory->arena,
		.modules = memory->open,
		.module_names = memory->names,
		.module_count = memory->module_count,
	};
	struct as_parsing parsing = {.grammar = &grammar, .faults = &reading->faults};
	int rc;

	parsing.options = as_options_full(&grammar);
	if (parsing.options == NULL)
		return -ENOMEM;
	rc = as_options_parse(&parsing, text, &memory->cfg);
	if (rc < 0)
		return rc;
	reading->cfg = memory->cfg;
	reading->lines = parsing.lines;
	take_general(config, memory->cfg);
	for (size_t i = 0; i < memory->module_count; i++)
		take_plugin(reading, i);
	config->engine.plugins = memory->settings;
	config->engine.plugin_count = memory->module_count;
	as_config_take_smime(reading);
	as_config_take_policies(reading);
	as_config_take_smime_rules(reading);
	as_config_give_smime_rules(config);
	as_config_take_service(reading);
	as_config_take_listeners(reading);
	return 0;
}

/* Whatever a pass finds is told by the end. A brace that stays open makes the
 * sections behind it part of another one. */
static int take_text(struct as_reading *reading, struct as_span text, struct as_error *error)
{
	int rc = learn_plugins(reading, text);
	size_t open_line = reading->faults.count > 0 ? reading->faults.rows[0].line : 0;

	if (rc == 0) {
		open_modules(reading->config);
		rc = take_all(reading, text);
		if (open_line > 0)
			as_faults_stop_at(&reading->faults, open_line);
	}
	if (rc == -ENOMEM || reading->config->memory->failed)
		return no_memory(error);
	return as_faults_report(&reading->faults, error);
}

static int load(struct as_config *config, struct as_error *error)
{
	struct as_reading reading = {.config = config};
	struct as_buffer text;
	int rc;

	as_buffer_init(&text, 0);
	as_faults_start(&reading.faults, &config->memory->arena, config->file);
	rc = as_options_read(config->file, &text, error);
	if (rc == 0)
		rc = take_text(&reading, as_buffer_span(&text), error);
	as_buffer_deinit(&text);
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
	config->file = as_config_keep(config, sources->file != NULL ? sources->file
								    : as_config_standard_file());
	rc = load(config, error);
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
