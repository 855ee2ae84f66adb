/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/milter/plan.h"

#include "daemon/milter/parse.h"

#define CODE_REJECT   "550 5.7.1"
#define CODE_TEMPFAIL "451 4.7.1"

struct tally {
	size_t actions[ASSAY_ACTION_TEMPFAIL + 1];
	size_t all;
};

/* A number that is no action must not open the door. */
static enum assay_action known(unsigned int action)
{
	if (action == ASSAY_ACTION_NONE || action > ASSAY_ACTION_TEMPFAIL)
		return ASSAY_ACTION_TEMPFAIL;
	return (enum assay_action)action;
}

static enum assay_action action_of(const struct as_milter_facts *facts, size_t i)
{
	const struct as_answer *verdict = facts->answer->answer;
	enum assay_action action = known(facts->answer->action);

	if (verdict != NULL && verdict->recipient_count == facts->recipients &&
	    i < verdict->recipient_count)
		action = known(verdict->recipients[i]);
	if (action == ASSAY_ACTION_STRIP && !facts->can_strip)
		action = ASSAY_ACTION_QUARANTINE;
	return action;
}

static bool can_hold(const struct as_milter_facts *facts)
{
	return facts->keep == AS_KEEP_HOLD && (facts->actions & AS_MILTER_QUARANTINE) != 0;
}

static bool is_removed(const struct as_milter_facts *facts, enum assay_action action)
{
	switch (action) {
	case ASSAY_ACTION_ACCEPT:
	case ASSAY_ACTION_TAG:
	case ASSAY_ACTION_STRIP:
		return false;
	case ASSAY_ACTION_QUARANTINE:
		return !can_hold(facts);
	default:
		return true;
	}
}

bool as_milter_plan_removes(const struct as_milter_facts *facts, size_t i)
{
	return is_removed(facts, action_of(facts, i));
}

static struct tally count(const struct as_milter_facts *facts)
{
	struct tally tally = {.all = facts->recipients > 0 ? facts->recipients : 1};

	for (size_t i = 0; i < tally.all; i++)
		tally.actions[action_of(facts, i)]++;
	return tally;
}

static const char *words(const struct as_milter_facts *facts)
{
	const struct as_answer *verdict = facts->answer->answer;

	if (verdict != NULL && verdict->reply != NULL && verdict->reply[0] != '\0')
		return verdict->reply;
	return "Message refused";
}

static struct as_milter_plan reply(const char *code, const char *text)
{
	struct as_milter_plan plan = {.end = AS_MILTER_END_REPLY, .code = code, .text = text};

	return plan;
}

/* Nobody is to get the message. */
static struct as_milter_plan for_nobody(const struct as_milter_facts *facts,
					const struct tally *tally)
{
	static const struct as_milter_plan discard = {.end = AS_MILTER_END_DISCARD};
	bool may_vanish = tally->actions[ASSAY_ACTION_QUARANTINE] == 0 || facts->answer->stored;

	if (tally->actions[ASSAY_ACTION_DISCARD] > 0 && may_vanish)
		return discard;
	if (tally->actions[ASSAY_ACTION_DISCARD] + tally->actions[ASSAY_ACTION_REJECT] > 0)
		return reply(CODE_REJECT, words(facts));
	if (facts->answer->stored &&
	    (facts->keep == AS_KEEP_DISCARD || facts->keep == AS_KEEP_STORE))
		return discard;
	return reply(CODE_REJECT, words(facts));
}

/* The reason as an administrator sees it in the queue of the server. */
static const char *hold_reason(const struct as_milter_facts *facts)
{
	const struct as_answer *verdict = facts->answer->answer;

	if (verdict != NULL && verdict->reason != NULL && verdict->reason[0] != '\0')
		return verdict->reason;
	return "held by policy";
}

static struct as_milter_plan for_verdict(const struct as_milter_facts *facts)
{
	struct tally tally = count(facts);
	size_t held = can_hold(facts) ? tally.actions[ASSAY_ACTION_QUARANTINE] : 0;
	size_t stripped = tally.actions[ASSAY_ACTION_STRIP];
	size_t tagged = tally.actions[ASSAY_ACTION_TAG];
	size_t staying = tally.actions[ASSAY_ACTION_ACCEPT] + tagged + stripped + held;
	struct as_milter_plan plan = {.end = AS_MILTER_END_DELIVER};

	if (tally.actions[ASSAY_ACTION_TEMPFAIL] > 0 ||
	    known(facts->answer->action) == ASSAY_ACTION_TEMPFAIL)
		return reply(CODE_TEMPFAIL, words(facts));
	plan.some_removed = staying < tally.all;
	if (staying == 0 || (plan.some_removed && (facts->actions & AS_MILTER_DELRCPT) == 0))
		return for_nobody(facts, &tally);
	/* Taken off without being kept anywhere, it would be lost unheard. */
	if (tally.actions[ASSAY_ACTION_QUARANTINE] > held && !facts->answer->stored)
		return reply(CODE_REJECT, words(facts));
	plan.strip = stripped > 0;
	plan.mark = tagged + stripped + held > 0;
	plan.hold = held > 0 ? hold_reason(facts) : NULL;
	return plan;
}

static struct as_milter_plan for_fault(enum assay_action action)
{
	static const struct as_milter_plan deliver = {.end = AS_MILTER_END_DELIVER};

	if (action == ASSAY_ACTION_ACCEPT)
		return deliver;
	if (action == ASSAY_ACTION_REJECT)
		return reply(CODE_REJECT, "Unable to inspect the message");
	return reply(CODE_TEMPFAIL, "Temporarily unable to inspect the message");
}

void as_milter_plan_make(const struct as_milter_facts *facts, struct as_milter_plan *plan_out)
{
	*plan_out = facts->answer->fault != NULL || facts->answer->answer == NULL
			    ? for_fault(facts->answer->action)
			    : for_verdict(facts);
}
