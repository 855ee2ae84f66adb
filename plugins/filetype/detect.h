/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_DETECT_H
#define ASSAY_FILETYPE_DETECT_H

#include "types.h"

/*
 * The detector: octets in, type out. It owns nothing, keeps no state, calls no
 * library but zlib (for two small parts of an OOXML package) and does the same
 * bounded work for an object of any size.
 */

/* What is read from the front and from the end. Leading signatures, the volume
 * descriptors of ISO 9660 (32 KiB) and the end record of ZIP with the longest
 * comment (64 KiB) all lie inside. */
#define FT_HEAD_BYTES 65536u
#define FT_TAIL_BYTES (65536u + 1024u)
/* Readers look for the header of a PDF in the first 1,024 octets (ISO 32000-1
 * annex H.3.4.1) and for an object not far behind it. */
#define FT_PDF_HEADER_BYTES 1024u
#define FT_PDF_OBJECT_BYTES 4096u

/* What others say about the object. They break ties and decide nothing else. */
struct ft_hints {
	const char *extension; /* lower case with dot, or "" */
	const char *declared;  /* lower case media type, or "" */
	bool body;	       /* text that a mail client shows */
};

enum ft_mark {
	FT_MARK_ENCRYPTED = 1u << 0, /* an encrypted document */
	FT_MARK_EXACT = 1u << 1,     /* a script by its marker, not by score */
	FT_MARK_AGREES = 1u << 2,    /* a script by score and by name */
	FT_MARK_ENCODED = 1u << 3,   /* #@~^: encoded script */
	FT_MARK_REMOTE = 1u << 4,    /* a shortcut to another machine */
	FT_MARK_CARRIER = 1u << 5,   /* a second format stands at second_at */
};

struct ft_result {
	enum ft_id id;
	enum assay_class type_class; /* the type's, or macro-office */
	uint32_t confidence;	     /* 0-100 */
	uint32_t marks;		     /* enum ft_mark */
	enum ft_id maybe;	     /* script language by score alone, or
					FT_UNKNOWN */
	enum ft_id second;	     /* with FT_MARK_CARRIER */
	size_t second_at;
	size_t at, length; /* where the deciding octets stand */
};

/* False when nothing but "some binary" can be said; *result_out is filled
 * with FT_UNKNOWN then. */
bool ft_detect(struct as_span data, const struct ft_hints *hints, struct ft_result *result_out);

/* For the parts of the detector: states a type with its own class. */
static inline bool ft_is(struct ft_result *result_out, enum ft_id id, uint32_t confidence,
			 size_t at, size_t length)
{
	*result_out = (struct ft_result){
		.id = id,
		.type_class = ft_type(id)->type_class,
		.confidence = confidence,
		.at = at,
		.length = length,
	};
	return true;
}

#endif
