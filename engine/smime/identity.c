/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity_own.h"

#include "smime/protect.h"

#include <errno.h>

/* RFC 5321 s4.5.3.1 allows 254, with U-labels more. */
#define REPORTED_ADDRESS_BYTES 1024u

static int make_key(struct as_arena *arena, struct as_span address, struct as_span *key_out)
{
	struct as_buffer key;
	const char *copy = NULL;
	int rc = 0;

	*key_out = as_span_make(NULL, 0);
	as_buffer_init(&key, 0);
	if (as_address_key(&key, address)) {
		copy = as_arena_copy(arena, as_buffer_span(&key));
		*key_out = as_span_make(copy, copy == NULL ? 0 : key.size);
		rc = copy == NULL ? -ENOMEM : 0;
	} else if (key.failed) {
		rc = -ENOMEM;
	}
	as_buffer_deinit(&key);
	return rc;
}

static int add_people(struct identity *identity, const struct as_mailbox *mailboxes, size_t count,
		      struct people *people_out)
{
	people_out->count = count;
	people_out->items =
		as_arena_array(identity->request->arena, count, sizeof(*people_out->items));
	if (people_out->items == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct person *person = &people_out->items[i];

		person->mailbox = &mailboxes[i];
		if (make_key(identity->request->arena, mailboxes[i].address, &person->key) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int read_header(struct identity *identity, struct as_span block, struct header *header)
{
	int rc = as_authors_read(identity->request->arena, block, &header->authors);

	if (rc == 0)
		rc = add_people(identity, header->authors.from, header->authors.from_count,
				&header->from);
	if (rc == 0)
		rc = add_people(identity, header->authors.sender, header->authors.sender_count,
				&header->sender);
	if (rc == 0)
		rc = add_people(identity, header->authors.reply_to, header->authors.reply_to_count,
				&header->reply_to);
	return rc;
}

static int read_protected(struct identity *identity)
{
	struct as_protection protection;
	int rc = as_protect_find(identity->request->arena, identity->request->layer->content,
				 &protection);

	if (rc == 0 && protection.header.size > 0 && !protection.forwarded)
		rc = read_header(identity, protection.header, &identity->inner);
	return rc;
}

/* What reports show: each address once, also one that is in the subject too. */
static int list_addresses(struct identity *identity, const struct holder *holder,
			  struct as_smime_signer *signer)
{
	struct as_arena *arena = identity->request->arena;
	const char **list = as_arena_array(arena, holder->count, sizeof(*list));
	size_t count = 0;

	if (list == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < holder->count; i++) {
		bool seen = false;

		for (size_t j = 0; j < i && !seen; j++)
			seen = as_span_equal(holder->addresses[i].address,
					     holder->addresses[j].address);
		if (!seen)
			list[count++] = as_smime_printable(arena, holder->addresses[i].address,
							   REPORTED_ADDRESS_BYTES);
	}
	signer->addresses = list;
	signer->address_count = count;
	return 0;
}

static int read_holder(struct identity *identity, size_t index)
{
	struct holder *holder = &identity->holders[index];
	struct as_smime_signer *signer = &identity->request->layer->signers[index];
	X509 *cert = identity->request->certs[index];
	bool nul;
	int rc;

	if (cert == NULL)
		return 0;
	rc = as_cert_addresses(identity->request->arena, cert, &holder->addresses, &holder->count,
			       &nul);
	if (rc < 0)
		return rc;
	holder->known = true;
	identity->known_count++;
	holder->keys =
		as_arena_array(identity->request->arena, holder->count, sizeof(*holder->keys));
	if (holder->keys == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < holder->count; i++)
		if (make_key(identity->request->arena, holder->addresses[i].address,
			     &holder->keys[i]) < 0)
			return -ENOMEM;
	if (nul)
		as_smime_note(identity->request->notes, identity->request->layer, "smime.nul_octet",
			      ASSAY_SEVERITY_DEFAULT,
			      "The certificate of signer %zu has a NUL in a name: careless "
			      "readers see less of that name than was certified.",
			      index + 1);
	return list_addresses(identity, holder, signer);
}

static int read_holders(struct identity *identity)
{
	const struct as_smime_layer *layer = identity->request->layer;

	identity->holders = as_arena_array(identity->request->arena, layer->signer_count,
					   sizeof(*identity->holders));
	if (identity->holders == NULL)
		return -ENOMEM;
	if (identity->request->certs == NULL)
		return 0;
	identity->holder_count = layer->signer_count;
	for (size_t i = 0; i < layer->signer_count; i++)
		if (read_holder(identity, i) < 0)
			return -ENOMEM;
	return 0;
}

/* Keeps an exact match apart from one in other letter case. */
static enum match match_holder(const struct holder *holder, struct as_span key)
{
	enum match best = MATCH_NONE;

	for (size_t i = 0; i < holder->count && best != MATCH_EXACT; i++) {
		bool differs;

		if (as_address_key_equal(holder->keys[i], key, &differs))
			best = differs ? MATCH_CASE : MATCH_EXACT;
	}
	return best;
}

/* Who of people is a holder, and which holders are among them. */
enum role {
	ROLE_OTHER = 0,
	ROLE_AUTHOR,
	ROLE_PROTECTED_AUTHOR,
};
static void match_people(struct identity *identity, const struct people *people, enum role role)
{
	for (size_t i = 0; i < people->count; i++) {
		struct person *person = &people->items[i];

		for (size_t j = 0; j < identity->holder_count; j++) {
			struct holder *holder = &identity->holders[j];
			enum match match = match_holder(holder, person->key);

			if (match == MATCH_NONE)
				continue;
			if (match > person->match)
				person->match = match;
			holder->author = holder->author || role == ROLE_AUTHOR;
			holder->inner_author =
				holder->inner_author || role == ROLE_PROTECTED_AUTHOR;
		}
	}
}

static void mark_signers(struct identity *identity)
{
	struct as_smime_signer *signers = identity->request->layer->signers;

	for (size_t i = 0; i < identity->holder_count; i++)
		signers[i].from_match =
			identity->holders[i].author &&
			(identity->inner.from.count == 0 || identity->holders[i].inner_author);
}

static const char *show(const struct identity *identity, const struct person *person)
{
	return as_smime_printable(identity->request->arena, person->mailbox->address,
				  SHOWN_ADDRESS_BYTES);
}

static bool is_author(const struct identity *identity, const struct person *person)
{
	const struct people *from = &identity->outer.from;

	for (size_t i = 0; i < from->count; i++)
		if (as_address_key_equal(from->items[i].key, person->key, NULL))
			return true;
	return false;
}

/* RFC 8550 s3 lets a signer be the Sender; readers who show From do not see
 * that it is another one. */
static void check_sender(const struct identity *identity)
{
	const struct as_identity_request *request = identity->request;
	const struct people *sender = &identity->outer.sender;

	for (size_t i = 0; i < sender->count; i++) {
		const struct person *person = &sender->items[i];
		bool author = is_author(identity, person);

		if (person->mailbox->address.size == 0 || identity->known_count == 0 ||
		    (author && person->match != MATCH_NONE))
			continue;
		as_smime_note(
			request->notes, request->layer, "smime.sender_differs",
			ASSAY_SEVERITY_DEFAULT, "The Sender %s is %s.", show(identity, person),
			person->match == MATCH_NONE ? "no signer" : "a signer, and no author");
	}
}

static void check_reply_to(const struct identity *identity)
{
	const struct as_identity_request *request = identity->request;
	const struct people *reply_to = &identity->outer.reply_to;

	for (size_t i = 0; i < reply_to->count; i++) {
		const struct person *person = &reply_to->items[i];

		if (person->mailbox->address.size == 0 || identity->known_count == 0 ||
		    person->match != MATCH_NONE)
			continue;
		as_smime_note(request->notes, request->layer, "smime.reply_to_differs",
			      ASSAY_SEVERITY_DEFAULT, "Replies go to %s, who is no signer.",
			      show(identity, person));
	}
}

int as_identity_check(const struct as_identity_request *request)
{
	struct identity identity = {.request = request};
	int rc;

	rc = read_header(&identity, request->header, &identity.outer);
	if (rc == 0)
		rc = read_protected(&identity);
	if (rc == 0)
		rc = read_holders(&identity);
	if (rc < 0)
		return rc;
	match_people(&identity, &identity.outer.from, ROLE_AUTHOR);
	match_people(&identity, &identity.inner.from, ROLE_PROTECTED_AUTHOR);
	match_people(&identity, &identity.outer.sender, ROLE_OTHER);
	match_people(&identity, &identity.outer.reply_to, ROLE_OTHER);
	mark_signers(&identity);
	as_identity_check_authors(&identity);
	check_sender(&identity);
	check_reply_to(&identity);
	rc = as_identity_check_names(&identity);
	if (rc == 0)
		rc = as_identity_check_repeated(&identity);
	return rc;
}
