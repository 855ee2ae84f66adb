/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_WORDS_H
#define ASSAY_INSPECT_WORDS_H

#include <assay/plugin.h>

/* The words of the verdict and of the configuration for the enumerations of
 * the plugin interface. Never NULL for values of the enumeration. */
const char *as_class_name(enum assay_class type_class);
enum assay_class as_class_find(const char *name); /* UNKNOWN if no such */

const char *as_severity_name(enum assay_severity severity);
bool as_severity_find(const char *name, enum assay_severity *severity_out);

const char *as_action_name(enum assay_action action);
bool as_action_find(const char *name, enum assay_action *action_out);

const char *as_origin_name(enum assay_origin origin);

/* The name of flag number `bit` (0-31), NULL for unused bits. */
const char *as_flag_name(unsigned int bit);

#endif
