/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_RATING_H
#define ASSAY_PLUGINS_YARA_RATING_H

#include "rule.h"

/*
 * From score, severity, category and action of a rule to the severity and the
 * wish of its findings.
 *
 * Public sets have no common scale. Scores are taken as 0 to 100 as most do;
 * a set's usual value (70 in signature-base, 50 where nothing is said) must
 * not hold mail back by itself, so high begins at 75.
 */
#define YP_SCORE_LOW	     20
#define YP_SCORE_MEDIUM	     40
#define YP_SCORE_HIGH	     75
#define YP_SCORE_CRITICAL    90
#define YP_SCORE_STANDARD    50 /* neither score nor severity */
#define YP_SCORE_INFORMATIVE 10 /* category INFO and nothing else */

/* Zeroed before the first meta. */
struct yp_rating {
	bool scored; /* score beats severity */
	bool severe;
	bool informative;
	bool acted;
	bool allow;
	enum yp_wish wish;
	int64_t score;
	enum assay_severity severity;
};

/* False when the value is none that the key takes; then nothing changes. */
bool yp_rating_action(struct yp_rating *rating, const char *word);
bool yp_rating_score(struct yp_rating *rating, const YR_META *meta);
void yp_rating_category(struct yp_rating *rating, const char *word);

/*
 * A rule that says flag must not hold mail back through a high severity, nor
 * may a set that is capped at flag: none is at most info, flag at most low,
 * tag at most medium. The wish to allow needs a cap of block, since it can
 * undo what others found.
 */
void yp_rating_decide(const struct yp_rating *rating, enum yp_wish cap,
		      enum assay_severity *severity_out, enum assay_action *wish_out);

#endif
