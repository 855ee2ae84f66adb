/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/batch.h"
#include "cli/client_send.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void on_refused(void *context, const struct as_scanner_job *job, const char *words)
{
	struct as_buffer path;

	as_buffer_init(&path, 0);
	as_buffer_text(&path, job->file);
	if (job->index > 0)
		as_buffer_printf(&path, ":%llu", (unsigned long long)job->index);
	as_buffer_byte(&path, '\0');
	as_batch_tell(context, "", path.failed ? job->file : (const char *)path.data, words);
	as_buffer_deinit(&path);
}

/* A configuration that was named must be right; a socket alone needs none. */
static bool find_endpoint(const struct as_options *options, struct as_endpoint *endpoint_out,
			  uint64_t *copy_bytes_out)
{
	struct as_error error = {.text = ""};
	struct as_config *config = NULL;
	struct as_limits limits;
	int rc;

	as_limits_standard(&limits);
	if (options->socket == NULL || options->config != NULL) {
		if (!as_options_config(options, &config))
			return false;
		limits = config->engine.limits;
	}
	*copy_bytes_out = limits.message_bytes;
	if (options->socket != NULL)
		rc = as_endpoint_parse(options->socket, endpoint_out, &error);
	else
		rc = as_endpoint_of(&config->service, AS_PROTOCOL_HTTP, endpoint_out, &error);
	if (rc < 0)
		as_complain(options->verb, "%s", error.text);
	as_config_free(config);
	return rc == 0;
}

static int run(const struct as_options *options, enum as_row_format format,
	       const struct as_endpoint *endpoint, uint64_t copy_bytes,
	       const volatile sig_atomic_t *stop)
{
	struct as_error error = {.text = ""};
	struct as_batch batch;
	struct as_sender *sender = NULL;
	const struct as_sender_settings settings = {
		.options = options,
		.endpoint = endpoint,
		.clock = &as_clock_system,
		.tell = on_refused,
		.context = &batch,
		.error = &error,
	};
	struct as_inspector inspector = {.submit = as_sender_submit, .poll = as_sender_poll};
	int status = AS_EXIT_FAILED;
	int rc = as_batch_init(&batch, options, format, copy_bytes, stop);

	if (rc == 0)
		rc = as_sender_open(&settings, &sender);
	inspector.context = sender;
	if (rc == 0)
		status = as_batch_run(&batch, &inspector, &error);
	else
		as_complain(options->verb, "%s",
			    error.text[0] != '\0' ? error.text : as_code_text(rc));
	as_sender_close(sender);
	as_batch_deinit(&batch);
	return status;
}

int as_verb_client(const struct as_verb *verb, int argc, char **argv)
{
	const volatile sig_atomic_t *stop;
	struct as_options options;
	struct as_endpoint endpoint;
	enum as_row_format format;
	uint64_t copy_bytes;
	int status = AS_EXIT_FAILED;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_batch_format(&options, &format))
		return AS_EXIT_FAILED;
	stop = as_stop_on_signals();
	if (!find_endpoint(&options, &endpoint, &copy_bytes))
		return AS_EXIT_FAILED;
	return run(&options, format, &endpoint, copy_bytes, stop);
}
