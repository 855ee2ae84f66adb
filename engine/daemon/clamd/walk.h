/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_WALK_H
#define ASSAY_DAEMON_CLAMD_WALK_H

#include <assay/span.h>

/*
 * A folder and what is below it, one entry after the other, so that the loop
 * of the front can turn in between. Nothing is passed over in silence: what is
 * neither a regular file nor a folder, or cannot be opened, is a fault. Only
 * what has been removed in the meantime is not mentioned.
 */

/* Folders below the first one; each holds a descriptor while it is read. clamd
 * goes 15 deep as well. */
#define AS_CLAMD_WALK_DEPTH_MAX 15u
/* Entries of one request. A spool of unpacked mail has some dozens; ten
 * million empty files would keep a client's request busy for hours. */
#define AS_CLAMD_WALK_ENTRIES_MAX 100000u

struct as_clamd_walk;

enum as_clamd_step {
	AS_CLAMD_STEP_END = 0,
	AS_CLAMD_STEP_FILE,
	AS_CLAMD_STEP_FAULT,
	AS_CLAMD_STEP_PAUSE, /* budget is used up */
};

struct as_clamd_entry {
	struct as_span path; /* valid until the next step */
	int fd;		     /* FILE: the caller's */
	uint64_t size;	     /* FILE */
	int code;	     /* FAULT: negated errno; AS_E_LIMIT: too deep or too
				many entries; -ENOTSUP: another kind of file */
};

/* Takes fd, an open folder, on success. path: as the client wrote it. */
int as_clamd_walk_new(int fd, struct as_span path, struct as_clamd_walk **walk_out);
void as_clamd_walk_free(struct as_clamd_walk *walk);

/* budget: how many entries may be looked at, counted down. */
enum as_clamd_step as_clamd_walk_next(struct as_clamd_walk *walk, uint32_t *budget,
				      struct as_clamd_entry *entry_out);

#endif
