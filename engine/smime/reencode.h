/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_REENCODE_H
#define ASSAY_SMIME_REENCODE_H

#include "smime/ber.h"

/*
 * BER made DER, as far as signed attributes need it (RFC 5652 s5.4): definite and
 * shortest lengths, strings in one piece, members of a SET OF sorted.
 */

/* Signed attributes of real mail have 100 to 4,000 octets, and the deepest that is
 * written in BER, a certificate's names, about 10 levels. Each level copies its
 * content once: the product, twice for each of 16 signers, is 12 MB of arena. */
#define AS_REENCODE_BYTES_MAX ((size_t)16 << 10)
#define AS_REENCODE_DEPTH_MAX 24u

/*
 * content: the members of a SET OF. *set_out: tag, length and members, in the
 * arena, the members in the order they came (sorted false) or in DER order. What is
 * inside of a member is always sorted. -EBADMSG: no BER, or too deep; -E2BIG: above
 * AS_REENCODE_BYTES_MAX; -ENOMEM.
 */
int as_reencode_set(struct as_arena *arena, struct as_span content, bool sorted,
		    struct as_span *set_out);

#endif
