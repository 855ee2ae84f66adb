/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_IDENTITY_OWN_H
#define ASSAY_SMIME_IDENTITY_OWN_H

#include "smime/identity.h"

/*
 * What the parts of as_identity_check() share: the people of the header and the
 * holders of the signers' certificates, with keys (as_address_key) made once:
 * each author is compared with each address of each signer, and IDNA is dear.
 */

/* Of an address in a sentence. RFC 5321 allows 254. */
#define SHOWN_ADDRESS_BYTES 120u

enum match {
	MATCH_NONE = 0,
	MATCH_CASE, /* but for letter case in the local part */
	MATCH_EXACT,
};

struct person {
	const struct as_mailbox *mailbox;
	struct as_span key; /* empty: no address */
	enum match match;   /* the best with any signer */
};

struct people {
	struct person *items;
	size_t count;
};

struct header {
	struct as_authors authors;
	struct people from, sender, reply_to;
};

/* Of one signer's certificate. */
struct holder {
	struct as_cert_address *addresses;
	struct as_span *keys;
	size_t count;
	bool known; /* there is a certificate */
	bool author, inner_author;
};

struct identity {
	const struct as_identity_request *request;
	struct header outer, inner; /* inner: protected, without authors if none is */
	struct holder *holders;
	size_t holder_count, known_count;
};

/* smime.from_mismatch, from_case_differs, multiple_from. */
void as_identity_check_authors(const struct identity *identity);
/* smime.display_name_address. -ENOMEM. */
int as_identity_check_names(const struct identity *identity);
/* smime.duplicate_header of fields other than From. -ENOMEM. */
int as_identity_check_repeated(const struct identity *identity);

#endif
