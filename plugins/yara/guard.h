/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_GUARD_H
#define ASSAY_PLUGINS_YARA_GUARD_H

#include <assay/plugin.h>

/*
 * The types of objects that a rule, or a bundle of rules, is made for. A guard
 * without classes and types fits everything.
 */
struct yp_guard {
	uint32_t classes; /* bit per enum assay_class */
	char *types;	  /* " PDF application/zip ", or NULL; heap */
};

/* A list longer than this guards nothing any more. Office alone has 40 names;
 * a guard that is longer than that saves no time. */
#define YP_TYPES_LENGTH_MAX 2048u

bool yp_guard_open(const struct yp_guard *guard); /* fits everything */
bool yp_guard_fits(const struct yp_guard *guard, const struct assay_object *object);
bool yp_guard_equal(const struct yp_guard *a, const struct yp_guard *b);

/*
 * Adds one word of meta type: "class:script", a short type name in any case
 * ("pdf"), the group "ooxml", "ole" or "odf", "name:FOO" for a name that
 * Assay's own types do not have, or a media type. 0, -EINVAL when there is no such
 * word, -ENOMEM.
 */
int yp_guard_add(struct yp_guard *guard, const struct assay_host *host, const char *word);

/* *copy_out is a guard of its own. 0 or -ENOMEM. */
int yp_guard_copy(struct yp_guard *copy_out, const struct yp_guard *guard);

/* Makes guard fit what other fits as well. 0 or -ENOMEM. */
int yp_guard_merge(struct yp_guard *guard, const struct yp_guard *other);

void yp_guard_free(struct yp_guard *guard);

#endif
