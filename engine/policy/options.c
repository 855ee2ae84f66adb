/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/options.h"

#include "base/limits.h"
#include "base/log.h"
#include "inspect/codes.h"
#include "inspect/words.h"
#include "policy/nearest.h"
#include "policy/prescan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libconfuse tells its error function nothing of ours. Parsing is done once at
 * start, by one thread. */
static struct as_error *parse_error;
static const char *parse_file;
static bool parse_failed;
static const struct as_grammar *parse_grammar;

/* A configuration is a page or two; a device file must not be read for ever. */
#define FILE_MAX_BYTES ((size_t)4 << 20)

static const char *const action_words[] = {"accept", "tag",	"strip",   "quarantine",
					   "reject", "discard", "tempfail"};
#define ACTION_COUNT (sizeof(action_words) / sizeof(action_words[0]))

static void suggest_option(cfg_t *cfg, const char *name, char *text, size_t size)
{
	const char *names[128];
	const char *near;
	size_t count = 0;

	for (cfg_opt_t *opt = cfg->opts; opt->name != NULL && count < 128; opt++)
		names[count++] = opt->name;
	near = as_nearest(name, names, count);
	if (near != NULL)
		snprintf(text, size, "; did you mean \"%s\"?", near);
	else
		snprintf(text, size, "; assay.conf(5) lists the options of this section");
}

static void on_error(cfg_t *cfg, const char *format, va_list args)
{
	char text[512], hint[128] = "";
	char name[64];

	if (parse_failed)
		return;
	parse_failed = true;
	vsnprintf(text, sizeof(text), format, args);
	if (sscanf(text, "no such option '%63[^']'", name) == 1)
		suggest_option(cfg, name, hint, sizeof(hint));
	as_error_set(parse_error, AS_E_CONFIG, "%s:%d: %s%s", parse_file, cfg->line, text, hint);
}

static int check_action(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	enum assay_action action;

	if (as_action_find(value, &action))
		return 0;
	cfg_error(cfg,
		  "%s = \"%s\": expected accept, tag, strip, quarantine, reject, discard or "
		  "tempfail",
		  cfg_opt_name(opt), value);
	return -1;
}

/* A pattern that can never match is a typo. */
static bool pattern_exists(const char *pattern)
{
	if (strcmp(pattern, "*") == 0 || strncmp(pattern, "yara.", 5) == 0 ||
	    strncmp(pattern, "malware.", 8) == 0)
		return true;
	for (size_t i = 0; i < as_code_count; i++)
		if (as_code_matches(as_code_at(i)->code, pattern))
			return true;
	return false;
}

static int check_pattern(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
	const char *codes[512];
	const char *near;
	size_t count = 0;

	if (pattern_exists(value))
		return 0;
	for (size_t i = 0; i < as_code_count && count < 512; i++)
		codes[count++] = as_code_at(i)->code;
	near = as_nearest(value, codes, count);
	cfg_error(cfg, "%s: no finding code matches \"%s\"%s%s%s; `assay findings` lists them",
		  cfg_opt_name(opt), value, near != NULL ? "; did you mean \"" : "",
		  near != NULL ? near : "", near != NULL ? "\"?" : "");
	return -1;
}

static int check_limit(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct as_limit_info *info = as_limits_find(cfg_opt_name(opt));
	const char *text = cfg_opt_getnstr(opt, 0);
	uint64_t value;

	if (!as_limits_parse(text, &value)) {
		cfg_error(cfg,
			  "%s = \"%s\": expected a number, with KiB, MiB or GiB behind it if "
			  "wanted",
			  info->name, text);
		return -1;
	}
	if (value < info->low || value > info->high) {
		cfg_error(cfg, "%s = \"%s\": expected %llu to %llu %s", info->name, text,
			  (unsigned long long)info->low, (unsigned long long)info->high,
			  info->unit);
		return -1;
	}
	return 0;
}

static int check_log_level(cfg_t *cfg, cfg_opt_t *opt)
{
	enum as_log_level level;

	if (as_log_level_find(cfg_opt_getnstr(opt, 0), &level))
		return 0;
	cfg_error(cfg, "log_level = \"%s\": expected error, warning, notice or debug",
		  cfg_opt_getnstr(opt, 0));
	return -1;
}

static int check_log_format(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	if (strcmp(value, "auto") == 0 || strcmp(value, "text") == 0 || strcmp(value, "json") == 0)
		return 0;
	cfg_error(cfg, "log_format = \"%s\": expected auto, text or json", value);
	return -1;
}

static int check_workers(cfg_t *cfg, cfg_opt_t *opt)
{
	long int value = cfg_opt_getnint(opt, 0);

	if (value >= 0 && value <= 256)
		return 0;
	cfg_error(cfg, "workers = %ld: expected 0 (one per processor) to 256", value);
	return -1;
}

static int check_cache_size(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, 0);
	uint64_t value;

	if (as_limits_parse(text, &value) && value >= (1u << 20) && value <= (uint64_t)1 << 36)
		return 0;
	cfg_error(cfg, "cache_size = \"%s\": expected 1MiB to 64GiB", text);
	return -1;
}

static const struct assay_setting *setting_of(const char *plugin, const char *key)
{
	for (size_t i = 0; i < parse_grammar->module_count; i++)
		if (strcmp(parse_grammar->module_names[i], plugin) == 0)
			return as_module_setting(parse_grammar->modules[i]->plugin, key);
	return NULL;
}

static int check_plugin_int(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct assay_setting *setting = setting_of(cfg_name(cfg), cfg_opt_name(opt));
	long int value = cfg_opt_getnint(opt, 0);

	if (setting == NULL || (value >= setting->low && value <= setting->high))
		return 0;
	cfg_error(cfg, "%s = %ld: expected %lld to %lld", setting->key, value,
		  (long long)setting->low, (long long)setting->high);
	return -1;
}

static cfg_opt_t *limit_options(struct as_arena *arena)
{
	cfg_opt_t *options = as_arena_array(arena, as_limit_count + 1, sizeof(*options));

	if (options == NULL)
		return NULL;
	for (size_t i = 0; i < as_limit_count; i++)
		options[i] = (cfg_opt_t)CFG_STR(
			as_limit_table[i].name,
			as_arena_printf(arena, "%llu",
					(unsigned long long)as_limit_table[i].standard),
			CFGF_NONE);
	options[as_limit_count] = (cfg_opt_t)CFG_END();
	return options;
}

static cfg_opt_t plugin_option(const struct assay_setting *setting)
{
	const char *standard = setting->standard != NULL ? setting->standard : "";

	switch (setting->kind) {
	case ASSAY_SETTING_BOOL:
		return (cfg_opt_t)CFG_BOOL(setting->key,
					   strcmp(standard, "true") == 0 ? cfg_true : cfg_false,
					   CFGF_NONE);
	case ASSAY_SETTING_INT:
		return (cfg_opt_t)CFG_INT(setting->key, strtol(standard, NULL, 10), CFGF_NONE);
	case ASSAY_SETTING_LIST:
	case ASSAY_SETTING_PATHS:
		return (cfg_opt_t)CFG_STR_LIST(setting->key, NULL, CFGF_NONE);
	case ASSAY_SETTING_STRING:
	case ASSAY_SETTING_PATH:
		break;
	}
	return (cfg_opt_t)CFG_STR(setting->key, standard, CFGF_NONE);
}

static cfg_opt_t *plugin_options(struct as_arena *arena, const struct as_module *module)
{
	size_t count = module != NULL ? module->plugin->setting_count : 0;
	cfg_opt_t *options = as_arena_array(arena, count + 4, sizeof(*options));
	size_t used = 0;

	if (options == NULL)
		return NULL;
	options[used++] = (cfg_opt_t)CFG_BOOL("enabled", cfg_true, CFGF_NONE);
	options[used++] = (cfg_opt_t)CFG_BOOL("optional", cfg_false, CFGF_NONE);
	for (size_t i = 0; i < count; i++)
		options[used++] = plugin_option(&module->plugin->settings[i]);
	options[used] = (cfg_opt_t)CFG_END();
	return options;
}

static cfg_opt_t *policy_options(void)
{
	static cfg_opt_t options[] = {
		CFG_STR_LIST("recipients", NULL, CFGF_NONE),
		CFG_STR_LIST("accept", NULL, CFGF_NONE),
		CFG_STR_LIST("tag", NULL, CFGF_NONE),
		CFG_STR_LIST("strip", NULL, CFGF_NONE),
		CFG_STR_LIST("quarantine", NULL, CFGF_NONE),
		CFG_STR_LIST("reject", NULL, CFGF_NONE),
		CFG_STR_LIST("discard", NULL, CFGF_NONE),
		CFG_STR_LIST("tempfail", NULL, CFGF_NONE),
		CFG_STR("info", "accept", CFGF_NONE),
		CFG_STR("low", "accept", CFGF_NONE),
		CFG_STR("medium", "tag", CFGF_NONE),
		CFG_STR("high", "quarantine", CFGF_NONE),
		CFG_STR("critical", "reject", CFGF_NONE),
		CFG_STR("incomplete", "quarantine", CFGF_NONE),
		CFG_STR("max_wish", "reject", CFGF_NONE),
		CFG_END(),
	};

	return options;
}

/* Options that both passes know. */
#define GENERAL_OPTIONS                                                                            \
	CFG_STR_LIST("plugins", "{" ASSAY_PLUGINS "}", CFGF_NONE),                                 \
		CFG_STR_LIST("plugin_path", NULL, CFGF_NONE)

cfg_opt_t *as_options_first(void)
{
	static cfg_opt_t options[] = {
		GENERAL_OPTIONS,
		CFG_END(),
	};

	return options;
}

cfg_opt_t *as_options_full(const struct as_grammar *grammar)
{
	cfg_opt_t general[] = {
		GENERAL_OPTIONS,
		CFG_STR("policy_in_force", "default", CFGF_NONE),
		CFG_INT("workers", 0, CFGF_NONE),
		CFG_BOOL("sandbox", cfg_true, CFGF_NONE),
		CFG_BOOL("cache", cfg_true, CFGF_NONE),
		CFG_STR("cache_size", "16MiB", CFGF_NONE),
		CFG_STR("temp_dir", "", CFGF_NONE),
		CFG_STR("log_level", "notice", CFGF_NONE),
		CFG_STR("log_format", "auto", CFGF_NONE),
		CFG_SEC("policy", policy_options(), CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	};
	const size_t known = sizeof(general) / sizeof(general[0]);
	cfg_opt_t *options =
		as_arena_array(grammar->arena, known + grammar->module_count + 2, sizeof(*options));
	cfg_opt_t *limits = limit_options(grammar->arena);
	size_t used = known;

	if (options == NULL || limits == NULL)
		return NULL;
	parse_grammar = grammar;
	memcpy(options, general, sizeof(general));
	options[used++] = (cfg_opt_t)CFG_SEC("limits", limits, CFGF_NONE);
	for (size_t i = 0; i < grammar->module_count; i++) {
		const struct as_module *module = grammar->modules[i];
		cfg_opt_t *section = plugin_options(grammar->arena, module);

		if (section == NULL)
			return NULL;
		options[used++] = (cfg_opt_t)CFG_SEC(grammar->module_names[i], section, CFGF_NONE);
	}
	options[used] = (cfg_opt_t)CFG_END();
	return options;
}

static void set_plugin_checks(cfg_t *cfg, const struct as_module *module)
{
	char path[128];

	for (size_t i = 0; module != NULL && i < module->plugin->setting_count; i++) {
		const struct assay_setting *setting = &module->plugin->settings[i];

		if (setting->kind != ASSAY_SETTING_INT)
			continue;
		snprintf(path, sizeof(path), "%s|%s", module->plugin->name, setting->key);
		cfg_set_validate_func(cfg, path, check_plugin_int);
	}
}

static void set_checks(cfg_t *cfg)
{
	char path[96];

	for (size_t i = 0; i < ACTION_COUNT; i++) {
		snprintf(path, sizeof(path), "policy|%s", action_words[i]);
		cfg_set_validate_func(cfg, path, check_pattern);
	}
	static const char *const single[] = {"info",	 "low",	       "medium",  "high",
					     "critical", "incomplete", "max_wish"};
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++) {
		snprintf(path, sizeof(path), "policy|%s", single[i]);
		cfg_set_validate_func(cfg, path, check_action);
	}
	for (size_t i = 0; i < as_limit_count; i++) {
		snprintf(path, sizeof(path), "limits|%s", as_limit_table[i].name);
		cfg_set_validate_func(cfg, path, check_limit);
	}
	cfg_set_validate_func(cfg, "log_level", check_log_level);
	cfg_set_validate_func(cfg, "log_format", check_log_format);
	cfg_set_validate_func(cfg, "workers", check_workers);
	cfg_set_validate_func(cfg, "cache_size", check_cache_size);
	for (size_t i = 0; i < parse_grammar->module_count; i++) {
		set_plugin_checks(cfg, parse_grammar->modules[i]);
		/* The settings of a plugin that is not there cannot be checked. A
		 * flag of the section's option would not reach the section. */
		if (parse_grammar->modules[i] == NULL)
			cfg_getsec(cfg, parse_grammar->module_names[i])->flags |=
				CFGF_IGNORE_UNKNOWN;
	}
}

static int read_file(const char *path, struct as_buffer *out)
{
	FILE *file = fopen(path, "re");
	size_t got = 1;

	if (file == NULL)
		return CFG_FILE_ERROR;
	while (got > 0 && !out->failed) {
		unsigned char *room = as_buffer_reserve(out, 4096);

		if (room == NULL)
			break;
		got = fread(room, 1, 4096, file);
		as_buffer_commit(out, got);
	}
	if (out->failed)
		errno = EFBIG;
	got = (size_t)ferror(file);
	fclose(file);
	return got != 0 || out->failed ? CFG_FILE_ERROR : 0;
}

static int parse(cfg_t *cfg, const char *file, bool first_pass)
{
	struct as_buffer text, names;
	size_t open_line;
	int rc;

	if (file[0] == '\0')
		return cfg_parse_buf(cfg, "");
	if (!first_pass)
		return cfg_parse(cfg, file);
	as_buffer_init(&text, FILE_MAX_BYTES);
	as_buffer_init(&names, FILE_MAX_BYTES);
	rc = read_file(file, &text);
	if (rc == 0) {
		open_line = as_prescan(as_buffer_span(&text), &names);
		as_buffer_byte(&names, 0);
		rc = names.failed ? CFG_FILE_ERROR : cfg_parse_buf(cfg, (const char *)names.data);
		if (rc == CFG_SUCCESS && open_line != 0) {
			cfg->line = (int)open_line;
			cfg_error(cfg, "the brace that opens here is never closed");
		}
	}
	as_buffer_deinit(&text);
	as_buffer_deinit(&names);
	return rc;
}

int as_options_parse(const char *file, cfg_opt_t *options, bool first_pass, cfg_t **cfg_out,
		     struct as_error *error)
{
	cfg_t *cfg = cfg_init(options, CFGF_NONE);
	int rc;

	if (cfg == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the configuration");
	parse_error = error;
	parse_file = file;
	parse_failed = false;
	cfg_set_error_function(cfg, on_error);
	if (!first_pass)
		set_checks(cfg);
	errno = 0;
	rc = parse(cfg, file, first_pass);
	if (rc == CFG_SUCCESS && !parse_failed) {
		*cfg_out = cfg;
		return 0;
	}
	if (rc == CFG_FILE_ERROR)
		as_error_set(error, AS_E_CONFIG, "%s: %s", file,
			     strerror(errno != 0 ? errno : EIO));
	else if (!parse_failed)
		as_error_set(error, AS_E_CONFIG, "%s: cannot be parsed", file);
	cfg_free(cfg);
	return AS_E_CONFIG;
}
