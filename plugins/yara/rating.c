/* SPDX-License-Identifier: BSD-2-Clause */
#include "rating.h"

#include <ctype.h>
#include <strings.h>

static const struct {
	const char *word;
	enum assay_action action;
	enum assay_severity highest;
} wishes[] = {
	[YP_WISH_NONE] = {"none", ASSAY_ACTION_NONE, ASSAY_INFO},
	[YP_WISH_FLAG] = {"flag", ASSAY_ACTION_NONE, ASSAY_LOW},
	[YP_WISH_TAG] = {"tag", ASSAY_ACTION_TAG, ASSAY_MEDIUM},
	[YP_WISH_STRIP] = {"strip", ASSAY_ACTION_STRIP, ASSAY_CRITICAL},
	[YP_WISH_QUARANTINE] = {"quarantine", ASSAY_ACTION_QUARANTINE, ASSAY_CRITICAL},
	[YP_WISH_BLOCK] = {"block", ASSAY_ACTION_REJECT, ASSAY_CRITICAL},
};

static const struct {
	const char *word;
	enum assay_severity severity;
} severities[] = {
	{"info", ASSAY_INFO}, {"low", ASSAY_LOW},	    {"medium", ASSAY_MEDIUM},
	{"high", ASSAY_HIGH}, {"critical", ASSAY_CRITICAL},
};

bool yp_wish_find(const char *word, enum yp_wish *wish_out)
{
	for (size_t i = 0; i < sizeof(wishes) / sizeof(wishes[0]); i++) {
		if (strcmp(wishes[i].word, word) == 0) {
			*wish_out = (enum yp_wish)i;
			return true;
		}
	}
	return false;
}

bool yp_rating_action(struct yp_rating *rating, const char *word)
{
	enum yp_wish wish = YP_WISH_NONE;
	bool allow = strcmp(word, "allow") == 0;

	if (!allow && !yp_wish_find(word, &wish))
		return false;
	rating->acted = true;
	rating->allow = allow;
	rating->wish = wish;
	return true;
}

/* 0 to 100 in digits: some sets write numbers in quotes. */
static bool parse_score(const char *text, int64_t *score_out)
{
	int64_t score = 0;

	if (*text == '\0' || strlen(text) > 3)
		return false;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		score = score * 10 + (*text - '0');
	}
	*score_out = score;
	return true;
}

static bool take_word(struct yp_rating *rating, const char *word)
{
	for (size_t i = 0; i < sizeof(severities) / sizeof(severities[0]); i++) {
		if (strcasecmp(severities[i].word, word) == 0) {
			rating->severe = true;
			rating->severity = severities[i].severity;
			return true;
		}
	}
	return false;
}

static enum assay_severity severity_of(int64_t score)
{
	if (score >= YP_SCORE_CRITICAL)
		return ASSAY_CRITICAL;
	if (score >= YP_SCORE_HIGH)
		return ASSAY_HIGH;
	if (score >= YP_SCORE_MEDIUM)
		return ASSAY_MEDIUM;
	return score >= YP_SCORE_LOW ? ASSAY_LOW : ASSAY_INFO;
}

bool yp_rating_score(struct yp_rating *rating, const YR_META *meta)
{
	int64_t score = meta->integer;

	if (meta->type == META_TYPE_STRING) {
		if (take_word(rating, meta->string))
			return true;
		if (!parse_score(meta->string, &score))
			return false;
	} else if (meta->type != META_TYPE_INTEGER) {
		return false;
	}
	if (score < 0 || score > 100)
		return false;
	if (strcmp(meta->identifier, "score") == 0) {
		rating->scored = true;
		rating->score = score;
	} else {
		rating->severe = true;
		rating->severity = severity_of(score);
	}
	return true;
}

void yp_rating_category(struct yp_rating *rating, const char *word)
{
	rating->informative = strcasecmp(word, "info") == 0;
}

static enum assay_severity decide_severity(const struct yp_rating *rating)
{
	if (rating->scored)
		return severity_of(rating->score);
	if (rating->severe)
		return rating->severity;
	return severity_of(rating->informative ? YP_SCORE_INFORMATIVE : YP_SCORE_STANDARD);
}

void yp_rating_decide(const struct yp_rating *rating, enum yp_wish cap,
		      enum assay_severity *severity_out, enum assay_action *wish_out)
{
	enum yp_wish wish = rating->wish < cap ? rating->wish : cap;
	enum assay_severity severity = decide_severity(rating);
	enum assay_severity highest = wishes[rating->acted ? wish : cap].highest;

	if (rating->allow) {
		*severity_out = ASSAY_INFO;
		*wish_out = cap == YP_WISH_BLOCK ? ASSAY_ACTION_ACCEPT : ASSAY_ACTION_NONE;
		return;
	}
	*severity_out = severity < highest ? severity : highest;
	*wish_out = rating->acted ? wishes[wish].action : ASSAY_ACTION_NONE;
}
