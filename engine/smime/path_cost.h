/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_PATH_COST_H
#define ASSAY_SMIME_PATH_COST_H

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * What checking signatures of certificates and CRLs may cost. The unit is one check
 * with an RSA key of 2048 bits and the exponent 65537: 20 us. Others, measured:
 * P-256 4, P-384 26, P-521 20, Brainpool 512 42, a binary curve of 571 bits 140,
 * DSA-3072 31, RSA-16384 100, RSA-3072 with an exponent of 3071 bits 270.
 */
/* One path: a chain of five with Brainpool keys and a CRL each is at 400. 20 ms. */
#define AS_PATH_COST_MAX 1000u
/* All paths of a message: 16 signers with P-384 chains are at 1,700. 80 ms. */
#define AS_MESSAGE_COST_MAX 4000u

struct as_path_cost {
	unsigned checks, units; /* of this path, up to AS_PATH_CHECKS_MAX, AS_PATH_COST_MAX */
	unsigned message_units; /* up to AS_MESSAGE_COST_MAX */
	bool spent;		/* something was not checked */
};

/* Of one check with the key of cert. */
unsigned as_path_key_cost(const X509 *cert);
/* False, and *cost is spent, when one more check with that key is too much. */
bool as_path_charge(struct as_path_cost *cost, const X509 *cert);
/* For a new path of the same message. */
void as_path_cost_next(struct as_path_cost *cost);

#endif
