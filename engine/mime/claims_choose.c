/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims.h"
#include "mime/clients.h"

/* How a reader of these habits ranks a form; 0: does not see it. Words are
 * decoded where the text as it stands is not usable: of the clients known here
 * none decodes them in a boundary that is a token without that. */
static unsigned int rank_form(enum as_claim_form form, uint32_t habits)
{
	switch (form) {
	case AS_CLAIM_PLAIN:
		return 8;
	case AS_CLAIM_EXTENDED:
	case AS_CLAIM_EXTENDED_ODD:
		if ((habits & AS_HABIT_EXTENDED_BOUNDARY) == 0)
			return 0;
		if ((habits & AS_HABIT_EXTENDED_FIRST) != 0)
			return form == AS_CLAIM_EXTENDED ? 11 : 10;
		return form == AS_CLAIM_EXTENDED ? 7 : 6;
	case AS_CLAIM_COMMENT:
		return (habits & AS_HABIT_COMMENTS) != 0 ? 5 : 0;
	case AS_CLAIM_QUOTE:
		return 4;
	case AS_CLAIM_WORD:
		return (habits & AS_HABIT_WORDS) != 0 ? 3 : 0;
	case AS_CLAIM_CUT:
		return (habits & AS_HABIT_FIRST_TOKEN) != 0 ? 2 : 0;
	case AS_CLAIM_LOOSE:
		return 1;
	case AS_CLAIM_DECOY:
	case AS_CLAIM_FORMS:
		break;
	}
	return 0;
}

static unsigned int rank(const struct as_claim *claim, uint32_t habits)
{
	unsigned int best = 0;

	for (unsigned int form = 0; form < AS_CLAIM_FORMS; form++) {
		unsigned int here = (claim->forms & 1u << form) != 0
					    ? rank_form((enum as_claim_form)form, habits)
					    : 0;

		if (here > best)
			best = here;
	}
	return best;
}

/* Whether the field is the one that counts. */
static bool is_of_field(const struct as_claim *claim, uint32_t fields, bool last)
{
	return last ? claim->last_field + 1 == fields : claim->field == 0;
}

const struct as_claim *as_claims_choose(const struct as_claim_list *list, uint32_t fields,
					uint32_t habits)
{
	bool last_field = (habits & AS_HABIT_LAST_FIELD) != 0;
	bool last_param = (habits & AS_HABIT_LAST_PARAM) != 0;
	const struct as_claim *best = NULL;
	unsigned int best_rank = 0;

	if (fields == 0)
		return NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct as_claim *claim = &list->items[i];
		unsigned int here = rank(claim, habits);

		if (here == 0 || here < best_rank || !is_of_field(claim, fields, last_field))
			continue;
		if (here == best_rank && best != NULL &&
		    (last_param ? claim->order <= best->order : claim->order >= best->order))
			continue;
		best = claim;
		best_rank = here;
	}
	return best;
}
