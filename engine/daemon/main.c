/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/check.h"
#include "daemon/supervisor.h"

#include <config.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { EXIT_OK = 0, EXIT_FAULT = 2 };

/* A file that is named from the folder of the start is found after it, too. */
static const char *whole_path(const char *file)
{
	static char path[2 * PATH_MAX];
	char here[PATH_MAX];

	if (file == NULL || file[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return file;
	snprintf(path, sizeof(path), "%s/%s", here, file);
	return path;
}

static const char usage[] =
	"usage: assayd [--check] [--config FILE]\n"
	"       assayd --version | --help\n"
	"\n"
	"Serves mail servers on the sockets that the configuration names; stays in the\n"
	"foreground. SIGHUP loads configuration and signatures anew; SIGTERM answers\n"
	"what is there and ends, a second one ends at once.\n"
	"\n"
	"--check reads the configuration, tries users, folders and sockets, loads every\n"
	"plugin, lets each prove that it detects, starts a worker in its sandbox, and\n"
	"prints every fault and what there is. It disturbs no daemon that runs.\n"
	"\n"
	"Exit status: 0, or 2 when messages could not be inspected.\n";

static int put(const char *text)
{
	return fputs(text, stdout) >= 0 && fflush(stdout) == 0 ? EXIT_OK : EXIT_FAULT;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"check", no_argument, NULL, 'k'},
		{"config", required_argument, NULL, 'c'},
		{"version", no_argument, NULL, 'v'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	const char *file = NULL;
	bool checks = false;
	int which;

	while ((which = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (which) {
		case 'k':
			checks = true;
			break;
		case 'c':
			file = whole_path(optarg);
			break;
		case 'v':
			return put("assayd " PACKAGE_VERSION "\n");
		case 'h':
			return put(usage);
		default:
			return EXIT_FAULT;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return EXIT_FAULT;
	}
	return checks ? as_check_run(file) : as_supervisor_run(file);
}
