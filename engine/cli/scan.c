/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/batch.h"
#include "cli/cli.h"

static int submit(void *context, const struct as_scanner_job *job)
{
	return as_scanner_submit(context, job);
}

static int poll_scanner(void *context, int timeout_ms, as_scanner_done *done, void *done_context)
{
	return as_scanner_poll(context, timeout_ms, done, done_context);
}

static int run(const struct as_options *options, const struct as_config *config,
	       enum as_row_format format, const volatile sig_atomic_t *stop)
{
	const struct as_scanner_settings settings = {
		.config = config, .generation = 1, .clock = &as_clock_system};
	struct as_inspector inspector = {.submit = submit, .poll = poll_scanner};
	struct as_error error = {.text = ""};
	struct as_scanner *scanner = NULL;
	struct as_batch batch;
	int status = AS_EXIT_FAILED;
	int rc;

	rc = as_batch_init(&batch, options, format, config->engine.limits.message_bytes, stop);
	if (rc == 0)
		rc = as_scanner_open(&settings, &scanner, &error);
	inspector.context = scanner;
	if (rc == 0)
		status = as_batch_run(&batch, &inspector, NULL);
	else
		as_complain(options->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
	as_scanner_close(scanner);
	as_batch_deinit(&batch);
	return status;
}

int as_verb_scan(const struct as_verb *verb, int argc, char **argv)
{
	const volatile sig_atomic_t *stop;
	struct as_options options;
	struct as_config *config = NULL;
	enum as_row_format format;
	int status = AS_EXIT_FAILED;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_batch_format(&options, &format))
		return AS_EXIT_FAILED;
	stop = as_stop_on_signals();
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	status = run(&options, config, format, stop);
	as_config_free(config);
	return status;
}
