/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Mapping and unmapping costs more than a copy up to here: 7 % of the work on a
 * message of 3 KB. */
#define COPY_BYTES_MAX ((uint64_t)64 * 1024)

#define FROZEN	       (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)
#define SEALS	       (FROZEN | F_SEAL_SEAL)

int as_spool_open(const char *name, int *fd_out)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	*fd_out = fd;
	return 0;
}

int as_spool_write(int fd, struct as_span data)
{
	while (data.size > 0) {
		ssize_t done = write(fd, data.data, data.size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		data = as_span_from(data, (size_t)done);
	}
	return 0;
}

int as_spool_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -errno : 0;
}

int as_spool_check(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals < 0)
		return -errno;
	return (seals & SEALS) == SEALS ? 0 : -EPERM;
}

int as_spool_make(const char *name, struct as_span data, int *fd_out)
{
	int fd = -1;
	int rc;

	rc = as_spool_open(name, &fd);
	if (rc < 0)
		return rc;
	rc = as_spool_write(fd, data);
	if (rc == 0)
		rc = as_spool_seal(fd);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*fd_out = fd;
	return 0;
}

int as_spool_read(int fd, uint64_t offset, unsigned char *to, size_t size)
{
	while (size > 0) {
		ssize_t got = pread(fd, to, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return -EIO;
		to += got;
		size -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

static int copy_small(int fd, uint64_t offset, size_t size, struct as_mapping *mapping_out)
{
	unsigned char *copy = malloc(size);
	int rc;

	if (copy == NULL)
		return -ENOMEM;
	rc = as_spool_read(fd, offset, copy, size);
	if (rc < 0) {
		free(copy);
		return rc;
	}
	*mapping_out = (struct as_mapping){.data = as_span_make(copy, size), .base = copy};
	return 0;
}

/* In memory of its own, which goes back to the kernel as a whole. */
static int copy_large(int fd, uint64_t offset, size_t size, struct as_mapping *mapping_out)
{
	void *copy = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int rc;

	if (copy == MAP_FAILED)
		return -errno;
	rc = as_spool_read(fd, offset, copy, size);
	if (rc < 0) {
		munmap(copy, size);
		return rc;
	}
	*mapping_out = (struct as_mapping){
		.data = as_span_make(copy, size), .base = copy, .base_size = size};
	return 0;
}

static int map_sealed(int fd, uint64_t offset, uint64_t size, struct as_mapping *mapping_out)
{
	uint64_t skip = offset % (uint64_t)sysconf(_SC_PAGESIZE);
	void *base;

	if (size > SIZE_MAX - skip)
		return -EOVERFLOW;
	base = mmap(NULL, (size_t)(size + skip), PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd,
		    (off_t)(offset - skip));
	if (base == MAP_FAILED)
		return -errno;
	*mapping_out = (struct as_mapping){
		.data = as_span_make((unsigned char *)base + skip, (size_t)size),
		.base = base,
		.base_size = (size_t)(size + skip),
	};
	return 0;
}

/* Whether neither an octet nor the length can change any more. */
static bool is_frozen(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals >= 0 && (seals & FROZEN) == FROZEN;
}

int as_mapping_open(int fd, uint64_t offset, uint64_t size, struct as_mapping *mapping_out)
{
	struct stat st;

	if (size == 0) {
		*mapping_out = (struct as_mapping){.data = as_span_make("", 0)};
		return 0;
	}
	if (size > SIZE_MAX || offset > INT64_MAX || size > INT64_MAX - offset)
		return -EOVERFLOW;
	if (fstat(fd, &st) < 0)
		return -errno;
	/* Reading a pipe or a terminal would wait for whoever holds its other
	 * end, and a device has no end. */
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size < 0 || offset + size > (uint64_t)st.st_size)
		return -EIO;
	if (size <= COPY_BYTES_MAX)
		return copy_small(fd, offset, (size_t)size, mapping_out);
	if (is_frozen(fd))
		return map_sealed(fd, offset, size, mapping_out);
	return copy_large(fd, offset, (size_t)size, mapping_out);
}

void as_mapping_close(struct as_mapping *mapping)
{
	if (mapping->base_size == 0)
		free(mapping->base);
	else
		munmap(mapping->base, mapping->base_size);
	*mapping = (struct as_mapping){.base = NULL};
}
