/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_WALK_H
#define ASSAY_MAILBOX_WALK_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Everything below a folder, sorted by name, so that two runs see the same
 * order. Links are not followed and file systems not left out.
 *
 * A folder with cur/ and new/ is a Maildir: of it only these two are walked,
 * and below it folders that are Maildirs again (Maildir++ and others); tmp/
 * and the index files of servers hold no messages.
 */

/* Folders in folders: each costs a descriptor. */
#define AS_WALK_DEPTH_MAX 64u
/* Entries of one folder, whose names are sorted in memory. */
#define AS_WALK_ENTRIES_MAX 20000000u

enum as_walk_kind {
	AS_WALK_FILE,
	AS_WALK_SKIPPED, /* nothing to inspect: why says the reason */
	AS_WALK_TROUBLE, /* could not be read: code and why */
};

struct as_walk_entry {
	enum as_walk_kind kind;
	const char *path; /* for people; valid until the next call */
	const char *name; /* below at */
	int at;
	uint64_t size;
	bool is_message; /* by its place in a Maildir */
	int code;
	const char *why;
};

struct as_walk;

/* fd: an open folder, taken over on success. */
int as_walk_open(int fd, const char *path, struct as_walk **walk_out);
void as_walk_close(struct as_walk *walk);
/* 1 and an entry, 0 at the end, or -ENOMEM. */
int as_walk_next(struct as_walk *walk, struct as_walk_entry *entry_out);

#endif
