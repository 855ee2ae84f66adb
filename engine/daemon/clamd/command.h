/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_COMMAND_H
#define ASSAY_DAEMON_CLAMD_COMMAND_H

#include <assay/span.h>

/*
 * Commands of the clamd protocol, out of octets. Pure.
 *
 * "zNAME\0" and "nNAME\n" name their delimiter, and replies end in the same
 * one. Without a prefix a command is what the client sends at once, up to a
 * line end if there is one.
 */

/* The longest path that Linux takes, and as much again for the command around
 * it. clamd reads up to 64 KiB; no command can use that. */
#define AS_CLAMD_COMMAND_BYTES 8192u

enum as_clamd_framing {
	AS_CLAMD_BARE = 0, /* neither n nor z */
	AS_CLAMD_LINE,
	AS_CLAMD_NUL,
};

enum as_clamd_verb {
	AS_CLAMD_UNKNOWN = 0,
	AS_CLAMD_PING,
	AS_CLAMD_VERSION,
	AS_CLAMD_VERSIONCOMMANDS,
	AS_CLAMD_RELOAD,
	AS_CLAMD_SHUTDOWN,
	AS_CLAMD_STATS,
	AS_CLAMD_SCAN,
	AS_CLAMD_CONTSCAN,
	AS_CLAMD_MULTISCAN,
	AS_CLAMD_ALLMATCHSCAN,
	AS_CLAMD_INSTREAM,
	AS_CLAMD_FILDES,
	AS_CLAMD_IDSESSION,
	AS_CLAMD_END,
};

struct as_clamd_command {
	enum as_clamd_framing framing;
	enum as_clamd_verb verb; /* UNKNOWN also for a known word that must
				    not stand like this */
	struct as_span argument; /* path of the SCAN family, points into the
				    input; not empty there, else empty */
	size_t used;		 /* octets of the command with its delimiter */
};

enum as_clamd_parsed {
	AS_CLAMD_MORE = 0,
	AS_CLAMD_COMMAND,
	AS_CLAMD_TOO_LONG,
};

/* whole: nothing more will come soon, so what stands there without a prefix is
 * the command. command_out is set with AS_CLAMD_COMMAND only. */
enum as_clamd_parsed as_clamd_command_parse(struct as_span in, bool whole,
					    struct as_clamd_command *command_out);

/* The framing that these octets (at least one) begin with. */
enum as_clamd_framing as_clamd_framing_of(struct as_span in);

#endif
