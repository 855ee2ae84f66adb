/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_COMPILE_H
#define ASSAY_PLUGINS_YARA_COMPILE_H

#include "lex.h"
#include "sources.h"

#include <yara.h>

/*
 * From source text to rules of libyara. yr_compiler_get_rules() aborts the
 * process after a failed add, so it is called only when every add succeeded.
 *
 * An include is resolved against the folder of the file that includes, and
 * has to end, all links followed, below the root of the rule file.
 */

/* The compiler stops at 16 levels; this stops a tree of includes whose breadth
 * multiplies at each level. */
#define YP_INCLUDES_MAX 4096u

struct yp_compile {
	struct yp_trouble *trouble;
	bool quiet;	      /* warnings were logged by an earlier pass */
	struct yp_uses *uses; /* of the texts and their includes; or NULL */
	uint64_t *hash;	      /* FNV-1a over the same; or NULL */
	int64_t *newest;      /* latest change of an included file; or NULL */
};

/*
 * Compiles the sources into one set of rules, each under its own namespace.
 * False with an error in trouble. *rules_out is yr_rules_destroy()'d by the
 * caller.
 */
bool yp_compile(const struct yp_compile *compile, const struct yp_source *const *sources,
		size_t count, YR_RULES **rules_out);

/* FNV-1a, 64 bits. The size goes first: two files are not one. */
uint64_t yp_hash(uint64_t hash, const void *data, size_t size);
#define YP_HASH_START UINT64_C(0xcbf29ce484222325)

#endif
