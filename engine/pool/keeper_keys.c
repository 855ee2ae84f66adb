/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/keeper_keys.h"

#include "base/assert.h"
#include "smime/keyring.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>

/*
 * Memory that is locked, guarded, not in core files, and cleared when it is
 * given back: OpenSSL puts private numbers there. A key of RSA-4096 takes 2 KiB.
 * Where the limit of locked memory is lower it is not locked.
 */
#define SECURE_HEAP_BYTES  ((size_t)2 << 20)
#define SECURE_PIECE_BYTES 32u

_Static_assert(AS_KEY_PACKED_MAX <= AS_KEEPER_REQUEST_MAX, "a request fits into a packet");
_Static_assert(AS_KEY_BYTES_MAX <= AS_KEEPER_ANSWER_MAX, "a key fits into an answer");
_Static_assert(AS_KEYS_PACKED_MAX <= AS_KEEPER_HELLO_MAX, "all keys can be told");

struct as_key_client {
	struct as_keeper *keeper; /* NULL: there is none */
	struct as_arena arena;
	struct as_keys keys;
};

/* ---- In the keeper ---------------------------------------------------- */

static struct as_keyring *keyring;

/* The first operation of each kind sets up tables and random numbers. */
static void warm_up(void)
{
	static const enum as_key_mechanism mechanisms[] = {AS_KEY_RSA_PKCS1, AS_KEY_RSA_OAEP,
							   AS_KEY_ECDH};
	struct as_key_request request = {
		.key_bytes = 16,
		.digest = AS_OID_SHA256,
		.mgf_digest = AS_OID_SHA256,
		.wrap = AS_OID_WRAP_AES128,
	};
	unsigned char octets[AS_KEY_BYTES_MAX];

	RAND_bytes(octets, sizeof(octets));
	for (uint32_t i = 0; i < as_keyring_keys(keyring)->count; i++)
		for (size_t m = 0; m < sizeof(mechanisms) / sizeof(mechanisms[0]); m++) {
			request.index = i;
			request.mechanism = mechanisms[m];
			as_keyring_unwrap(keyring, &request, octets);
		}
}

static int open_keys(void *context, struct as_buffer *hello_out, struct as_error *error)
{
	const struct as_smime_settings *settings = context;
	int rc;

	CRYPTO_secure_malloc_init(SECURE_HEAP_BYTES, SECURE_PIECE_BYTES);
	rc = as_keyring_open(settings, &keyring, error);
	if (rc < 0)
		return rc;
	warm_up();
	if (!as_keys_pack(hello_out, as_keyring_keys(keyring)))
		return as_error_set(error, AS_E_CONFIG,
				    "the certificates of the keys are too large together");
	return 0;
}

static size_t answer(void *context, struct as_span octets,
		     unsigned char answer_out[AS_KEEPER_ANSWER_MAX])
{
	struct as_key_request request;

	(void)context;
	if (!as_key_request_parse(octets, &request) ||
	    as_keyring_unwrap(keyring, &request, answer_out) < 0)
		return 0;
	return request.key_bytes;
}

void as_keeper_duty_keys(const struct as_smime_settings *settings, struct as_keeper_duty *duty_out)
{
	*duty_out = (struct as_keeper_duty){
		.open = open_keys,
		.answer = answer,
		.context = (void *)(uintptr_t)settings,
	};
}

/* ---- In zygote and workers -------------------------------------------- */

int as_key_client_open(struct as_keeper *keeper, struct as_key_client **client_out,
		       struct as_error *error)
{
	struct as_key_client *client = calloc(1, sizeof(*client));

	if (client == NULL)
		return as_error_set(error, -ENOMEM, "no memory for the list of keys");
	as_arena_init(&client->arena, 2 * AS_KEEPER_HELLO_MAX);
	client->keeper = keeper;
	if (keeper != NULL &&
	    !as_keys_parse(&client->arena, as_keeper_hello(keeper), &client->keys)) {
		as_key_client_close(client);
		return as_error_set(error, AS_E_PROTOCOL, "the list of keys cannot be read");
	}
	*client_out = client;
	return 0;
}

void as_key_client_close(struct as_key_client *client)
{
	if (client == NULL)
		return;
	as_arena_deinit(&client->arena);
	free(client);
}

static int unwrap(void *context, const struct as_key_request *request,
		  unsigned char key_out[AS_KEY_BYTES_MAX])
{
	struct as_key_client *client = context;
	struct as_buffer packed;
	size_t size = 0;
	int rc = -EMSGSIZE;

	AS_ASSERT(client->keeper != NULL);
	as_buffer_init(&packed, AS_KEY_PACKED_MAX);
	if (as_key_request_pack(&packed, request))
		rc = as_keeper_ask(client->keeper, as_buffer_span(&packed), key_out,
				   AS_KEY_BYTES_MAX, &size);
	as_buffer_deinit(&packed);
	if (rc == 0 && size != request->key_bytes)
		rc = AS_E_PROTOCOL;
	return rc;
}

void as_key_client_ops(struct as_key_client *client, struct as_key_ops *ops_out)
{
	*ops_out = (struct as_key_ops){
		.unwrap = unwrap,
		.context = client,
		.keys = &client->keys,
	};
}
