/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_TREE_JSON_H
#define ASSAY_POLICY_TREE_JSON_H

#include "inspect/inspect.h"

#include <jansson.h>

/* The objects of a verdict, in order of discovery. With detail also the raw
 * message, its headers, and each object's range, depth and time. */
json_t *as_objects_json(const struct assay_scan *scan, bool detail);

/* The MIME trees with every entity and every region, for `assay explain`. */
json_t *as_trees_json(const struct assay_scan *scan);

#endif
