/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/smime_options.h"

#include "cli/options.h"
#include "policy/nearest.h"
#include "policy/smime_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum takes {
	TAKES_NOTHING, /* sets a flag */
	TAKES_WORD,
	TAKES_WORDS, /* all up to the next option */
};

/* Where the values of an option go: one of the three. */
struct option {
	const char *name;
	enum takes takes;
	bool *flag;
	const char **word;
	struct as_smime_words *words;
};

#define OPTION_COUNT 18u

struct reading {
	const struct as_verb *verb;
	struct as_smime_options *out;
	struct option options[OPTION_COUNT];
	struct as_smime_words files;
	struct as_smime_words *last; /* of the option that took the last word */
	const char *format, *index, *at;
	bool help;
};

static void list_options(struct reading *reading)
{
	struct as_smime_options *o = reading->out;
	const struct option options[OPTION_COUNT] = {
		{"anchors", TAKES_WORDS, NULL, NULL, &o->anchors},
		{"certs", TAKES_WORDS, NULL, NULL, &o->certs},
		{"crls", TAKES_WORDS, NULL, NULL, &o->crls},
		{"keys", TAKES_WORDS, NULL, NULL, &o->keys},
		{"policy", TAKES_WORDS, NULL, NULL, &o->policies},
		{"allow", TAKES_WORDS, NULL, NULL, &o->allow},
		{"password", TAKES_WORD, NULL, &o->password, NULL},
		{"revocation", TAKES_WORD, NULL, &o->revocation, NULL},
		{"at", TAKES_WORD, NULL, &reading->at, NULL},
		{"config", TAKES_WORD, NULL, &o->config, NULL},
		{"format", TAKES_WORD, NULL, &reading->format, NULL},
		{"index", TAKES_WORD, NULL, &reading->index, NULL},
		{"partial-chain", TAKES_NOTHING, &o->partial_chain, NULL, NULL},
		{"explicit-policy", TAKES_NOTHING, &o->explicit_policy, NULL, NULL},
		{"inhibit-any", TAKES_NOTHING, &o->inhibit_any, NULL, NULL},
		{"inhibit-mapping", TAKES_NOTHING, &o->inhibit_mapping, NULL, NULL},
		{"no-sandbox", TAKES_NOTHING, &o->no_sandbox, NULL, NULL},
		{"help", TAKES_NOTHING, &reading->help, NULL, NULL},
	};

	memcpy(reading->options, options, sizeof(options));
}

static bool push(const struct reading *reading, struct as_smime_words *words, const char *word)
{
	if (words->count < AS_SMIME_WORDS_MAX) {
		words->items[words->count++] = word;
		return true;
	}
	as_complain(reading->verb, "more than %u files for one option: name their folder instead",
		    AS_SMIME_WORDS_MAX);
	return false;
}

static const struct option *find_option(const struct reading *reading, const char *name,
					size_t length)
{
	const char *names[OPTION_COUNT];
	char word[64];
	const char *near;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		names[i] = reading->options[i].name;
		if (strlen(names[i]) == length && strncmp(names[i], name, length) == 0)
			return &reading->options[i];
	}
	snprintf(word, sizeof(word), "%.*s", (int)(length < 60 ? length : 60), name);
	near = as_nearest(word, names, OPTION_COUNT);
	as_complain(reading->verb, "unknown option --%s%s%s%s", word,
		    near != NULL ? "; did you mean --" : "; see assay smime --help",
		    near != NULL ? near : "", near != NULL ? "?" : "");
	return NULL;
}

/* "--" ends the words of an option, and all options. */
static bool is_option(const char *word)
{
	return word[0] == '-' && word[1] == '-';
}

/* One option with what belongs to it; *at moves behind its last word. */
static bool read_option(struct reading *reading, int argc, char **argv, int *at)
{
	const char *name = argv[*at] + 2;
	size_t length = strcspn(name, "=");
	const char *value = name[length] == '=' ? name + length + 1 : NULL;
	const struct option *option = find_option(reading, name, length);

	if (option == NULL)
		return false;
	++*at;
	if (option->takes == TAKES_NOTHING) {
		*option->flag = true;
		if (value != NULL)
			as_complain(reading->verb, "--%s takes no value", option->name);
		return value == NULL;
	}
	if (value == NULL && *at < argc && !is_option(argv[*at]))
		value = argv[(*at)++];
	if (value == NULL) {
		as_complain(reading->verb, "--%s: expected a value behind it", option->name);
		return false;
	}
	if (option->takes == TAKES_WORD) {
		*option->word = value;
		return true;
	}
	if (!push(reading, option->words, value))
		return false;
	while (name[length] != '=' && *at < argc && !is_option(argv[*at]))
		if (!push(reading, option->words, argv[(*at)++]))
			return false;
	reading->last = *at == argc ? option->words : NULL;
	return true;
}

static bool read_words(struct reading *reading, int argc, char **argv)
{
	int at = 1;

	while (at < argc && strcmp(argv[at], "--") != 0) {
		if (strcmp(argv[at], "-h") == 0) {
			reading->help = true;
			return true;
		}
		if (is_option(argv[at]) ? !read_option(reading, argc, argv, &at)
					: !push(reading, &reading->files, argv[at++]))
			return false;
	}
	for (at++; at < argc; at++)
		if (!push(reading, &reading->files, argv[at]))
			return false;
	return true;
}

static bool take_file(struct reading *reading)
{
	struct as_smime_words *files = &reading->files;

	if (files->count == 0 && reading->last != NULL && reading->last->count > 1)
		files->items[files->count++] = reading->last->items[--reading->last->count];
	if (files->count == 1) {
		reading->out->file = files->items[0];
		return true;
	}
	as_complain(reading->verb, "expected one FILE; see assay smime --help");
	return false;
}

static bool read_number(const struct reading *reading, const char *option, const char *text,
			long long low, long long *value_out)
{
	char *end = NULL;

	errno = 0;
	*value_out = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *value_out >= low)
		return true;
	as_complain(reading->verb, "--%s %s: expected a whole number%s", option, text,
		    strcmp(option, "at") == 0 ? ", seconds since 1970" : " from 0 on");
	return false;
}

static bool take_values(struct reading *reading)
{
	struct as_smime_options *out = reading->out;
	long long number;

	if (reading->format != NULL && strcmp(reading->format, "json") != 0 &&
	    strcmp(reading->format, "text") != 0) {
		as_complain(reading->verb, "--format %s: expected text or json", reading->format);
		return false;
	}
	out->as_json = reading->format != NULL && strcmp(reading->format, "json") == 0;
	if (reading->index != NULL) {
		if (!read_number(reading, "index", reading->index, 0, &number))
			return false;
		out->index = (uint64_t)number;
	}
	if (reading->at != NULL) {
		if (!read_number(reading, "at", reading->at, INT64_MIN + 1, &number))
			return false;
		out->at = number;
		out->at_given = true;
	}
	return true;
}

bool as_smime_options_read(const struct as_verb *verb, int argc, char **argv,
			   struct as_smime_options *options_out, int *status_out)
{
	struct reading reading = {.verb = verb, .out = options_out};

	*options_out = (struct as_smime_options){.file = NULL};
	*status_out = AS_EXIT_FAILED;
	list_options(&reading);
	if (!read_words(&reading, argc, argv))
		return false;
	if (reading.help) {
		fputs(verb->help, stdout);
		*status_out = fflush(stdout) == 0 ? AS_EXIT_QUIET : AS_EXIT_FAILED;
		return false;
	}
	return take_values(&reading) && take_file(&reading);
}

static bool allow_word(const struct as_verb *verb, const char *word, size_t length, uint32_t *allow)
{
	char text[32];
	uint32_t bit;

	snprintf(text, sizeof(text), "%.*s", (int)(length < 31 ? length : 31), word);
	if (!as_smime_allow_find(text, &bit)) {
		as_complain(verb, "--allow %s: expected sha1, rsa1024, dsa or no-address", text);
		return false;
	}
	*allow |= bit;
	return true;
}

static bool apply_allow(const struct as_verb *verb, const struct as_smime_words *words,
			uint32_t *allow)
{
	for (size_t i = 0; i < words->count; i++)
		for (const char *p = words->items[i]; *p != '\0';) {
			size_t length = strcspn(p, ",");

			if (length > 0 && !allow_word(verb, p, length, allow))
				return false;
			p += length + (p[length] == ',');
		}
	return true;
}

static void replace(const struct as_smime_words *words, const char *const **items, size_t *count)
{
	if (words->count == 0)
		return;
	*items = words->items;
	*count = words->count;
}

static bool apply_words(const struct as_verb *verb, const struct as_smime_options *options,
			struct as_smime_settings *smime)
{
	for (size_t i = 0; i < options->policies.count; i++)
		if (!as_smime_policy_valid(options->policies.items[i])) {
			as_complain(verb, "--policy %s: expected object identifiers or any",
				    options->policies.items[i]);
			return false;
		}
	if (options->revocation != NULL &&
	    !as_smime_revocation_find(options->revocation, &smime->revocation)) {
		as_complain(verb, "--revocation %s: expected soft, hard or off",
			    options->revocation);
		return false;
	}
	return apply_allow(verb, &options->allow, &smime->allow);
}

bool as_smime_options_apply(const struct as_verb *verb, const struct as_smime_options *options,
			    struct as_config *config)
{
	struct as_smime_settings *smime = &config->engine.smime;

	smime->enabled = true;
	replace(&options->anchors, &smime->anchors, &smime->anchor_count);
	replace(&options->certs, &smime->certs, &smime->cert_count);
	replace(&options->crls, &smime->crls, &smime->crl_count);
	replace(&options->keys, &smime->keys, &smime->key_count);
	replace(&options->policies, &smime->policies, &smime->policy_count);
	if (options->password != NULL) {
		smime->password = options->password;
		smime->password_file = NULL;
	}
	smime->partial_chain = smime->partial_chain || options->partial_chain;
	smime->explicit_policy = smime->explicit_policy || options->explicit_policy;
	smime->inhibit_any = smime->inhibit_any || options->inhibit_any;
	smime->inhibit_mapping = smime->inhibit_mapping || options->inhibit_mapping;
	smime->at_set = options->at_given;
	smime->at = options->at;
	config->engine.plugin_count = 0;
	config->engine.cache = false;
	config->workers = 1;
	config->sandbox = config->sandbox && !options->no_sandbox;
	return apply_words(verb, options, smime);
}
