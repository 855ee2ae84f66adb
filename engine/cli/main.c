/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

#include "cli/options.h"
#include <config.h>
#include "policy/nearest.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const struct as_verb verbs[] = {
	{"scan", "inspect messages, mailboxes, folders", as_help_scan, as_verb_scan,
	 AS_TAKES_CONFIG | AS_TAKES_LIMIT | AS_TAKES_ENGINE | AS_TAKES_RUN | AS_TAKES_FORMAT |
		 AS_TAKES_NOISE | AS_TAKES_ALL},
	{"explain", "show how one message is taken apart", as_help_explain, as_verb_explain,
	 AS_TAKES_CONFIG | AS_TAKES_LIMIT | AS_TAKES_ENGINE | AS_TAKES_RUN | AS_TAKES_FORMAT |
		 AS_TAKES_NOISE | AS_TAKES_INDEX | AS_TAKES_READINGS},
	{"smime", "verify and open S/MIME, report each layer and signer", as_help_smime,
	 as_verb_smime, AS_TAKES_CONFIG | AS_TAKES_NOISE},
	{"findings", "explain the codes of findings", as_help_findings, as_verb_findings,
	 AS_TAKES_FORMAT},
	{"limits", "print every bound and its reason", as_help_limits, as_verb_limits,
	 AS_TAKES_CONFIG | AS_TAKES_LIMIT | AS_TAKES_FORMAT},
	{"config", "show or check the configuration", as_help_config, as_verb_config,
	 AS_TAKES_CONFIG | AS_TAKES_LIMIT | AS_TAKES_ENGINE},
	{"client", "send messages to the daemon", as_help_client, as_verb_client,
	 AS_TAKES_CONFIG | AS_TAKES_SOCKET | AS_TAKES_SEND | AS_TAKES_FORMAT | AS_TAKES_NOISE |
		 AS_TAKES_ALL},
	{"status", "show the daemon, or else what it would load", as_help_status, as_verb_status,
	 AS_TAKES_CONFIG | AS_TAKES_LIMIT | AS_TAKES_ENGINE | AS_TAKES_RUN | AS_TAKES_FORMAT |
		 AS_TAKES_NOISE | AS_TAKES_SOCKET},
	{"stats", "show what the daemon does", as_help_stats, as_verb_stats,
	 AS_TAKES_CONFIG | AS_TAKES_SOCKET | AS_TAKES_WATCH | AS_TAKES_FORMAT},
	{"reload", "let the daemon load signatures and settings anew", as_help_reload,
	 as_verb_reload, AS_TAKES_CONFIG | AS_TAKES_SOCKET},
	{"drain", "let the daemon answer what it has, and end", as_help_drain, as_verb_drain,
	 AS_TAKES_CONFIG | AS_TAKES_SOCKET},
};
#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static int finish(void)
{
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? AS_EXIT_QUIET : AS_EXIT_FAILED;
}

static int print_help(FILE *out)
{
	fputs("usage: assay VERB [OPTION]... [ARGUMENT]...\n"
	      "\n"
	      "Inspects e-mail: takes each message apart, names each file by what it is, opens\n"
	      "archives, runs YARA and ClamAV, and answers with one verdict per message.\n"
	      "\n",
	      out);
	for (size_t i = 0; i < VERB_COUNT; i++)
		fprintf(out, "  %-10s %s\n", verbs[i].name, verbs[i].sentence);
	fputs("  version    print the version\n"
	      "\n"
	      "assay VERB --help tells more. Try: assay scan FILE\n",
	      out);
	return finish();
}

static int print_version(void)
{
	puts("assay " PACKAGE_VERSION);
	return finish();
}

static int tell_unknown(const char *word)
{
	const char *names[VERB_COUNT + 2];
	const char *near;

	for (size_t i = 0; i < VERB_COUNT; i++)
		names[i] = verbs[i].name;
	names[VERB_COUNT] = "version";
	names[VERB_COUNT + 1] = "help";
	near = as_nearest(word + strspn(word, "-"), names, VERB_COUNT + 2);
	fprintf(stderr, "assay: there is no %s \"%s\"; ", word[0] == '-' ? "option" : "verb", word);
	if (near != NULL)
		fprintf(stderr, "did you mean %s%s?\n", word[0] == '-' ? "--" : "", near);
	else
		fputs("see assay --help\n", stderr);
	return AS_EXIT_FAILED;
}

static const struct as_verb *find(const char *name)
{
	for (size_t i = 0; i < VERB_COUNT; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* assay help [VERB] */
static int help_on(int argc, char **argv)
{
	const struct as_verb *verb;

	if (argc < 3)
		return print_help(stdout);
	verb = find(argv[2]);
	if (verb == NULL)
		return tell_unknown(argv[2]);
	fputs(verb->help, stdout);
	return finish();
}

int main(int argc, char **argv)
{
	const struct as_verb *verb;

	/* For the drawing of trees only; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		print_help(stderr);
		return AS_EXIT_FAILED;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		return help_on(argv[1][0] == '-' ? 0 : argc, argv);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)
		return print_version();
	verb = find(argv[1]);
	if (verb == NULL)
		return tell_unknown(argv[1]);
	return verb->run(verb, argc - 1, argv + 1);
}
