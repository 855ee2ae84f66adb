/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_OPTIONS_H
#define ASSAY_CLI_OPTIONS_H

#include "base/clock.h"
#include "cli/cli.h"
#include "policy/config.h"

/* Options that a verb takes beside --help. */
enum as_option_set {
	AS_TAKES_CONFIG = 1u << 0,    /* --config */
	AS_TAKES_LIMIT = 1u << 1,     /* --limit */
	AS_TAKES_ENGINE = 1u << 2,    /* --policy, --rules, --clamav-db, --no-PLUGIN */
	AS_TAKES_RUN = 1u << 3,	      /* --jobs, --no-cache, --no-sandbox */
	AS_TAKES_FORMAT = 1u << 4,    /* --format */
	AS_TAKES_NOISE = 1u << 5,     /* --quiet, --verbose */
	AS_TAKES_ALL = 1u << 6,	      /* --all */
	AS_TAKES_INDEX = 1u << 7,     /* --index */
	AS_TAKES_SOCKET = 1u << 8,    /* --socket */
	AS_TAKES_SEND = 1u << 9,      /* --policy, --jobs, --wait, --detail, the envelope */
	AS_TAKES_WATCH = 1u << 10,    /* --watch, --interval */
	AS_TAKES_READINGS = 1u << 11, /* --readings */
};

/* Of one option that may be repeated; a longer list belongs into a file. */
#define AS_REPEATS_MAX 64u

struct as_words {
	const char *items[AS_REPEATS_MAX];
	size_t count;
};

/* How long --wait goes on trying when the daemon has no room, in seconds. */
#define AS_WAIT_STANDARD_S 10u
/* Seconds between two pictures of `assay stats`. */
#define AS_INTERVAL_STANDARD_S 2u

struct as_options {
	const struct as_verb *verb;
	const char *config, *policy;
	const char *format; /* NULL: not given */
	const char *socket; /* NULL: what the configuration says */
	/* Of the message that is sent; NULL: not given. */
	const char *from, *client, *helo, *queue_id, *auth_user;
	struct as_words limits, rules, databases, disabled, recipients;
	uint32_t jobs; /* 0: not given */
	uint32_t wait_s, interval_s;
	bool no_cache, no_sandbox, all, quiet, verbose, detail, watch, readings;
	bool index_given;
	uint64_t index;
	char *const *arguments;
	size_t argument_count;
};

/*
 * Reads the arguments of a verb. True: go on. False: help was printed or a
 * fault was told; *status_out is the exit status.
 */
bool as_arguments_read(const struct as_verb *verb, int argc, char **argv,
		       struct as_options *options_out, int *status_out);

/* "assay VERB: text" on standard error. */
void as_complain(const struct as_verb *verb, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* False, with a word about it, when there are arguments: for verbs without. */
bool as_options_bare(const struct as_options *options);

/* Whether --format has that value; standard is what stands for none. */
bool as_options_format(const struct as_options *options, const char *const *formats, size_t count,
		       size_t *index_out);

/* Loads the configuration and applies the options to it; also sets up the log.
 * Faults are told. The configuration must be freed. */
bool as_options_config(const struct as_options *options, struct as_config **config_out);
/* The same without a word: what is wrong stands in error. */
int as_options_try_config(const struct as_options *options, struct as_config **config_out,
			  struct as_error *error);

#endif
