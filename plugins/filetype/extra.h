/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_EXTRA_H
#define ASSAY_FILETYPE_EXTRA_H

#include "detect.h"

/*
 * What else is in an object than its type says: octets behind a picture's end,
 * a second format that begins elsewhere. Only structure counts, never a
 * signature of two letters in the middle of data.
 */

/* A picture's entropy-coded data is searched for its end up to here. */
#define FT_JPEG_SCAN_BYTES (16u << 20)
/* Steps of a walk over a picture. Every step moves on, this bounds the sum: a
 * PNG of 16 MiB has 2,000 chunks, a GIF of that size 66,000 sub-blocks. */
#define FT_IMAGE_STEPS_MAX 200000u
/* Pictures in one file: preview, depth map and gain map of a telephone. */
#define FT_JPEGS_MAX 16u
/* How much behind a picture's end is searched for a second format. */
#define FT_SECOND_SEARCH_BYTES 65536u
/* Padding between picture and appended file. */
#define FT_SECOND_PADDING_BYTES 4096u
/* Octets behind the end that are padding to everybody. */
#define FT_TRAILING_MIN 64u

/* Where the picture ends, by its own structure; SIZE_MAX when it does not
 * (cut off, damaged), or when the type has no end. */
size_t ft_image_end(struct as_span data, enum ft_id id);

struct ft_extra {
	bool trailing; /* octets from trailing_at on */
	size_t trailing_at;
	enum ft_id second; /* FT_UNKNOWN: no second format */
	size_t second_at;
};

void ft_extra_find(struct as_span data, const struct ft_result *result, struct ft_extra *extra_out);

#endif
