/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_NEAREST_H
#define ASSAY_POLICY_NEAREST_H

#include <stddef.h>

/* The word that differs by the fewest letters, for "did you mean"; NULL when
 * none is near: more than a third of the letters, rounded up, would have to
 * change. */
const char *as_nearest(const char *word, const char *const *words, size_t count);

#endif
