/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/options_check.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "inspect/codes.h"
#include "inspect/words.h"
#include "policy/nearest.h"

#include <stdio.h>
#include <string.h>

/* RFC 5321 s4.5.3.1.5: a reply line has 512 octets with its code; the reason
 * and the id take the rest. */
#define REPLY_MAX 300u

/* libconfuse hands nothing of ours to a check. One file is read at a time, by
 * one thread. */
static const struct as_grammar *parse_grammar;
/* The last list with a fault, and how many values it had. */
static const cfg_opt_t *told_opt;
static unsigned int told_size;

static const char *const action_words[] = {"accept", "tag",	"strip",   "quarantine",
					   "reject", "discard", "tempfail"};
#define ACTION_COUNT (sizeof(action_words) / sizeof(action_words[0]))

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
	return 0;
}

/* libconfuse calls the check of a list for each value and once more for the
 * closing brace; the last value is not told twice. */
static bool is_told(const cfg_opt_t *opt)
{
	bool again = opt == told_opt && opt->nvalues == told_size;

	told_opt = again ? NULL : opt;
	told_size = opt->nvalues;
	return again;
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

	if (pattern_exists(value) || is_told(opt))
		return 0;
	for (size_t i = 0; i < as_code_count && count < 512; i++)
		codes[count++] = as_code_at(i)->code;
	near = as_nearest(value, codes, count);
	cfg_error(cfg, "%s: no finding code matches \"%s\"%s%s%s; `assay findings` lists them",
		  cfg_opt_name(opt), value, near != NULL ? "; did you mean \"" : "",
		  near != NULL ? near : "", near != NULL ? "\"?" : "");
	return 0;
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
		return 0;
	}
	if (value < info->low || value > info->high) {
		cfg_error(cfg, "%s = \"%s\": expected %llu to %llu %s", info->name, text,
			  (unsigned long long)info->low, (unsigned long long)info->high,
			  info->unit);
		return 0;
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
	return 0;
}

static int check_log_format(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	if (strcmp(value, "auto") == 0 || strcmp(value, "text") == 0 || strcmp(value, "json") == 0)
		return 0;
	cfg_error(cfg, "log_format = \"%s\": expected auto, text or json", value);
	return 0;
}

static int check_workers(cfg_t *cfg, cfg_opt_t *opt)
{
	long int value = cfg_opt_getnint(opt, 0);

	if (value == AS_OPTION_BAD || (value >= 0 && value <= 256))
		return 0;
	cfg_error(cfg, "workers = %ld: expected 0 (one per processor) to 256", value);
	return 0;
}

static int check_cache_size(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, 0);
	uint64_t value;

	if (as_limits_parse(text, &value) && value >= (1u << 20) && value <= (uint64_t)1 << 36)
		return 0;
	cfg_error(cfg, "cache_size = \"%s\": expected 1MiB to 64GiB", text);
	return 0;
}

/* The first brace that is not of a word of ours, or NULL. */
static const char *odd_brace(const char *text)
{
	static const char *const words[] = {"{reason}", "{id}"};

	for (const char *p = text; *p != '\0'; p++) {
		size_t skip = 0;

		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strncmp(p, words[i], strlen(words[i])) == 0)
				skip = strlen(words[i]) - 1;
		if (skip == 0 && (*p == '{' || *p == '}'))
			return p;
		p += skip;
	}
	return NULL;
}

static int check_reply(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *text = cfg_opt_getnstr(opt, 0);
	struct as_span span = as_span_text(text);
	bool printable = as_utf8_valid(span);
	uint32_t c;

	for (size_t at = 0; printable && at < span.size;) {
		at += as_utf8_next(as_span_from(span, at), &c);
		printable = c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f);
	}
	if (!printable || span.size > REPLY_MAX)
		cfg_error(cfg, "reply: expected one line of text of at most %u octets", REPLY_MAX);
	else if (odd_brace(text) != NULL)
		cfg_error(cfg, "reply = \"%s\": expected no words in braces but {reason} and {id}",
			  text);
	return 0;
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

	if (setting == NULL || value == AS_OPTION_BAD ||
	    (value >= setting->low && value <= setting->high))
		return 0;
	cfg_error(cfg, "%s = %ld: expected %lld to %lld", setting->key, value,
		  (long long)setting->low, (long long)setting->high);
	return 0;
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

void as_options_check(cfg_t *cfg, const struct as_grammar *grammar)
{
	static const char *const single[] = {"info",	 "low",	       "medium",  "high",
					     "critical", "incomplete", "max_wish"};
	char path[96];

	parse_grammar = grammar;
	told_opt = NULL;
	for (size_t i = 0; i < ACTION_COUNT; i++) {
		snprintf(path, sizeof(path), "policy|%s", action_words[i]);
		cfg_set_validate_func(cfg, path, check_pattern);
	}
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
	cfg_set_validate_func(cfg, "policy|reply", check_reply);
	for (size_t i = 0; i < grammar->module_count; i++) {
		set_plugin_checks(cfg, grammar->modules[i]);
		/* The settings of a plugin that is not there cannot be checked. A
		 * flag of the section's option would not reach the section. */
		if (grammar->modules[i] == NULL)
			cfg_getsec(cfg, grammar->module_names[i])->flags |= CFGF_IGNORE_UNKNOWN;
	}
}
