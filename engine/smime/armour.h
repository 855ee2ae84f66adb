/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_ARMOUR_H
#define ASSAY_SMIME_ARMOUR_H

#include "smime/smime.h"

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

/* Whether a file begins like a CMS object: binary, in armour, or as base64 with
 * nothing round it, which is how programs save the body of a part. Looks at the
 * first 512 octets only. */
bool as_smime_file_looks(struct as_span file);
/* The octets of that object, in the arena or the file itself; what is odd about the
 * text is smime.bad_transfer_encoding, as in as_smime_cms_octets(). -ENOMEM. */
int as_smime_file_octets(struct as_smime_notes *notes, const struct as_smime_layer *layer,
			 struct as_span file, size_t max_bytes, struct as_span *octets_out);

#endif
