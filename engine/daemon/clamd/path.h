/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_DAEMON_CLAMD_PATH_H
#define ASSAY_DAEMON_CLAMD_PATH_H

#include "base/error.h"

#include <stddef.h>

/*
 * Opening what a client names, below the folders that the configuration
 * allows. The folders are opened once, at the start; from then on the kernel
 * resolves every name beneath them (openat2(2) with RESOLVE_BENEATH), without
 * symbolic links, so that no exchange of a folder in mid-resolution and no
 * ".." leads outside.
 */
struct as_clamd_root {
	char *path; /* without slashes at its end */
	size_t length;
	int fd; /* O_PATH */
};

struct as_clamd_roots {
	struct as_clamd_root *items;
	size_t count;
};

int as_clamd_roots_open(const char *const *paths, size_t count, struct as_clamd_roots *roots_out,
			struct as_error *error);
void as_clamd_roots_close(struct as_clamd_roots *roots);

/* *fd_out is the caller's. -EACCES: not below a root; -ELOOP, -EXDEV: a
 * symbolic link or a way out; others as openat2(2). Never waits for a FIFO. */
int as_clamd_roots_find(const struct as_clamd_roots *roots, const char *path, int *fd_out);

/* name in the folder dir; it must have no slash that leads outside. */
int as_clamd_open_below(int dir, const char *name, int *fd_out);

#endif
