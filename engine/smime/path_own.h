/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_PATH_OWN_H
#define ASSAY_SMIME_PATH_OWN_H

#include "smime/certs.h"
#include "smime/trust.h"

/*
 * Between the files that make a path. The search (path_search.c) follows names
 * from the signer to an anchor and proposes whole paths; each is judged by
 * OpenSSL (path_verify.c, path_crl.c), which by hooks sees exactly that path,
 * and by the rules that OpenSSL does not know (path_rules.c).
 */

/* Octets of a name within a sentence. */
#define AS_PATH_NAME_MAX 160u

struct as_path_outcome {
	X509 *path[AS_PATH_DEPTH_MAX]; /* signer first; borrowed */
	size_t count;
	bool anchored; /* the last one is an anchor */
	enum as_smime_chain chain;
	enum as_smime_revocation revocation;
	uint32_t faults;
	struct as_path_text *first, *last;
};

/* Adds a fault with its sentence; of each fault the first sentence is kept. Names in
 * it must be printable. */
void as_path_fault(struct as_path_outcome *outcome, struct as_arena *arena, uint32_t fault,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The subject for a sentence. */
const char *as_path_subject(struct as_arena *arena, const X509 *cert);

/* --- path_search.c --------------------------------------------------------------- */
void as_path_search(const struct as_path_request *request, struct as_path_outcome *best_out);

/* --- path_verify.c, path_crl.c ---------------------------------------------------- */
/* For the store of a generation: its contexts then ask for the path that is judged.
 * False without memory. */
bool as_path_hooks(X509_STORE *store);
/* Judges outcome->path, which ends at an anchor: chain, revocation, faults. */
void as_path_verify(const struct as_path_request *request, struct as_path_outcome *outcome);

/* --- path_rules.c ----------------------------------------------------------------- */
/* Key usage, weak algorithms and keys of the certificates in outcome->path. */
void as_path_rules(const struct as_path_request *request, struct as_path_outcome *outcome);
/* Whether cert is within its validity: 0, or AS_SMIME_FAULT_EXPIRED, _NOT_YET. */
uint32_t as_path_time_fault(const X509 *cert, int64_t at);

/* --- path_words.c ----------------------------------------------------------------- */
/* The fault that an error of X509_verify_cert means, and what to say of the certificate:
 * stands behind 'The certificate of "name"'. */
uint32_t as_path_error(int error, const char **phrase_out);
/* Why a CRL did not help: stands behind 'whether "name" is revoked is not known: '. */
const char *as_path_crl_error(int error);

#endif
