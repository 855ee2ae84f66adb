/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_UNIT_TEST_SMIME_OPEN_MAKE_H
#define ASSAY_TESTS_UNIT_TEST_SMIME_OPEN_MAKE_H

#include "smime/keyring.h"
#include "smimemake.h"

#include <openssl/cms.h>

/*
 * Envelopes for tests: those that OpenSSL makes, and others written out by hand.
 * What is returned lives until sm_end(). Every failure ends the test.
 */
#define MAKE_TEXT "Content-Type: text/plain\r\n\r\nThe eagle lands at noon.\r\n"

/* By OpenSSL. oaep: NULL for PKCS #1 v1.5, or the digest of both hashes. */
struct as_span make_envelope(X509 *const *certs, size_t count, const char *cipher, const char *oaep,
			     bool by_key_id);
/* AuthEnvelopedData. */
struct as_span make_auth_envelope(X509 *cert, const char *cipher);
/* RecipientInfo of a password beside that of cert. */
struct as_span make_password_envelope(X509 *cert);
struct as_span make_encrypted_data(void);

/* By hand. key: the content-encryption key, 16 octets. */
struct as_span make_ktri(X509 *cert, const unsigned char key[16]);
struct as_span make_ktri_raw(X509 *cert, struct as_span encrypted_key, struct as_span algorithm);
/* To the serial number of cert of another issuer. */
struct as_span make_ktri_named(X509 *cert, struct as_span issuer, const unsigned char key[16]);
/* X25519 with an AES-128 wrap; ukm may be empty. */
struct as_span make_kari_x25519(X509 *cert, EVP_PKEY *recipient, bool hkdf, struct as_span ukm,
				const unsigned char key[16]);
/* AES-128-CBC of text. */
struct as_span make_cbc(const unsigned char key[16], struct as_span text);
/* recipients: whole RecipientInfos. ciphertext NULL: detached. */
struct as_span make_enveloped(struct as_span recipients, struct as_span algorithm,
			      const struct as_span *ciphertext);
struct as_span make_cbc_algorithm(void);
/* AES-128-GCM of MAKE_TEXT with attributes, of which the authenticated ones may
 * be others than those that are written. */
struct as_span make_gcm_with_attributes(struct as_span recipients, const unsigned char key[16],
					struct as_span authenticated, struct as_span written);

/* A folder for files that goes with its content at the end. */
void make_folder(void);
void drop_folder(void);
/* PEM with what is not NULL; password NULL: not encrypted. The path lives until
 * drop_folder(). */
const char *write_pem(const char *name, EVP_PKEY *key, X509 *cert, const char *password);
const char *write_pkcs12(const char *name, EVP_PKEY *key, X509 *cert, const char *password,
			 bool old_ciphers);
const char *write_file(const char *name, struct as_span octets);

#endif
