/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/ber.h"
#include "smime/keyring_own.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

/* The shared secret of P-521. */
#define SHARED_MAX 66u
/* A wrapped key is longer by up to 16 octets. */
#define UNWRAPPED_MAX (AS_KEY_BYTES_MAX + 16u)

struct work {
	const struct as_key_request *request;
	EVP_PKEY *key;
	unsigned char *made;
};

/* The point or the X25519 octets of a SubjectPublicKeyInfo, or of an
 * OriginatorPublicKey, which is the same under another tag. */
static bool read_point(struct as_span peer, struct as_span *point_out)
{
	struct as_ber outer, algorithm, bits;
	struct as_span rest;

	if (!as_ber_next(&peer, &outer) || peer.size > 0 || !outer.constructed)
		return false;
	rest = outer.content;
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &algorithm) ||
	    !as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_BIT_STRING, &bits) || rest.size > 0 ||
	    bits.constructed || bits.content.size < 2 || bits.content.data[0] != 0)
		return false;
	*point_out = as_span_from(bits.content, 1);
	return true;
}

/* On our key's curve, whatever the sender names: OpenSSL refuses points that are
 * not on it. */
static EVP_PKEY *make_peer(const struct work *work)
{
	EVP_PKEY *peer;
	struct as_span point;

	if (!read_point(work->request->peer, &point))
		return NULL;
	peer = EVP_PKEY_new();
	if (peer != NULL && EVP_PKEY_copy_parameters(peer, work->key) == 1 &&
	    EVP_PKEY_set1_encoded_public_key(peer, point.data, point.size) == 1)
		return peer;
	EVP_PKEY_free(peer);
	return NULL;
}

static bool agree(const struct work *work, unsigned char shared_out[SHARED_MAX], size_t *size_out)
{
	EVP_PKEY *peer = make_peer(work);
	EVP_PKEY_CTX *context = peer != NULL ? EVP_PKEY_CTX_new(work->key, NULL) : NULL;
	size_t size = 0;
	bool agreed = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
		      EVP_PKEY_derive_set_peer(context, peer) == 1 &&
		      EVP_PKEY_derive(context, NULL, &size) == 1 && size <= SHARED_MAX &&
		      EVP_PKEY_derive(context, shared_out, &size) == 1;

	*size_out = size;
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(peer);
	return agreed;
}

static bool derive(const struct as_key_request *request, struct as_span shared,
		   unsigned char *kek_out, size_t kek_bytes)
{
	bool hkdf = request->derivation == AS_KEY_HKDF;
	const struct as_oid *digest = as_oid_get(request->digest);
	EVP_KDF *method = EVP_KDF_fetch(NULL, hkdf ? "HKDF" : "X963KDF", NULL);
	EVP_KDF_CTX *context = method != NULL ? EVP_KDF_CTX_new(method) : NULL;
	bool derived = false;

	if (context != NULL && digest != NULL && digest->kind == AS_OID_DIGEST &&
	    digest->openssl != NULL) {
		/* OpenSSL does not write into parameters that are set. */
		OSSL_PARAM params[] = {
			OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST,
							 (char *)(uintptr_t)digest->openssl, 0),
			OSSL_PARAM_construct_octet_string(
				OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)shared.data, shared.size),
			OSSL_PARAM_construct_octet_string(
				OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)request->shared_info.data,
				request->shared_info.size),
			OSSL_PARAM_construct_end(),
		};

		derived = EVP_KDF_derive(context, kek_out, kek_bytes, params) == 1;
	}
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(method);
	return derived;
}

static const EVP_CIPHER *wrap_cipher(enum as_oid_id wrap)
{
	switch (wrap) {
	case AS_OID_WRAP_AES128:
		return EVP_aes_128_wrap();
	case AS_OID_WRAP_AES192:
		return EVP_aes_192_wrap();
	case AS_OID_WRAP_AES256:
		return EVP_aes_256_wrap();
	case AS_OID_WRAP_3DES:
		return EVP_des_ede3_wrap();
	default:
		return NULL;
	}
}

/* RFC 3394 or RFC 3217. */
static bool unwrap(const struct work *work, const unsigned char *kek)
{
	const struct as_key_request *request = work->request;
	unsigned char made[UNWRAPPED_MAX];
	EVP_CIPHER_CTX *context;
	int size = 0;
	bool right;

	/* Bounds what is written to made. */
	if (request->input.size > UNWRAPPED_MAX)
		return false;
	context = EVP_CIPHER_CTX_new();
	if (context == NULL)
		return false;
	EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	right = EVP_DecryptInit_ex(context, wrap_cipher(request->wrap), NULL, kek, NULL) == 1 &&
		EVP_DecryptUpdate(context, made, &size, request->input.data,
				  (int)request->input.size) == 1 &&
		(uint32_t)size == request->key_bytes;
	if (right)
		memcpy(work->made, made, request->key_bytes);
	EVP_CIPHER_CTX_free(context);
	OPENSSL_cleanse(made, sizeof(made));
	return right;
}

bool as_keyring_ecdh(EVP_PKEY *key, const struct as_key_request *request,
		     unsigned char made_out[AS_KEY_BYTES_MAX])
{
	const struct work work = {.request = request, .key = key, .made = made_out};
	const EVP_CIPHER *wrap = wrap_cipher(request->wrap);
	unsigned char shared[SHARED_MAX], kek[EVP_MAX_KEY_LENGTH];
	size_t size = 0;
	bool right = wrap != NULL && agree(&work, shared, &size) &&
		     derive(request, as_span_make(shared, size), kek,
			    (size_t)EVP_CIPHER_get_key_length(wrap)) &&
		     unwrap(&work, kek);

	OPENSSL_cleanse(shared, sizeof(shared));
	OPENSSL_cleanse(kek, sizeof(kek));
	return right;
}
