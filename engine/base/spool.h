/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_SPOOL_H
#define ASSAY_BASE_SPOOL_H

#include <assay/span.h>

#include <stdint.h>

/*
 * Octets that travel between processes: a memfd that is sealed before anybody
 * else sees it, so that neither its length nor a single octet can change and a
 * mapping of it cannot fault.
 *
 * A spool is its descriptor; close() it when done.
 */

/* An empty memfd that can grow and be sealed; negated errno on failure. */
int as_spool_open(const char *name, int *fd_out);
/* Writes all of data where the file stands, of any kind of file. */
int as_spool_write(int fd, struct as_span data);
/* Forbids every change. */
int as_spool_seal(int fd);
/* -EPERM unless the descriptor is sealed against writing and resizing. */
int as_spool_check(int fd);

/* All three in one. */
int as_spool_make(const char *name, struct as_span data, int *fd_out);

/* Reads exactly size octets from offset on, of any file: -EIO when it is or has
 * become shorter, or what pread(2) says. */
int as_spool_read(int fd, uint64_t offset, unsigned char *to, size_t size);

/*
 * Makes size octets from offset on readable, whatever the page size. Only what
 * is sealed is mapped. Any other file may change or shrink under us, which
 * would show a parser two contents for one message, or kill the reader of a
 * mapping (SIGBUS): it is copied, once, by pread(2).
 *
 * -EIO: there are fewer octets. -EINVAL: not a regular file. -EOVERFLOW: no
 * file is so large. -ENOMEM, or what pread(2) says.
 */
struct as_mapping {
	struct as_span data; /* what was asked for */
	void *base;	     /* what was mapped or allocated */
	size_t base_size;    /* of a mapping; 0: from malloc() */
};
int as_mapping_open(int fd, uint64_t offset, uint64_t size, struct as_mapping *mapping_out);
void as_mapping_close(struct as_mapping *mapping);

#endif
