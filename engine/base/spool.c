/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

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
		if (done < 0)
			return -errno;
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

int as_mapping_open(int fd, uint64_t offset, uint64_t size, struct as_mapping *mapping_out)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t skip = offset % page;
	void *base;

	if (size == 0) {
		*mapping_out = (struct as_mapping){ .data = as_span_make("", 0) };
		return 0;
	}
	if (size > SIZE_MAX - skip || offset > INT64_MAX)
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

void as_mapping_close(struct as_mapping *mapping)
{
	if (mapping->base != NULL)
		munmap(mapping->base, mapping->base_size);
	*mapping = (struct as_mapping){ .base = NULL };
}
