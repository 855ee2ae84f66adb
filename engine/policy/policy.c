/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/policy.h"

#include <string.h>
#include <strings.h>

/* Safe and usable without a configuration: known malware is refused, what is
 * dangerous or was not inspected is kept back, what is odd is marked. */
static const struct as_policy builtin = {
	.name = "default",
	.by_severity =
		{
			[ASSAY_SEVERITY_DEFAULT] = ASSAY_ACTION_ACCEPT,
			[ASSAY_INFO] = ASSAY_ACTION_ACCEPT,
			[ASSAY_LOW] = ASSAY_ACTION_ACCEPT,
			[ASSAY_MEDIUM] = ASSAY_ACTION_TAG,
			[ASSAY_HIGH] = ASSAY_ACTION_QUARANTINE,
			[ASSAY_CRITICAL] = ASSAY_ACTION_REJECT,
		},
	.incomplete = ASSAY_ACTION_QUARANTINE,
	.max_wish = ASSAY_ACTION_REJECT,
	.reply = "",
};

const struct as_policy *as_policy_builtin(void)
{
	return &builtin;
}

bool as_action_protects(enum assay_action action)
{
	return action >= ASSAY_ACTION_STRIP && action <= ASSAY_ACTION_DISCARD;
}

/* Temporary failure is for our own faults. It is the strictest of the actions,
 * but a rule that wished for it must not be given the loss of mail instead. */
static enum assay_action capped(enum assay_action wish, enum assay_action cap)
{
	if (wish == ASSAY_ACTION_TEMPFAIL && cap >= ASSAY_ACTION_DISCARD)
		return ASSAY_ACTION_QUARANTINE;
	return wish < cap ? wish : cap;
}

enum assay_action as_policy_finding(const struct as_policy *policy,
				    const struct as_finding *finding)
{
	enum assay_action action = ASSAY_ACTION_NONE;
	size_t best = 0;

	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct as_policy_rule *rule = &policy->rules[i];
		size_t length = strlen(rule->pattern);

		if (!as_code_matches(finding->code, rule->pattern))
			continue;
		if (length > best || (length == best && rule->action > action)) {
			best = length;
			action = rule->action;
		}
	}
	if (action != ASSAY_ACTION_NONE)
		return action;
	if (finding->wish != ASSAY_ACTION_NONE)
		return capped(finding->wish, policy->max_wish);
	return policy->by_severity[finding->severity];
}

bool as_policy_is_better_reason(const struct as_finding *a, const struct as_finding *b)
{
	int order;

	if (b == NULL || a->severity != b->severity)
		return b == NULL || a->severity > b->severity;
	order = strcmp(a->object->path, b->object->path);
	return order != 0 ? order < 0 : strcmp(a->code, b->code) < 0;
}

enum assay_action as_policy_consequence(const struct as_policy *policy,
					const struct as_finding *finding)
{
	enum assay_action action = as_policy_finding(policy, finding);

	if (finding->info->effect == AS_EFFECT_INCOMPLETE && action < policy->incomplete)
		action = policy->incomplete;
	return action;
}

static void weigh(struct as_decision *decision, enum assay_action action,
		  const struct as_finding *finding)
{
	if (action < decision->action || action == ASSAY_ACTION_ACCEPT)
		return;
	if (action > decision->action || as_policy_is_better_reason(finding, decision->reason))
		decision->reason = finding;
	decision->action = action;
}

static void weigh_rules(struct as_decision *decision, const struct as_policy *policy,
			const struct assay_scan *scan)
{
	struct as_smime_case own;

	if (policy->smime_rule_count == 0)
		return;
	as_smime_case_init(&own, scan);
	for (size_t i = 0; i < policy->smime_rule_count; i++)
		if (as_smime_rule_broken(policy->smime_rules[i], &own))
			weigh(decision, policy->smime_rules[i]->action,
			      &policy->smime_rules[i]->finding);
	as_smime_case_deinit(&own);
}

struct as_decision as_policy_decide(const struct as_policy *policy, const struct assay_scan *scan)
{
	struct as_decision decision = {.action = ASSAY_ACTION_ACCEPT};

	for (size_t i = 0; i < scan->finding_count; i++)
		weigh(&decision, as_policy_consequence(policy, scan->findings[i]),
		      scan->findings[i]);
	weigh_rules(&decision, policy, scan);
	return decision;
}

static bool names_recipient(const char *entry, const char *recipient)
{
	const char *at = strrchr(recipient, '@');

	if (strcasecmp(entry, recipient) == 0)
		return true;
	return entry[0] == '@' && at != NULL && strcasecmp(entry, at) == 0;
}

const struct as_policy *as_policy_for(const struct as_policy *policies, size_t count,
				      const struct as_policy *fallback, const char *recipient)
{
	for (size_t i = 0; i < count; i++)
		for (size_t r = 0; r < policies[i].recipient_count; r++)
			if (names_recipient(policies[i].recipients[r], recipient))
				return &policies[i];
	return fallback;
}

const struct as_policy *as_policy_named(const struct as_policy *policies, size_t count,
					const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	return NULL;
}
