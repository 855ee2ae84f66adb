/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_CLAIMS_H
#define ASSAY_FILETYPE_CLAIMS_H

#include "detect.h"

/*
 * Whether what an object is called fits what it is. A claim is a set of
 * families; names and media types that say nothing in particular (.dat, .bin,
 * application/octet-stream) claim nothing.
 */
struct ft_clash {
	bool by_extension; /* else by the declared type */
	enum assay_severity severity;
	const char *claim; /* the extension or the media type */
};

/* False when nothing clashes. hints must outlive *clash_out. */
bool ft_claims_clash(const struct ft_result *result, const struct ft_hints *hints,
		     struct ft_clash *clash_out);

#endif
