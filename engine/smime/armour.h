/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_ARMOUR_H
#define ASSAY_SMIME_ARMOUR_H

#include <assay/span.h>

/*
 * The textual encoding of CMS (RFC 7468 s8, s9), which has no place in mail but
 * which some clients and all OpenSSL based gateways read there.
 */
struct as_smime_armour {
	struct as_span text; /* base64, between the two lines */
	bool text_behind;    /* something but blanks behind the end */
};

/* Whether octets begin with "-----BEGIN PKCS7-----" or the like; blanks may
 * stand in front. */
bool as_smime_is_armour(struct as_span octets);
bool as_smime_armour_find(struct as_span octets, struct as_smime_armour *armour_out);

#endif
