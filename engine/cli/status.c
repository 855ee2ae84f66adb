/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/status.h"

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/remote.h"
#include "cli/status_page.h"
#include "policy/json.h"
#include "pool/scanner.h"
#include "report/colour.h"
#include "report/view.h"

#include <config.h>
#include <errno.h>
#include <stdio.h>
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
		.smime = as_view_member(loaded, "smime", NULL),
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

static int run(const struct as_options *options, const struct as_config *config, bool as_json,
	       const char *absent)
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
	if (rc == 0 && !as_json && absent[0] != '\0')
		as_buffer_printf(&output.text, "daemon         %s\n", absent);
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

/* What changes the engine asks about the engine. */
static bool asks_engine(const struct as_options *options)
{
	return options->policy != NULL || options->limits.count > 0 || options->rules.count > 0 ||
	       options->databases.count > 0 || options->disabled.count > 0 || options->jobs > 0 ||
	       options->no_cache || options->no_sandbox;
}

static int print_daemon(struct as_span body, const struct as_endpoint *endpoint, bool as_json)
{
	json_t *daemon = as_view_open(body);
	struct as_output output;
	int status;

	as_output_init(&output, STDOUT_FILENO);
	if (as_json) {
		as_buffer_append(&output.text, body.data, body.size);
		if (body.size == 0 || body.data[body.size - 1] != '\n')
			as_buffer_byte(&output.text, '\n');
	} else {
		as_status_page_draw(daemon, endpoint->text,
				    as_clock_wall_us(&as_clock_system) / 1000000u,
				    as_colour_wanted(STDOUT_FILENO), &output.text);
	}
	json_decref(daemon);
	status = as_output_finish(&output, AS_EXIT_QUIET);
	as_output_deinit(&output);
	return status;
}

static bool is_absent(int rc)
{
	return rc == -ENOENT || rc == -ECONNREFUSED || rc == -ENOTDIR || rc == -EACCES;
}

/*
 * False when no daemon can be asked; absent then has words for that. One that
 * answers oddly is there, and so is one whose socket was named: then the
 * complaint is the answer.
 */
static bool ask_daemon(const struct as_options *options, bool as_json, char *absent,
		       size_t absent_size, int *status_out)
{
	static const enum as_protocol protocols[] = {AS_PROTOCOL_CONTROL, AS_PROTOCOL_HTTP};
	struct as_endpoint endpoints[AS_ENDPOINTS_MAX] = {{.text = ""}};
	const struct as_endpoint *endpoint;
	struct as_remote_reply reply;
	struct as_error error = {.text = ""};
	size_t count = 0;
	int rc;

	as_remote_reply_init(&reply);
	rc = as_endpoints_find(options, protocols, 2, endpoints, &count, &error);
	if (rc == 0)
		rc = as_remote_ask(endpoints, count, "/v1/status", &reply, &endpoint, &error);
	if (rc == 0)
		*status_out = print_daemon(as_buffer_span(&reply.body), endpoint, as_json);
	as_remote_reply_deinit(&reply);
	if (rc == 0)
		return true;
	if (options->socket == NULL && is_absent(rc)) {
		if (count > 0)
			snprintf(absent, absent_size, "%s at %s%s%s",
				 rc == -EACCES ? "may not be asked" : "none answers",
				 endpoints[0].text, count > 1 ? " or " : "", endpoints[1].text);
		return false;
	}
	as_complain(options->verb, "%s", error.text);
	*status_out = AS_EXIT_FAILED;
	return true;
}

int as_verb_status(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	char absent[2 * AS_SOCKET_PATH_SIZE + 64] = "";
	struct as_config *config = NULL;
	struct as_options options;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (!as_options_bare(&options))
		return AS_EXIT_FAILED;
	as_stop_on_signals();
	if (!asks_engine(&options) &&
	    ask_daemon(&options, format == 1, absent, sizeof(absent), &status))
		return status;
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	status = run(&options, config, format == 1, absent);
	as_config_free(config);
	return status;
}
