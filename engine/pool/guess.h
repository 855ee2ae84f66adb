/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_GUESS_H
#define ASSAY_POOL_GUESS_H

#include <assay/span.h>

/*
 * Whether octets of unknown kind begin like a message: a header block of
 * RFC 5322 s2.2, also below a line that a mailbox writer put first. For clients
 * whose protocol does not say whether they send mail or a file.
 *
 * In doubt it is a message: taken for one, a file is scanned as a whole all the
 * same, while the parts of a message that passes for a file could stay closed.
 * So one field that mail has is enough, wherever in the header it stands: a
 * header without any cannot announce parts.
 */
#define AS_GUESS_BYTES                                                                             \
	((size_t)4 << 20)	     /* looked at; no mail server takes such                       \
					a header: limits are 32 KiB to 1 MiB */
#define AS_GUESS_FIELD_NAME_MAX 128u /* octets; those of real mail end below 80 */

bool as_guess_message(struct as_span octets);

#endif
