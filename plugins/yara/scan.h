/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_SCAN_H
#define ASSAY_PLUGINS_YARA_SCAN_H

#include "bundle.h"

/*
 * One object against all bundles that it fits. Runs in a worker, on one
 * thread; opens nothing and installs no signal handler.
 */

/* Evidence beyond this is dropped by the engine anyway. */
#define YP_EVIDENCE_MAX	      16u
#define YP_EVIDENCE_BYTES_MAX 256u

struct yp_scan_limits {
	unsigned timeout_s;	 /* per bundle and object */
	uint64_t max_size;	 /* octets of an object */
	unsigned evidence_bytes; /* shown of each string; 0: none */
};

/*
 * Reports the findings. 0, or -EIO when libyara could not finish for another
 * reason than time. serial has to differ from that of any object before.
 */
int yp_scan_object(const struct assay_host *host, struct yp_bundles *bundles,
		   const struct yp_scan_limits *limits, struct assay_scan *scan,
		   const struct assay_object *object, uint64_t serial);

/* The bounds that cannot be configured (limits.c). The compiler holds the
 * number against the table. */
#define YP_LIMIT_COUNT 5u
extern const struct assay_limit yp_limits[YP_LIMIT_COUNT];

#endif
