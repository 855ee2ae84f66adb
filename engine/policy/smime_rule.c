/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/smime_rule.h"

#include "smime/identity.h"

/* Keys of the authors of one message; 80 addresses of 254 octets. */
#define CASE_ARENA_BYTES ((size_t)8 << 20)

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

bool as_smime_name_key(struct as_buffer *out, const char *entry)
{
	size_t begin = out->size;
	struct as_buffer whole;
	bool valid;

	if (entry[0] != '@')
		return as_address_key(out, as_span_text(entry));
	as_buffer_init(&whole, 0);
	as_buffer_byte(&whole, 'x');
	as_buffer_text(&whole, entry);
	valid = !whole.failed && as_address_key(out, as_buffer_span(&whole));
	as_buffer_deinit(&whole);
	if (!valid)
		return false;
	out->size--;
	memmove(out->data + begin, out->data + begin + 1, out->size - begin);
	return true;
}

static bool is_known(const struct as_smime_layer *layer)
{
	for (size_t i = 0; i < layer->signer_count; i++)
		if (layer->signers[i].revocation != AS_SMIME_REVOCATION_GOOD)
			return false;
	return layer->signer_count > 0;
}

static uint32_t layer_facts(const struct as_smime_layer *layer, uint32_t allow)
{
	uint32_t facts = 0;

	if (as_smime_layer_valid(layer, allow) != AS_SMIME_YES)
		return 0;
	facts |= layer->coverage == AS_SMIME_WHOLE ? AS_FACT_WHOLE : 0;
	facts |= as_smime_layer_by_author(layer) ? AS_FACT_AUTHOR : 0;
	return facts;
}

/* Facts that hold when they hold for every layer of their kind, and those that
 * one layer is enough for. */
static uint32_t mail_facts(const struct as_smime_mail *mail, uint32_t allow)
{
	uint32_t some = 0, not_all = 0;

	for (const struct as_smime_layer *l = mail->first; l != NULL; l = l->next) {
		if (as_smime_layer_signed(l)) {
			some |= AS_FACT_SIGNED | layer_facts(l, allow);
			not_all |=
				as_smime_layer_valid(l, allow) != AS_SMIME_YES ? AS_FACT_VALID : 0;
			not_all |= !is_known(l) ? AS_FACT_NOT_REVOKED : 0;
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

uint32_t as_smime_facts(const struct as_smime_case *own, uint32_t allow)
{
	uint32_t facts = 0;

	allow |= own->scan->engine->settings.smime.allow;
	for (const struct as_smime_mail *m = own->scan->smime.first; m != NULL; m = m->next) {
		if (m->own)
			facts |= mail_facts(m, allow);
		if (has_unopened(m))
			facts |= AS_FACT_UNOPENED;
	}
	return facts;
}

static void add_author(struct as_smime_case *own, struct as_span address)
{
	struct as_buffer key;
	const char *copy;

	as_buffer_init(&key, 0);
	if (as_address_key(&key, address)) {
		copy = as_arena_copy(&own->arena, as_buffer_span(&key));
		if (copy != NULL)
			own->authors[own->author_count++] = as_span_make(copy, key.size);
		own->unsure = own->unsure || copy == NULL;
	}
	own->unsure = own->unsure || key.failed;
	as_buffer_deinit(&key);
}

/* Empty for what is no message. */
static struct as_span header_of(const struct assay_scan *scan)
{
	const struct as_mime_tree *tree;

	if (scan->trees == NULL || scan->object_count == 0 ||
	    scan->trees->object != scan->objects[0])
		return as_span_make(NULL, 0);
	tree = scan->trees->tree;
	return as_span_slice(tree->message, tree->root->header_begin,
			     tree->root->body_begin - tree->root->header_begin);
}

/* Clients differ in which of several From fields they show. */
void as_smime_case_init(struct as_smime_case *own, const struct assay_scan *scan)
{
	struct as_authors authors = {.from_count = 0};

	*own = (struct as_smime_case){.scan = scan};
	as_arena_init(&own->arena, CASE_ARENA_BYTES);
	own->unsure = as_authors_read(&own->arena, header_of(scan), &authors) < 0;
	own->unsure = own->unsure || authors.too_many;
	own->authors = as_arena_array(&own->arena, scan->from_count + authors.from_count + 1,
				      sizeof(*own->authors));
	if (own->authors == NULL) {
		own->unsure = true;
		return;
	}
	for (size_t i = 0; i < authors.from_count; i++)
		add_author(own, authors.from[i].address);
	for (size_t i = 0; i < scan->from_count; i++)
		add_author(own, as_span_text(scan->from_all[i]));
}

void as_smime_case_deinit(struct as_smime_case *own)
{
	as_arena_deinit(&own->arena);
}

static bool names(struct as_span entry, struct as_span address)
{
	size_t at = address.size;

	if (entry.size > 0 && entry.data[0] == '@') {
		while (at > 0 && address.data[at - 1] != '@')
			at--;
		address = as_span_from(address, at > 0 ? at - 1 : 0);
	}
	return as_address_key_equal(entry, address, NULL);
}

static bool names_any(const struct as_smime_names *entries, struct as_span address)
{
	for (size_t i = 0; i < entries->count; i++)
		if (names(entries->keys[i], address))
			return true;
	return false;
}

static bool is_about(const struct as_smime_rule *rule, const struct as_smime_case *own)
{
	if (rule->from.count == 0 || own->unsure)
		return true;
	for (size_t i = 0; i < own->author_count; i++)
		if (names_any(&rule->from, own->authors[i]))
			return true;
	return false;
}

static bool names_address(const struct as_smime_names *entries, const char *address)
{
	struct as_buffer key;
	bool found;

	as_buffer_init(&key, 0);
	found = as_address_key(&key, as_span_text(address)) &&
		names_any(entries, as_buffer_span(&key));
	as_buffer_deinit(&key);
	return found;
}

static bool has_signer(const struct as_smime_rule *rule, const struct as_smime_layer *layer,
		       uint32_t allow)
{
	for (size_t s = 0; s < layer->signer_count; s++) {
		const struct as_smime_signer *signer = &layer->signers[s];

		if (as_smime_faults_left(signer->faults, allow) != 0)
			continue;
		for (size_t a = 0; a < signer->address_count; a++)
			if (names_address(&rule->signers, signer->addresses[a]))
				return true;
	}
	return false;
}

/* What is asked of one signature. */
static bool is_signed_as_asked(const struct as_smime_rule *rule, const struct as_smime_case *own)
{
	uint32_t allow = rule->allow | own->scan->engine->settings.smime.allow;
	uint32_t asked = rule->require & (AS_FACT_WHOLE | AS_FACT_AUTHOR);

	if (asked == 0 && rule->signers.count == 0)
		return true;
	for (const struct as_smime_mail *m = own->scan->smime.first; m != NULL; m = m->next)
		for (const struct as_smime_layer *l = m->first; m->own && l != NULL; l = l->next)
			if (as_smime_layer_signed(l) && (layer_facts(l, allow) & asked) == asked &&
			    (rule->signers.count == 0 || has_signer(rule, l, allow)))
				return true;
	return false;
}

bool as_smime_rule_broken(const struct as_smime_rule *rule, const struct as_smime_case *own)
{
	uint32_t facts;

	if (!is_about(rule, own))
		return false;
	facts = as_smime_facts(own, rule->allow);
	return (facts & rule->require) != rule->require || (facts & rule->forbid) != 0 ||
	       !is_signed_as_asked(rule, own);
}

bool as_smime_rule_is_for(const struct as_smime_rule *rule, const char *policy)
{
	for (size_t i = 0; i < rule->policy_count; i++)
		if (strcmp(rule->policies[i], policy) == 0)
			return true;
	return rule->policy_count == 0;
}
