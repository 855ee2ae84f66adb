/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"

#include "inspect/codes.h"
#include "inspect/words.h"
#include "policy/json.h"
#include "policy/nearest.h"
#include "policy/policy.h"
#include "report/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The two families that have a member per signature and per rule. */
static const char *const open_families[] = {"malware.name", "yara.name"};
#define FAMILY_COUNT (sizeof(open_families) / sizeof(open_families[0]))
#define PATTERN_SIZE 256u

static const struct as_code_info *entry_at(size_t index)
{
	return index < as_code_count ? as_code_at(index)
				     : as_code_find(open_families[index - as_code_count]);
}

static enum assay_action action_of(const struct as_code_info *info)
{
	const struct as_policy *policy = as_policy_builtin();
	const struct as_finding finding = {
		.code = info->code, .info = info, .severity = info->severity};
	enum assay_action action = as_policy_finding(policy, &finding);

	if (info->effect == AS_EFFECT_INCOMPLETE && action < policy->incomplete)
		return policy->incomplete;
	return action;
}

/* A code, a pattern (mime.*), or the name of a family (mime). */
static bool matches(const struct as_code_info *info, const char *word)
{
	char pattern[PATTERN_SIZE];

	if (as_code_matches(info->code, word) || as_code_find(word) == info)
		return true;
	snprintf(pattern, sizeof(pattern), "%s.*", word);
	return as_code_matches(info->code, pattern);
}

static bool is_wanted(const struct as_options *options, const struct as_code_info *info)
{
	for (size_t i = 0; i < options->argument_count; i++)
		if (matches(info, options->arguments[i]))
			return true;
	return options->argument_count == 0;
}

static void tell_missing(const struct as_verb *verb, const char *word)
{
	const char **codes = calloc(as_code_count, sizeof(*codes));
	const char *near = NULL;

	for (size_t i = 0; codes != NULL && i < as_code_count; i++)
		codes[i] = as_code_at(i)->code;
	if (codes != NULL)
		near = as_nearest(word, codes, as_code_count);
	if (near != NULL)
		as_complain(verb, "there is no finding \"%s\"; did you mean %s?", word, near);
	else
		as_complain(verb, "there is no finding \"%s\"; assay findings lists them", word);
	free(codes);
}

static bool all_exist(const struct as_options *options)
{
	for (size_t w = 0; w < options->argument_count; w++) {
		bool found = false;

		for (size_t i = 0; i < as_code_count + FAMILY_COUNT && !found; i++)
			found = matches(entry_at(i), options->arguments[w]);
		if (!found) {
			tell_missing(options->verb, options->arguments[w]);
			return false;
		}
	}
	return true;
}

static void print_text(const struct as_options *options, struct as_buffer *out)
{
	struct as_table table = {
		.columns = {{"finding", 0, 0, false},
			    {"severity", 0, 0, false},
			    {"action", 10, 0, false},
			    {"meaning", 0, 0, false}},
		.count = 4,
		.colour = as_colour_wanted(STDOUT_FILENO),
	};
	struct as_buffer meaning;

	for (size_t i = 0; i < as_code_count + FAMILY_COUNT; i++)
		if (is_wanted(options, entry_at(i)))
			as_table_widen(&table, 0, entry_at(i)->code);
	as_table_fit(&table, 0);
	as_table_head(&table, out);
	as_buffer_init(&meaning, 0);
	for (size_t i = 0; i < as_code_count + FAMILY_COUNT; i++) {
		const struct as_code_info *info = entry_at(i);
		const char *severity = as_severity_name(info->severity);
		const char *action = as_action_name(action_of(info));

		if (!is_wanted(options, info))
			continue;
		as_buffer_clear(&meaning);
		as_buffer_printf(&meaning, "%s%s", info->sentence,
				 info->effect == AS_EFFECT_INCOMPLETE
					 ? " Not everything was inspected."
					 : "");
		as_buffer_byte(&meaning, '\0');
		if (meaning.failed)
			break;
		as_table_row(
			&table,
			(const struct as_cell[]){{info->code, AS_COLOUR_BOLD},
						 {severity, as_colour_of_severity(severity)},
						 {action, as_colour_of_action(action)},
						 {(const char *)meaning.data, AS_COLOUR_PLAIN}},
			out);
	}
	out->failed |= meaning.failed;
	as_buffer_deinit(&meaning);
}

static int print_json(const struct as_options *options, struct as_buffer *out)
{
	json_t *list = json_array();
	int rc;

	for (size_t i = 0; i < as_code_count + FAMILY_COUNT; i++) {
		const struct as_code_info *info = entry_at(i);

		if (!is_wanted(options, info))
			continue;
		json_array_append_new(
			list, json_pack("{s:s,s:s,s:b,s:s,s:s}", "code", info->code, "severity",
					as_severity_name(info->severity), "incomplete",
					(int)(info->effect == AS_EFFECT_INCOMPLETE), "action",
					as_action_name(action_of(info)), "text", info->sentence));
	}
	rc = as_json_write(list, out);
	json_decref(list);
	as_buffer_byte(out, '\n');
	return rc;
}

int as_verb_findings(const struct as_verb *verb, int argc, char **argv)
{
	static const char *const formats[] = {"text", "json"};
	struct as_options options;
	struct as_output output;
	int status = AS_EXIT_FAILED;
	size_t format;

	if (!as_arguments_read(verb, argc, argv, &options, &status))
		return status;
	if (!as_options_format(&options, formats, sizeof(formats) / sizeof(formats[0]), &format) ||
	    !all_exist(&options))
		return AS_EXIT_FAILED;
	as_output_init(&output, STDOUT_FILENO);
	status = AS_EXIT_QUIET;
	if (format == 0)
		print_text(&options, &output.text);
	else if (print_json(&options, &output.text) < 0)
		status = AS_EXIT_FAILED;
	status = as_output_finish(&output, status);
	as_output_deinit(&output);
	return status;
}
