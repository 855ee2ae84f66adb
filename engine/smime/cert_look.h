/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_CERT_LOOK_H
#define ASSAY_SMIME_CERT_LOOK_H

#include "smime/ber.h"

#include <openssl/x509.h>

/*
 * What names a certificate or a CRL (RFC 5280 s4.1, s5.1), read from its octets
 * without decoding it: decoding costs 100 us, most of it for the key, and most
 * certificates of a hostile message are never needed.
 */

/* Nothing larger is decoded. Usual certificates have 1 to 4 KB, with a post-quantum
 * signature up to 50 KB; the names in larger ones cost as much as a flood of
 * certificates would. */
#define AS_CERT_BYTES_MAX ((size_t)64 << 10)
/* A name larger than this is compared by its octets only. RFC 5280 appendix A allows
 * some 200 octets for each of a dozen attributes. */
#define AS_NAME_BYTES_MAX ((size_t)4 << 10)
/* Of these extensions the key identifier is looked for; real ones have 15. */
#define AS_CERT_EXTENSIONS_MAX 64u

struct as_cert_look {
	struct as_span serial;		/* INTEGER, content octets */
	struct as_span issuer, subject; /* Name, whole elements */
	struct as_span key_id;		/* subjectKeyIdentifier, or empty */
};

/* False when der is no certificate by its outer form, or above the size. */
bool as_cert_look(struct as_span der, struct as_cert_look *look_out);
/* The issuer of a CRL, whole element. */
bool as_crl_look(struct as_span der, struct as_span *issuer_out);

/* Equal numbers, whatever superfluous octets stand in front (X.690 s8.3.2 is not
 * kept by all who sign). */
bool as_serial_equal(struct as_span a, struct as_span b);
/* Decodes a Name for comparisons as RFC 5280 s7.1 has them. The caller frees; NULL
 * when it is none or above the size. */
X509_NAME *as_name_decode(struct as_span name);
/* The octets of a decoded one as they stood. */
struct as_span as_name_octets(const X509_NAME *name);

#endif
