/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/fixed_limits.h"
#include "cli/options.h"
#include "cli/output.h"

#include "policy/json.h"
#include "report/table.h"
#include "report/text.h"

#include <stdio.h>
#include <unistd.h>

#define NUMBER_SIZE 40u

static void format_number(uint64_t value, const char *mark, char out[NUMBER_SIZE])
{
	struct as_buffer text;

	as_buffer_init(&text, 0);
	as_text_number(&text, value);
	snprintf(out, NUMBER_SIZE, "%.*s%s", (int)text.size,
		 text.data != NULL ? (const char *)text.data : "", mark);
	as_buffer_deinit(&text);
}

static void format_value(const struct as_limits *limits, const struct as_limit_info *info,
			 char out[NUMBER_SIZE])
{
	uint64_t value = as_limits_get(limits, info);

	format_number(value, value != info->standard ? " *" : "  ", out);
}

static void print_movable(const struct as_limits *limits, struct as_buffer *out)
{
	struct as_table table = {
		.columns = {{"limit", 0, 0, false},
			    {"value  ", 0, 0, true},
			    {"unit", 0, 0, false},
			    {"reason", 0, 0, false}},
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
		as_table_row(&table,
			     (const struct as_cell[]){
				     {info->name, AS_COLOUR_BOLD},
				     {value, changed ? AS_COLOUR_YELLOW : AS_COLOUR_PLAIN},
				     {info->unit, AS_COLOUR_PLAIN},
				     {info->reason, AS_COLOUR_PLAIN}},
			     out);
	}
}

static void widen(struct as_table *table, const struct as_limit_part *part)
{
	char value[NUMBER_SIZE];

	as_table_widen(table, 0, part->name);
	for (size_t i = 0; i < part->count; i++) {
		format_number(part->limits[i].value, "", value);
		as_table_widen(table, 1, part->limits[i].name);
		as_table_widen(table, 2, value);
		as_table_widen(table, 3, part->limits[i].unit);
	}
}

/* The part stands in each row, so that grep finds all of one. */
static void print_part(const struct as_table *table, const struct as_limit_part *part,
		       struct as_buffer *out)
{
	char value[NUMBER_SIZE];

	for (size_t i = 0; i < part->count; i++) {
		const struct assay_limit *limit = &part->limits[i];

		format_number(limit->value, "", value);
		as_table_row(table,
			     (const struct as_cell[]){{part->name, AS_COLOUR_PLAIN},
						      {limit->name, AS_COLOUR_BOLD},
						      {value, AS_COLOUR_PLAIN},
						      {limit->unit, AS_COLOUR_PLAIN},
						      {limit->reason, AS_COLOUR_PLAIN}},
			     out);
	}
}

static void print_fixed(const struct as_fixed_limits *fixed, struct as_buffer *out)
{
	struct as_table table = {
		.columns = {{"part", 0, 0, false},
			    {"fixed limit", 0, 0, false},
			    {"value", 0, 0, true},
			    {"unit", 0, 0, false},
			    {"reason", 0, 0, false}},
		.count = 5,
		.colour = as_colour_wanted(STDOUT_FILENO),
	};

	for (size_t i = 0; i < fixed->count; i++)
		widen(&table, &fixed->parts[i]);
	as_table_fit(&table, 0);
	as_buffer_byte(out, '\n');
	as_table_head(&table, out);
	for (size_t i = 0; i < fixed->count; i++)
		print_part(&table, &fixed->parts[i], out);
}

/* False for a value that could not be made: a list that lacks one is no answer. */
static bool append(json_t **list, json_t *value)
{
	if (json_array_append_new(*list, value) == 0)
		return true;
	json_decref(*list);
	*list = NULL;
	return false;
}

static json_t *movable_json(const struct as_limits *limits)
{
	json_t *list = json_array();

	for (size_t i = 0; i < as_limit_count; i++) {
		const struct as_limit_info *info = &as_limit_table[i];

		if (!append(&list, json_pack("{s:s,s:I,s:I,s:I,s:I,s:s,s:s}", "name", info->name,
					     "value", (json_int_t)as_limits_get(limits, info),
					     "default", (json_int_t)info->standard, "low",
					     (json_int_t)info->low, "high", (json_int_t)info->high,
					     "unit", info->unit, "reason", info->reason)))
			return NULL;
	}
	return list;
}

static json_t *fixed_json(const struct as_fixed_limits *fixed)
{
	json_t *list = json_array();

	for (size_t i = 0; i < fixed->count; i++) {
		const struct as_limit_part *part = &fixed->parts[i];

		for (size_t j = 0; j < part->count; j++) {
			const struct assay_limit *limit = &part->limits[j];

			if (!append(&list,
				    json_pack("{s:s,s:s,s:I,s:s,s:s}", "part", part->name, "name",
					      limit->name, "value", (json_int_t)limit->value,
					      "unit", limit->unit, "reason", limit->reason)))
				return NULL;
		}
	}
	return list;
}

static int print_json(const struct as_limits *limits, const struct as_fixed_limits *fixed,
		      struct as_buffer *out)
{
	json_t *value =
		json_pack("{s:o,s:o}", "limits", movable_json(limits), "fixed", fixed_json(fixed));
	int rc;

	rc = as_json_write(value, out);
	json_decref(value);
	as_buffer_byte(out, '\n');
	return rc;
}

static int print(const struct as_verb *verb, const struct as_config *config, bool as_json,
		 struct as_buffer *out)
{
	struct as_fixed_limits fixed;
	struct as_error error;
	int rc;

	rc = as_fixed_limits_open(&config->engine, &fixed, &error);
	if (rc < 0) {
		as_complain(verb, "%s", error.text);
		return rc;
	}
	if (as_json) {
		rc = print_json(&config->engine.limits, &fixed, out);
		if (rc < 0)
			as_complain(verb, "%s", as_code_text(rc));
	} else {
		print_movable(&config->engine.limits, out);
		print_fixed(&fixed, out);
	}
	as_fixed_limits_close(&fixed);
	return rc;
}

int as_verb_limits(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	struct as_config *config = NULL;
	struct as_options options;
	struct as_output output;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format))
		return AS_EXIT_FAILED;
	if (!as_options_bare(&options))
		return AS_EXIT_FAILED;
	if (!as_options_config(&options, &config))
		return AS_EXIT_FAILED;
	as_output_init(&output, STDOUT_FILENO);
	status =
		print(verb, config, format == 1, &output.text) < 0 ? AS_EXIT_FAILED : AS_EXIT_QUIET;
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	as_config_free(config);
	return status;
}
