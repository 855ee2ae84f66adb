/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_FINDINGS_H
#define ASSAY_FILETYPE_FINDINGS_H

#include "detect.h"

/*
 * Reports what the detector's answer means: dangerous types, disagreement with
 * name and declared type, a second format, octets behind a picture. Returns
 * what report() answered when it refused, else 0.
 */
int ft_findings_report(const struct assay_host *host, struct assay_scan *scan,
		       const struct assay_object *object, const struct ft_result *result,
		       const struct ft_hints *hints);

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define FT_LIMIT_COUNT 42u
extern const struct assay_limit ft_limits[FT_LIMIT_COUNT];

#endif
