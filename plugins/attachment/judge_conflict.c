/* SPDX-License-Identifier: BSD-2-Clause */
#include "judge.h"

#include <stdio.h>

/*
 * Names that say different things to different readers. How grave that is
 * hangs on what it hides: a picture that some readers take for an archive is
 * an attack, a document whose name a broken mailer garbled is not.
 */

void att_note_claim(struct att_judge *judge, const char *ext, enum att_reach reach)
{
	struct att_claim *claim;

	for (size_t i = 0; i < judge->claim_count; i++) {
		claim = &judge->claims[i];
		if (strcmp(claim->ext, ext) == 0) {
			if (reach < claim->reach)
				claim->reach = reach;
			return;
		}
	}
	if (judge->claim_count == ATT_CLAIMS)
		return;
	claim = &judge->claims[judge->claim_count++];
	memcpy(claim->ext, ext, strlen(ext) + 1);
	claim->rule = att_table_find(&judge->lists->extensions, ext);
	claim->reach = reach;
}

static bool is_acting(const struct att_claim *claim)
{
	return claim->rule != NULL && claim->rule->action > ATT_FLAG;
}

/* What stands behind a dot in a date or a person's name is no extension. */
static bool is_known(const struct att_claim *claim)
{
	return claim->rule != NULL || att_ext_is_document(claim->ext);
}

/* Content that opens as itself, with nothing inside that could run. */
static bool is_harmless(const struct att_claim *claim)
{
	return claim->rule == NULL && att_ext_is_document(claim->ext) &&
	       !att_ext_is_container(claim->ext);
}

/* Systems and gateways that know three letters cut docx to doc. */
static bool is_cut(const char *shorter, const char *longer)
{
	return strlen(shorter) == 3 && strlen(longer) == 4 && strncmp(shorter, longer, 3) == 0;
}

static bool agree(const struct att_claim *a, const struct att_claim *b)
{
	if (att_ext_same(a->ext, b->ext))
		return true;
	return is_acting(a) == is_acting(b) && (is_cut(a->ext, b->ext) || is_cut(b->ext, a->ext));
}

static bool counts(const struct att_claim *claim)
{
	return claim->reach != ATT_REACH_NONE && is_known(claim);
}

static void add_conflict(struct att_judge *judge, enum assay_severity severity,
			 const struct att_claim *hidden, const char *text)
{
	enum att_action deceptive = judge->lists->deceptive_name;
	enum assay_action wish = ASSAY_ACTION_NONE;

	if (deceptive == ATT_ALLOW)
		return;
	if (deceptive == ATT_FLAG)
		severity = ASSAY_INFO;
	if (severity == ASSAY_HIGH && hidden != NULL && is_acting(hidden))
		wish = att_wish_of(att_milder(deceptive, hidden->rule->action));
	att_findings_add(&judge->findings, ATT_NAME_CONFLICT, severity, wish, "%s", text);
}

static void check_pair(struct att_judge *judge, const struct att_claim *a,
		       const struct att_claim *b)
{
	bool by_liberty = a->reach > ATT_REACH_ODD || b->reach > ATT_REACH_ODD;
	bool mild = by_liberty && is_harmless(a) && is_harmless(b);
	char text[400];

	if (!counts(a) || !counts(b) || agree(a, b))
		return;
	snprintf(text, sizeof(text), "one name of the attachment ends with .%s, another with .%s",
		 a->ext, b->ext);
	add_conflict(judge, mild ? ASSAY_INFO : ASSAY_HIGH, is_acting(a) ? a : b, text);
}

/* An extension that only some readers find, where the others find none. */
static void check_alone(struct att_judge *judge, const struct att_claim *claim)
{
	bool odd = claim->reach == ATT_REACH_ODD;
	char text[400];

	if ((!odd && claim->reach != ATT_REACH_LOOSE) || !is_known(claim))
		return;
	for (size_t i = 0; i < judge->claim_count; i++)
		if (judge->claims[i].reach == ATT_REACH_ALL && is_known(&judge->claims[i]))
			return;
	snprintf(text, sizeof(text),
		 odd ? "the name of the attachment is written as no mailer writes names: only "
		       "programs that decode it see .%s"
		     : "only programs that read the name of the attachment leniently see .%s",
		 claim->ext);
	add_conflict(judge, is_harmless(claim) ? ASSAY_INFO : ASSAY_HIGH, claim, text);
}

void att_judge_conflicts(struct att_judge *judge)
{
	for (size_t a = 0; a < judge->claim_count; a++) {
		check_alone(judge, &judge->claims[a]);
		for (size_t b = a + 1; b < judge->claim_count; b++)
			check_pair(judge, &judge->claims[a], &judge->claims[b]);
	}
	if (judge->object->name_count >= ATT_NAMES)
		add_conflict(judge, ASSAY_HIGH, NULL,
			     "the attachment has more names than are looked at");
}
