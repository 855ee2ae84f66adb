/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SIGNER_H
#define ASSAY_SMIME_SIGNER_H

#include "smime/cms.h"
#include "smime/find.h"
#include "smime/trust.h"

/*
 * The signers of a SignedData, each by itself (RFC 5652 s5.4, s5.6; RFC 8551
 * s2.2, RFC 8419, RFC 8933, RFC 6211, RFC 5035): certificate, attributes,
 * digest of the content, signature value through EVP, then the path. The
 * content is hashed once per digest, whatever the number of signers.
 */
struct as_signers_request {
	const struct as_trust *trust;
	const struct as_cms *cms;
	struct as_smime_layer *layer; /* signers, valid and reason are set */
	struct as_smime_notes *notes;
	struct as_arena *arena;
	bool detached;		/* clear-signed */
	struct as_span content; /* eContent, or the signed octets as they are */
	bool try_canonical;	/* then once more with CRLF line ends */
	bool content_missing;	/* nothing was signed that can be found */
	bool ambiguous;		/* see as_smime_check_structure */
	int64_t at;		/* seconds since 1970 */
	/* Certificates of the signers, by index as in the layer, for identity; the
	 * array is in the arena, references are kept by certs. */
	struct as_certs *certs;
	/* Octets of content that were hashed are added; may be NULL. */
	size_t *hashed;
};

/*
 * Sets layer->signers (in order of the SignerInfos), their faults, reasons and
 * results, layer->valid and layer->reason, and notes: smime.no_signers (not for
 * certs-only), multiple_signers, signer_cert_missing, bad_digest, bad_signature,
 * unsupported_algorithm, no_signed_attributes, malformed (info: attributes that are
 * not DER), weak_digest, weak_key, limit_exceeded, econtent_in_detached, signing_time
 * (unreadable, in the future, outside the certificate's validity), receipt_request
 * with the other facts of RFC 2634 (receipt, label, mailing-list expansion), those of
 * the path. What the settings allow is noted as info.
 *
 * Reasons are phrases without anything from the mail but OIDs, fit for a header
 * field; the notes name whom they are about. addresses and from_match are left to
 * as_identity_check. *certs_out: the certificate of each signer or NULL. -ENOMEM.
 */
int as_signers_verify(const struct as_signers_request *request, X509 ***certs_out);

#endif
