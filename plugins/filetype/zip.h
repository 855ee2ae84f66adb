/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_ZIP_H
#define ASSAY_FILETYPE_ZIP_H

#include "detect.h"

/*
 * A look at the directory of a ZIP file (APPNOTE 6.3.9). Only names are read,
 * and the two small parts that say what an OOXML package is.
 */

/* More entries than this are not looked at: they cost 40 ns each, and no
 * document that an office program writes comes near. */
#define FT_ZIP_ENTRIES_MAX 20000u
/* An OOXML part is inflated to at most this: content types of a workbook with
 * 300 sheets take 45 KiB. */
#define FT_ZIP_PART_BYTES 65536u
/* Relationships of the package itself; a handful in every real document. */
#define FT_ZIP_RELATIONS_BYTES 16384u
/* An attribute in these parts; a longer one is none that names a main part. */
#define FT_ZIP_VALUE_BYTES 256u
/* Longest media type in a "mimetype" member that is of interest. */
#define FT_ZIP_MIMETYPE_BYTES 128u

struct ft_zip {
	struct as_span data;
	uint64_t next;
	uint64_t end;
	uint64_t shift; /* octets in front of the archive */
	uint32_t left;
	bool central; /* walks the central directory */
	bool exact;   /* its end record closes the data */
};

struct ft_zip_entry {
	struct as_span name;
	uint16_t method;
	uint64_t packed;
	uint64_t local_at; /* of the local header */
};

/* By the central directory; without one, by the local headers. False when
 * there is neither. */
bool ft_zip_open(struct as_span data, struct ft_zip *zip_out);
bool ft_zip_next(struct ft_zip *zip, struct ft_zip_entry *entry_out);
/* The first octets of a member, stored or deflated; 0 when unreadable. */
size_t ft_zip_read(const struct ft_zip *zip, const struct ft_zip_entry *entry,
		   unsigned char *buffer, size_t capacity);

/* Names the kind of a ZIP: OOXML, ODF, JAR, APK, MSIX, EPUB, ... */
bool ft_zip_kind(struct as_span data, const struct ft_hints *hints, struct ft_result *result_out);

/* The kind of an OOXML package by its content types and relationships; either
 * may be empty. FT_UNKNOWN when no main part has a known type. *macro_out: a
 * VBA project or macro sheet is declared. Both buffers are changed. */
enum ft_id ft_opc_kind(unsigned char *types, size_t types_size, unsigned char *relations,
		       size_t relations_size, bool *macro_out);
/* The macro-enabled type beside a plain one. */
enum ft_id ft_opc_with_macros(enum ft_id id);

#endif
