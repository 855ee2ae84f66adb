/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/explain.h"

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/single.h"
#include "report/colour.h"
#include "report/table.h"
#include "report/view.h"

#include <errno.h>
#include <langinfo.h>
#include <unistd.h>

static int print(const struct as_single *single, bool as_json, bool readings)
{
	const char *codeset = nl_langinfo(CODESET);
	const struct as_explain_style style = {
		.colour = as_colour_wanted(STDOUT_FILENO),
		.unicode = codeset != NULL && strcmp(codeset, "UTF-8") == 0,
		.width = as_table_terminal_width(STDOUT_FILENO),
	};
	struct as_span json = as_buffer_span(&single->verdict);
	struct as_output output;
	json_t *verdict = NULL;
	int status, rc = 0;

	as_output_init(&output, STDOUT_FILENO);
	if (as_json) {
		as_buffer_append(&output.text, json.data, json.size);
		as_buffer_byte(&output.text, '\n');
	} else {
		verdict = as_view_open(json);
		rc = verdict == NULL ? AS_E_PROTOCOL
		     : readings	     ? as_explain_readings(verdict, &style, &output.text)
				     : as_explain_draw(verdict, &style, &output.text);
		json_decref(verdict);
	}
	if (rc < 0)
		as_complain(single->verb, "%s", as_code_text(rc));
	status = rc < 0 || single->outcome != AS_OUTCOME_DONE ? AS_EXIT_FAILED
		 : single->action > ASSAY_ACTION_ACCEPT	      ? AS_EXIT_ACTED
							      : AS_EXIT_QUIET;
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	return status;
}

int as_verb_explain(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	struct as_single single = {.verb = verb, .detail = true};
	struct as_options options;
	struct as_config *config;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (options.argument_count != 1) {
		as_complain(verb, "expected one FILE; see assay explain --help");
		return AS_EXIT_FAILED;
	}
	single.path = options.arguments[0];
	single.index = options.index;
	single.stop = as_stop_on_signals();
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	as_buffer_init(&single.verdict, 0);
	if (as_single_inspect(&single, config))
		status = print(&single, format == 1, options.readings);
	as_buffer_deinit(&single.verdict);
	as_config_free(config);
	return status;
}
