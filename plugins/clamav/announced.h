/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_ANNOUNCED_H
#define ASSAY_PLUGINS_CLAMAV_ANNOUNCED_H

#include <assay/plugin.h>

/*
 * What the directories of archives promised, to be held against what libclamav
 * then scanned: a member that is cut at the file-size limit raises no alert
 * there (a 5 MB member was scanned for 0.95 MB of it, and "clean").
 *
 * Names are compared by their last component, because libclamav shows no more
 * of them. Keys are unkeyed 64-bit hashes: whoever finds a collision can hide
 * or cause one limit.bytes for their own mail, nothing else.
 */

/* Members that are remembered; each takes two places of 16 octets. Beyond it
 * only the size limit itself tells that something was cut. */
#define CLAM_ANNOUNCED_MAX 2048u

struct clam_announced {
	struct clam_announced_place *places; /* NULL until the first member */
	size_t count;
};

/* Refused quietly when full or out of memory. */
void clam_announced_push(struct clam_announced *announced, const char *name, uint64_t size);

enum clam_announcement {
	CLAM_ANNOUNCED_NOT = 0, /* no member of that name */
	CLAM_ANNOUNCED_WHOLE,	/* one of that name and size, or all are smaller */
	CLAM_ANNOUNCED_CUT,	/* of that name there are only other sizes, and a
				   larger one */
};

enum clam_announcement clam_announced_find(const struct clam_announced *announced, const char *name,
					   uint64_t size);

void clam_announced_deinit(struct clam_announced *announced);

#endif
