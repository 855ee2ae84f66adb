/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_ESS_H
#define ASSAY_SMIME_ESS_H

#include "smime/cms.h"

/*
 * Enhanced Security Services (RFC 2634) as they are seen, never acted on: a
 * receipt that was sent for a mail tells the asker that the address is read.
 */

/* Of a receipt request; more are counted. */
#define AS_ESS_ADDRESSES_SHOWN 4u

/* Notes smime.receipt_request (info) for what the signed attributes of a signer ask
 * for or carry: receipt request, security label, mailing-list expansion. */
void as_ess_signer(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const struct as_cms_signer *signer);

/* The same for a content that is a signed receipt (id-ct-receipt). */
void as_ess_content(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		    const struct as_cms *cms);

#endif
