/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_KEYRING_OWN_H
#define ASSAY_SMIME_KEYRING_OWN_H

#include "smime/keyring.h"

#include <openssl/x509.h>

/* Between the files of a keyring: keyring.c (pairing), keyring_file.c (PEM),
 * keyring_pkcs12.c, keyring_unwrap.c, keyring_ecdh.c. */

/* What stands in the files. */
struct as_keyring_found {
	const char *password; /* NULL: none is configured */
	const char *path;     /* of the file that is read now */
	struct {
		EVP_PKEY *key;
		const char *path;
	} keys[AS_KEYRING_KEYS_MAX];
	size_t key_count;
	X509 *certs[AS_KEYRING_CERTS_MAX];
	size_t cert_count;
	size_t seen;	 /* keys and certificates of this file */
	size_t unusable; /* keys of this file that only sign */
	struct as_error *error;
};

/* Reads one file of either form. A negative code with the error set. */
int as_keyring_read(struct as_keyring_found *found, const char *path);
int as_keyring_read_pkcs12(struct as_keyring_found *found, struct as_span octets);

/* Take what they are given (NULL: it could not be decoded), whatever they
 * return. */
int as_keyring_add_key(struct as_keyring_found *found, EVP_PKEY *key);
int as_keyring_add_cert(struct as_keyring_found *found, X509 *cert);
/* Sets the error, in front of it the file. Returns AS_E_CONFIG. */
int as_keyring_fault(struct as_keyring_found *found, const char *text);

/* A key, and what the answers for wrong requests are made from. */
#define AS_KEYRING_SECRET_BYTES 32u
struct as_keyring_key {
	EVP_PKEY *key;
	unsigned char secret[AS_KEYRING_SECRET_BYTES];
};

/* Agreement, derivation and key unwrap. False: made_out may hold anything. */
bool as_keyring_ecdh(EVP_PKEY *key, const struct as_key_request *request,
		     unsigned char made_out[AS_KEY_BYTES_MAX]);

struct as_keyring {
	struct as_arena arena;
	struct as_keys list;
	struct as_keyring_key keys[AS_KEYRING_KEYS_MAX];
	size_t key_count;
	uint32_t owners[AS_KEYRING_KEYS_MAX]; /* index of the key, per item of list */
};

#endif
