/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_TRUST_LOAD_H
#define ASSAY_SMIME_TRUST_LOAD_H

#include "base/error.h"

#include <assay/span.h>
#include <openssl/x509.h>

/*
 * Certificates and CRLs from files (PEM with any number of objects, RFC 7468, or
 * one object in DER) and from folders of such files. Objects of other kinds in a
 * PEM file are nobody's concern: a file may hold a chain beside its CRL.
 */
struct as_trust_load {
	const char *what; /* for messages: "smime.anchors" */
	/* One of the two is set: what is looked for. Both take ownership and return 0
	 * or -ENOMEM. octets: those of the certificate, only during the call. */
	int (*take_cert)(void *context, X509 *cert, struct as_span octets);
	int (*take_crl)(void *context, X509_CRL *crl);
	void *context;
	size_t *files; /* counted up, up to AS_TRUST_FILES_MAX */
	struct as_error *error;
};

/* A file, or a folder with all its files but hidden ones. AS_E_CONFIG with *error
 * set, -ENOMEM. */
int as_trust_load(const struct as_trust_load *load, const char *path);

#endif
