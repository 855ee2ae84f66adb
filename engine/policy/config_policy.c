/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_reading.h"

#include "inspect/words.h"

static enum assay_action action_of(cfg_t *section, const char *key)
{
	enum assay_action action = ASSAY_ACTION_QUARANTINE;

	/* Checked while parsing. */
	as_action_find(cfg_getstr(section, key), &action);
	return action;
}

static void take_rules(struct as_config *config, cfg_t *section, struct as_policy *policy)
{
	struct as_policy_rule *rules;
	size_t total = 0, used = 0;

	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++)
		total += cfg_size(section, as_action_name((enum assay_action)a));
	rules = as_arena_array(&config->memory->arena, total + 1, sizeof(*rules));
	if (rules == NULL) {
		config->memory->failed = true;
		return;
	}
	for (int a = ASSAY_ACTION_ACCEPT; a <= ASSAY_ACTION_TEMPFAIL; a++) {
		const char *key = as_action_name((enum assay_action)a);

		for (unsigned int i = 0; i < cfg_size(section, key); i++)
			rules[used++] = (struct as_policy_rule){
				.pattern = as_config_keep(config, cfg_getnstr(section, key, i)),
				.action = (enum assay_action)a,
			};
	}
	policy->rules = rules;
	policy->rule_count = used;
}

static void take_policy(struct as_config *config, cfg_t *section, struct as_policy *policy)
{
	*policy = *as_policy_builtin();
	policy->name = as_config_keep(config, cfg_title(section));
	policy->recipients = as_config_keep_list(config, cfg_getopt(section, "recipients"),
						 &policy->recipient_count);
	policy->by_severity[ASSAY_INFO] = action_of(section, "info");
	policy->by_severity[ASSAY_LOW] = action_of(section, "low");
	policy->by_severity[ASSAY_MEDIUM] = action_of(section, "medium");
	policy->by_severity[ASSAY_HIGH] = action_of(section, "high");
	policy->by_severity[ASSAY_CRITICAL] = action_of(section, "critical");
	policy->incomplete = action_of(section, "incomplete");
	policy->max_wish = action_of(section, "max_wish");
	policy->reply = as_config_keep(config, cfg_getstr(section, "reply"));
	take_rules(config, section, policy);
}

void as_config_take_policies(struct as_reading *reading)
{
	struct as_config *config = reading->config;
	unsigned int count = cfg_size(reading->cfg, "policy");
	/* One more: as_config_give_smime_rules() may add the built-in one. */
	struct as_policy *policies =
		as_arena_array(&config->memory->arena, count + 2, sizeof(*policies));
	struct as_error error = {.text = ""};

	if (policies == NULL) {
		config->memory->failed = true;
		return;
	}
	for (unsigned int i = 0; i < count; i++)
		take_policy(config, cfg_getnsec(reading->cfg, "policy", i), &policies[i]);
	config->policies = policies;
	config->policy_count = count;
	if (as_config_use_policy(config, cfg_getstr(reading->cfg, "policy_in_force"), &error) < 0)
		as_faults_add_text(&reading->faults, error.code, error.text);
}
