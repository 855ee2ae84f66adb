/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity_own.h"

/* Addresses that a sentence names; the rest is counted. */
#define NAMED_MAX 3u

static const char *show(const struct identity *identity, struct as_span text)
{
	return as_smime_printable(identity->request->arena, text, SHOWN_ADDRESS_BYTES);
}

/* "a@example.org, b@example.org, c@example.org and 2 more". Never NULL. */
static const char *describe_signers(const struct identity *identity)
{
	const struct as_smime_layer *layer = identity->request->layer;
	struct as_arena *arena = identity->request->arena;
	const char *list = "";
	size_t named = 0, more = 0;

	for (size_t i = 0; i < layer->signer_count && list != NULL; i++) {
		for (size_t j = 0; j < layer->signers[i].address_count && list != NULL; j++) {
			if (named == NAMED_MAX) {
				more++;
				continue;
			}
			list = as_arena_printf(
				arena, "%s%s%s", list, named > 0 ? ", " : "",
				show(identity, as_span_text(layer->signers[i].addresses[j])));
			named++;
		}
	}
	if (list == NULL)
		return "another address";
	if (named == 0)
		return "no address";
	if (more > 0)
		list = as_arena_printf(arena, "%s and %zu more", list, more);
	return list != NULL ? list : "another address";
}

static const char *names(const struct identity *identity)
{
	return identity->holder_count > 1 ? "the certificates name" : "the certificate names";
}

/* A certificate without any address stands for whom the administrator says. */
static bool is_anyone_allowed(const struct identity *identity)
{
	if ((identity->request->allow & AS_SMIME_ALLOW_NO_ADDRESS) == 0)
		return false;
	for (size_t i = 0; i < identity->holder_count; i++)
		if (identity->holders[i].known && identity->holders[i].count == 0)
			return true;
	return false;
}

static void note_mismatch(const struct identity *identity, const struct person *person,
			  const char *which)
{
	const struct as_identity_request *request = identity->request;
	const struct as_mailbox *mailbox = person->mailbox;
	const char *name = mailbox->name[0] != '\0' ? mailbox->name : mailbox->group;

	if (mailbox->address.size > 0)
		as_smime_note(request->notes, request->layer, "smime.from_mismatch",
			      ASSAY_SEVERITY_DEFAULT, "%s author %s is no signer: %s %s.", which,
			      show(identity, mailbox->address), names(identity),
			      describe_signers(identity));
	else
		as_smime_note(request->notes, request->layer, "smime.from_mismatch",
			      ASSAY_SEVERITY_DEFAULT, "%s author %s has no address; %s %s.", which,
			      name[0] != '\0' ? show(identity, as_span_text(name)) : "<>",
			      names(identity), describe_signers(identity));
}

static bool is_outer_author(const struct identity *identity, const struct person *person)
{
	for (size_t i = 0; i < identity->outer.from.count; i++)
		if (as_address_key_equal(identity->outer.from.items[i].key, person->key, NULL))
			return true;
	return false;
}

static void check_mismatch(const struct identity *identity)
{
	const struct as_identity_request *request = identity->request;
	const struct people *outer = &identity->outer.from, *inner = &identity->inner.from;
	bool anyone = is_anyone_allowed(identity);

	/* Who signed is not known: then there is nothing to differ from. */
	if (identity->known_count == 0)
		return;
	if (outer->count == 0)
		as_smime_note(request->notes, request->layer, "smime.from_mismatch",
			      ASSAY_SEVERITY_DEFAULT, "The message names no author: %s %s.",
			      names(identity), describe_signers(identity));
	for (size_t i = 0; i < outer->count; i++)
		if (outer->items[i].match == MATCH_NONE && !anyone)
			note_mismatch(identity, &outer->items[i], "The");
	for (size_t i = 0; i < inner->count; i++)
		if (inner->items[i].match == MATCH_NONE && !anyone &&
		    !is_outer_author(identity, &inner->items[i]))
			note_mismatch(identity, &inner->items[i], "The protected");
	if (identity->outer.authors.too_many || identity->inner.authors.too_many)
		as_smime_note(request->notes, request->layer, "smime.from_mismatch",
			      ASSAY_SEVERITY_DEFAULT,
			      "There are more than %u authors; only so many were compared with "
			      "the signers.",
			      AS_IDENTITY_AUTHORS_MAX);
}

static void check_case(const struct identity *identity, const struct people *people)
{
	const struct as_identity_request *request = identity->request;

	for (size_t i = 0; i < people->count; i++)
		if (people->items[i].match == MATCH_CASE)
			as_smime_note(request->notes, request->layer, "smime.from_case_differs",
				      ASSAY_SEVERITY_DEFAULT,
				      "The author %s is in the certificate in other letter case.",
				      show(identity, people->items[i].mailbox->address));
}

/* One author, however often the mailbox is written. */
static bool is_one_author(const struct people *people)
{
	for (size_t i = 1; i < people->count; i++)
		if (!as_address_key_equal(people->items[0].key, people->items[i].key, NULL))
			return false;
	return true;
}

/* RFC 5322 s3.6.2 allows a list of authors. Readers show one of them, so each has
 * to have signed for the list to be harmless. */
static void check_multiple(const struct identity *identity, const struct header *header,
			   const char *which)
{
	const struct as_identity_request *request = identity->request;
	bool all_signed = !header->authors.too_many;

	for (size_t i = 0; i < header->from.count; i++)
		all_signed = all_signed && header->from.items[i].match != MATCH_NONE;
	if (header->authors.from_fields > 1)
		as_smime_note(request->notes, request->layer, "smime.multiple_from",
			      ASSAY_SEVERITY_DEFAULT,
			      "%s header has %zu From fields: readers show one of them.", which,
			      header->authors.from_fields);
	else if (header->from.count > 1 && (!all_signed || !is_one_author(&header->from)))
		as_smime_note(request->notes, request->layer, "smime.multiple_from",
			      all_signed ? ASSAY_INFO : ASSAY_SEVERITY_DEFAULT,
			      all_signed ? "%s From names %zu authors, who all are signers."
					 : "%s From names %zu authors, not all of whom are "
					   "signers.",
			      which, header->from.count);
}

void as_identity_check_authors(const struct identity *identity)
{
	check_mismatch(identity);
	check_case(identity, &identity->outer.from);
	check_case(identity, &identity->inner.from);
	check_multiple(identity, &identity->outer, "The");
	check_multiple(identity, &identity->inner, "The protected");
}
