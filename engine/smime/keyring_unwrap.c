/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/keyring_own.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

/* Octets of the largest modulus that OpenSSL uses (16,384 bits). */
#define MODULUS_MAX 2048u
/* 0x00 0x02, eight octets at least of padding, 0x00 (RFC 8017 s7.2.1). */
#define PKCS1_OVERHEAD 11u

/* What an operation works with. Every one gives an answer, and whether it is
 * the right one, as a mask of all ones or none. */
struct unwrapping {
	const struct as_key_request *request;
	EVP_PKEY *key;
	unsigned char made[AS_KEY_BYTES_MAX];
};

/* ---- Answers in place of errors --------------------------------------- */

static bool hash_span(EVP_MD_CTX *context, struct as_span span)
{
	unsigned char size[8];

	for (size_t i = 0; i < sizeof(size); i++)
		size[i] = (unsigned char)(span.size >> (8 * i));
	return EVP_DigestUpdate(context, size, sizeof(size)) == 1 &&
	       (span.size == 0 || EVP_DigestUpdate(context, span.data, span.size) == 1);
}

static bool hash_request(const struct as_key_request *request, unsigned char digest_out[32])
{
	const unsigned char head[3] = {(unsigned char)request->mechanism,
				       (unsigned char)request->derivation,
				       (unsigned char)request->key_bytes};
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
		    hash_span(context, as_span_make(head, sizeof(head))) &&
		    hash_span(context, request->label) && hash_span(context, request->peer) &&
		    hash_span(context, request->shared_info) &&
		    hash_span(context, request->input) &&
		    EVP_DigestFinal_ex(context, digest_out, NULL) == 1;

	EVP_MD_CTX_free(context);
	return done;
}

/* HMAC(secret, digest of the request | 1), HMAC(secret, ... | 2). */
static void make_instead(const unsigned char secret[AS_KEYRING_SECRET_BYTES],
			 const struct as_key_request *request,
			 unsigned char key_out[AS_KEY_BYTES_MAX])
{
	unsigned char text[33] = {0};
	unsigned char piece[EVP_MAX_MD_SIZE] = {0};
	unsigned int size = 0;

	/* Without memory the request counts as empty: a wrong key all the same. */
	if (!hash_request(request, text))
		memset(text, 0, sizeof(text));
	for (size_t at = 0; at < AS_KEY_BYTES_MAX; at += 32) {
		text[32]++;
		HMAC(EVP_sha256(), secret, (int)AS_KEYRING_SECRET_BYTES, text, sizeof(text), piece,
		     &size);
		memcpy(key_out + at, piece, 32);
	}
	OPENSSL_cleanse(piece, sizeof(piece));
}

/* ---- Without branches on secrets -------------------------------------- */

/* All ones when x, which is below 2^24, is 0; else 0. */
static unsigned char mask_if_zero(unsigned int x)
{
	/* The optimizer must not see that this is a comparison. */
	__asm__("" : "+r"(x));
	return (unsigned char)((x - 1u) >> 24 & ~x >> 24);
}

/* made where the mask is set, else instead. */
static void choose(unsigned char mask, const unsigned char *made, const unsigned char *instead,
		   size_t size, unsigned char *key_out)
{
	for (size_t i = 0; i < size; i++)
		key_out[i] = (unsigned char)((made[i] & mask) | (instead[i] & ~mask));
}

/* ---- RSA -------------------------------------------------------------- */

/* Left of a shorter ciphertext there are zeros: some senders drop them. */
static bool pad_input(struct as_span input, unsigned char *to, size_t size)
{
	if (input.size > size)
		return false;
	memset(to, 0, size - input.size);
	if (input.size > 0)
		memcpy(to + size - input.size, input.data, input.size);
	return true;
}

/* The message under the padding must have just the size of the key. Reads every
 * octet whatever it is. */
static unsigned char unpad(const unsigned char *block, size_t size, size_t key_bytes,
			   unsigned char *key_out)
{
	unsigned int wrong = block[0] | (block[1] ^ 2u);

	for (size_t i = 2; i < size - key_bytes - 1; i++)
		wrong |= mask_if_zero(block[i]);
	wrong |= block[size - key_bytes - 1];
	memcpy(key_out, block + size - key_bytes, key_bytes);
	return mask_if_zero(wrong);
}

static EVP_PKEY_CTX *begin_rsa(const struct unwrapping *unwrapping, int padding)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(unwrapping->key, NULL);

	if (context != NULL && EVP_PKEY_decrypt_init(context) == 1 &&
	    EVP_PKEY_CTX_set_rsa_padding(context, padding) == 1)
		return context;
	EVP_PKEY_CTX_free(context);
	return NULL;
}

static unsigned char rsa_pkcs1(struct unwrapping *unwrapping)
{
	unsigned char sealed[MODULUS_MAX], block[MODULUS_MAX] = {0};
	int modulus = EVP_PKEY_get_size(unwrapping->key);
	size_t key_bytes = unwrapping->request->key_bytes;
	EVP_PKEY_CTX *context = NULL;
	unsigned char mask = 0;
	size_t size, made;

	if (modulus <= 0 || (size_t)modulus > MODULUS_MAX ||
	    (size_t)modulus < key_bytes + PKCS1_OVERHEAD ||
	    !pad_input(unwrapping->request->input, sealed, (size_t)modulus))
		return 0;
	size = made = (size_t)modulus;
	context = begin_rsa(unwrapping, RSA_NO_PADDING);
	/* It fails for a number above the modulus only, which everybody sees; the
	 * zeros that are left then are no padding. */
	if (context != NULL && EVP_PKEY_decrypt(context, block, &made, sealed, size) != 1)
		memset(block, 0, size);
	mask = unpad(block, size, key_bytes, unwrapping->made);
	EVP_PKEY_CTX_free(context);
	OPENSSL_cleanse(block, sizeof(block));
	return mask;
}

static EVP_MD *fetch_digest(enum as_oid_id id)
{
	const struct as_oid *oid = as_oid_get(id);

	if (oid == NULL || oid->kind != AS_OID_DIGEST || oid->openssl == NULL)
		return NULL;
	return EVP_MD_fetch(NULL, oid->openssl, NULL);
}

static bool set_oaep(EVP_PKEY_CTX *context, const struct as_key_request *request, EVP_MD *digest,
		     EVP_MD *mask)
{
	unsigned char *label;

	if (context == NULL || digest == NULL || mask == NULL ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) != 1 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(context, mask) != 1)
		return false;
	if (request->label.size == 0)
		return true;
	label = OPENSSL_memdup(request->label.data, request->label.size);
	if (label != NULL &&
	    EVP_PKEY_CTX_set0_rsa_oaep_label(context, label, (int)request->label.size) == 1)
		return true;
	OPENSSL_free(label);
	return false;
}

/* OpenSSL removes the padding in constant time; its verdict is one word. */
static unsigned char rsa_oaep(struct unwrapping *unwrapping)
{
	const struct as_key_request *request = unwrapping->request;
	unsigned char sealed[MODULUS_MAX], block[MODULUS_MAX] = {0};
	int modulus = EVP_PKEY_get_size(unwrapping->key);
	EVP_MD *digest = fetch_digest(request->digest);
	EVP_MD *mask = fetch_digest(request->mgf_digest);
	EVP_PKEY_CTX *context = begin_rsa(unwrapping, RSA_PKCS1_OAEP_PADDING);
	size_t made = sizeof(block);
	unsigned int wrong = 1;

	if (modulus > 0 && (size_t)modulus <= MODULUS_MAX &&
	    pad_input(request->input, sealed, (size_t)modulus) &&
	    set_oaep(context, request, digest, mask)) {
		wrong = (unsigned int)(EVP_PKEY_decrypt(context, block, &made, sealed,
							(size_t)modulus) != 1);
		wrong |= (unsigned int)(made != request->key_bytes);
	}
	memcpy(unwrapping->made, block, sizeof(unwrapping->made));
	EVP_PKEY_CTX_free(context);
	EVP_MD_free(digest);
	EVP_MD_free(mask);
	OPENSSL_cleanse(block, sizeof(block));
	return mask_if_zero(wrong);
}

/* ---- All of it -------------------------------------------------------- */

static unsigned char attempt(struct unwrapping *unwrapping)
{
	bool rsa = EVP_PKEY_get_base_id(unwrapping->key) == EVP_PKEY_RSA;

	if (rsa != (unwrapping->request->mechanism != AS_KEY_ECDH))
		return 0;
	switch (unwrapping->request->mechanism) {
	case AS_KEY_RSA_PKCS1:
		return rsa_pkcs1(unwrapping);
	case AS_KEY_RSA_OAEP:
		return rsa_oaep(unwrapping);
	case AS_KEY_ECDH:
		return mask_if_zero((unsigned int)!as_keyring_ecdh(
			unwrapping->key, unwrapping->request, unwrapping->made));
	}
	return 0;
}

int as_keyring_unwrap(void *context, const struct as_key_request *request,
		      unsigned char key_out[AS_KEY_BYTES_MAX])
{
	struct as_keyring *keyring = context;
	struct unwrapping unwrapping = {.request = request};
	unsigned char instead[AS_KEY_BYTES_MAX];
	const struct as_keyring_key *key;
	unsigned char mask = 0;
	/* A number that no item has is a wrong request, too. */
	bool known = request->index < keyring->list.count;

	key = &keyring->keys[known ? keyring->owners[request->index] : 0];
	make_instead(key->secret, request, instead);
	unwrapping.key = key->key;
	if (known && request->key_bytes <= AS_KEY_BYTES_MAX)
		mask = attempt(&unwrapping);
	choose(mask, unwrapping.made, instead, AS_KEY_BYTES_MAX, key_out);
	OPENSSL_cleanse(&unwrapping, sizeof(unwrapping));
	OPENSSL_cleanse(instead, sizeof(instead));
	ERR_clear_error();
	return 0;
}
