/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_PACK_H
#define ASSAY_CORPUS_PACK_H

#include "bytes.h"

#include <stdbool.h>

/* Containers that libarchive writes, with fixed times and owners. */
struct co_entry {
	const char *name;
	const struct co_bytes *content;
	bool executable;
};

/*
 * format: "7zip", "ustar", "newc" (cpio), "arbsd" (ar), "raw"; filter: NULL,
 * "gzip", "bzip2", "xz", "zstd", "lzma".
 */
struct co_bytes *co_pack(const char *format, const char *filter, const struct co_entry *entries,
			 size_t count);
struct co_bytes *co_pack_one(const char *format, const char *filter, const char *name,
			     const struct co_bytes *content);

/* An xz stream whose header asks its reader for a dictionary of 4 GiB. */
struct co_bytes *co_xz_greedy(const struct co_bytes *content);

#endif
