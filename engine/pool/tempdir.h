/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_TEMPDIR_H
#define ASSAY_POOL_TEMPDIR_H

#include "base/error.h"

#include <limits.h>
#include <stdbool.h>

/*
 * The folder of a pool, ROOT/assay-PID-XXXXXX (0700), below which each worker
 * has its own. It is held with flock(2), so that a pool can tell the leftovers
 * of a dead one from the folder of a living one, also of one in another
 * process namespace.
 *
 * What stands below it was written by somebody hostile: every step goes by
 * descriptor and name, no link is followed, and depth costs neither stack nor
 * descriptors.
 */
struct as_tempdir {
	int fd; /* -1: none */
	int root_fd;
	bool tmpfs;
	char root[PATH_MAX];
	char path[PATH_MAX];
};

/*
 * root NULL: the first that is on tmpfs, writable and not nearly full of
 * XDG_RUNTIME_DIR, /dev/shm, TMPDIR, /tmp; else the first that is writable.
 * Removes what dead pools of the same user have left there.
 */
int as_tempdir_open(const char *root, struct as_tempdir *dir_out, struct as_error *error);
void as_tempdir_close(struct as_tempdir *dir);

/* Entries that one emptying removes at most: more take longer than a new
 * worker may, and a worker's own limits stop it far earlier. */
#define AS_TEMPDIR_ENTRIES_MAX 1000000u

/* Removes all below the folder. AS_E_LIMIT: too many entries. */
int as_tempdir_empty(int fd);
/* Makes an empty folder (0700) below fd, whatever stood there before. */
int as_tempdir_make(int fd, const char *name);
int as_tempdir_remove(int fd, const char *name);

#endif
