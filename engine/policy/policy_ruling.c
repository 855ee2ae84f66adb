/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/policy_ruling.h"

#include <errno.h>
#include <stdlib.h>

/* Decisions of the policies that were asked: thousands of recipients mostly
 * have few policies, and a decision walks over all findings and rules. */
struct asked {
	const struct as_ruling_request *request;
	struct as_decision *decisions; /* by number of the policy */
	bool *known;
};

static struct as_decision decide(const struct as_ruling_request *request,
				 const struct as_policy *policy)
{
	if (request->scan != NULL)
		return as_policy_decide(policy, request->scan);
	return (struct as_decision){.action = as_policy_consequence(policy, request->failure),
				    .reason = request->failure};
}

/* The fallback need not be one of the list; it comes behind it. */
static size_t number_of(const struct as_ruling_request *request, const struct as_policy *policy)
{
	size_t number = 0;

	while (number < request->policy_count && &request->policies[number] != policy)
		number++;
	return number;
}

static struct as_decision ask(struct asked *asked, struct as_ruling *ruling,
			      const struct as_policy *policy)
{
	size_t number = number_of(asked->request, policy);

	if (!asked->known[number]) {
		asked->known[number] = true;
		asked->decisions[number] = decide(asked->request, policy);
		ruling->policies[ruling->policy_count++] = policy;
	}
	return asked->decisions[number];
}

static void take(struct as_ruling *ruling, const struct as_policy *policy,
		 struct as_decision decision)
{
	if (ruling->policy != NULL && decision.action <= ruling->decision.action)
		return;
	ruling->decision = decision;
	ruling->policy = policy;
}

static void rule(struct as_ruling *ruling, struct asked *asked)
{
	const struct as_ruling_request *request = asked->request;
	const struct assay_envelope *envelope = request->envelope;

	for (size_t i = 0; i < envelope->rcpt_count; i++) {
		const struct as_policy *policy =
			as_policy_for(request->policies, request->policy_count, request->policy,
				      envelope->rcpt_to[i]);
		struct as_decision decision = ask(asked, ruling, policy);

		ruling->recipients[i] = (struct as_recipient_ruling){policy, decision.action};
		take(ruling, policy, decision);
	}
	ruling->recipient_count = envelope->rcpt_count;
	if (envelope->rcpt_count == 0)
		take(ruling, request->policy, ask(asked, ruling, request->policy));
}

static void replace_strip(struct as_ruling *ruling)
{
	for (size_t i = 0; i < ruling->recipient_count; i++)
		if (ruling->recipients[i].action == ASSAY_ACTION_STRIP)
			ruling->recipients[i].action = ASSAY_ACTION_QUARANTINE;
	if (ruling->decision.action == ASSAY_ACTION_STRIP)
		ruling->decision.action = ASSAY_ACTION_QUARANTINE;
}

int as_ruling_init(struct as_ruling *ruling, const struct as_ruling_request *request)
{
	struct asked asked = {.request = request};
	int rc = -ENOMEM;

	*ruling = (struct as_ruling){.decision = {.action = ASSAY_ACTION_ACCEPT}};
	asked.decisions = calloc(request->policy_count + 1, sizeof(*asked.decisions));
	asked.known = calloc(request->policy_count + 1, sizeof(*asked.known));
	ruling->policies = calloc(request->policy_count + 1, sizeof(*ruling->policies));
	ruling->recipients = calloc(request->envelope->rcpt_count + 1, sizeof(*ruling->recipients));
	if (asked.decisions == NULL || asked.known == NULL || ruling->policies == NULL ||
	    ruling->recipients == NULL)
		goto out;
	rule(ruling, &asked);
	if (request->no_strip || ruling->decision.action != ASSAY_ACTION_STRIP)
		replace_strip(ruling);
	rc = 0;
out:
	free(asked.decisions);
	free(asked.known);
	if (rc < 0)
		as_ruling_deinit(ruling);
	return rc;
}

void as_ruling_deinit(struct as_ruling *ruling)
{
	free(ruling->policies);
	free(ruling->recipients);
	*ruling = (struct as_ruling){.decision = {.action = ASSAY_ACTION_ACCEPT}};
}

enum assay_action as_ruling_consequence(const struct as_ruling *ruling,
					const struct as_finding *finding)
{
	enum assay_action action = ASSAY_ACTION_ACCEPT;

	for (size_t i = 0; i < ruling->policy_count; i++) {
		enum assay_action own = as_policy_consequence(ruling->policies[i], finding);

		if (own > action)
			action = own;
	}
	return action;
}
