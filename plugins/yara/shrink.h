/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_SHRINK_H
#define ASSAY_PLUGINS_YARA_SHRINK_H

#include <yara.h>

/*
 * libyara compiles into arenas of 1 MiB a section, which stay with the rules:
 * ten small groups took 84 MiB. Rules that were written out and read back, all
 * in memory, have arenas of their own size.
 *
 * Replaces *rules. On failure *rules is as it was; an error code of libyara.
 */
int yp_shrink(YR_RULES **rules);

#endif
