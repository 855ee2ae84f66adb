/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_CORPUS_ZIP_H
#define ASSAY_CORPUS_ZIP_H

#include "bytes.h"

#include <stdbool.h>

/*
 * A ZIP writer (APPNOTE.TXT 6.3.10) that can also leave out, repeat and
 * contradict, which libraries refuse to do. Members are written in order;
 * co_zip_end() writes the central directory.
 */
enum {
	CO_ZIP_STORE = 1u << 0,
	CO_ZIP_WIDE = 1u << 1,	     /* ZIP64 sizes in both headers */
	CO_ZIP_LOCKED = 1u << 2,     /* flag and octets as of ZipCrypto */
	CO_ZIP_DESCRIPTOR = 1u << 3, /* sizes behind the data */
	CO_ZIP_HIDDEN = 1u << 4,     /* no entry in the central directory */
};

#define CO_ZIP_MEMBERS 64u

struct co_zip_member {
	const char *name; /* of the central directory */
	uint32_t crc;
	uint64_t packed, unpacked;
	size_t at; /* of the local header */
	unsigned int method, bits;
	unsigned int flags;
};

struct co_zip {
	struct co_bytes *out;
	struct co_zip_member members[CO_ZIP_MEMBERS];
	size_t count;
};

/* What packed octets are said to unpack to. */
struct co_zip_unpacked {
	uint64_t size;
	uint32_t crc;
};

void co_zip_begin(struct co_zip *zip);
void co_zip_member(struct co_zip *zip, const char *name, const struct co_bytes *content,
		   unsigned int flags);
/* Both headers with their own names, any method, and packed octets. */
void co_zip_odd_member(struct co_zip *zip, const char *local_name, const char *central_name,
		       unsigned int method, const struct co_bytes *packed,
		       const struct co_zip_unpacked *unpacked, unsigned int flags);
struct co_bytes *co_zip_end(struct co_zip *zip, bool wide);

/* A ZIP of one member. */
struct co_bytes *co_zip_of(const char *name, const struct co_bytes *content);

/* Raw deflate (RFC 1951). */
struct co_bytes *co_deflate(const struct co_bytes *content);

#endif
