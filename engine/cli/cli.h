/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CLI_CLI_H
#define ASSAY_CLI_CLI_H

/*
 * The verbs of assay(1). Each parses its own arguments (argv[0] is the verb)
 * and answers with the exit status.
 */
enum as_exit {
	AS_EXIT_QUIET = 0, /* nothing was acted on */
	AS_EXIT_ACTED = 1,
	AS_EXIT_FAILED = 2, /* could not complete */
};

struct as_verb {
	const char *name;
	const char *sentence;
	const char *help; /* fits a screen of 24 lines of 80 */
	int (*run)(const struct as_verb *verb, int argc, char **argv);
	unsigned int options; /* enum as_option_set */
};

int as_verb_scan(const struct as_verb *verb, int argc, char **argv);
int as_verb_explain(const struct as_verb *verb, int argc, char **argv);
int as_verb_config(const struct as_verb *verb, int argc, char **argv);
int as_verb_limits(const struct as_verb *verb, int argc, char **argv);
int as_verb_findings(const struct as_verb *verb, int argc, char **argv);
int as_verb_status(const struct as_verb *verb, int argc, char **argv);
int as_verb_client(const struct as_verb *verb, int argc, char **argv);
int as_verb_reload(const struct as_verb *verb, int argc, char **argv);
int as_verb_drain(const struct as_verb *verb, int argc, char **argv);
int as_verb_smime(const struct as_verb *verb, int argc, char **argv);
int as_verb_stats(const struct as_verb *verb, int argc, char **argv);

/* help.c */
extern const char as_help_scan[], as_help_explain[], as_help_config[], as_help_limits[],
	as_help_findings[], as_help_status[], as_help_client[], as_help_reload[], as_help_drain[],
	as_help_smime[], as_help_stats[];

#endif
