/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_OPTIONS_CHECK_H
#define ASSAY_POLICY_OPTIONS_CHECK_H

#include "policy/options.h"

/*
 * Checks of single values while they are parsed, when the line is known. They
 * tell what is wrong and let the parser go on. grammar must live until then.
 */
void as_options_check(cfg_t *cfg, const struct as_grammar *grammar);

#endif
