/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_PATH_RUN_H
#define ASSAY_SMIME_PATH_RUN_H

#include "smime/path_own.h"

/*
 * One X509_verify_cert: hung on its context, where the hooks of the store find it.
 * Contexts that OpenSSL makes inside, for the issuer of a CRL that is not in the
 * path, belong to the same run.
 */
/* CRLs that were found unusable: a base and a delta for each set
 * of reasons (RFC 5280 s6.3.3 has 8); more than these count as unusable all. */
#define AS_PATH_BAD_CRLS_MAX 16u

/* For one certificate only: a list that is no list for the signer of CRLs may be the
 * right one for whom it speaks of. */
struct as_path_bad {
	const X509_CRL *crl;
	const X509 *cert;
};

struct as_path_run {
	const struct as_path_request *request;
	struct as_path_outcome *outcome;
	struct as_path_cost *cost;
	bool stopped; /* by the cost; nothing that follows counts */
	bool ended;   /* by an error that is told */

	/* The CRL that errors are about, or NULL; [1]: in a context inside. OpenSSL says it
	 * of the base when it means the delta. */
	X509_CRL *crl[2];
	struct as_path_bad bad[AS_PATH_BAD_CRLS_MAX];
	size_t bad_count;
	bool unknown, revoked;
};

/* The run of a context; *inside_out: it is one for the issuer of a CRL. */
struct as_path_run *as_path_run_of(const X509_STORE_CTX *context, bool *inside_out);

/* path_crl.c: hooks, and what the callback is told while in them. False without
 * memory. */
bool as_path_crl_hooks(X509_STORE *store);
/* Whether this error concerns revocation; then it is dealt with, and *go_on_out is the
 * answer of the callback. */
bool as_path_crl_took(struct as_path_run *run, X509_STORE_CTX *context, bool inside, int error,
		      bool *go_on_out);
/* Whether there is any CRL to look at. */
bool as_path_has_crls(const struct as_path_request *request);

#endif
