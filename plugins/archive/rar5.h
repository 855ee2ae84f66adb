/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_RAR5_H
#define ASSAY_ARCHIVE_RAR5_H

#include <assay/span.h>

/*
 * The headers of a RAR 5 archive, as far as libarchive 3.6 does not tell: it
 * hands out the octets of encrypted members as if they were the file.
 */

/* Behind the signature. */
#define RAR5_FIRST_HEADER 8u

/* A number of RAR 5: seven bits an octet, low ones first, at most 64 bits. */
bool rar5_number(struct as_span data, size_t *at, uint64_t *value_out);

/*
 * The next header of a file from *at on; moves *at behind it and its data.
 * Start with RAR5_FIRST_HEADER. False at the end of what can be read.
 */
bool rar5_file_next(struct as_span data, size_t *at, bool *encrypted_out);

/* One volume of several, by the flags of the main header. */
bool rar5_is_volume(struct as_span data);

/* The header names are encrypted: nothing but this fact can be read. */
bool rar5_is_locked(struct as_span data);

#endif
