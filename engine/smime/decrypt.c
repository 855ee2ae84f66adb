/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/decrypt.h"

#include "smime/ber.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

/* One call of EVP_DecryptUpdate() takes an int. */
#define CHUNK_BYTES (1u << 20)
/* Octets that are thrown away again while a tag is checked. */
#define SCRATCH_BYTES (16u << 10)
/* RFC 5084 s3.2: of the tag. */
#define TAG_MIN	    12u
#define TAG_MAX	    16u
#define TAG_DEFAULT 12u
/* Customary is 12; what GCM makes of longer ones is a hash of them. */
#define NONCE_MAX 64u
#define SET_OF	  0x31u

static const struct as_cipher ciphers[] = {
	{AS_OID_AES128_CBC, 16, 16}, {AS_OID_AES192_CBC, 24, 16}, {AS_OID_AES256_CBC, 32, 16},
	{AS_OID_3DES_CBC, 24, 8},    {AS_OID_AES128_GCM, 16, 1},  {AS_OID_AES192_GCM, 24, 1},
	{AS_OID_AES256_GCM, 32, 1},
};

const struct as_cipher *as_cipher_find(const struct as_oid *oid)
{
	for (size_t i = 0; oid != NULL && i < sizeof(ciphers) / sizeof(ciphers[0]); i++)
		if (ciphers[i].id == oid->id)
			return &ciphers[i];
	return NULL;
}

static const EVP_CIPHER *evp_cipher(const struct as_cipher *cipher)
{
	if (cipher->block_bytes == 8)
		return EVP_des_ede3_cbc();
	if (cipher->block_bytes == 1)
		return cipher->key_bytes == 16	 ? EVP_aes_128_gcm()
		       : cipher->key_bytes == 24 ? EVP_aes_192_gcm()
						 : EVP_aes_256_gcm();
	return cipher->key_bytes == 16	 ? EVP_aes_128_cbc()
	       : cipher->key_bytes == 24 ? EVP_aes_192_cbc()
					 : EVP_aes_256_cbc();
}

static const char *read_cbc(struct as_arena *arena, const struct as_cms *cms,
			    struct as_sealed *sealed)
{
	struct as_span rest = cms->cipher.parameters;
	struct as_ber iv;

	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &iv) || rest.size > 0)
		return "The cipher has no initialization vector.";
	if (as_ber_octets(arena, &iv, &sealed->nonce) != 0 ||
	    sealed->nonce.size != sealed->cipher->block_bytes)
		return "The initialization vector of the cipher has the wrong size.";
	if (sealed->ciphertext.size == 0 ||
	    sealed->ciphertext.size % sealed->cipher->block_bytes != 0)
		return "The ciphertext is no whole number of blocks.";
	return "";
}

/* GCMParameters ::= SEQUENCE { aes-nonce OCTET STRING, aes-ICVlen DEFAULT 12 } */
static const char *read_gcm(struct as_arena *arena, const struct as_cms *cms,
			    struct as_sealed *sealed)
{
	struct as_span outer = cms->cipher.parameters, rest;
	uint64_t tag_bytes = TAG_DEFAULT;
	struct as_ber sequence, nonce, integer;

	if (!as_ber_expect(&outer, AS_BER_UNIVERSAL, AS_BER_SEQUENCE, &sequence) || outer.size > 0)
		return "The parameters of the cipher cannot be read.";
	rest = sequence.content;
	if (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_OCTET_STRING, &nonce) ||
	    as_ber_octets(arena, &nonce, &sealed->nonce) != 0 || sealed->nonce.size == 0 ||
	    sealed->nonce.size > NONCE_MAX)
		return "The nonce of the cipher cannot be used.";
	if (rest.size > 0 && (!as_ber_expect(&rest, AS_BER_UNIVERSAL, AS_BER_INTEGER, &integer) ||
			      rest.size > 0 || !as_ber_uint(&integer, &tag_bytes)))
		return "The parameters of the cipher cannot be read.";
	/* A tag that is shorter than promised could be guessed. */
	if (tag_bytes < TAG_MIN || tag_bytes > TAG_MAX || cms->mac.size != tag_bytes)
		return "The authentication tag has the wrong size.";
	sealed->tag = cms->mac;
	return "";
}

/* RFC 5083 s2.2: authenticated is the SET OF, not the [1] that stands for it. */
static bool copy_attributes(struct as_arena *arena, const struct as_cms *cms,
			    struct as_sealed *sealed)
{
	char *copy;

	if (cms->auth_attributes.size == 0)
		return true;
	copy = as_arena_copy(arena, cms->auth_attributes);
	if (copy == NULL)
		return false;
	copy[0] = SET_OF;
	sealed->authentic = as_span_make(copy, cms->auth_attributes.size);
	return true;
}

bool as_sealed_read(struct as_arena *arena, const struct as_cms *cms,
		    const struct as_cipher *cipher, struct as_sealed *sealed_out,
		    const char **reason_out)
{
	bool authenticated =
		cms->type.known != NULL && cms->type.known->id == AS_OID_AUTHENVELOPED_DATA;
	struct as_sealed sealed = {.cipher = cipher, .ciphertext = cms->ciphertext};

	if (authenticated != (cipher->block_bytes == 1))
		/* RFC 9709: a CBC reading of GCM ciphertext is an attack. */
		*reason_out = authenticated ? "The cipher of AuthEnvelopedData does not "
					      "authenticate."
					    : "The cipher needs AuthEnvelopedData.";
	else
		*reason_out = authenticated ? read_gcm(arena, cms, &sealed)
					    : read_cbc(arena, cms, &sealed);
	if ((*reason_out)[0] != '\0')
		return false;
	if (!copy_attributes(arena, cms, &sealed)) {
		*reason_out = NULL;
		return false;
	}
	*sealed_out = sealed;
	return true;
}

/* ---- Decryption ------------------------------------------------------- */

static EVP_CIPHER_CTX *begin(const struct as_sealed *sealed, struct as_span nonce,
			     const unsigned char *key)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	bool gcm = sealed->cipher->block_bytes == 1;
	int unused;

	if (context == NULL)
		return NULL;
	if (EVP_DecryptInit_ex(context, evp_cipher(sealed->cipher), NULL, NULL, NULL) != 1 ||
	    (gcm &&
	     EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, (int)nonce.size, NULL) != 1) ||
	    EVP_DecryptInit_ex(context, NULL, NULL, key, nonce.data) != 1 ||
	    EVP_CIPHER_CTX_set_padding(context, 0) != 1)
		goto failed;
	for (struct as_span rest = sealed->authentic; rest.size > 0;) {
		struct as_span piece = as_span_slice(rest, 0, CHUNK_BYTES);

		if (EVP_DecryptUpdate(context, NULL, &unused, piece.data, (int)piece.size) != 1)
			goto failed;
		rest = as_span_from(rest, piece.size);
	}
	return context;
failed:
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

/* to: NULL to look at the tag only. Whether the tag is right; true without one. */
static bool run(const struct as_sealed *sealed, EVP_CIPHER_CTX *context, unsigned char *to)
{
	unsigned char scratch[SCRATCH_BYTES];
	unsigned char tag[TAG_MAX];
	size_t chunk = to != NULL ? CHUNK_BYTES : sizeof(scratch);
	bool fine = true;
	int made;

	for (struct as_span rest = sealed->ciphertext; rest.size > 0;) {
		struct as_span piece = as_span_slice(rest, 0, chunk);

		fine = EVP_DecryptUpdate(context, to != NULL ? to : scratch, &made, piece.data,
					 (int)piece.size) == 1 &&
		       (size_t)made == piece.size && fine;
		if (to != NULL)
			to += piece.size;
		rest = as_span_from(rest, piece.size);
	}
	if (sealed->cipher->block_bytes == 1) {
		memcpy(tag, sealed->tag.data, sealed->tag.size);
		fine = EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)sealed->tag.size,
					   tag) == 1 &&
		       fine;
		fine = EVP_DecryptFinal_ex(context, scratch, &made) == 1 && fine;
	}
	OPENSSL_cleanse(scratch, sizeof(scratch));
	return fine;
}

/* Octets of padding in the last block (RFC 5652 s6.3), 0: not right. Looks at
 * every octet whatever they are. */
static uint32_t padding(const unsigned char *block, uint32_t size)
{
	uint32_t count = block[size - 1];
	uint32_t wrong = (uint32_t)(count == 0) | (uint32_t)(count > size);

	for (uint32_t i = 0; i < size; i++) {
		uint32_t inside = (uint32_t)(size - i <= count);

		wrong |= (uint32_t)(block[i] != count) & inside;
	}
	return (1u - wrong) * count;
}

static bool pads(const struct as_sealed *sealed, const unsigned char *key)
{
	uint32_t block = sealed->cipher->block_bytes;
	size_t size = sealed->ciphertext.size;
	struct as_sealed last = *sealed;
	unsigned char plain[EVP_MAX_BLOCK_LENGTH] = {0};
	struct as_span before = sealed->nonce;
	EVP_CIPHER_CTX *context;
	bool right;

	if (size > block)
		before = as_span_slice(sealed->ciphertext, size - 2 * block, block);
	last.ciphertext = as_span_from(sealed->ciphertext, size - block);
	context = begin(&last, before, key);
	right = context != NULL && run(&last, context, plain) && padding(plain, block) != 0;
	EVP_CIPHER_CTX_free(context);
	OPENSSL_cleanse(plain, sizeof(plain));
	return right;
}

bool as_sealed_opens(const struct as_sealed *sealed, const unsigned char *key)
{
	EVP_CIPHER_CTX *context;
	bool right;

	if (sealed->cipher->block_bytes > 1) {
		right = pads(sealed, key);
	} else {
		context = begin(sealed, sealed->nonce, key);
		right = context != NULL && run(sealed, context, NULL);
		EVP_CIPHER_CTX_free(context);
	}
	ERR_clear_error();
	return right;
}

int as_sealed_open(const struct as_sealed *sealed, const unsigned char *key,
		   struct as_buffer *content, bool *right_out)
{
	uint32_t block = sealed->cipher->block_bytes;
	size_t size = sealed->ciphertext.size;
	unsigned char *room = as_buffer_reserve(content, size);
	EVP_CIPHER_CTX *context;
	uint32_t pad = 0;
	bool right;

	if (room == NULL)
		return -ENOMEM;
	context = begin(sealed, sealed->nonce, key);
	right = context != NULL && run(sealed, context, room);
	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	if (right && block > 1) {
		pad = padding(room + size - block, block);
		right = pad != 0;
	}
	if (right)
		as_buffer_commit(content, size - pad);
	else
		OPENSSL_cleanse(room, size);
	*right_out = right;
	return 0;
}
