/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_MODULE_H
#define ASSAY_INSPECT_MODULE_H

#include "base/error.h"
#include "inspect/settings.h"

#include <assay/plugin.h>

/*
 * One plugin module: found, opened, checked, loaded. A module is code that
 * runs with the rights of a worker; only folders that the administrator named
 * are looked at.
 */
struct as_module {
	const struct assay_plugin *plugin;
	const struct as_plugin_settings *settings;
	void *handle; /* of dlopen */
	char *path;
	void *state; /* the plugin's own */
	bool loaded;
	char **items; /* items of default lists, as handed out */
	size_t item_count;
	struct assay_loaded info;
	char failure[AS_ERROR_TEXT_MAX]; /* optional ones that failed */
};

/*
 * Opens the module of that name and checks its version, without loading what
 * it needs. AS_E_PLUGIN names file and reason. The module owns its handle.
 */
int as_module_open(const struct as_paths *paths, const char *name, struct as_module *module_out,
		   struct as_error *error);

/* Calls load(). Errors carry the plugin's own text. */
int as_module_load(struct as_module *module, const struct assay_host *host,
		   const struct as_paths *paths, struct as_error *error);

/* Unloads and closes; fine for a module that was never opened. */
void as_module_close(struct as_module *module);

/* The settings part of struct assay_host. */
void as_module_host(struct assay_host *host);

/* The entry of a plugin's table of settings, or NULL. */
const struct assay_setting *as_module_setting(const struct assay_plugin *plugin, const char *key);

#endif
