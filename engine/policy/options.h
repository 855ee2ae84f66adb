/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_OPTIONS_H
#define ASSAY_POLICY_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "inspect/module.h"

#include <confuse.h>

/*
 * The grammar of assay.conf for libconfuse: our own options, a section per
 * plugin made from its table of settings, checks of single values, and errors
 * with file and line.
 */
struct as_grammar {
	struct as_arena *arena;
	const struct as_module *const *modules; /* open; NULL entries: optional
						   and missing */
	const char *const *module_names;
	size_t module_count;
};

/* Options of the first pass, which only learns the names of plugins. */
cfg_opt_t *as_options_first(void);
/* All options; NULL when the arena is exhausted. grammar must live until they
 * have been parsed. */
cfg_opt_t *as_options_full(const struct as_grammar *grammar);

/*
 * Parses a file (or "" for no file, which gives the defaults). The error has
 * the first fault: "FILE:LINE: what; what was expected". The first pass reads
 * only the statements that name plugins.
 */
int as_options_parse(const char *file, cfg_opt_t *options, bool first_pass, cfg_t **cfg_out,
		     struct as_error *error);

#endif
