/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/sha256.h"

#include "base/assert.h"

#include <errno.h>
#include <openssl/evp.h>

static EVP_MD *algorithm;
static EVP_MD_CTX *context;

int as_sha256_init(void)
{
	if (algorithm == NULL)
		algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (context == NULL)
		context = EVP_MD_CTX_new();
	return algorithm != NULL && context != NULL ? 0 : -ENOSYS;
}

void as_sha256_pieces(const struct as_span *pieces, size_t count,
		      unsigned char digest_out[AS_SHA256_SIZE])
{
	unsigned int size = 0;

	/* A digest that fails would make different octets look equal. */
	AS_ASSERT(as_sha256_init() == 0);
	AS_ASSERT(EVP_DigestInit_ex2(context, algorithm, NULL) == 1);
	for (size_t i = 0; i < count; i++)
		AS_ASSERT(EVP_DigestUpdate(context, pieces[i].data, pieces[i].size) == 1);
	AS_ASSERT(EVP_DigestFinal_ex(context, digest_out, &size) == 1);
	AS_ASSERT(size == AS_SHA256_SIZE);
}

void as_sha256(struct as_span data, unsigned char digest_out[AS_SHA256_SIZE])
{
	as_sha256_pieces(&data, 1, digest_out);
}

void as_sha256_hex(const unsigned char digest[AS_SHA256_SIZE], char hex_out[AS_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < AS_SHA256_SIZE; i++) {
		hex_out[2 * i] = digits[digest[i] >> 4];
		hex_out[2 * i + 1] = digits[digest[i] & 15];
	}
	hex_out[2 * AS_SHA256_SIZE] = '\0';
}
