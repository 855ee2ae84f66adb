/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/show.h"

#include "inspect/words.h"
#include "policy/config_memory.h"
#include "policy/smime_words.h"

/* Words of the bits that are set, in the order of names. */
static void put_words(struct as_buffer *out, const char *const *names, uint32_t bits)
{
	const char *words[32];
	size_t count = 0;

	for (size_t i = 0; names[i] != NULL && i < 32; i++)
		if ((bits & (1u << i)) != 0)
			words[count++] = names[i];
	as_show_list(out, words, count);
}

static void show_list(struct as_buffer *out, const char *key, const char *const *items,
		      size_t count)
{
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = ", key);
	as_show_list(out, items, count);
	as_show_end(out, begin, count > 0);
}

static void show_words(struct as_buffer *out, const char *key, const char *const *names,
		       uint32_t bits)
{
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = ", key);
	put_words(out, names, bits);
	as_show_end(out, begin, bits != 0);
}

static void show_flag(struct as_buffer *out, const char *key, bool value, bool standard)
{
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = %s", key, value ? "true" : "false");
	as_show_end(out, begin, value != standard);
}

static void show_text(struct as_buffer *out, const char *key, const char *value,
		      const char *standard)
{
	size_t begin = out->size;

	as_buffer_printf(out, "    %s = ", key);
	as_show_quoted(out, value);
	as_show_end(out, begin, strcmp(value, standard) != 0);
}

static void show_rule(const struct as_smime_rule *rule, struct as_buffer *out)
{
	as_buffer_text(out, "\nsmime_rule ");
	as_show_quoted(out, rule->name);
	as_buffer_text(out, " {\n");
	show_list(out, "policies", rule->policies, rule->policy_count);
	show_list(out, "from", rule->from.texts, rule->from.count);
	show_list(out, "signers", rule->signers.texts, rule->signers.count);
	show_words(out, "require", as_smime_fact_names, rule->require);
	show_words(out, "forbid", as_smime_fact_names, rule->forbid);
	show_words(out, "allow", as_smime_allow_names, rule->allow);
	show_text(out, "action", as_action_name(rule->action), "quarantine");
	as_buffer_text(out, "}\n");
}

void as_show_smime(const struct as_config *config, struct as_buffer *out)
{
	const struct as_smime_settings *smime = &config->engine.smime;

	as_buffer_text(out, "\nsmime {\n");
	show_flag(out, "enabled", smime->enabled, true);
	show_list(out, "anchors", smime->anchors, smime->anchor_count);
	show_flag(out, "system_anchors", smime->system_anchors, false);
	show_list(out, "certs", smime->certs, smime->cert_count);
	show_list(out, "crls", smime->crls, smime->crl_count);
	show_list(out, "keys", smime->keys, smime->key_count);
	show_text(out, "password_file", smime->password_file != NULL ? smime->password_file : "",
		  "");
	show_text(out, "revocation", as_smime_revocation_word(smime->revocation), "soft");
	show_words(out, "allow", as_smime_allow_names, smime->allow);
	show_flag(out, "partial_chain", smime->partial_chain, false);
	show_list(out, "policies", smime->policies, smime->policy_count);
	show_flag(out, "explicit_policy", smime->explicit_policy, false);
	show_flag(out, "inhibit_any", smime->inhibit_any, false);
	show_flag(out, "inhibit_mapping", smime->inhibit_mapping, false);
	as_buffer_text(out, "}\n");
	for (size_t i = 0; i < config->smime_rule_count; i++)
		show_rule(&config->smime_rules[i], out);
}
