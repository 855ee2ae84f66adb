/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"

#include "policy/nearest.h"

#include <unistd.h>

int as_verb_config(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const actions[] = {"show", "check"};
	struct as_config *config = NULL;
	struct as_options options;
	struct as_output output;
	const char *near, *word;
	int status = AS_EXIT_FAILED;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	word = options.argument_count > 0 ? options.arguments[0] : "";
	if (options.argument_count != 1 ||
	    (strcmp(word, actions[0]) != 0 && strcmp(word, actions[1]) != 0)) {
		near = as_nearest(word, actions, 2);
		as_complain(verb, "expected show or check%s%s%s",
			    near != NULL ? "; did you mean " : "", near != NULL ? near : "",
			    near != NULL ? "?" : "");
		return AS_EXIT_FAILED;
	}
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	as_output_init(&output, STDOUT_FILENO);
	if (strcmp(word, "show") == 0)
		as_config_show(config, &output.text);
	else
		as_buffer_printf(&output.text, "%s: ok\n",
				 config->file[0] != '\0' ? config->file : "no configuration file");
	status = as_output_finish(&output, AS_EXIT_QUIET);
	as_output_deinit(&output);
	as_config_free(config);
	return status;
}
