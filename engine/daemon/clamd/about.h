/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_ABOUT_H
#define ASSAY_DAEMON_CLAMD_ABOUT_H

#include "base/buffer.h"

/*
 * What VERSION, VERSIONCOMMANDS and STATS say, in the forms that clients take
 * apart. Pure: status is what as_front_status_json() writes.
 */

/* The clamd whose protocol this is. */
#define AS_CLAMD_SPOKEN "1.4.6"

/*
 * "ClamAV 1.4.6/27831/Wed Aug  1 08:43:37 2018" with the engine, the daily
 * database and its time (UTC) of the clamav plugin. Monitors match exactly
 * this and compare the database with the newest one, so these have to be true:
 * without official databases it is "ClamAV 1.4.6 (Assay 0.1.0)", like a clamd
 * that knows of none.
 */
void as_clamd_version(struct as_span status, const char *assay, char *out, size_t size);

struct as_clamd_abilities {
	bool reload, paths, descriptors;
};
/* "VERSION| COMMANDS: SCAN ...": the commands that do something here. */
bool as_clamd_commands(const char *version, const struct as_clamd_abilities *abilities,
		       struct as_buffer *out);

struct as_clamd_load {
	bool ready;
	uint32_t tasks, jobs; /* of the listener, and how many may be */
	uint64_t spool_bytes, spool_max_bytes;
	uint64_t keepalive_ms;
	uint64_t generation;
	const char *assay; /* version */
};
/* Lines from POOLS to END, the last without a line end. clamd speaks of
 * threads: these are workers; its pools of memory are the spools. */
bool as_clamd_stats(struct as_span status, const struct as_clamd_load *load, struct as_buffer *out);

#endif
