/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/watch.h"

#include "policy/config_memory.h"

#include <stdio.h>
#include <stdlib.h>

/* Where the clamav plugin looks without `databases`; configure knows better. */
#ifndef ASSAY_CLAMAV_DB
#define ASSAY_CLAMAV_DB "/var/lib/clamav"
#endif

static void add_setting(struct as_watch *watch, const struct as_module *module,
			const struct as_setting_values *values)
{
	const struct assay_setting *setting = as_module_setting(module->plugin, values->key);

	if (setting == NULL ||
	    (setting->kind != ASSAY_SETTING_PATH && setting->kind != ASSAY_SETTING_PATHS))
		return;
	for (size_t i = 0; i < values->count; i++)
		as_watch_add(watch, values->values[i]);
}

static void add_plugin(struct as_watch *watch, const struct as_module *module,
		       const struct as_plugin_settings *settings)
{
	if (module == NULL || !settings->enabled)
		return;
	for (size_t i = 0; i < settings->value_count; i++)
		add_setting(watch, module, &settings->values[i]);
}

static void add_shipped(struct as_watch *watch, const char *signature_dir)
{
	static const char *const folders[] = {"clamav", "policy", "yara"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path;

		if (asprintf(&path, "%s/%s", signature_dir, folders[i]) < 0)
			continue;
		as_watch_add(watch, path);
		free(path);
	}
}

static void add_all(struct as_watch *watch, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		as_watch_add(watch, paths[i]);
}

static void add_smime(struct as_watch *watch, const struct as_smime_settings *smime)
{
	if (!smime->enabled)
		return;
	add_all(watch, smime->anchors, smime->anchor_count);
	add_all(watch, smime->certs, smime->cert_count);
	add_all(watch, smime->crls, smime->crl_count);
	add_all(watch, smime->keys, smime->key_count);
}

uint32_t as_watch_config(struct as_watch *watch, const struct as_config *config)
{
	const struct as_config_memory *memory = config->memory;

	as_watch_begin(watch);
	as_watch_add(watch, config->file);
	for (size_t i = 0; i < memory->module_count; i++)
		add_plugin(watch, memory->open[i], &memory->settings[i]);
	add_smime(watch, &config->engine.smime);
	add_shipped(watch, config->engine.paths.signature_dir);
	as_watch_add(watch, ASSAY_CLAMAV_DB);
	return as_watch_end(watch);
}
