/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/config_reading.h"

#include "inspect/words.h"
#include "policy/smime_words.h"

#include <string.h>

/* How many rules one message may be held against. */
#define RULES_MAX 1000u

static const char *const *take_paths(const struct as_section *section, const char *key,
				     size_t *count_out)
{
	const char *const *list = as_section_list(section, key, count_out);
	const char **paths = (const char **)(uintptr_t)list;

	for (size_t i = 0; i < *count_out; i++)
		paths[i] = as_config_resolve(section->reading->config, list[i]);
	return paths;
}

static void fault(const struct as_section *section, const char *key, const char *value,
		  const char *expected)
{
	as_section_fault(section, key, value, expected);
}

static uint32_t take_allow(const struct as_section *section, const char *key)
{
	size_t count;
	const char *const *words = as_section_list(section, key, &count);
	uint32_t allow = 0, bit;

	for (size_t i = 0; i < count; i++) {
		if (as_smime_allow_find(words[i], &bit))
			allow |= bit;
		else
			fault(section, key, words[i], "expected sha1, rsa1024, dsa or no-address");
	}
	return allow;
}

static void take_policies(const struct as_section *section, struct as_smime_settings *settings)
{
	settings->policies = as_section_list(section, "policies", &settings->policy_count);
	for (size_t i = 0; i < settings->policy_count; i++)
		if (!as_smime_policy_valid(settings->policies[i]))
			fault(section, "policies", settings->policies[i],
			      "expected object identifiers such as 2.16.840.1.101.3.2.1.48.1, "
			      "or any");
}

void as_config_take_smime(struct as_reading *reading)
{
	const struct as_section section = {
		.reading = reading, .cfg = cfg_getsec(reading->cfg, "smime"), .name = "smime"};
	struct as_smime_settings *settings = &reading->config->engine.smime;
	const char *revocation = as_section_text(&section, "revocation");
	const char *password_file = as_section_text(&section, "password_file");

	*settings = (struct as_smime_settings){
		.enabled = as_section_flag(&section, "enabled"),
		.system_anchors = as_section_flag(&section, "system_anchors"),
		.partial_chain = as_section_flag(&section, "partial_chain"),
		.explicit_policy = as_section_flag(&section, "explicit_policy"),
		.inhibit_any = as_section_flag(&section, "inhibit_any"),
		.inhibit_mapping = as_section_flag(&section, "inhibit_mapping"),
		.allow = take_allow(&section, "allow"),
	};
	settings->anchors = take_paths(&section, "anchors", &settings->anchor_count);
	settings->certs = take_paths(&section, "certs", &settings->cert_count);
	settings->crls = take_paths(&section, "crls", &settings->crl_count);
	settings->keys = take_paths(&section, "keys", &settings->key_count);
	if (password_file[0] != '\0')
		settings->password_file = as_config_resolve(reading->config, password_file);
	take_policies(&section, settings);
	if (!as_smime_revocation_find(revocation, &settings->revocation))
		fault(&section, "revocation", revocation, "expected soft, hard or off");
}

static uint32_t take_facts(const struct as_section *section, const char *key)
{
	size_t count;
	const char *const *words = as_section_list(section, key, &count);
	uint32_t facts = 0, bit;

	for (size_t i = 0; i < count; i++) {
		if (as_smime_fact_find(words[i], &bit))
			facts |= bit;
		else
			fault(section, key, words[i],
			      "expected signed, valid, whole, author, encrypted, opened, "
			      "unopened, authenticated or not_revoked");
	}
	return facts;
}

static struct as_span take_name(const struct as_section *section, const char *key, const char *name)
{
	struct as_config_memory *memory = section->reading->config->memory;
	struct as_buffer form;
	const char *copy = NULL;
	size_t size = 0;

	as_buffer_init(&form, 0);
	if (as_smime_name_key(&form, name)) {
		copy = as_arena_copy(&memory->arena, as_buffer_span(&form));
		size = copy != NULL ? form.size : 0;
		memory->failed = memory->failed || copy == NULL;
	} else {
		fault(section, key, name, "expected an address, or a domain with @ before it");
	}
	as_buffer_deinit(&form);
	return as_span_make(copy, size);
}

static struct as_smime_names take_names(const struct as_section *section, const char *key)
{
	struct as_config_memory *memory = section->reading->config->memory;
	struct as_smime_names names = {.count = 0};
	struct as_span *keys;

	names.texts = as_section_list(section, key, &names.count);
	keys = as_arena_array(&memory->arena, names.count + 1, sizeof(*keys));
	memory->failed = memory->failed || keys == NULL;
	for (size_t i = 0; keys != NULL && i < names.count; i++)
		keys[i] = take_name(section, key, names.texts[i]);
	if (keys == NULL)
		names.count = 0;
	names.keys = keys;
	return names;
}

static void check_policies(const struct as_section *section, const struct as_smime_rule *rule)
{
	char hint[160], expected[224];

	for (size_t i = 0; i < rule->policy_count; i++) {
		if (!as_config_lacks_policy(section->reading->config, rule->policies[i], hint,
					    sizeof(hint)))
			continue;
		snprintf(expected, sizeof(expected), "there is no policy of that name%s", hint);
		fault(section, "policies", rule->policies[i], expected);
	}
}

static void take_rule(const struct as_section *section, struct as_smime_rule *rule)
{
	struct as_config *config = section->reading->config;
	struct assay_object *named = as_arena_alloc(&config->memory->arena, sizeof(*named));
	const char *action = as_section_text(section, "action");

	*rule = (struct as_smime_rule){
		.name = as_config_keep(config, cfg_title(section->cfg)),
		.require = take_facts(section, "require"),
		.forbid = take_facts(section, "forbid"),
		.allow = take_allow(section, "allow"),
		.from = take_names(section, "from"),
		.signers = take_names(section, "signers"),
		.action = ASSAY_ACTION_QUARANTINE,
	};
	rule->policies = as_section_list(section, "policies", &rule->policy_count);
	check_policies(section, rule);
	if (!as_action_find(action, &rule->action) || rule->action == ASSAY_ACTION_STRIP)
		fault(section, "action", action,
		      "expected accept, tag, quarantine, reject, discard or tempfail");
	if (rule->require == 0 && rule->forbid == 0 && rule->signers.count == 0)
		fault(section, "require", rule->name,
		      "expected at least one of require, forbid and signers in this rule");
	/* Its name stands where others have the path of an object. */
	if (named != NULL)
		named->path = rule->name;
	config->memory->failed = config->memory->failed || named == NULL;
	rule->finding = (struct as_finding){
		.code = "policy.smime",
		.info = as_code_find("policy.smime"),
		.severity = ASSAY_MEDIUM,
		.text = rule->name,
		.plugin = "",
		.object = named,
	};
}

void as_config_take_smime_rules(struct as_reading *reading)
{
	struct as_config *config = reading->config;
	unsigned int count = cfg_size(reading->cfg, "smime_rule");
	struct as_smime_rule *rules =
		as_arena_array(&config->memory->arena, count + 1, sizeof(*rules));
	struct as_section section = {.reading = reading, .name = "smime_rule"};

	if (count > RULES_MAX) {
		as_faults_add(&reading->faults, 0, "more than %u sections smime_rule", RULES_MAX);
		return;
	}
	config->memory->failed = config->memory->failed || rules == NULL;
	for (unsigned int i = 0; rules != NULL && i < count; i++) {
		section.cfg = cfg_getnsec(reading->cfg, "smime_rule", i);
		section.ordinal = i;
		take_rule(&section, &rules[i]);
	}
	config->smime_rules = rules;
	config->smime_rule_count = rules != NULL ? count : 0;
}

/* The built-in policy is constant: with rules there is one of its name. */
static struct as_policy *add_builtin(struct as_config *config)
{
	struct as_policy *policies = (struct as_policy *)(uintptr_t)config->policies;
	struct as_policy *added = &policies[config->policy_count];

	*added = *as_policy_builtin();
	config->policy_count++;
	if (config->policy == as_policy_builtin())
		config->policy = added;
	return added;
}

static void give_rules(struct as_config *config, struct as_policy *policy)
{
	const struct as_smime_rule **own =
		as_arena_array(&config->memory->arena, config->smime_rule_count, sizeof(*own));

	if (own == NULL) {
		config->memory->failed = true;
		return;
	}
	policy->smime_rules = own;
	policy->smime_rule_count = 0;
	for (size_t i = 0; i < config->smime_rule_count; i++)
		if (as_smime_rule_is_for(&config->smime_rules[i], policy->name))
			own[policy->smime_rule_count++] = &config->smime_rules[i];
}

void as_config_give_smime_rules(struct as_config *config)
{
	struct as_policy *policies = (struct as_policy *)(uintptr_t)config->policies;

	if (config->smime_rule_count == 0 || policies == NULL)
		return;
	if (as_policy_named(policies, config->policy_count, as_policy_builtin()->name) == NULL)
		add_builtin(config);
	for (size_t i = 0; i < config->policy_count; i++)
		give_rules(config, &policies[i]);
}
