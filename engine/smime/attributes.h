/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_ATTRIBUTES_H
#define ASSAY_SMIME_ATTRIBUTES_H

#include "smime/cms.h"

#include <openssl/x509.h>

/*
 * What the attributes of one SignerInfo have to be (RFC 5652 s5.3, s11; RFC 5035;
 * RFC 6211), as far as it can be told without hashing the content.
 */
struct as_attributes {
	uint32_t faults;       /* MALFORMED, LIMIT */
	const char *reason;    /* of the first one, a short phrase; "" without */
	struct as_span digest; /* value of messageDigest, or empty */
	int64_t signing_time;  /* or AS_SMIME_NO_TIME */
	bool odd_time;	       /* signingTime is there and cannot be read */
	bool countersigned;
};
/* Without signed attributes only the unsigned ones are looked at. */
void as_attributes_read(const struct as_cms *cms, const struct as_cms_signer *signer,
			struct as_attributes *attributes_out);

/*
 * signingCertificate and signingCertificateV2: the first hash, and its issuer and
 * serial when there, must be those of the certificate. CMSAlgorithmProtection
 * must name the algorithms of the SignerInfo. *unknown_out: the name of a hash
 * that is not computed here, or NULL.
 */
enum as_binding {
	AS_BINDING_GOOD = 0, /* or not there */
	AS_BINDING_OTHER,    /* names another certificate or other algorithms */
	AS_BINDING_MALFORMED,
	AS_BINDING_UNKNOWN,
};
enum as_binding as_attributes_bind_cert(struct as_arena *arena, const struct as_cms_signer *signer,
					X509 *cert, const char **unknown_out);
enum as_binding as_attributes_bind_algorithms(const struct as_cms_signer *signer);

/*
 * The octets that a signature over attributes can be made of: the [0] element as it
 * stood with the tag of a SET; when that is no DER also re-encoded in the given
 * order and in DER order, as writers do that sign one thing and send another.
 */
#define AS_ATTRIBUTE_FORMS_MAX 3u
struct as_attribute_forms {
	struct as_span octets[AS_ATTRIBUTE_FORMS_MAX];
	size_t count; /* at least 1 */
	bool not_der;
};
/* -ENOMEM. */
int as_attributes_forms(struct as_arena *arena, const struct as_cms_signer *signer,
			struct as_attribute_forms *forms_out);

#endif
