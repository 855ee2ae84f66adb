/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_OPTIONS_H
#define ASSAY_POLICY_OPTIONS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "inspect/module.h"
#include "policy/config_faults.h"
#include "policy/prescan_walk.h"

#include <confuse.h>
#include <limits.h>

/*
 * The grammar of assay.conf for libconfuse: our own options, a section per
 * plugin made from its table of settings, checks of single values, and faults
 * with file and line.
 */
struct as_grammar {
	struct as_arena *arena;
	const struct as_module *const *modules; /* open; NULL entries: optional
						   and missing */
	const char *const *module_names;
	size_t module_count;
};

/* What a number has that was none; its fault has been told. */
#define AS_OPTION_BAD LONG_MIN

/* Options of the first pass, which only learns the names of plugins. */
cfg_opt_t *as_options_first(void);
/* All options; NULL when the arena is exhausted. */
cfg_opt_t *as_options_full(const struct as_grammar *grammar);

/* Appends the file, "" for none. Refuses what is too long to be one and what
 * is not text. */
int as_options_read(const char *file, struct as_buffer *out, struct as_error *error);

struct as_parsing {
	cfg_opt_t *options;
	const struct as_grammar *grammar; /* NULL: the first pass, which reads
					     only statements that name plugins */
	struct as_faults *faults;
	const struct as_line *lines; /* out: of the full pass */
};

/*
 * Parses the text of a file; "" gives the defaults. All faults are added. 0:
 * read to the end, and *cfg_out is there even with faults. AS_E_CONFIG: a fault
 * of the syntax, which is the last one then. -ENOMEM.
 */
int as_options_parse(struct as_parsing *parsing, struct as_span text, cfg_t **cfg_out);

#endif
