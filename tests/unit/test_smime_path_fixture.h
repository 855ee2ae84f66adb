/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_SMIME_PATH_FIXTURE_H
#define ASSAY_TEST_SMIME_PATH_FIXTURE_H

#include "smime/trust.h"
#include "smimemake.h"

/*
 * One path check: what is configured goes through files in a folder of the test,
 * as an administrator would have it. Lists end with NULL.
 */
#define PF_LIST_MAX 128u

struct pf_case {
	struct as_smime_settings settings; /* without the lists of files */
	X509 *anchors[4], *pool[24];
	X509_CRL *crls[8];
	X509 *message[PF_LIST_MAX]; /* after the signer */
	X509_CRL *message_crls[8];
	X509 *signer;
	int64_t at; /* 0: SM_NOW */
};

int pf_setup(void **state);
int pf_teardown(void **state);
/* The folder of this test. */
const char *pf_folder(void);
/* Path of a file in it; lives until teardown. */
const char *pf_path(const char *name);
const char *pf_write(const char *name, struct as_span octets);
struct as_span pf_pem(const char *label, struct as_span der);

/* Aborts when it cannot be opened; closed by teardown. */
struct as_trust *pf_trust(const struct pf_case *path);
/* Results and texts live until teardown. */
struct as_path_result pf_check(const struct pf_case *path);
struct as_arena *pf_arena(void);

/* Whether the list of texts has one for this fault that contains words. */
bool pf_says(const struct as_path_result *result, uint32_t fault, const char *words);

/* "/CN=Issuing CA" under sm_root(), key SM_RSA2048 1; and a signer under it. */
X509 *pf_middle(void);
EVP_PKEY *pf_middle_key(void);
X509 *pf_signer(void);

#endif
