/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/options.h"

#include "policy/nearest.h"
#include "pool/pool.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* An hour: who waits longer has forgotten it. */
#define SECONDS_MAX 3600u

enum {
	OPT_HELP = 256,
	OPT_CONFIG,
	OPT_LIMIT,
	OPT_POLICY,
	OPT_RULES,
	OPT_DATABASE,
	OPT_JOBS,
	OPT_NO_CACHE,
	OPT_NO_SANDBOX,
	OPT_FORMAT,
	OPT_QUIET,
	OPT_VERBOSE,
	OPT_ALL,
	OPT_INDEX,
	OPT_SOCKET,
	OPT_FROM,
	OPT_TO,
	OPT_CLIENT,
	OPT_HELO,
	OPT_QUEUE_ID,
	OPT_AUTH_USER,
	OPT_WAIT,
	OPT_DETAIL,
	OPT_WATCH,
	OPT_INTERVAL,
	OPT_READINGS,
};

static const struct {
	struct option option;
	unsigned int set; /* 0: for all verbs */
} all_options[] = {
	{{"help", no_argument, NULL, OPT_HELP}, 0},
	{{"config", required_argument, NULL, OPT_CONFIG}, AS_TAKES_CONFIG},
	{{"limit", required_argument, NULL, OPT_LIMIT}, AS_TAKES_LIMIT},
	{{"policy", required_argument, NULL, OPT_POLICY}, AS_TAKES_ENGINE | AS_TAKES_SEND},
	{{"rules", required_argument, NULL, OPT_RULES}, AS_TAKES_ENGINE},
	{{"clamav-db", required_argument, NULL, OPT_DATABASE}, AS_TAKES_ENGINE},
	{{"jobs", required_argument, NULL, OPT_JOBS}, AS_TAKES_RUN | AS_TAKES_SEND},
	{{"no-cache", no_argument, NULL, OPT_NO_CACHE}, AS_TAKES_RUN},
	{{"no-sandbox", no_argument, NULL, OPT_NO_SANDBOX}, AS_TAKES_RUN},
	{{"format", required_argument, NULL, OPT_FORMAT}, AS_TAKES_FORMAT},
	{{"quiet", no_argument, NULL, OPT_QUIET}, AS_TAKES_NOISE},
	{{"verbose", no_argument, NULL, OPT_VERBOSE}, AS_TAKES_NOISE},
	{{"all", no_argument, NULL, OPT_ALL}, AS_TAKES_ALL},
	{{"index", required_argument, NULL, OPT_INDEX}, AS_TAKES_INDEX},
	{{"socket", required_argument, NULL, OPT_SOCKET}, AS_TAKES_SOCKET},
	{{"from", required_argument, NULL, OPT_FROM}, AS_TAKES_SEND},
	{{"to", required_argument, NULL, OPT_TO}, AS_TAKES_SEND},
	{{"client", required_argument, NULL, OPT_CLIENT}, AS_TAKES_SEND},
	{{"helo", required_argument, NULL, OPT_HELO}, AS_TAKES_SEND},
	{{"queue-id", required_argument, NULL, OPT_QUEUE_ID}, AS_TAKES_SEND},
	{{"auth-user", required_argument, NULL, OPT_AUTH_USER}, AS_TAKES_SEND},
	{{"wait", required_argument, NULL, OPT_WAIT}, AS_TAKES_SEND},
	{{"detail", no_argument, NULL, OPT_DETAIL}, AS_TAKES_SEND},
	{{"watch", no_argument, NULL, OPT_WATCH}, AS_TAKES_WATCH},
	{{"interval", required_argument, NULL, OPT_INTERVAL}, AS_TAKES_WATCH},
	{{"readings", no_argument, NULL, OPT_READINGS}, AS_TAKES_READINGS},
};
#define OPTION_COUNT (sizeof(all_options) / sizeof(all_options[0]))

void as_complain(const struct as_verb *verb, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "assay %s: ", verb->name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static size_t select_options(const struct as_verb *verb, struct option *list)
{
	size_t count = 0;

	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (all_options[i].set == 0 || (all_options[i].set & verb->options) != 0)
			list[count++] = all_options[i].option;
	list[count] = (struct option){NULL, 0, NULL, 0};
	return count;
}

static bool add_word(const struct as_options *options, struct as_words *words, const char *option,
		     const char *word)
{
	const struct as_verb *verb = options->verb;

	if (words->count == AS_REPEATS_MAX) {
		as_complain(verb, "more than %u times %s%s", AS_REPEATS_MAX, option,
			    words == &options->recipients ? ""
							  : ": put it into a configuration file");
		return false;
	}
	words->items[words->count++] = word;
	return true;
}

static bool read_number(const struct as_verb *verb, const char *option, const char *text,
			uint64_t low, uint64_t high, uint64_t *value_out)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < low ||
	    value > high) {
		as_complain(verb, "%s %s: expected a number from %llu to %llu", option, text,
			    (unsigned long long)low, (unsigned long long)high);
		return false;
	}
	*value_out = value;
	return true;
}

/* Option names are literals, so the list can be words for "did you mean". */
static void tell_unknown(const struct as_verb *verb, const struct option *list, size_t count,
			 const char *given)
{
	const char *names[OPTION_COUNT];
	const char *near = NULL;
	char word[64];

	for (size_t i = 0; i < count; i++)
		names[i] = list[i].name;
	if (strncmp(given, "--", 2) == 0) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(given + 2, "="), given + 2);
		near = as_nearest(word, names, count);
	}
	if (near != NULL)
		as_complain(verb, "unknown option %s; did you mean --%s?", given, near);
	else
		as_complain(verb, "unknown option %s; see assay %s --help", given, verb->name);
}

/* Options whose value is kept as it is given; NULL for others. */
static const char **text_option(struct as_options *options, int which)
{
	switch (which) {
	case OPT_CONFIG:
		return &options->config;
	case OPT_POLICY:
		return &options->policy;
	case OPT_FORMAT:
		return &options->format;
	case OPT_SOCKET:
		return &options->socket;
	case OPT_FROM:
		return &options->from;
	case OPT_CLIENT:
		return &options->client;
	case OPT_HELO:
		return &options->helo;
	case OPT_QUEUE_ID:
		return &options->queue_id;
	case OPT_AUTH_USER:
		return &options->auth_user;
	default:
		return NULL;
	}
}

static bool read_small(const struct as_verb *verb, const char *option, const char *text,
		       uint32_t low, uint32_t high, uint32_t *value_out)
{
	uint64_t value;

	if (!read_number(verb, option, text, low, high, &value))
		return false;
	*value_out = (uint32_t)value;
	return true;
}

static bool take_value(struct as_options *options, int which, const char *value)
{
	const struct as_verb *verb = options->verb;
	const char **text = text_option(options, which);

	if (text != NULL) {
		*text = value;
		return true;
	}
	switch (which) {
	case OPT_LIMIT:
		return add_word(options, &options->limits, "--limit", value);
	case OPT_RULES:
		return add_word(options, &options->rules, "--rules", value);
	case OPT_DATABASE:
		return add_word(options, &options->databases, "--clamav-db", value);
	case OPT_TO:
		return add_word(options, &options->recipients, "--to", value);
	case OPT_JOBS:
		return read_small(verb, "--jobs", value, 1, AS_POOL_WORKERS_MAX, &options->jobs);
	case OPT_WAIT:
		return read_small(verb, "--wait", value, 0, SECONDS_MAX, &options->wait_s);
	case OPT_INTERVAL:
		return read_small(verb, "--interval", value, 1, SECONDS_MAX, &options->interval_s);
	default:
		options->index_given = true;
		return read_number(verb, "--index", value, 0, UINT64_MAX, &options->index);
	}
}

static bool take_flag(struct as_options *options, int which)
{
	switch (which) {
	case OPT_NO_CACHE:
		options->no_cache = true;
		return true;
	case OPT_READINGS:
		options->readings = true;
		return true;
	case OPT_NO_SANDBOX:
		options->no_sandbox = true;
		return true;
	case OPT_QUIET:
		options->quiet = true;
		return true;
	case OPT_VERBOSE:
		options->verbose = true;
		return true;
	case OPT_ALL:
		options->all = true;
		return true;
	case OPT_DETAIL:
		options->detail = true;
		return true;
	case OPT_WATCH:
		options->watch = true;
		return true;
	default:
		return false;
	}
}

/* --no-PLUGIN: whether there is such a plugin, the configuration knows. */
static bool take_unknown(struct as_options *options, const struct option *list, size_t count,
			 const char *given)
{
	if ((options->verb->options & AS_TAKES_ENGINE) != 0 && strncmp(given, "--no-", 5) == 0 &&
	    given[5] != '\0' && strchr(given, '=') == NULL)
		return add_word(options, &options->disabled, "--no-PLUGIN", given + 5);
	tell_unknown(options->verb, list, count, given);
	return false;
}

bool as_arguments_read(const struct as_verb *verb, int argc, char **argv,
		       struct as_options *options_out, int *status_out)
{
	struct as_options options = {
		.verb = verb, .wait_s = AS_WAIT_STANDARD_S, .interval_s = AS_INTERVAL_STANDARD_S};
	struct option list[OPTION_COUNT + 1];
	size_t count = select_options(verb, list);
	bool ok = true;
	int which;

	*status_out = AS_EXIT_FAILED;
	opterr = 0;
	optind = 0;
	while (ok && (which = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
		char letter[] = {'-', (char)optopt, '\0'};

		if (which == 'h' || which == OPT_HELP) {
			*status_out = fputs(verb->help, stdout) >= 0 && fflush(stdout) == 0
					      ? AS_EXIT_QUIET
					      : AS_EXIT_FAILED;
			return false;
		}
		if (which == ':') {
			as_complain(verb, "%s needs a value", argv[optind - 1]);
			return false;
		}
		if (which == '?')
			ok = take_unknown(&options, list, count,
					  optopt > 0 && optopt < 128 ? letter : argv[optind - 1]);
		else if (!take_flag(&options, which))
			ok = take_value(&options, which, optarg);
	}
	options.arguments = argv + optind;
	options.argument_count = (size_t)(argc - optind);
	*options_out = options;
	return ok;
}

bool as_options_bare(const struct as_options *options)
{
	if (options->argument_count == 0)
		return true;
	as_complain(options->verb, "unexpected \"%s\"; see assay %s --help", options->arguments[0],
		    options->verb->name);
	return false;
}

bool as_options_format(const struct as_options *options, const char *const *formats, size_t count,
		       size_t *index_out)
{
	struct as_buffer known;

	*index_out = 0;
	if (options->format == NULL)
		return true;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(formats[i], options->format) == 0) {
			*index_out = i;
			return true;
		}
	}
	as_buffer_init(&known, 0);
	for (size_t i = 0; i < count; i++)
		as_buffer_printf(&known, "%s%s",
				 i == 0		  ? ""
				 : i + 1 == count ? " or "
						  : ", ",
				 formats[i]);
	as_complain(options->verb, "there is no format \"%s\": expected %.*s", options->format,
		    (int)known.size, (const char *)known.data);
	as_buffer_deinit(&known);
	return false;
}
