/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_MARKUP_H
#define ASSAY_FILETYPE_MARKUP_H

#include "text.h"

/* Leading comments, blanks and declarations that are passed over. Browsers
 * pass over any amount; padding of 64 KiB against scanners has been seen. */
#define FT_MARKUP_SKIP_BYTES (1u << 20)
/* Octets of HTML that are searched for the element of an HTML application:
 * mshta reads it anywhere, in practice it stands in the head. */
#define FT_HTA_SEARCH_BYTES 16384u
/* Tags of a job or package read to see that it holds a script. */
#define FT_JOB_TAGS 64u

/* HTML, SVG, XML by the first element; Windows launchers and installers by
 * the root element; HTA, WSF and scriptlets by theirs. */
bool ft_markup_find(const struct ft_text *text, const struct ft_hints *hints,
		    struct ft_result *result_out);

/* Whether a name or a declaration says HTML. */
bool ft_claims_html(const struct ft_hints *hints);

#endif
