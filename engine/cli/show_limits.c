/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"

#include "policy/json.h"
#include "report/table.h"
#include "report/text.h"

#include <stdio.h>
#include <unistd.h>

#define NUMBER_SIZE 40u

static void format_value(const struct as_limits *limits, const struct as_limit_info *info,
			 char out[NUMBER_SIZE])
{
	uint64_t value = as_limits_get(limits, info);
	struct as_buffer text;

	as_buffer_init(&text, 0);
	as_text_number(&text, value);
	snprintf(out, NUMBER_SIZE, "%.*s%s", (int)text.size,
		 text.data != NULL ? (const char *)text.data : "",
		 value != info->standard ? " *" : "  ");
	as_buffer_deinit(&text);
}

static void print_text(const struct as_limits *limits, struct as_buffer *out)
{
	struct as_table table = {
		.columns = { { "limit", 0, 0, false }, { "value  ", 0, 0, true },
			     { "unit", 0, 0, false }, { "reason", 0, 0, false } },
		.count = 4,
		.colour = as_colour_wanted(STDOUT_FILENO),
	};
	char value[NUMBER_SIZE];

	for (size_t i = 0; i < as_limit_count; i++) {
		format_value(limits, &as_limit_table[i], value);
		as_table_widen(&table, 0, as_limit_table[i].name);
		as_table_widen(&table, 1, value);
		as_table_widen(&table, 2, as_limit_table[i].unit);
	}
	as_table_fit(&table, 0);
	as_table_head(&table, out);
	for (size_t i = 0; i < as_limit_count; i++) {
		const struct as_limit_info *info = &as_limit_table[i];
		bool changed = as_limits_get(limits, info) != info->standard;

		format_value(limits, info, value);
		as_table_row(&table, (const struct as_cell[]){
			{ info->name, AS_COLOUR_BOLD },
			{ value, changed ? AS_COLOUR_YELLOW : AS_COLOUR_PLAIN },
			{ info->unit, AS_COLOUR_PLAIN }, { info->reason, AS_COLOUR_PLAIN } }, out);
	}
}

static int print_json(const struct as_limits *limits, struct as_buffer *out)
{
	json_t *list = json_array();
	int rc;

	for (size_t i = 0; i < as_limit_count; i++) {
		const struct as_limit_info *info = &as_limit_table[i];

		json_array_append_new(
			list, json_pack("{s:s,s:I,s:I,s:I,s:I,s:s,s:s}", "name", info->name,
					"value", (json_int_t)as_limits_get(limits, info), "default",
					(json_int_t)info->standard, "low", (json_int_t)info->low,
					"high", (json_int_t)info->high, "unit", info->unit,
					"reason", info->reason));
	}
	rc = as_json_write(list, out);
	json_decref(list);
	as_buffer_byte(out, '\n');
	return rc;
}

int as_verb_limits(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = { "text", "json" };
	struct as_config *config = NULL;
	struct as_options options;
	struct as_output output;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_options_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (options.argument_count > 0) {
		as_complain(verb, "unexpected \"%s\"; see assay limits --help",
			    options.arguments[0]);
		return AS_EXIT_FAILED;
	}
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	as_output_init(&output, STDOUT_FILENO);
	status = AS_EXIT_QUIET;
	if (format == 0)
		print_text(&config->engine.limits, &output.text);
	else if (print_json(&config->engine.limits, &output.text) < 0)
		status = AS_EXIT_FAILED;
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	as_config_free(config);
	return status;
}
