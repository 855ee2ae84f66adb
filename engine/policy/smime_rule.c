/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/smime_rule.h"

#include <strings.h>

const char *const as_smime_fact_names[] = {
	"signed", "valid",    "whole",	       "author",      "encrypted",
	"opened", "unopened", "authenticated", "not_revoked", NULL,
};

bool as_smime_fact_find(const char *name, uint32_t *bit_out)
{
	for (uint32_t i = 0; as_smime_fact_names[i] != NULL; i++)
		if (strcmp(as_smime_fact_names[i], name) == 0) {
			*bit_out = 1u << i;
			return true;
		}
	return false;
}

static bool is_known(const struct as_smime_layer *layer)
{
	for (size_t i = 0; i < layer->signer_count; i++)
		if (layer->signers[i].revocation != AS_SMIME_REVOCATION_GOOD)
			return false;
	return layer->signer_count > 0;
}

/* Facts that hold when they hold for every layer of their kind, and those that
 * one layer is enough for. */
static uint32_t mail_facts(const struct as_smime_mail *mail, uint32_t allow)
{
	uint32_t some = 0, not_all = 0;

	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next) {
		if (as_smime_layer_signed(l)) {
			some |= AS_FACT_SIGNED;
			not_all |=
				as_smime_layer_valid(l, allow) != AS_SMIME_YES ? AS_FACT_VALID : 0;
			not_all |= !is_known(l) ? AS_FACT_NOT_REVOKED : 0;
			some |= l->coverage == AS_SMIME_WHOLE ? AS_FACT_WHOLE : 0;
			some |= as_smime_layer_by_author(l) ? AS_FACT_AUTHOR : 0;
		} else if (as_smime_layer_encrypted(l)) {
			some |= AS_FACT_ENCRYPTED;
			not_all |= l->opening != AS_SMIME_OPEN_DONE ? AS_FACT_OPENED : 0;
			not_all |= !l->authenticated ? AS_FACT_AUTHENTICATED : 0;
		}
	}
	if ((some & AS_FACT_SIGNED) != 0)
		some |= (AS_FACT_VALID | AS_FACT_NOT_REVOKED) & ~not_all;
	if ((some & AS_FACT_ENCRYPTED) != 0)
		some |= (AS_FACT_OPENED | AS_FACT_AUTHENTICATED) & ~not_all;
	return some;
}

static bool has_unopened(const struct as_smime_mail *mail)
{
	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next)
		if (as_smime_layer_encrypted(l) && l->opening != AS_SMIME_OPEN_DONE)
			return true;
	return false;
}

uint32_t as_smime_facts(const struct assay_scan *scan, uint32_t allow)
{
	uint32_t facts = 0;

	allow |= scan->engine->settings.smime.allow;
	for (const struct as_smime_mail *m = scan->smime.first; m != NULL; m = m->next) {
		if (m->own)
			facts |= mail_facts(m, allow);
		if (has_unopened(m))
			facts |= AS_FACT_UNOPENED;
	}
	return facts;
}

static bool names(const char *entry, const char *address)
{
	const char *at = strrchr(address, '@');

	if (entry[0] == '@')
		return at != NULL && strcasecmp(entry, at) == 0;
	return strcasecmp(entry, address) == 0;
}

static bool names_any(const char *const *entries, size_t count, const char *address)
{
	for (size_t i = 0; i < count; i++)
		if (names(entries[i], address))
			return true;
	return false;
}

static bool is_about(const struct as_smime_rule *rule, const struct assay_scan *scan)
{
	if (rule->from_count == 0)
		return true;
	for (size_t i = 0; i < scan->from_count; i++)
		if (names_any(rule->from, rule->from_count, scan->from_all[i]))
			return true;
	return false;
}

static bool has_signer(const struct as_smime_rule *rule, const struct as_smime_layer *layer,
		       uint32_t allow)
{
	for (size_t s = 0; as_smime_layer_signed(layer) && s < layer->signer_count; s++) {
		const struct as_smime_signer *signer = &layer->signers[s];

		if (as_smime_faults_left(signer->faults, allow) != 0)
			continue;
		for (size_t a = 0; a < signer->address_count; a++)
			if (names_any(rule->signers, rule->signer_count, signer->addresses[a]))
				return true;
	}
	return false;
}

static bool is_signed_by(const struct as_smime_rule *rule, const struct assay_scan *scan)
{
	uint32_t allow = rule->allow | scan->engine->settings.smime.allow;

	if (rule->signer_count == 0)
		return true;
	for (const struct as_smime_mail *m = scan->smime.first; m != NULL; m = m->next)
		for (const struct as_smime_layer *l = m->first; m->own && l != NULL; l = l->next)
			if (has_signer(rule, l, allow))
				return true;
	return false;
}

bool as_smime_rule_broken(const struct as_smime_rule *rule, const struct assay_scan *scan)
{
	uint32_t facts;

	if (!is_about(rule, scan))
		return false;
	facts = as_smime_facts(scan, rule->allow);
	return (facts & rule->require) != rule->require || (facts & rule->forbid) != 0 ||
	       !is_signed_by(rule, scan);
}

bool as_smime_rule_is_for(const struct as_smime_rule *rule, const char *policy)
{
	for (size_t i = 0; i < rule->policy_count; i++)
		if (strcmp(rule->policies[i], policy) == 0)
			return true;
	return rule->policy_count == 0;
}
