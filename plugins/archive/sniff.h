/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_ARCHIVE_SNIFF_H
#define ASSAY_ARCHIVE_SNIFF_H

#include <assay/plugin.h>

/* Descriptors of a volume recognition sequence (ECMA-167 2/8.2): a handful in
 * practice. */
#define ARC_MAX_ISO_DESCRIPTORS 64u

/* The containers that can be opened here. */
enum arc_kind {
	ARC_KIND_NONE = 0,
	ARC_KIND_ZIP,
	ARC_KIND_7Z,
	ARC_KIND_RAR4,
	ARC_KIND_RAR5,
	ARC_KIND_CAB,
	ARC_KIND_ISO,
	ARC_KIND_TAR,
	ARC_KIND_CPIO,
	ARC_KIND_AR,
	ARC_KIND_LHA,
	ARC_KIND_XAR,
	ARC_KIND_TNEF,
	ARC_KIND_GZIP, /* from here on: one stream, one child */
	ARC_KIND_BZIP2,
	ARC_KIND_XZ,
	ARC_KIND_ZSTD,
	ARC_KIND_LZMA,
	ARC_KIND_LZIP,
	ARC_KIND_LZ4,
	ARC_KIND_COMPRESS,
	ARC_KIND_RPM,
};

/* What stands in `via` of a member: "zip", "7z", "gz", ... */
const char *arc_kind_name(enum arc_kind kind);

/*
 * What the object is by its own octets; the detected type only breaks ties
 * for formats whose signature is too short to be believed alone.
 */
enum arc_kind arc_sniff(const struct assay_object *object);

/* The kind that type_name names, or ARC_KIND_NONE. */
enum arc_kind arc_kind_of_type(const char *type_name);

/*
 * An archive inside of something else: 7z, RAR or CAB with a header that
 * proves itself by its checksum or sizes, in [from, limit). Answers its kind
 * and its place.
 */
enum arc_kind arc_find_embedded(struct as_span data, size_t from, size_t limit, size_t *at_out);

/* Where a 7z or CAB says that it ends; data.size when it lies. */
size_t arc_declared_end(struct as_span data, enum arc_kind kind);

/* What the main header of a RAR or CAB says before any member is read. */
bool arc_is_volume(struct as_span data, enum arc_kind kind);

/* Not even the names of a RAR can be read without a key. */
bool arc_is_locked(struct as_span data, enum arc_kind kind);

/* Whether an ISO image has a second tree, with names in Unicode. */
bool arc_has_joliet(struct as_span data);

/* Whether an ISO image has a UDF file system beside or instead of ISO 9660. */
bool arc_has_udf(struct as_span data);

#endif
