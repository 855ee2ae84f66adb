/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/identity_own.h"

#include "mime/header_text.h"
#include "smime/shown.h"

#include <errno.h>
#include <strings.h>

/* Shown addresses that are compared in one name; the first that is a stranger's
 * ends the search, and nobody writes his own that often. */
#define SHOWN_MAX 64u

static bool continues_local(unsigned char octet)
{
	return octet >= 0x80 || (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
	       (octet >= 'A' && octet <= 'Z') || (octet != 0 && strchr("._+-", octet) != NULL);
}

/* Whether address stands there in full, ending where found does: "o'neil@x" has
 * more in front of what was found. */
static bool stands_at(struct as_span shown, struct as_span found, struct as_span address)
{
	size_t end = (size_t)(found.data - shown.data) + found.size, begin;

	if (address.size < found.size || address.size > end)
		return false;
	begin = end - address.size;
	return strncasecmp((const char *)shown.data + begin, (const char *)address.data,
			   address.size) == 0 &&
	       (begin == 0 || !continues_local(shown.data[begin - 1]));
}

static bool is_signers(const struct identity *identity, struct as_span key)
{
	for (size_t i = 0; i < identity->holder_count; i++)
		for (size_t j = 0; j < identity->holders[i].count; j++)
			if (as_address_key_equal(identity->holders[i].keys[j], key, NULL))
				return true;
	return false;
}

static bool is_own(const struct identity *identity, const struct person *person,
		   struct as_span shown, struct as_span found)
{
	struct as_buffer key;
	bool own = false;

	if (stands_at(shown, found, person->mailbox->address))
		return true;
	as_buffer_init(&key, 0);
	if (as_address_key(&key, found)) {
		struct as_span span = as_buffer_span(&key);

		own = as_address_key_equal(person->key, span, NULL) || is_signers(identity, span);
	}
	as_buffer_deinit(&key);
	return own;
}

static struct as_span domain_of(struct as_span key)
{
	size_t at = key.size;

	while (at > 0 && key.data[at - 1] != '@')
		at--;
	return as_span_from(key, at);
}

/* "Sales @ shop.example" is a name that shops have. */
static bool is_own_domain(const struct identity *identity, const struct person *person,
			  struct as_span found)
{
	struct as_buffer key;
	bool own = false;

	as_buffer_init(&key, 0);
	if (as_address_key(&key, found)) {
		struct as_span domain = domain_of(as_buffer_span(&key));

		own = as_span_equal(domain_of(person->key), domain);
		for (size_t i = 0; i < identity->holder_count && !own; i++)
			for (size_t j = 0; j < identity->holders[i].count && !own; j++)
				own = as_span_equal(domain_of(identity->holders[i].keys[j]),
						    domain);
	}
	as_buffer_deinit(&key);
	return own;
}

/* The first address in shown that is a stranger's. joined: blanks round its '@' were
 * dropped, so that it can be a name as well. */
static bool find_stranger(const struct identity *identity, const struct person *person,
			  struct as_span shown, bool joined, struct as_span *found_out)
{
	size_t offset = 0, seen = 0;

	while (as_shown_next(shown, &offset, found_out))
		if (++seen > SHOWN_MAX ||
		    (!is_own(identity, person, shown, *found_out) &&
		     !(joined && is_own_domain(identity, person, *found_out))))
			return true;
	return false;
}

/* what: "name", "group" ... as a sentence has it. */
static int check_text(const struct identity *identity, const struct person *person,
		      const char *text, const char *what)
{
	const struct as_identity_request *request = identity->request;
	struct as_buffer shown, joined;
	struct as_span found;
	bool strange = false, any = false, good;

	as_buffer_init(&shown, 0);
	as_buffer_init(&joined, 0);
	good = as_shown_append(&shown, as_span_text(text)) &&
	       as_shown_join(&joined, as_buffer_span(&shown), &any);
	if (good)
		strange = find_stranger(identity, person, as_buffer_span(&shown), false, &found) ||
			  (any &&
			   find_stranger(identity, person, as_buffer_span(&joined), true, &found));
	if (strange)
		as_smime_note(request->notes, request->layer, "smime.display_name_address",
			      ASSAY_SEVERITY_DEFAULT,
			      "The %s of the author %s shows the address %s.", what,
			      as_smime_printable(request->arena, person->mailbox->address,
						 SHOWN_ADDRESS_BYTES),
			      as_smime_printable(request->arena, found, SHOWN_ADDRESS_BYTES));
	as_buffer_deinit(&shown);
	as_buffer_deinit(&joined);
	return good ? 0 : -ENOMEM;
}

/* RFC 2047 s5 has no encoded words in addresses; readers that decode the whole
 * field first show there whatever the author likes. */
static int check_address(const struct identity *identity, const struct person *person)
{
	const struct as_identity_request *request = identity->request;
	struct as_span address = person->mailbox->address;
	struct as_buffer decoded;
	bool found = false, good;

	as_buffer_init(&decoded, 0);
	good = as_header_words(&decoded, address, &found);
	if (good && found)
		as_smime_note(request->notes, request->layer, "smime.display_name_address",
			      ASSAY_SEVERITY_DEFAULT,
			      "The author's address %s is shown as %s by some readers.",
			      as_smime_printable(request->arena, address, SHOWN_ADDRESS_BYTES),
			      as_smime_printable(request->arena, as_buffer_span(&decoded),
						 SHOWN_ADDRESS_BYTES));
	as_buffer_deinit(&decoded);
	return good ? 0 : -ENOMEM;
}

/* A quoted local part, or a second '@', with an address in it. */
static int check_local(const struct identity *identity, const struct person *person)
{
	struct as_span address = person->mailbox->address;
	const char *local;
	size_t at = 0, last = SIZE_MAX;

	while ((at = as_span_find_byte(address, at, '@')) != SIZE_MAX)
		last = at++;
	if (last == SIZE_MAX)
		return 0;
	local = as_header_text(identity->request->arena, as_span_slice(address, 0, last));
	return local == NULL ? -ENOMEM : check_text(identity, person, local, "local part");
}

/* A name of many mailboxes, above all that of a group, is looked at once: it may
 * be as long as the header. */
static int check_people(const struct identity *identity, const struct people *people)
{
	const char *name = NULL, *group = NULL;

	for (size_t i = 0; i < people->count; i++) {
		const struct person *person = &people->items[i];
		const struct as_mailbox *mailbox = person->mailbox;

		if ((mailbox->name != name &&
		     check_text(identity, person, mailbox->name, "name") < 0) ||
		    (mailbox->group != group &&
		     check_text(identity, person, mailbox->group, "group") < 0) ||
		    check_address(identity, person) < 0 || check_local(identity, person) < 0)
			return -ENOMEM;
		name = mailbox->name;
		group = mailbox->group;
	}
	return 0;
}

int as_identity_check_names(const struct identity *identity)
{
	int rc = check_people(identity, &identity->outer.from);

	return rc < 0 ? rc : check_people(identity, &identity->inner.from);
}
