/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/engine.h"

#include "base/log.h"
#include "base/sha256.h"
#include "inspect/scan.h"
#include "mime/mime.h"

#include <errno.h>
#include <stdlib.h>

static int open_one(struct as_engine *engine, const struct as_plugin_settings *settings,
		    struct as_module *module, struct as_error *error)
{
	int rc;

	rc = as_module_open(&engine->settings.paths, settings->name, module, error);
	if (rc < 0)
		return rc;
	module->settings = settings;
	return as_module_load(module, as_scan_host(), &engine->settings.paths, error);
}

static void keep_failed(struct as_engine *engine, const struct as_plugin_settings *settings,
			const struct as_error *error)
{
	struct as_module *failed = &engine->failed[engine->failed_count++];

	as_log(AS_LOG_WARNING, "%s (optional: going on without it)", error->text);
	failed->settings = settings;
	memcpy(failed->failure, error->text, sizeof(failed->failure));
}

static int open_all(struct as_engine *engine, struct as_error *error)
{
	for (size_t i = 0; i < engine->settings.plugin_count; i++) {
		const struct as_plugin_settings *settings = &engine->settings.plugins[i];
		struct as_module module = {.plugin = NULL};
		struct as_error why = {.code = 0};

		if (!settings->enabled)
			continue;
		if (engine->module_count + engine->failed_count == AS_MODULES_MAX)
			return as_error_set(error, AS_E_CONFIG, "more than %u plugins",
					    AS_MODULES_MAX);
		if (open_one(engine, settings, &module, &why) == 0) {
			engine->modules[engine->module_count++] = module;
			continue;
		}
		as_module_close(&module);
		if (!settings->optional)
			return as_error_set(error, why.code, "%s", why.text);
		keep_failed(engine, settings, &why);
	}
	return 0;
}

/* Answers are kept under this: they hold for one set of signatures under one
 * set of limits only. */
static void take_fingerprint(struct as_engine *engine)
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	as_buffer_append(&text, &engine->settings.limits, sizeof(engine->settings.limits));
	for (size_t i = 0; i < engine->module_count; i++) {
		const struct as_module *module = &engine->modules[i];

		as_buffer_printf(&text, "%s %s %llu %llu\n", module->plugin->name,
				 module->info.version, (unsigned long long)module->info.signatures,
				 (unsigned long long)module->info.fingerprint);
	}
	as_sha256(as_buffer_span(&text), engine->fingerprint);
	as_buffer_deinit(&text);
}

int as_engine_open(const struct as_engine_settings *settings, struct as_cache *cache,
		   struct as_engine **engine_out, struct as_error *error)
{
	struct as_engine *engine = calloc(1, sizeof(*engine));
	int rc;

	if (engine == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the engine");
	engine->settings = *settings;
	engine->cache = settings->cache ? cache : NULL;
	rc = as_sha256_init();
	if (rc == 0)
		rc = as_mime_init();
	if (rc < 0) {
		as_error_set(error, rc, "the engine's libraries cannot be used: %s",
			     as_code_text(rc));
		goto out;
	}
	if (settings->smime.enabled)
		rc = as_trust_open(&engine->settings.smime, &engine->trust, error);
	if (rc == 0)
		rc = open_all(engine, error);
	if (rc < 0)
		goto out;
	take_fingerprint(engine);
	*engine_out = engine;
	engine = NULL;
out:
	as_engine_close(engine);
	return rc;
}

void as_engine_close(struct as_engine *engine)
{
	if (engine == NULL)
		return;
	while (engine->module_count > 0)
		as_module_close(&engine->modules[--engine->module_count]);
	as_trust_close(engine->trust);
	free(engine);
}

int as_engine_enter(struct as_engine *engine, const char *temp_dir, uint32_t number,
		    struct as_error *error)
{
	const struct assay_worker worker = {.temp_dir = temp_dir, .number = number};

	for (size_t i = 0; i < engine->module_count; i++) {
		const struct as_module *module = &engine->modules[i];
		int rc;

		if (module->plugin->enter == NULL)
			continue;
		rc = module->plugin->enter(module->state, &worker);
		if (rc < 0)
			return as_error_set(error, AS_E_PLUGIN,
					    "plugin %s cannot be used in a worker: %s",
					    module->plugin->name, as_code_text(rc));
	}
	return 0;
}
