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
/* Writes all of data at the end. */
int as_spool_write(int fd, struct as_span data);
/* Forbids every change. */
int as_spool_seal(int fd);
/* -EPERM unless the descriptor is sealed against writing and resizing. */
int as_spool_check(int fd);

/* All three in one. */
int as_spool_make(const char *name, struct as_span data, int *fd_out);

/*
 * Makes size octets from offset on readable, whatever the page size: by a copy
 * when they are few, else by a read-only mapping. Works for spools and for
 * ordinary files; those may shrink under us, which is -EIO for a copy, while
 * the reader of a mapping dies of SIGBUS: only workers do this.
 */
struct as_mapping {
	struct as_span data; /* what was asked for */
	void *base;	     /* what was mapped, or the copy */
	size_t base_size;    /* 0 for a copy */
};
int as_mapping_open(int fd, uint64_t offset, uint64_t size, struct as_mapping *mapping_out);
void as_mapping_close(struct as_mapping *mapping);

#endif
