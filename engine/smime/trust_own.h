/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_TRUST_OWN_H
#define ASSAY_SMIME_TRUST_OWN_H

#include "smime/recall.h"
#include "smime/trust.h"

/*
 * The inside of struct as_trust, for the files that look things up in it. After
 * as_trust_open nothing is changed but reference counts and what is recalled.
 */
struct as_trust_cert {
	X509 *cert;
	unsigned char *octets; /* DER as it was read, owned */
	size_t size;
	bool anchor; /* ends a path */
};

struct as_trust_crl {
	X509_CRL *crl;
	bool indirect; /* may speak of certificates of other issuers (RFC 5280 s5.2.5) */
	bool foreign;  /* its issuer's name is known, and no key of that name made it */
};

struct as_trust {
	struct as_smime_settings settings;
	struct as_trust_cert *certs; /* in order of size and octets, each once */
	size_t cert_count, cert_room;
	/* The same in other orders. */
	struct as_trust_cert **by_subject;
	struct as_trust_cert **by_issuer; /* and serial number */
	struct as_trust_cert **by_key_id; /* those that have one */
	size_t key_id_count;
	struct as_trust_crl *crls; /* in order of issuers */
	size_t crl_count, crl_room;
	/* Certificates that have the name of a CRL's issuer, and those above them: CRLs
	 * may be signed with keys that stand in no path. References are kept. */
	STACK_OF(X509) * crl_signers;
	X509_STORE *store; /* the anchors */
	int64_t crl_next_update;
	struct as_recall *recall; /* not of the generation: each worker's own */
};

/* Fetches algorithms from the providers of OpenSSL. */
void as_trust_fetch(void);
/* Sorts, drops doubles, builds the orders and what is said of CRLs. -ENOMEM. */
int as_trust_index(struct as_trust *trust);

const struct as_trust_cert *as_trust_by_octets(const struct as_trust *trust, struct as_span der);
/* How many stand from *first_out on, of trust->by_subject and so on. */
size_t as_trust_by_subject(const struct as_trust *trust, const X509_NAME *subject,
			   size_t *first_out);
size_t as_trust_by_issuer(const struct as_trust *trust, const X509_NAME *issuer,
			  struct as_span serial, size_t *first_out);
size_t as_trust_by_key_id(const struct as_trust *trust, struct as_span key_id, size_t *first_out);
/* Of trust->crls. */
size_t as_trust_crls_of(const struct as_trust *trust, const X509_NAME *issuer, size_t *first_out);
bool as_trust_is_anchor(const struct as_trust *trust, const X509 *cert);

#endif
