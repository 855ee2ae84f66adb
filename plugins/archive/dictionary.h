/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_DICTIONARY_H
#define ASSAY_ARCHIVE_DICTIONARY_H

#include "sniff.h"

/* Coders of a folder: the format allows 32; more is refused by its readers. */
#define ARC_MAX_7Z_CODERS 32u

/*
 * The memory that a stream asks its decoder for, from its first header; 0 when
 * it does not say. A header of 20 octets may ask for 4 GiB.
 */
uint64_t arc_dictionary_bytes(struct as_span data, enum arc_kind kind);

/*
 * The same for a 7z archive: the largest dictionary of its coders. Reads the
 * plain header, and the coder of a packed one. header_out: the packed octets
 * of an LZMA-packed header and how to open it, for a second look; its packed
 * span is empty when there is none.
 */
struct arc_7z_header {
	struct as_span packed;
	unsigned char properties[5]; /* of LZMA */
	uint64_t size;		     /* unpacked */
};
uint64_t arc_7z_dictionary(struct as_span data, struct arc_7z_header *header_out);
/* From the octets of a header that was unpacked. */
uint64_t arc_7z_header_dictionary(struct as_span header);

#endif
