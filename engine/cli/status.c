/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/status.h"

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "policy/json.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/view.h"

#include <config.h>
#include <errno.h>
#include <unistd.h>

static int print(const struct as_config *config, const struct as_scanner *scanner, bool as_json,
		 struct as_buffer *out)
{
	json_t *loaded = as_view_open(as_scanner_status(scanner));
	struct as_cache_counters cache;
	struct as_pool_state state;
	struct as_status status;
	json_t *value;
	int rc = 0;

	as_pool_describe(as_scanner_pool(scanner), &state);
	as_scanner_cache(scanner, &cache);
	status = (struct as_status){
		.version = PACKAGE_VERSION,
		.config_file = config->file,
		.policy = config->policy->name,
		.sandbox = state.sandbox,
		.sandboxed = state.seccomp && state.landlock_abi > 0,
		.temp_dir = state.temp_root,
		.temp_is_tmpfs = state.temp_is_tmpfs,
		.workers = state.wanted,
		.cache_slots = cache.slots,
		.plugins = as_view_member(loaded, "plugins", NULL),
		.now = as_clock_wall_us(&as_clock_system) / 1000000u,
	};
	if (as_json) {
		value = as_status_json(&status);
		rc = as_json_write(value, out);
		json_decref(value);
		as_buffer_byte(out, '\n');
	} else {
		as_status_draw(&status, as_colour_wanted(STDOUT_FILENO), out);
	}
	json_decref(loaded);
	return rc;
}

static int run(const struct as_options *options, const struct as_config *config, bool as_json)
{
	const struct as_scanner_settings settings = {
		.config = config, .generation = 1, .clock = &as_clock_system};
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;
	struct as_output output;
	int status = AS_EXIT_QUIET;
	int rc;

	as_output_init(&output, STDOUT_FILENO);
	rc = as_scanner_open(&settings, &scanner, &error);
	if (rc == 0)
		rc = print(config, scanner, as_json, &output.text);
	if (rc < 0) {
		as_complain(options->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
		status = AS_EXIT_FAILED;
	}
	as_scanner_close(scanner);
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	return status;
}

int as_verb_status(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	struct as_config *config = NULL;
	struct as_options options;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_options_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (!as_options_bare(&options))
		return AS_EXIT_FAILED;
	as_stop_on_signals();
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	status = run(&options, config, format == 1);
	as_config_free(config);
	return status;
}
