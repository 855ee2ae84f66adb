/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_ZIP_RECORD_H
#define ASSAY_ARCHIVE_ZIP_RECORD_H

#include "zip_walk.h"

/* Sizes of the fixed parts, APPNOTE.TXT s4.3.7, s4.3.12, s4.3.14-16. */
#define ZIP_LOCAL_SIZE	 30u
#define ZIP_CENTRAL_SIZE 46u
#define ZIP_END_SIZE	 22u
#define ZIP_END64_SIZE	 56u
#define ZIP_LOCATOR_SIZE 20u

/* Place of one directory as an end record gives it. */
struct zip_directory {
	uint64_t size, offset, entries;
	size_t anchor; /* where it ends if nothing stands in between */
	bool wide;     /* from the ZIP64 record: entries is not modulo 2^16 */
};

struct zip_end {
	struct zip_directory narrow, wide;
	bool has_narrow, has_wide; /* narrow: not all saturated */
	bool volumes;
	size_t at, end;	 /* the record; behind its comment */
	size_t wide_at;	 /* the ZIP64 record, if has_wide */
	size_t wide_end; /* behind its locator */
};

/* One entry of a central directory. */
struct zip_entry {
	struct zip_record record;
	uint64_t offset; /* as written: relative to the archive's begin */
	size_t next;	 /* where the next entry should stand */
	bool symlink;
};

bool zip_end_read(struct as_span data, size_t at, struct zip_end *end_out);
bool zip_central_read(struct as_span data, size_t at, struct zip_entry *entry_out);
bool zip_is_central(struct as_span data, uint64_t at);

#endif
