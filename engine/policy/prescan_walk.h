/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POLICY_PRESCAN_WALK_H
#define ASSAY_POLICY_PRESCAN_WALK_H

#include "base/buffer.h"
#include "policy/config_faults.h"

#include <confuse.h>

/*
 * A look at the statements of assay.conf before libconfuse reads them. It does
 * what libconfuse cannot: it goes on behind an option that does not exist or a
 * section that stands there twice, and it remembers the line of each statement
 * for what can only be judged later.
 */

/* Where a statement stands; in the arena, the last one first. */
struct as_line {
	const struct as_line *next;
	const char *section;  /* "" at the top level */
	unsigned int ordinal; /* of the sections of that name, from 0 on */
	const char *key;      /* "" for the section itself */
	size_t line;
};

struct as_walk {
	const cfg_opt_t *options;
	/* Whether options in the section of this name cannot be known. */
	bool (*is_open)(const void *context, const char *section);
	const void *context;
	struct as_faults *faults;
};

/*
 * Appends the text to out without comments, which libconfuse miscounts, and
 * without what was found to be wrong, each of which is in the faults then. The
 * walk ends where the syntax is not understood; libconfuse names that place.
 * lines_out goes on to be valid with the arena of faults. False: no memory.
 */
bool as_prescan_walk(const struct as_walk *walk, struct as_span text, struct as_buffer *out,
		     const struct as_line **lines_out);

/* The line of the last such statement, else of its section, else 0. */
size_t as_lines_find(const struct as_line *lines, const char *section, unsigned int ordinal,
		     const char *key);

/* The fault "no such option", with the nearest name of the options. */
void as_prescan_no_option(struct as_faults *faults, size_t line, const cfg_opt_t *options,
			  const char *name);

#endif
