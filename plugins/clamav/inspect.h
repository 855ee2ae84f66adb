/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_INSPECT_H
#define ASSAY_PLUGINS_CLAMAV_INSPECT_H

#include "state.h"

/* Different findings that one object can get from here. A file that matches
 * more signatures than this has been found out long before. */
#define CLAM_FINDINGS_MAX 32u

/* Puts the callbacks in place. Once per engine, before it is compiled. */
void clam_inspect_init(struct cl_engine *engine);

/* struct assay_plugin.inspect. Safe to be entered again from its own emit(). */
int clam_inspect(void *state, struct assay_scan *scan, const struct assay_object *object,
		 enum assay_phase phase);

/* Touches what a first scan touches, so that workers share the pages. */
void clam_inspect_warm_up(const struct clam_state *state);

#endif
