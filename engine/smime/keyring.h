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

#define AS_KEYRING_KEYS_MAX 256u

/* Errors name the file and what to do (wrong password, no key, no
 * certificate for a key). AS_E_CONFIG, -ENOMEM, negated errno. */
int as_keyring_open(const struct as_smime_settings *settings, struct as_keyring **keyring_out,
		    struct as_error *error);
void as_keyring_close(struct as_keyring *keyring);

/* What workers may know, owned by the keyring. */
const struct as_keys *as_keyring_keys(const struct as_keyring *keyring);
/* The operation of as_key_ops; never fails on input. context: the keyring. */
int as_keyring_unwrap(void *context, const struct as_key_request *request,
		      unsigned char key_out[AS_KEY_BYTES_MAX]);

/* Both as octets for the socket between worker and keeper; parsing is strict
 * and checks every size. */
bool as_key_request_pack(struct as_buffer *out, const struct as_key_request *request);
bool as_key_request_parse(struct as_span octets, struct as_key_request *request_out);
bool as_keys_pack(struct as_buffer *out, const struct as_keys *keys);
/* In the arena. */
bool as_keys_parse(struct as_arena *arena, struct as_span octets, struct as_keys *keys_out);

#endif
