/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust_own.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

/* What is fetched once stays with the library, so that workers, who may open no
 * file, find providers loaded and every method at hand. A name that a provider
 * does not have costs nothing: such an algorithm is told as unsupported. */
static const char *const digests[] = {
	"MD5",		"SHA1",	    "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512",  "SHA2-512/224",
	"SHA2-512/256", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512", "SHAKE-128", "SHAKE-256",
};
static const char *const ciphers[] = {
	"AES-128-CBC",	"AES-192-CBC",	"AES-256-CBC",	"AES-128-GCM",	     "AES-192-GCM",
	"AES-256-GCM",	"AES-128-CCM",	"AES-192-CCM",	"AES-256-CCM",	     "DES-EDE3-CBC",
	"AES-128-WRAP", "AES-192-WRAP", "AES-256-WRAP", "ChaCha20-Poly1305",
};
static const char *const keys[] = {"RSA",     "RSA-PSS", "EC",	   "DSA",
				   "ED25519", "ED448",	 "X25519", "X448"};
static const char *const signatures[] = {"RSA", "ECDSA", "DSA", "ED25519", "ED448"};
static const char *const exchanges[] = {"ECDH", "X25519", "X448"};
static const char *const derivations[] = {"X963KDF", "HKDF", "PBKDF2"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

void as_trust_fetch(void)
{
	unsigned char octet;

	for (size_t i = 0; i < COUNT(digests); i++)
		EVP_MD_free(EVP_MD_fetch(NULL, digests[i], NULL));
	for (size_t i = 0; i < COUNT(ciphers); i++)
		EVP_CIPHER_free(EVP_CIPHER_fetch(NULL, ciphers[i], NULL));
	for (size_t i = 0; i < COUNT(keys); i++)
		EVP_KEYMGMT_free(EVP_KEYMGMT_fetch(NULL, keys[i], NULL));
	for (size_t i = 0; i < COUNT(signatures); i++)
		EVP_SIGNATURE_free(EVP_SIGNATURE_fetch(NULL, signatures[i], NULL));
	for (size_t i = 0; i < COUNT(exchanges); i++)
		EVP_KEYEXCH_free(EVP_KEYEXCH_fetch(NULL, exchanges[i], NULL));
	for (size_t i = 0; i < COUNT(derivations); i++)
		EVP_KDF_free(EVP_KDF_fetch(NULL, derivations[i], NULL));
	EVP_ASYM_CIPHER_free(EVP_ASYM_CIPHER_fetch(NULL, "RSA", NULL));
	/* Seeds the generator, which blinding uses. */
	RAND_bytes(&octet, 1);
	ERR_clear_error();
}
