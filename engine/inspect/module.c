/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/module.h"

#include "base/assert.h"
#include "base/log.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Names become file names: letters, digits and hyphen only. */
#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define NAME_LONGEST	32u

/* What load() sees behind struct assay_setup. */
struct setup {
	struct as_module *module;
	const struct as_paths *paths;
};

static bool exists(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0;
}

/* The file of a module, allocated; NULL when it is nowhere. */
static char *find_file(const struct as_paths *paths, const char *name)
{
	char *path = NULL;

	for (size_t i = 0; i < paths->plugin_path_count; i++) {
		if (asprintf(&path, "%s/%s.so", paths->plugin_path[i], name) < 0)
			return NULL;
		if (exists(path))
			return path;
		free(path);
	}
	if (paths->build_dir != NULL) {
		if (asprintf(&path, "%s/plugins/%s/.libs/%s.so", paths->build_dir, name, name) < 0)
			return NULL;
	} else if (asprintf(&path, "%s/%s.so", paths->plugin_dir, name) < 0) {
		return NULL;
	}
	if (exists(path))
		return path;
	free(path);
	return NULL;
}

static int check_plugin(const struct assay_plugin *plugin, const char *path, const char *name,
			struct as_error *error)
{
	if (plugin->abi != ASSAY_PLUGIN_ABI)
		return as_error_set(error, AS_E_PLUGIN,
				    "%s: made for plugin interface %u, this is interface %u: "
				    "build it again with the headers of this version",
				    path, plugin->abi, ASSAY_PLUGIN_ABI);
	if (plugin->size < sizeof(*plugin))
		return as_error_set(error, AS_E_PLUGIN,
				    "%s: its description has %u octets, %zu are needed: build it "
				    "again with the headers of this version",
				    path, plugin->size, sizeof(*plugin));
	if (plugin->name == NULL || strcmp(plugin->name, name) != 0)
		return as_error_set(error, AS_E_PLUGIN,
				    "%s: calls itself \"%s\"; the file of a plugin is named like "
				    "the plugin",
				    path, plugin->name != NULL ? plugin->name : "(nothing)");
	if (plugin->load == NULL ||
	    ((plugin->phases & (ASSAY_IDENTIFY | ASSAY_UNPACK | ASSAY_JUDGE)) != 0 &&
	     plugin->inspect == NULL) ||
	    ((plugin->phases & ASSAY_CONCLUDE) != 0 && plugin->conclude == NULL))
		return as_error_set(error, AS_E_PLUGIN,
				    "%s: names phases that it has no function for", path);
	return 0;
}

int as_module_open(const struct as_paths *paths, const char *name, struct as_module *module_out,
		   struct as_error *error)
{
	const struct assay_plugin *plugin;
	void *handle = NULL;
	char *path = NULL;
	int rc;

	if (name[0] == '\0' || strlen(name) > NAME_LONGEST ||
	    strspn(name, NAME_CHARACTERS) != strlen(name))
		return as_error_set(error, AS_E_PLUGIN,
				    "\"%s\" cannot be the name of a plugin: lower-case letters, "
				    "digits and hyphens only",
				    name);
	path = find_file(paths, name);
	if (path == NULL)
		return as_error_set(
			error, AS_E_PLUGIN,
			"plugin %s: %s.so is neither in %s%s nor in a folder of "
			"plugin_path: install it, name its folder in plugin_path, or take "
			"it out of the configuration",
			name, name, paths->build_dir != NULL ? paths->build_dir : paths->plugin_dir,
			paths->build_dir != NULL ? "/plugins" : "");
	/* Never unmapped: libraries leave callbacks and thread-local data of
	 * their own runtimes behind. */
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (handle == NULL) {
		rc = as_error_set(error, AS_E_PLUGIN, "plugin %s: %s", name, dlerror());
		goto out;
	}
	plugin = dlsym(handle, "assay_plugin");
	if (plugin == NULL) {
		rc = as_error_set(error, AS_E_PLUGIN,
				  "%s: has no symbol assay_plugin: it is not a plugin of Assay",
				  path);
		goto out;
	}
	rc = check_plugin(plugin, path, name, error);
	if (rc < 0)
		goto out;
	*module_out = (struct as_module){.plugin = plugin, .handle = handle, .path = path};
	handle = NULL;
	path = NULL;
out:
	if (handle != NULL)
		dlclose(handle);
	free(path);
	return rc;
}

int as_module_load(struct as_module *module, const struct assay_host *host,
		   const struct as_paths *paths, struct as_error *error)
{
	struct setup setup = {.module = module, .paths = paths};
	int rc;

	rc = module->plugin->load(host, (const struct assay_setup *)(const void *)&setup,
				  &module->state, &module->info);
	if (rc < 0)
		return as_error_set(error, AS_E_PLUGIN, "plugin %s: %s", module->plugin->name,
				    module->info.error[0] != '\0' ? module->info.error
								  : as_code_text(rc));
	module->loaded = true;
	return 0;
}

void as_module_close(struct as_module *module)
{
	if (module->loaded && module->plugin->unload != NULL)
		module->plugin->unload(module->state);
	if (module->handle != NULL)
		dlclose(module->handle);
	for (size_t i = 0; i < module->item_count; i++)
		free(module->items[i]);
	free(module->items);
	free(module->path);
	*module = (struct as_module){.plugin = NULL};
}

const struct assay_setting *as_module_setting(const struct assay_plugin *plugin, const char *key)
{
	for (size_t i = 0; i < plugin->setting_count; i++)
		if (strcmp(plugin->settings[i].key, key) == 0)
			return &plugin->settings[i];
	return NULL;
}

static const struct setup *from_setup(const struct assay_setup *setup)
{
	return (const struct setup *)(const void *)setup;
}

static const struct as_setting_values *configured(const struct assay_setup *setup, const char *key)
{
	const struct as_plugin_settings *settings = from_setup(setup)->module->settings;

	if (settings == NULL)
		return NULL;
	for (size_t i = 0; i < settings->value_count; i++)
		if (strcmp(settings->values[i].key, key) == 0)
			return &settings->values[i];
	return NULL;
}

/* A key that the plugin's own table lacks is a fault of the plugin. */
static const char *standard(const struct assay_setup *setup, const char *key)
{
	const struct assay_setting *setting =
		as_module_setting(from_setup(setup)->module->plugin, key);

	AS_ASSERT(setting != NULL);
	return setting->standard != NULL ? setting->standard : "";
}

static const char *host_string(const struct assay_setup *setup, const char *key)
{
	const struct as_setting_values *values = configured(setup, key);

	if (values != NULL && values->count > 0)
		return values->values[0];
	return standard(setup, key);
}

static int64_t host_int(const struct assay_setup *setup, const char *key)
{
	return strtoll(host_string(setup, key), NULL, 10);
}

static bool host_bool(const struct assay_setup *setup, const char *key)
{
	return strcmp(host_string(setup, key), "true") == 0;
}

static size_t host_count(const struct assay_setup *setup, const char *key)
{
	const struct as_setting_values *values = configured(setup, key);
	size_t count = 0;

	if (values != NULL)
		return values->count;
	for (const char *p = standard(setup, key);; count++) {
		p += strspn(p, " ");
		if (*p == '\0')
			return count;
		p += strcspn(p, " ");
	}
}

/* Items of default lists are promised to live as long as the generation. */
static const char *keep_item(struct as_module *module, const char *text, size_t length)
{
	char **items = realloc(module->items, (module->item_count + 1) * sizeof(*items));
	char *item;

	if (items == NULL)
		return "";
	module->items = items;
	item = strndup(text, length);
	if (item == NULL)
		return "";
	items[module->item_count++] = item;
	return item;
}

static const char *host_item(const struct assay_setup *setup, const char *key, size_t index)
{
	const struct as_setting_values *values = configured(setup, key);
	const char *p;

	if (values != NULL)
		return index < values->count ? values->values[index] : "";
	p = standard(setup, key);
	for (size_t i = 0;; i++) {
		p += strspn(p, " ");
		if (i == index || *p == '\0')
			break;
		p += strcspn(p, " ");
	}
	return keep_item(from_setup(setup)->module, p, strcspn(p, " "));
}

static const char *host_signature_dir(const struct assay_setup *setup)
{
	return from_setup(setup)->paths->signature_dir;
}

void as_module_host(struct assay_host *host)
{
	host->setting_string = host_string;
	host->setting_int = host_int;
	host->setting_bool = host_bool;
	host->setting_count = host_count;
	host->setting_item = host_item;
	host->signature_dir = host_signature_dir;
}
