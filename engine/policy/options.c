/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/options.h"

#include "base/limits.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Where this build keeps its sockets and what it stores. */
#ifndef ASSAY_RUN_DIR
#define ASSAY_RUN_DIR "/run/assay"
#endif
#ifndef ASSAY_STATE_DIR
#define ASSAY_STATE_DIR "/var/lib/assay"
#endif

/*
 * libconfuse stops at the first number that is none. These tell it in the same
 * words and go on; the value that they leave has been told already.
 */
static int parse_int(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	long int *number = result;
	char *end = NULL;

	errno = 0;
	*number = strtol(value, &end, 0);
	if (end == value || *end != '\0')
		cfg_error(cfg, "invalid integer value for option '%s'", cfg_opt_name(opt));
	else if (errno == ERANGE || *number == AS_OPTION_BAD)
		cfg_error(cfg, "integer value for option '%s' is out of range", cfg_opt_name(opt));
	else
		return 0;
	*number = AS_OPTION_BAD;
	return 0;
}

static int parse_bool(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	int flag = cfg_parse_boolean(value);

	if (flag < 0)
		cfg_error(cfg, "invalid boolean value for option '%s'", cfg_opt_name(opt));
	*(int *)result = flag > 0;
	return 0;
}

static cfg_opt_t *with_parsers(cfg_opt_t *options)
{
	for (cfg_opt_t *opt = options; opt->name != NULL; opt++) {
		if (opt->type == CFGT_INT)
			opt->parsecb = parse_int;
		else if (opt->type == CFGT_BOOL)
			opt->parsecb = parse_bool;
	}
	return options;
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
	return with_parsers(options);
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
		CFG_STR("reply", "", CFGF_NONE),
		CFG_END(),
	};

	return options;
}

/* What is not set depends on the protocol: see config_listener.c. */
static cfg_opt_t *listener_options(void)
{
	static cfg_opt_t options[] = {
		CFG_STR("protocol", "", CFGF_NONE),	  CFG_STR("address", "", CFGF_NONE),
		CFG_STR("mode", "", CFGF_NONE),		  CFG_STR("group", "", CFGF_NONE),
		CFG_STR("fail", "", CFGF_NONE),		  CFG_STR("quarantine", "", CFGF_NONE),
		CFG_STR("policy", "", CFGF_NONE),	  CFG_STR("direction", "", CFGF_NONE),
		CFG_INT("connections", 0, CFGF_NONE),	  CFG_INT("jobs", 0, CFGF_NONE),
		CFG_STR("spool_bytes", "", CFGF_NONE),	  CFG_INT("first_byte_ms", 0, CFGF_NONE),
		CFG_INT("idle_ms", 0, CFGF_NONE),	  CFG_INT("request_ms", 0, CFGF_NONE),
		CFG_INT("keepalive_ms", 0, CFGF_NONE),	  CFG_STR_LIST("users", NULL, CFGF_NONE),
		CFG_STR_LIST("groups", NULL, CFGF_NONE),  CFG_STR("incomplete", "", CFGF_NONE),
		CFG_BOOL("reload", cfg_false, CFGF_NONE), CFG_STR_LIST("roots", NULL, CFGF_NONE),
		CFG_STR("authserv_id", "", CFGF_NONE),	  CFG_STR("subject_prefix", "", CFGF_NONE),
		CFG_BOOL("headers", cfg_true, CFGF_NONE), CFG_END(),
	};

	return with_parsers(options);
}

static cfg_opt_t *smime_options(void)
{
	static cfg_opt_t options[] = {
		CFG_BOOL("enabled", cfg_true, CFGF_NONE),
		CFG_STR_LIST("anchors", NULL, CFGF_NONE),
		CFG_BOOL("system_anchors", cfg_false, CFGF_NONE),
		CFG_STR_LIST("certs", NULL, CFGF_NONE),
		CFG_STR_LIST("crls", NULL, CFGF_NONE),
		CFG_STR_LIST("keys", NULL, CFGF_NONE),
		CFG_STR("password_file", "", CFGF_NONE),
		CFG_STR("revocation", "soft", CFGF_NONE),
		CFG_STR_LIST("allow", NULL, CFGF_NONE),
		CFG_BOOL("partial_chain", cfg_false, CFGF_NONE),
		CFG_STR_LIST("policies", NULL, CFGF_NONE),
		CFG_BOOL("explicit_policy", cfg_false, CFGF_NONE),
		CFG_BOOL("inhibit_any", cfg_false, CFGF_NONE),
		CFG_BOOL("inhibit_mapping", cfg_false, CFGF_NONE),
		CFG_END(),
	};

	return with_parsers(options);
}

static cfg_opt_t *smime_rule_options(void)
{
	static cfg_opt_t options[] = {
		CFG_STR_LIST("policies", NULL, CFGF_NONE),
		CFG_STR_LIST("from", NULL, CFGF_NONE),
		CFG_STR_LIST("signers", NULL, CFGF_NONE),
		CFG_STR_LIST("require", NULL, CFGF_NONE),
		CFG_STR_LIST("forbid", NULL, CFGF_NONE),
		CFG_STR_LIST("allow", NULL, CFGF_NONE),
		CFG_STR("action", "quarantine", CFGF_NONE),
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
		CFG_BOOL("readings", cfg_true, CFGF_NONE),
		CFG_STR("cache_size", "16MiB", CFGF_NONE),
		CFG_STR("temp_dir", "", CFGF_NONE),
		CFG_STR("log_level", "notice", CFGF_NONE),
		CFG_STR("log_format", "auto", CFGF_NONE),
		CFG_STR("user", "assay", CFGF_NONE),
		CFG_STR("group", "", CFGF_NONE),
		CFG_STR("run_dir", ASSAY_RUN_DIR, CFGF_NONE),
		CFG_STR("quarantine_dir", ASSAY_STATE_DIR "/quarantine", CFGF_NONE),
		CFG_STR("log_file", "", CFGF_NONE),
		CFG_INT("max_connections", 16384, CFGF_NONE),
		CFG_INT("queue_limit", 1024, CFGF_NONE),
		CFG_STR("spool_bytes", "1GiB", CFGF_NONE),
		CFG_INT("drain_ms", 30000, CFGF_NONE),
		CFG_INT("reload_drain_ms", 8000, CFGF_NONE),
		CFG_BOOL("watch", cfg_false, CFGF_NONE),
		CFG_BOOL("front_sandbox", cfg_true, CFGF_NONE),
		CFG_SEC("listener", listener_options(),
			CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_SEC("smime", smime_options(), CFGF_NONE),
		CFG_SEC("smime_rule", smime_rule_options(),
			CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_SEC("policy", policy_options(), CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
	};
	const size_t known = sizeof(general) / sizeof(general[0]);
	cfg_opt_t *options =
		as_arena_array(grammar->arena, known + grammar->module_count + 2, sizeof(*options));
	cfg_opt_t *limits = limit_options(grammar->arena);
	size_t used = known;

	if (options == NULL || limits == NULL)
		return NULL;
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
	return with_parsers(options);
}
