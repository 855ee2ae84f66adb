/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_CERTS_H
#define ASSAY_SMIME_CERTS_H

#include "smime/path_cost.h"
#include "smime/trust.h"

/*
 * What paths ask of the certificates of one message, beyond trust.h.
 */

/* Certificates of equal issuer and serial number, or equal key identifier, that are
 * asked whether their key made a signature. CAs never make two. */
#define AS_CERTS_ASKED_MAX 8u
/* Certificates of one message that are decoded, and names that are compared, in sum.
 * Octets chosen to be slow take 100 ns each, so this is 50 ms; a hundred usual
 * certificates have 200 KB. */
#define AS_CERTS_BYTES_MAX ((size_t)512 << 10)
/* CRLs of one message that are decoded, in sum. A full CRL has no place in a mail; a
 * megabyte of the shortest entries takes 15 ms to decode. */
#define AS_CERTS_CRL_BYTES_MAX ((size_t)1 << 20)

/*
 * Certificates whose subject is the issuer of cert and that could have made it, as
 * far as can be told without checking the signature (X509_check_issued): anchors
 * and the pool, then the message. Borrowed. *more_out: there are or may be more,
 * behind max or a limit.
 */
size_t as_certs_issuers(struct as_certs *certs, X509 *cert, X509 **issuers_out, size_t max,
			bool *more_out);

/* A CRL of the message, decoded once; borrowed. NULL when it is none or too much. */
X509_CRL *as_certs_crl(struct as_certs *certs, struct as_span der);

/* What paths of this message have cost so far. */
struct as_path_cost *as_certs_cost(struct as_certs *certs);

/* Some certificates were not decoded, for their size or that of all. */
bool as_certs_left_out(const struct as_certs *certs);

/* What paths and decoding have cost, in the units of path_cost.h. */
unsigned as_certs_work(const struct as_certs *certs);

#endif
