/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/output.h"
#include "cli/remote.h"
#include "report/text.h"
#include "report/view.h"

#include <string.h>
#include <unistd.h>

/* A generation has five minutes to load, and another reload may be under way
 * whose end this one waits for. */
#define RELOAD_MS (2 * 300 * 1000L + 60 * 1000L)

struct control {
	const struct as_verb *verb;
	struct as_endpoint endpoint;
	struct as_remote_reply reply;
	struct as_error error;
};

/* Finds the control socket and makes the call. False when it was told why
 * there is no answer of the wanted kind; *refused_out then says whether the
 * daemon itself refused. */
static bool call(struct control *control, const struct as_options *options, const char *path,
		 long timeout_ms, bool *refused_out)
{
	static const enum as_protocol protocol = AS_PROTOCOL_CONTROL;
	struct as_error configuration = {.text = ""};
	size_t count = 0;

	*refused_out = false;
	if (as_endpoints_find(options, &protocol, 1, &control->endpoint, &count, &configuration) <
	    0) {
		as_complain(control->verb, "%s", configuration.text);
		return false;
	}
	if (as_remote_call(&control->endpoint, "POST", path, timeout_ms, &control->reply,
			   &control->error) == 0) {
		*refused_out = control->reply.status >= 300;
		return !*refused_out;
	}
	if (configuration.text[0] != '\0')
		as_complain(control->verb, "%s", configuration.text);
	as_complain(control->verb, "%s", control->error.text);
	return false;
}

/* "12,345 signatures", or nothing when the daemon does not say. */
static void put_signatures(const json_t *status, struct as_buffer *out)
{
	const json_t *plugins = as_view_member(status, "generation", "plugins", NULL);
	uint64_t sum = 0;

	for (size_t i = 0; i < json_array_size(plugins); i++)
		sum += as_view_number(json_array_get(plugins, i), "signatures", NULL);
	if (sum == 0)
		return;
	as_text_number(out, sum);
	as_buffer_text(out, " signatures, ");
}

static json_t *ask_status(struct control *control)
{
	struct as_error error;

	if (as_remote_call(&control->endpoint, "GET", "/v1/status", AS_REMOTE_ASK_MS,
			   &control->reply, &error) < 0 ||
	    control->reply.status != 200)
		return NULL;
	return as_view_open(as_buffer_span(&control->reply.body));
}

static int tell_success(struct control *control, uint64_t us)
{
	json_t *answer = as_view_open(as_buffer_span(&control->reply.body));
	uint64_t generation = as_view_number(answer, "generation", NULL);
	struct as_output output;
	json_t *status;
	int exit_status;

	json_decref(answer);
	if (generation == 0) {
		as_complain(control->verb, "%s: the answer is not that of a daemon",
			    control->endpoint.text);
		return AS_EXIT_FAILED;
	}
	status = ask_status(control);
	as_output_init(&output, STDOUT_FILENO);
	as_buffer_printf(&output.text,
			 "generation %llu is in use: ", (unsigned long long)generation);
	put_signatures(status, &output.text);
	as_text_duration(&output.text, us);
	as_buffer_byte(&output.text, '\n');
	json_decref(status);
	exit_status = as_output_finish(&output, AS_EXIT_QUIET);
	as_output_deinit(&output);
	return exit_status;
}

static int tell_refusal(struct control *control)
{
	struct as_buffer words;
	uint64_t generation;
	json_t *status;

	as_buffer_init(&words, 0);
	as_remote_problem(control->reply.status, as_buffer_span(&control->reply.body), &words);
	as_complain(control->verb, "%.*s", (int)words.size,
		    words.data != NULL ? (const char *)words.data : "");
	as_buffer_deinit(&words);
	if (control->reply.status == 403 || control->reply.status == 404)
		return AS_EXIT_FAILED;
	status = ask_status(control);
	generation = as_view_number(status, "generation", "id", NULL);
	if (generation > 0)
		as_complain(control->verb,
			    "nothing was changed: the old rules stay in force (generation %llu)",
			    (unsigned long long)generation);
	else
		as_complain(control->verb, "nothing was changed: the old rules stay in force");
	json_decref(status);
	return AS_EXIT_FAILED;
}

/* Reads the arguments of a verb that takes none. */
static bool open_control(struct control *control, struct as_options *options,
			 const struct as_verb *verb, int argc, char **argv, int *status_out)
{
	*control = (struct control){.verb = verb};
	as_remote_reply_init(&control->reply);
	if (!as_arguments_read(verb, argc, argv, options, status_out))
		return false;
	*status_out = AS_EXIT_FAILED;
	return as_options_bare(options);
}

int as_verb_reload(const struct as_verb *verb, int argc, char **argv)
{
	uint64_t start = as_clock_us(&as_clock_system);
	struct as_options options;
	struct control control;
	bool refused;
	int status;

	if (open_control(&control, &options, verb, argc, argv, &status)) {
		if (call(&control, &options, "/v1/reload", RELOAD_MS, &refused))
			status = tell_success(&control, as_clock_us(&as_clock_system) - start);
		else if (refused)
			status = tell_refusal(&control);
	}
	as_remote_reply_deinit(&control.reply);
	return status;
}

int as_verb_drain(const struct as_verb *verb, int argc, char **argv)
{
	struct as_options options;
	struct as_output output;
	struct control control;
	bool refused;
	int status;

	if (open_control(&control, &options, verb, argc, argv, &status)) {
		if (call(&control, &options, "/v1/drain", AS_REMOTE_ASK_MS, &refused)) {
			as_output_init(&output, STDOUT_FILENO);
			as_buffer_text(&output.text, "the daemon takes no new messages, answers "
						     "those it has, and ends\n");
			status = as_output_finish(&output, AS_EXIT_QUIET);
			as_output_deinit(&output);
		} else if (refused) {
			as_remote_refusal(&control.endpoint, &control.reply, &control.error);
			as_complain(verb, "%s", control.error.text);
		}
	}
	as_remote_reply_deinit(&control.reply);
	return status;
}
