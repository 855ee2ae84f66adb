/* SPDX-License-Identifier: BSD-2-Clause */
#include "mailbox/file.h"

#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)64 << 10)

static int make(int fd, uint64_t size, const char *path, struct as_file **file_out)
{
	size_t length = strlen(path);
	struct as_file *file = calloc(1, sizeof(*file) + length + 1);

	if (file == NULL)
		return -ENOMEM;
	file->fd = fd;
	file->size = size;
	file->users = 1;
	memcpy(file->path, path, length + 1);
	*file_out = file;
	return 0;
}

static int take_regular(int fd, const char *path, struct as_file **file_out)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	return make(fd, (uint64_t)st.st_size, path, file_out);
}

int as_file_open(int at, const char *name, const char *path, struct as_file **file_out)
{
	/* Without O_NONBLOCK somebody's FIFO could hold us forever. */
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	int rc;

	if (fd < 0)
		return -errno;
	rc = take_regular(fd, path, file_out);
	if (rc < 0)
		close(fd);
	return rc;
}

static int copy_all(int fd, int spool, const volatile sig_atomic_t *stop, uint64_t *size_out)
{
	unsigned char *piece = malloc(PIECE_BYTES);
	uint64_t size = 0;
	int rc = piece != NULL ? 0 : -ENOMEM;

	while (rc == 0) {
		ssize_t got = stop != NULL && *stop != 0 ? -1 : read(fd, piece, PIECE_BYTES);

		if (stop != NULL && *stop != 0)
			rc = -EINTR;
		else if (got < 0)
			rc = errno == EINTR ? 0 : -errno;
		else if (got == 0)
			break;
		else if ((uint64_t)got > AS_PIPE_BYTES_MAX - size)
			rc = -EFBIG;
		else
			rc = as_spool_write(spool, as_span_make(piece, (size_t)got));
		size += rc == 0 && got > 0 ? (uint64_t)got : 0;
	}
	free(piece);
	*size_out = size;
	return rc;
}

static int take_pipe(int fd, const char *path, const volatile sig_atomic_t *stop,
		     struct as_file **file_out)
{
	uint64_t size = 0;
	int spool = -1;
	int rc;

	rc = as_spool_open("assay-input", &spool);
	if (rc < 0)
		return rc;
	rc = copy_all(fd, spool, stop, &size);
	if (rc == 0)
		rc = as_spool_seal(spool);
	if (rc == 0)
		rc = make(spool, size, path, file_out);
	if (rc < 0)
		close(spool);
	return rc;
}

int as_file_take(int fd, const char *path, const volatile sig_atomic_t *stop,
		 struct as_file **file_out)
{
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0) {
		rc = -errno;
	} else if (S_ISREG(st.st_mode)) {
		rc = make(fd, (uint64_t)st.st_size, path, file_out);
		if (rc == 0)
			return 0;
	} else if (S_ISDIR(st.st_mode)) {
		rc = -EISDIR;
	} else {
		rc = take_pipe(fd, path, stop, file_out);
	}
	close(fd);
	return rc;
}

struct as_file *as_file_share(struct as_file *file)
{
	file->users++;
	return file;
}

void as_file_release(struct as_file *file)
{
	if (file == NULL || --file->users > 0)
		return;
	close(file->fd);
	free(file);
}
