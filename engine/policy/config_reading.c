/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_reading.h"

#include "base/limits.h"

#include <string.h>

const char *as_config_keep(struct as_config *config, const char *text)
{
	const char *copy = as_arena_strdup(&config->memory->arena, text != NULL ? text : "");

	config->memory->failed = config->memory->failed || copy == NULL;
	return copy != NULL ? copy : "";
}

const char *const *as_config_keep_list(struct as_config *config, cfg_opt_t *opt, size_t *count_out)
{
	size_t count = cfg_opt_size(opt);
	const char **list = as_arena_array(&config->memory->arena, count + 1, sizeof(*list));

	*count_out = 0;
	config->memory->failed = config->memory->failed || list == NULL;
	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		list[i] = as_config_keep(config, cfg_opt_getnstr(opt, (unsigned int)i));
	*count_out = count;
	return list;
}

const char *as_config_resolve(struct as_config *config, const char *path)
{
	const char *slash = strrchr(config->file, '/');
	const char *whole;

	if (path[0] == '/' || path[0] == '\0' || slash == NULL)
		return path;
	whole = as_arena_printf(&config->memory->arena, "%.*s/%s", (int)(slash - config->file),
				config->file, path);
	config->memory->failed = config->memory->failed || whole == NULL;
	return whole != NULL ? whole : "";
}

bool as_section_has(const struct as_section *section, const char *key)
{
	return section->cfg != NULL && (cfg_getopt(section->cfg, key)->flags & CFGF_MODIFIED) != 0;
}

size_t as_section_line(const struct as_section *section, const char *key)
{
	if (section->cfg == NULL)
		return 0;
	return as_lines_find(section->reading->lines, section->name, section->ordinal, key);
}

uint64_t as_section_number(const struct as_section *section, const char *key, uint64_t low,
			   uint64_t high, const char *unit)
{
	long int value = cfg_getint(section->cfg, key);

	if (value == AS_OPTION_BAD)
		return low;
	if (value >= 0 && (uint64_t)value >= low && (uint64_t)value <= high)
		return (uint64_t)value;
	as_faults_add(&section->reading->faults, as_section_line(section, key),
		      "%s = %ld: expected %llu to %llu %s", key, value, (unsigned long long)low,
		      (unsigned long long)high, unit);
	return low;
}

uint64_t as_section_size(const struct as_section *section, const char *key, uint64_t low,
			 uint64_t high, const char *range)
{
	const char *text = cfg_getstr(section->cfg, key);
	uint64_t value;

	if (as_limits_parse(text, &value) && value >= low && value <= high)
		return value;
	as_faults_add(&section->reading->faults, as_section_line(section, key),
		      "%s = \"%s\": expected %s", key, text, range);
	return low;
}

const char *as_section_text(const struct as_section *section, const char *key)
{
	return section->cfg != NULL
		       ? as_config_keep(section->reading->config, cfg_getstr(section->cfg, key))
		       : "";
}

bool as_section_flag(const struct as_section *section, const char *key)
{
	return cfg_getbool(section->cfg, key) == cfg_true;
}

const char *const *as_section_list(const struct as_section *section, const char *key,
				   size_t *count_out)
{
	*count_out = 0;
	if (section->cfg == NULL)
		return NULL;
	return as_config_keep_list(section->reading->config, cfg_getopt(section->cfg, key),
				   count_out);
}

void as_section_fault(const struct as_section *section, const char *key, const char *value,
		      const char *expected)
{
	as_faults_add(&section->reading->faults, as_section_line(section, key), "%s = \"%s\": %s",
		      key, value, expected);
}
