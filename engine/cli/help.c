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
	"  --readings          what each mail client would show, side by side\n"
	"  --index N           message N of a mailbox, counted from 0\n"
	"  --format FORMAT     text (default) or json\n"
	"  --config FILE, --policy NAME, --limit NAME=VALUE, --rules PATH,\n"
	"  --clamav-db PATH, --no-PLUGIN, --no-sandbox, --verbose, --quiet\n"
	"                      as with assay scan\n"
	"\n"
	"Exit status: 0 not acted on, 1 acted on, 2 not completed.\n";

const char as_help_smime[] =
	"usage: assay smime FILE|- [OPTION]...\n"
	"\n"
	"Judges the S/MIME of a message or a CMS object: layers, signers, coverage.\n"
	"\n"
	"  --anchors FILE...   trust anchors, PEM or DER, files or folders\n"
	"  --certs FILE...     intermediate certificates, those of signers\n"
	"  --crls FILE...      certificate revocation lists\n"
	"  --keys FILE...      to decrypt with: PEM or PKCS #12; --password WORD\n"
	"  --revocation MODE   soft (default), hard: must be known, off\n"
	"  --at SECONDS        judges as of that time, since 1970\n"
	"  --allow WORD,...    sha1, rsa1024, dsa, no-address\n"
	"  --partial-chain     an anchor need not be self-signed\n"
	"  --policy OID|any..., --explicit-policy, --inhibit-any, --inhibit-mapping\n"
	"                      certificate policies (RFC 5280 s6.1.1)\n"
	"  --format FORMAT     text (default) or json\n"
	"  --index N           message N of a mailbox, counted from 0\n"
	"  --config FILE       instead of the installed assay.conf; --no-sandbox\n"
	"\n"
	"Exit status: 0 valid, 1 signed but not valid, 2 not completed, 3 no S/MIME.\n";

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
	"usage: assay status [--socket PATH] [--config FILE] [--format FORMAT]\n"
	"\n"
	"Shows the daemon: what is loaded and since when, how the last reload went, its\n"
	"workers, queue, listeners. Without one, starts the engine and shows what is\n"
	"there: plugins, signatures and their age, the sandbox, the cache.\n"
	"\n"
	"  --socket PATH       a socket of the daemon, or http://127.0.0.1:PORT\n"
	"  --config FILE       instead of the installed assay.conf\n"
	"  --format FORMAT     text (default) or json\n"
	"  --quiet, --verbose  less, more on standard error\n"
	"\n"
	"These show the engine and not the daemon; they mean what they mean for scan:\n"
	"  --policy NAME, --rules PATH, --clamav-db PATH, --limit NAME=VALUE, --jobs N,\n"
	"  --no-PLUGIN, --no-cache, --no-sandbox\n"
	"\n"
	"Exit status: 0, or 2 when no daemon answers and the engine cannot start.\n";

const char as_help_client[] =
	"usage: assay client [OPTION]... PATH|-...\n"
	"\n"
	"Sends messages, mailboxes, folders, standard input (-) to the daemon and prints\n"
	"its verdicts as assay scan does.\n"
	"\n"
	"  --socket PATH       its HTTP socket, or http://127.0.0.1:PORT\n"
	"  --config FILE       where to look for the socket, not the installed assay.conf\n"
	"  --format FORMAT     table (default), jsonl: a verdict per line, csv\n"
	"  --all               table: also messages that are not acted on\n"
	"  --quiet, --verbose  less, more on standard error\n"
	"  --from ADDRESS      envelope: MAIL FROM\n"
	"  --to ADDRESS        RCPT TO; may be repeated\n"
	"  --client ADDRESS    the host that sent it; --helo NAME its HELO\n"
	"  --auth-user NAME    who authenticated; --queue-id ID the mail server's id\n"
	"  --policy NAME       a policy of the daemon, to decide by\n"
	"  --detail            verdicts with trees, ranges and times\n"
	"  --jobs N            messages at a time (4)\n"
	"  --wait SECONDS      how long to try while the daemon has no room (10)\n"
	"\n"
	"Exit status: 0 nothing was acted on, 1 something was, 2 not completed.\n";

const char as_help_stats[] =
	"usage: assay stats [--watch] [--interval SECONDS] [--socket PATH]\n"
	"\n"
	"Shows what the daemon does: messages by action, latencies, queue, workers, the\n"
	"most frequent findings, listeners; from its start on.\n"
	"\n"
	"  --watch             again and again, what happened since the last time; on a\n"
	"                      terminal in its place, until q or Ctrl-C\n"
	"  --interval SECONDS  between two times (2)\n"
	"  --socket PATH       a socket of the daemon, or http://127.0.0.1:PORT\n"
	"  --config FILE       where to look for the socket, not the installed assay.conf\n"
	"  --format FORMAT     text (default) or prometheus: the counters as they are\n"
	"\n"
	"Exit status: 0, or 2 when no daemon answers.\n";

const char as_help_reload[] =
	"usage: assay reload [--socket PATH] [--config FILE]\n"
	"\n"
	"Lets the daemon read its configuration, rules and signatures anew, and waits.\n"
	"New messages get them once every plugin has found its own test sample. If\n"
	"anything is wrong, says what, and nothing changes: the old ones stay in force.\n"
	"\n"
	"  --socket PATH       the control socket of the daemon\n"
	"  --config FILE       where to look for the socket, not the installed assay.conf\n"
	"\n"
	"Exit status: 0, or 2 when the old ones stay or no daemon answers.\n";

const char as_help_drain[] =
	"usage: assay drain [--socket PATH] [--config FILE]\n"
	"\n"
	"Lets the daemon take no new messages, answer those it has, and end.\n"
	"\n"
	"  --socket PATH       the control socket of the daemon\n"
	"  --config FILE       where to look for the socket, not the installed assay.conf\n"
	"\n"
	"Exit status: 0, or 2 when no daemon answers.\n";
