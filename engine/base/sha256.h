/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_SHA256_H
#define ASSAY_BASE_SHA256_H

#include <assay/span.h>

#define AS_SHA256_SIZE 32u
#define AS_SHA256_HEX  65u /* with the NUL */

/*
 * SHA-256 (FIPS 180-4) by OpenSSL. The algorithm is fetched once per process,
 * which halves the cost of short inputs, and must have been fetched before a
 * sandbox closes: call as_sha256_init() in the zygote. Returns 0 or -ENOSYS.
 */
int as_sha256_init(void);

void as_sha256(struct as_span data, unsigned char digest_out[AS_SHA256_SIZE]);

/* Several pieces as one input. */
void as_sha256_pieces(const struct as_span *pieces, size_t count,
		      unsigned char digest_out[AS_SHA256_SIZE]);

void as_sha256_hex(const unsigned char digest[AS_SHA256_SIZE], char hex_out[AS_SHA256_HEX]);

#endif
