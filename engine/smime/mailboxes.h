/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_MAILBOXES_H
#define ASSAY_SMIME_MAILBOXES_H

#include "smime/identity.h"

/*
 * The mailboxes of address fields (RFC 5322 s3.4, with the obsolete forms of
 * s4.4, groups in From of RFC 6854 and 8-bit text of RFC 6532), for judging who
 * wrote a mail. Where readers disagree, all readings are kept: words behind a
 * bracket and comments belong to the name, a second bracket is a second
 * mailbox, words without brackets and '@' are a mailbox without address, as is
 * a group without members. A route is dropped only when it is one; blanks that an address may not
 * hold stay in it, so that it equals nothing. Linear in the size of the value.
 */
struct as_mailbox_list {
	struct as_mailbox *items;
	size_t count;
	size_t fields;
	bool too_many; /* more than max */
};

/* Of all fields of that name, in order. The list is in the arena. -ENOMEM. */
int as_mailboxes_read(struct as_arena *arena, struct as_span header_block, const char *field_name,
		      size_t max, struct as_mailbox_list *list_out);

/* Of one value; appends to list->items, which has room for max. -ENOMEM. */
int as_mailboxes_parse(struct as_arena *arena, struct as_span value, size_t max,
		       struct as_mailbox_list *list);

#endif
