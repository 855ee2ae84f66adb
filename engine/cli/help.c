/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"

const char as_help_scan[] =
	"usage: assay scan [OPTION]... PATH|-...\n"
	"\n"
	"Inspects messages, mailbox files, Maildirs, folders, standard input (-).\n"
	"\n"
	"  --format FORMAT     table (default), jsonl: a verdict per line, csv\n"
	"  --all               table: also messages that are not acted on\n"
	"  --quiet, --verbose  less, more on standard error\n"
	"  --config FILE       instead of the installed assay.conf\n"
	"  --policy NAME       the policy to decide by\n"
	"  --jobs N            workers at a time\n"
	"  --limit NAME=VALUE  changes a limit; assay limits lists them\n"
	"  --rules PATH        more YARA rules\n"
	"  --clamav-db PATH    more ClamAV signatures\n"
	"  --no-PLUGIN         without that plugin: --no-clamav\n"
	"  --no-cache          keeps no answers between messages\n"
	"  --no-sandbox        without system call filter and Landlock\n"
	"\n"
	"Exit status: 0 nothing was acted on, 1 something was, 2 not completed.\n";

const char as_help_explain[] =
	"usage: assay explain [OPTION]... FILE|-\n"
	"\n"
	"Shows how one message is taken apart: objects with ranges, types, names,\n"
	"findings with their evidence, time per step, MIME structure.\n"
	"\n"
	"  --index N           message N of a mailbox, counted from 0\n"
	"  --format FORMAT     text (default) or json\n"
	"  --config FILE, --policy NAME, --limit NAME=VALUE, --rules PATH,\n"
	"  --clamav-db PATH, --no-PLUGIN, --no-sandbox, --verbose, --quiet\n"
	"                      as with assay scan\n"
	"\n"
	"Exit status: 0 not acted on, 1 acted on, 2 not completed.\n";

const char as_help_config[] =
	"usage: assay config show|check [--config FILE] [OPTION]...\n"
	"\n"
	"  show    prints the configuration in force, with defaults marked\n"
	"  check   reads it and prints \"ok\" or what is wrong, by file and line\n"
	"\n"
	"  --config FILE       instead of the installed assay.conf\n"
	"  --policy NAME, --limit NAME=VALUE, --rules PATH, --clamav-db PATH,\n"
	"  --no-PLUGIN         as with assay scan\n"
	"\n"
	"Exit status: 0, or 2 when the configuration cannot be used.\n";

const char as_help_limits[] =
	"usage: assay limits [--config FILE] [--limit NAME=VALUE] [--format FORMAT]\n"
	"\n"
	"Prints every bound on what a message may cost, with its reason: first those\n"
	"that can be set, a star behind a value that is not the default, then the\n"
	"fixed ones of each part and plugin.\n"
	"\n"
	"  --config FILE       instead of the installed assay.conf\n"
	"  --limit NAME=VALUE  changes a limit\n"
	"  --format FORMAT     text (default) or json\n";

const char as_help_findings[] =
	"usage: assay findings [--format FORMAT] [CODE|FAMILY]...\n"
	"\n"
	"Explains the codes of findings: all of them, one, or a family such as\n"
	"archive or mime.*. The action is what the built-in policy does.\n"
	"\n"
	"  --format FORMAT     text (default) or json\n"
	"\n"
	"Exit status: 0, or 2 when there is no such code.\n";

const char as_help_status[] =
	"usage: assay status [--config FILE] [--format FORMAT] [OPTION]...\n"
	"\n"
	"Starts the engine and prints what is loaded: plugins, versions, signatures\n"
	"and their age, the sandbox, the temporary folder, the cache.\n"
	"\n"
	"  --format FORMAT     text (default) or json\n"
	"  --config FILE, --policy NAME, --rules PATH, --clamav-db PATH,\n"
	"  --limit NAME=VALUE, --no-PLUGIN, --no-cache, --no-sandbox, --jobs N\n"
	"                      as with assay scan\n"
	"\n"
	"Exit status: 0, or 2 when the engine cannot start.\n";
