/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MAILBOX_FILE_H
#define ASSAY_MAILBOX_FILE_H

#include <signal.h>
#include <stdint.h>

/*
 * An open file with its name, shared by all messages in it and closed behind
 * the last of them.
 */
struct as_file {
	int fd;
	uint64_t size;
	unsigned int users;
	char path[];
};

/* What comes through a pipe is held in memory; a mailbox that is larger can
 * be given as a file. */
#define AS_PIPE_BYTES_MAX ((uint64_t)4 << 30)

/*
 * Opens the file `name` below the folder at, shown as path. Regular files
 * only, links are not followed: -ELOOP, -EINVAL.
 */
int as_file_open(int at, const char *name, const char *path, struct as_file **file_out);

/*
 * Takes over a file, pipe or terminal that is open. What is not a regular file
 * is read to its end into a sealed spool: -EFBIG over AS_PIPE_BYTES_MAX, -EINTR
 * when *stop became set. The descriptor is closed in any case.
 */
int as_file_take(int fd, const char *path, const volatile sig_atomic_t *stop,
		 struct as_file **file_out);

struct as_file *as_file_share(struct as_file *file);
/* NULL is allowed. */
void as_file_release(struct as_file *file);

#endif
