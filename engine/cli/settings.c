/* SPDX-License-Identifier: BSD-2-Clause */
/* From options to a configuration. */
#include "cli/options.h"

#include "base/log.h"
#include "policy/nearest.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Adds a file or folder to a list of a plugin. The path is made absolute:
 * those of the configuration are meant from where its file stands. */
static int add_paths(struct as_config *config, const struct as_words *words, const char *option,
		     const char *plugin, const char *key, struct as_error *error)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < words->count; i++) {
		char *whole = realpath(words->items[i], NULL);

		if (whole == NULL)
			return as_error_set(error, -errno, "%s %s: %s", option, words->items[i],
					    as_code_text(-errno));
		rc = as_config_plugin_value(config, plugin, key, whole, true, error);
		free(whole);
	}
	return rc;
}

static int disable(const struct as_options *options, struct as_config *config,
		   struct as_error *error)
{
	for (size_t i = 0; i < options->disabled.count; i++) {
		const char *name = options->disabled.items[i];
		const char *names[AS_REPEATS_MAX];
		const char *near;
		size_t count = 0;

		if (as_config_disable(config, name, error) == 0)
			continue;
		for (size_t p = 0; p < config->engine.plugin_count && count < AS_REPEATS_MAX - 2;
		     p++)
			names[count++] = config->engine.plugins[p].name;
		names[count++] = "cache";
		names[count++] = "sandbox";
		near = as_nearest(name, names, count);
		return as_error_set(error, -ENOENT, "unknown option --no-%s%s%s%s", name,
				    near != NULL ? "; did you mean --no-"
						 : ": there is no plugin of that name",
				    near != NULL ? near : "", near != NULL ? "?" : "");
	}
	return 0;
}

static int apply(const struct as_options *options, struct as_config *config, struct as_error *error)
{
	int rc = disable(options, config, error);

	for (size_t i = 0; rc == 0 && i < options->limits.count; i++)
		rc = as_config_limit(config, options->limits.items[i], error);
	if (rc == 0)
		rc = add_paths(config, &options->rules, "--rules", "yara", "extra_rules", error);
	if (rc == 0)
		rc = add_paths(config, &options->databases, "--clamav-db", "clamav",
			       "extra_databases", error);
	/* The policy of a message that is sent is one of the daemon's. */
	if (rc == 0 && options->policy != NULL && (options->verb->options & AS_TAKES_ENGINE) != 0)
		rc = as_config_use_policy(config, options->policy, error);
	if (options->jobs > 0)
		config->workers = options->jobs;
	if (options->no_cache)
		config->engine.cache = false;
	if (options->no_sandbox)
		config->sandbox = false;
	return rc;
}

/* People who watch want what went wrong; --verbose gives what the file says. */
static void set_up_log(const struct as_options *options, const struct as_config *config)
{
	enum as_log_level level = config->log_level;

	if (options->quiet)
		level = AS_LOG_ERROR;
	else if (!options->verbose && level > AS_LOG_WARNING)
		level = AS_LOG_WARNING;
	as_log_configure(&(const struct as_log_settings){
		.fd = STDERR_FILENO,
		.level = level,
		.format = config->log_format,
		.process = options->verb->name,
		.clock = &as_clock_system,
	});
}

int as_options_try_config(const struct as_options *options, struct as_config **config_out,
			  struct as_error *error)
{
	struct as_config_sources sources = {.file = options->config};
	struct as_config *config = NULL;
	int rc;

	as_paths_standard(&sources.paths);
	rc = as_config_load(&sources, &config, error);
	if (rc == 0)
		rc = apply(options, config, error);
	if (rc < 0) {
		if (error->text[0] == '\0')
			as_error_set(error, rc, "%s", as_code_text(rc));
		as_config_free(config);
		return rc;
	}
	set_up_log(options, config);
	*config_out = config;
	return 0;
}

bool as_options_config(const struct as_options *options, struct as_config **config_out)
{
	struct as_error error = {.text = ""};

	if (as_options_try_config(options, config_out, &error) == 0)
		return true;
	as_complain(options->verb, "%s", error.text);
	return false;
}
