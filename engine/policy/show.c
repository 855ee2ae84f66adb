/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/show.h"

#include "inspect/words.h"

#include <stdio.h>

#define MARK_COLUMN 48u

void as_show_quoted(struct as_buffer *out, const char *text)
{
	as_buffer_byte(out, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\' || *p == '$')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, (unsigned char)*p);
	}
	as_buffer_byte(out, '"');
}

void as_show_end(struct as_buffer *out, size_t begin, bool set)
{
	if (!set) {
		while (out->size - begin < MARK_COLUMN)
			as_buffer_byte(out, ' ');
		as_buffer_text(out, " # default");
	}
	as_buffer_byte(out, '\n');
}

void as_show_list(struct as_buffer *out, const char *const *items, size_t count)
{
	as_buffer_text(out, "{");
	for (size_t i = 0; i < count; i++) {
		as_buffer_text(out, i > 0 ? ", " : " ");
		as_show_quoted(out, items[i]);
	}
	as_buffer_text(out, count > 0 ? " }" : "}");
}

void as_show_option(const struct as_config *config, struct as_buffer *out, const char *key,
		    const char *value, bool quoted)
{
	cfg_opt_t *opt = cfg_getopt(config->memory->cfg, key);
	size_t begin = out->size;

	as_buffer_printf(out, "%s = ", key);
	if (quoted)
		as_show_quoted(out, value);
	else
		as_buffer_text(out, value);
	as_show_end(out, begin, (opt->flags & CFGF_MODIFIED) != 0);
}

static void show_names(const struct as_config *config, struct as_buffer *out, const char *key,
		       const char *const *items, size_t count)
{
	cfg_opt_t *opt = cfg_getopt(config->memory->cfg, key);
	size_t begin = out->size;

	as_buffer_printf(out, "%s = ", key);
	as_show_list(out, items, count);
	as_show_end(out, begin, (opt->flags & CFGF_MODIFIED) != 0);
}

static void show_general(const struct as_config *config, struct as_buffer *out)
{
	static const char *const levels[] = {"error", "warning", "notice", "debug"};
	static const char *const formats[] = {"auto", "text", "json"};
	const struct as_config_memory *memory = config->memory;
	char number[32];

	show_names(config, out, "plugins", memory->names, memory->module_count);
	show_names(config, out, "plugin_path", config->engine.paths.plugin_path,
		   config->engine.paths.plugin_path_count);
	as_show_option(config, out, "policy_in_force", config->policy->name, true);
	snprintf(number, sizeof(number), "%u", config->workers);
	as_show_option(config, out, "workers", number, false);
	as_show_option(config, out, "sandbox", config->sandbox ? "true" : "false", false);
	as_show_option(config, out, "readings", config->engine.readings ? "true" : "false", false);
	as_show_option(config, out, "cache", config->engine.cache ? "true" : "false", false);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)config->cache_bytes);
	as_show_option(config, out, "cache_size", number, true);
	as_show_option(config, out, "temp_dir", config->temp_dir, true);
	as_show_option(config, out, "log_level", levels[config->log_level], true);
	as_show_option(config, out, "log_format", formats[config->log_format], true);
}

static void show_limits(const struct as_config *config, struct as_buffer *out)
{
	as_buffer_text(out, "\nlimits {\n");
	for (size_t i = 0; i < as_limit_count; i++) {
		uint64_t value = as_limits_get(&config->engine.limits, &as_limit_table[i]);
		size_t begin = out->size;

		as_buffer_printf(out, "    %s = \"%llu\"", as_limit_table[i].name,
				 (unsigned long long)value);
		as_show_end(out, begin, value != as_limit_table[i].standard);
	}
	as_buffer_text(out, "}\n");
}

static const struct as_setting_values *configured(const struct as_plugin_settings *settings,
						  const char *key)
{
	for (size_t i = 0; i < settings->value_count; i++)
		if (strcmp(settings->values[i].key, key) == 0)
			return &settings->values[i];
	return NULL;
}

static void put_standard_list(struct as_buffer *out, const char *words)
{
	size_t count = 0;

	as_buffer_text(out, "{");
	for (const char *p = words; *p != '\0';) {
		size_t length = strcspn(p, " ");

		if (length > 0) {
			as_buffer_text(out, count++ > 0 ? ", \"" : " \"");
			as_buffer_append(out, p, length);
			as_buffer_byte(out, '"');
		}
		p += length + strspn(p + length, " ");
	}
	as_buffer_text(out, count > 0 ? " }" : "}");
}

static void show_setting(const struct as_plugin_settings *settings,
			 const struct assay_setting *setting, struct as_buffer *out)
{
	const struct as_setting_values *values = configured(settings, setting->key);
	bool list = setting->kind == ASSAY_SETTING_LIST || setting->kind == ASSAY_SETTING_PATHS;
	const char *standard = setting->standard != NULL ? setting->standard : "";
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = ", setting->key);
	if (list && values != NULL)
		as_show_list(out, values->values, values->count);
	else if (list)
		put_standard_list(out, standard);
	else if (setting->kind == ASSAY_SETTING_BOOL || setting->kind == ASSAY_SETTING_INT)
		as_buffer_text(out, values != NULL ? values->values[0] : standard);
	else
		as_show_quoted(out, values != NULL ? values->values[0] : standard);
	as_show_end(out, begin, values != NULL);
}

static void show_plugin(const struct as_config *config, size_t index, struct as_buffer *out)
{
	const struct as_config_memory *memory = config->memory;
	const struct as_plugin_settings *settings = &memory->settings[index];
	const struct as_module *module = memory->open[index];
	size_t begin;

	as_buffer_printf(out, "\n%s {\n", settings->name);
	begin = out->size;
	as_buffer_printf(out, "    enabled = %s", settings->enabled ? "true" : "false");
	as_show_end(out, begin, !settings->enabled);
	begin = out->size;
	as_buffer_printf(out, "    optional = %s", settings->optional ? "true" : "false");
	as_show_end(out, begin, settings->optional);
	for (size_t i = 0; module != NULL && i < module->plugin->setting_count; i++)
		show_setting(settings, &module->plugin->settings[i], out);
	as_buffer_text(out, "}\n");
}

static void show_action(struct as_buffer *out, const char *key, enum assay_action action,
			enum assay_action standard)
{
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = \"%s\"", key, as_action_name(action));
	as_show_end(out, begin, action != standard);
}

static void show_policy(const struct as_policy *policy, struct as_buffer *out)
{
	const struct as_policy *standard = as_policy_builtin();
	size_t begin;

	as_buffer_text(out, "\npolicy ");
	as_show_quoted(out, policy->name);
	as_buffer_text(out, " {\n");
	if (policy->recipient_count > 0) {
		as_buffer_text(out, "    recipients = ");
		as_show_list(out, policy->recipients, policy->recipient_count);
		as_buffer_byte(out, '\n');
	}
	for (size_t i = 0; i < policy->rule_count; i++) {
		bool more = i > 0 && policy->rules[i - 1].action == policy->rules[i].action;

		as_buffer_printf(out, "    %s %s ", as_action_name(policy->rules[i].action),
				 more ? "+=" : "=");
		as_show_list(out, &policy->rules[i].pattern, 1);
		as_buffer_byte(out, '\n');
	}
	for (int s = ASSAY_INFO; s <= ASSAY_CRITICAL; s++)
		show_action(out, as_severity_name((enum assay_severity)s), policy->by_severity[s],
			    standard->by_severity[s]);
	show_action(out, "incomplete", policy->incomplete, standard->incomplete);
	show_action(out, "max_wish", policy->max_wish, standard->max_wish);
	begin = out->size;
	as_buffer_text(out, "    reply = ");
	as_show_quoted(out, policy->reply);
	as_show_end(out, begin, policy->reply[0] != '\0');
	as_buffer_text(out, "}\n");
}

void as_config_show(const struct as_config *config, struct as_buffer *out)
{
	if (config->file[0] != '\0')
		as_buffer_printf(out, "# from %s\n", config->file);
	else
		as_buffer_text(out, "# no configuration file\n");
	show_general(config, out);
	as_show_service(config, out);
	show_limits(config, out);
	as_show_listeners(config, out);
	for (size_t i = 0; i < config->memory->module_count; i++)
		show_plugin(config, i, out);
	as_show_smime(config, out);
	for (size_t i = 0; i < config->policy_count; i++)
		show_policy(&config->policies[i], out);
	if (config->policy == as_policy_builtin())
		show_policy(config->policy, out);
}
