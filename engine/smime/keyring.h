/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_KEYRING_H
#define ASSAY_SMIME_KEYRING_H

#include "base/error.h"
#include "smime/open.h"
#include "smime/settings.h"

/*
 * Private keys: loaded and used in the keeper only. Files are PEM (keys and
 * certificates in any order, encrypted keys too) or PKCS #12.
 */
struct as_keyring;

/* Certificates with a key: a company's escrow has a handful, one key each for the
 * people of a small one some hundred. */
#define AS_KEYRING_KEYS_MAX 256u
/* Certificates in all files together: those of authorities come with them. */
#define AS_KEYRING_CERTS_MAX 2048u
/* One file; 256 keys with certificates take 1.3 MB as PEM. */
#define AS_KEYRING_FILE_BYTES ((size_t)4 << 20)

/*
 * Keys and certificates are matched over all files. Errors name the file and
 * what to do (wrong password, no key, no certificate for a key). AS_E_CONFIG,
 * -ENOMEM, negated errno. Files in the ciphers of old PKCS #12 (RC2) need
 * OpenSSL's module "legacy", which is loaded while they are read.
 */
int as_keyring_open(const struct as_smime_settings *settings, struct as_keyring **keyring_out,
		    struct as_error *error);
void as_keyring_close(struct as_keyring *keyring);

/* What workers may know, owned by the keyring. */
const struct as_keys *as_keyring_keys(const struct as_keyring *keyring);
/*
 * The operation of as_key_ops; never fails on input. context: the keyring. What
 * cannot be unwrapped gives octets that depend on the private key and the request
 * only, so that asking again teaches nothing. What is looked at until then does
 * not depend on what an RSA decryption gave.
 */
int as_keyring_unwrap(void *context, const struct as_key_request *request,
		      unsigned char key_out[AS_KEY_BYTES_MAX]);

/*
 * Both as octets for the socket between worker and keeper. Packing fails without
 * memory and beyond AS_KEY_INPUT_MAX (request) or AS_KEYS_PACKED_MAX; parsing is
 * strict and checks every size. A request's spans point into octets.
 */
#define AS_KEY_PACKED_MAX  (AS_KEY_INPUT_MAX + 64u)
#define AS_KEYS_PACKED_MAX ((size_t)AS_KEYRING_KEYS_MAX * 8192u)
bool as_key_request_pack(struct as_buffer *out, const struct as_key_request *request);
bool as_key_request_parse(struct as_span octets, struct as_key_request *request_out);
bool as_keys_pack(struct as_buffer *out, const struct as_keys *keys);
/* In the arena. */
bool as_keys_parse(struct as_arena *arena, struct as_span octets, struct as_keys *keys_out);

#endif
