/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_STORE_STORE_H
#define ASSAY_STORE_STORE_H

#include "base/error.h"

#include <assay/span.h>

#include <stdint.h>

/*
 * Quarantined messages in a folder:
 *
 *     DIR/2026-11-22/ID.eml     the octets as they were received
 *     DIR/2026-11-22/ID.json    the verdict, with the envelope
 *
 * A message is there when its .json is there: both files are written under
 * temporary names, synced, renamed (.eml first), then the folders are synced.
 * Only after that does as_store_put() return 0. Storing an id a second time
 * replaces the first, so a request may be repeated.
 */
struct as_store;

/* Opens the folder and makes it (0700) when it is missing. Removes temporary
 * files that a store which died has left. The error is for people. */
int as_store_open(const char *path, struct as_store **store_out, struct as_error *error);
void as_store_close(struct as_store *store);

struct as_store_message {
	const char *id;	  /* letters and digits only, else -EINVAL */
	uint64_t wall_us; /* when it came; names the folder of the day (UTC) */
	int fd;		  /* the octets */
	uint64_t offset, size;
	struct as_span verdict; /* one line of JSON, without the line end */
};

/* -ENOSPC, -EDQUOT, -EIO, ...: nothing is left behind. Blocks on the disk. */
int as_store_put(struct as_store *store, const struct as_store_message *message);

#endif
