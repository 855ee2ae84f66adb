/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_BUNDLE_H
#define ASSAY_PLUGINS_YARA_BUNDLE_H

#include "lex.h"
#include "rule.h"

/*
 * Rule files that are scanned together. libyara evaluates every rule of a set
 * on every scan (0.06 us each, and its modules anew), so files are grouped by
 * what their rules are for and an object meets only the groups it can match.
 * Single rules cannot change sets: a file goes where the sum of its rules
 * belongs, and a rule that does not want the object is dropped at its match.
 */

/* Scanners cost 10 to 120 us each to make per worker, and each bundle 2 us on
 * the smallest object. What does not fit goes into the last bundle. */
#define YP_BUNDLES_MAX 24u

/* The rule that proves, before a set takes over, that scanning works. */
#define YP_CANARY_RULE "assay_canary"

struct yp_bundle {
	uint32_t scopes;       /* enum yp_scope: sum of the rules' */
	struct yp_guard guard; /* likewise */
	size_t exact_size;     /* only objects of this size; 0: any */
	const struct yp_source **sources;
	size_t source_count;
	YR_RULES *rules;
	YR_SCANNER *scanner;   /* of this worker, NULL before enter() */
	struct yp_rule *table; /* in the order of rules->rules_table */
	size_t rule_count;
};

/* Where the settings of the load are. */
struct yp_bundle_context {
	struct yp_trouble *trouble;
	enum yp_wish cap;	/* for the files of rules */
	enum yp_wish extra_cap; /* for the files of extra_rules */
	time_t now;
	struct yp_uses uses; /* sum over all files */
	uint64_t hash;
	int64_t newest;
};

struct yp_bundles {
	struct yp_bundle items[YP_BUNDLES_MAX];
	size_t count;
};

/*
 * Compiles each source alone, to see every mistake and what the rules are for,
 * then each bundle. 0, or negative with errors in context->trouble. The
 * sources have to stay until then; afterwards they are not needed.
 */
int yp_bundles_build(struct yp_bundles *bundles, const struct yp_sources *sources,
		     struct yp_bundle_context *context);

/* One bundle more, out of one source, for objects of one size. */
int yp_bundles_add_exact(struct yp_bundles *bundles, const struct yp_source *source,
			 size_t exact_size, struct yp_bundle_context *context);

/* Makes the scanners of this process. 0 or negative. */
int yp_bundles_open(struct yp_bundles *bundles);
void yp_bundles_free(struct yp_bundles *bundles);

bool yp_bundle_fits(const struct yp_bundle *bundle, const struct assay_object *object,
		    uint32_t scopes);

#endif
