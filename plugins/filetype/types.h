/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_TYPES_H
#define ASSAY_FILETYPE_TYPES_H

#include <assay/plugin.h>

/*
 * Every type that the detector can name, as one table (types.def).
 *
 * A family is a group of types that people do not tell apart: a tar.gz that is
 * declared as application/x-tar is no mismatch. FT_F_NONE never takes part in
 * a comparison. Claims (extensions, declared media types) hold a set of
 * families, hence the bits.
 */
enum ft_id {
#define X(id, mime, name, type_class, family) FT_##id,
#include "types.def"
#undef X
	FT_COUNT
};

enum ft_family {
	FT_F_NONE = 0,
	FT_F_TEXT,
	FT_F_CSV,
	FT_F_MARKUP,
	FT_F_HTML,
	FT_F_SVG,
	FT_F_SCRIPT,
	FT_F_ENCODED,
	FT_F_HTA,
	FT_F_PE,
	FT_F_NATIVE,
	FT_F_JAVA,
	FT_F_BYTECODE,
	FT_F_ZIP,
	FT_F_PACK,
	FT_F_7Z,
	FT_F_RAR,
	FT_F_CAB,
	FT_F_ODDPACK,
	FT_F_DISK,
	FT_F_DOC,
	FT_F_DOCX,
	FT_F_DOCM,
	FT_F_XLS,
	FT_F_XLSX,
	FT_F_XLSM,
	FT_F_PPT,
	FT_F_PPTX,
	FT_F_PPTM,
	FT_F_VISIO,
	FT_F_VISIOM,
	FT_F_OLE,
	FT_F_MSG,
	FT_F_MSI,
	FT_F_RTF,
	FT_F_ODF,
	FT_F_EPUB,
	FT_F_ONE,
	FT_F_PDF,
	FT_F_PS,
	FT_F_JPEG,
	FT_F_PNG,
	FT_F_GIF,
	FT_F_IMAGE,
	FT_F_METAFILE,
	FT_F_MEDIA,
	FT_F_FONT,
	FT_F_MAIL,
	FT_F_TNEF,
	FT_F_CRYPTO,
	FT_F_CALENDAR,
	FT_F_LNK,
	FT_F_LAUNCHER,
	FT_F_INSTALLER,
	FT_F_JAR,
	FT_F_HELP,
	FT_F_ACCESS,
	FT_F_DATA,
	FT_F_COUNT
};
_Static_assert(FT_F_COUNT <= 64, "families are bits of a uint64_t");
#define FT_BIT(family) ((uint64_t)1 << (family))

struct ft_type {
	const char *mime;
	const char *name;
	enum assay_class type_class;
	enum ft_family family;
};

/* id must be below FT_COUNT. */
const struct ft_type *ft_type(enum ft_id id);

/* The first type with this media type (lower case), or FT_UNKNOWN. */
enum ft_id ft_type_find(const char *mime);

#endif
