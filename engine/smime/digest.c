/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/digest.h"

#include "smime/find.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/* RFC 8702 s3.1: in CMS SHAKE128 gives 256 bits and SHAKE256 512. OpenSSL's own
 * default lengths are half of that. */
#define SHAKE128_BYTES 32u
#define SHAKE256_BYTES 64u

struct hash {
	EVP_MD *method;
	EVP_MD_CTX *context;
	bool good;
};

static bool is_shake(const struct as_oid *digest)
{
	return digest->id == AS_OID_SHAKE128 || digest->id == AS_OID_SHAKE256 ||
	       digest->id == AS_OID_SHAKE256_LEN;
}

static const char *method_name(const struct as_oid *digest)
{
	if (digest->id == AS_OID_SHAKE128)
		return "SHAKE-128";
	return is_shake(digest) ? "SHAKE-256" : digest->openssl;
}

bool as_digest_is_known(const struct as_oid *digest)
{
	return digest != NULL && digest->kind == AS_OID_DIGEST && method_name(digest) != NULL;
}

size_t as_digest_size(const struct as_oid *digest)
{
	if (!as_digest_is_known(digest))
		return 0;
	switch (digest->id) {
	case AS_OID_MD5:
		return 16;
	case AS_OID_SHA1:
	case AS_OID_RIPEMD160:
		return 20;
	case AS_OID_SHA224:
	case AS_OID_SHA512_224:
	case AS_OID_SHA3_224:
		return 28;
	case AS_OID_SHA256:
	case AS_OID_SHA512_256:
	case AS_OID_SHA3_256:
		return 32;
	case AS_OID_SHA384:
	case AS_OID_SHA3_384:
		return 48;
	case AS_OID_SHA512:
	case AS_OID_SHA3_512:
		return 64;
	case AS_OID_SHAKE128:
		return SHAKE128_BYTES;
	case AS_OID_SHAKE256:
	case AS_OID_SHAKE256_LEN:
		return SHAKE256_BYTES;
	default:
		return 0;
	}
}

uint32_t as_digest_faults(const struct as_oid *digest)
{
	if (digest == NULL)
		return 0;
	switch (digest->id) {
	case AS_OID_MD2:
	case AS_OID_MD4:
	case AS_OID_MD5:
		return AS_SMIME_FAULT_WEAK_MD5;
	case AS_OID_SHA1:
		return AS_SMIME_FAULT_WEAK_SHA1;
	default:
		return 0;
	}
}

static void hash_begin(struct hash *hash, const struct as_oid *digest)
{
	*hash = (struct hash){0};
	if (!as_digest_is_known(digest))
		return;
	hash->method = EVP_MD_fetch(NULL, method_name(digest), NULL);
	hash->context = EVP_MD_CTX_new();
	hash->good = hash->method != NULL && hash->context != NULL &&
		     EVP_DigestInit_ex2(hash->context, hash->method, NULL) == 1;
}

static void hash_take(void *context, const void *data, size_t size)
{
	struct hash *hash = context;

	if (hash->good && size > 0)
		hash->good = EVP_DigestUpdate(hash->context, data, size) == 1;
}

/* Octets of the value; 0 when anything failed. */
static size_t hash_end(struct hash *hash, const struct as_oid *digest,
		       unsigned char value_out[AS_DIGEST_BYTES_MAX])
{
	unsigned int size = 0;

	if (hash->good && is_shake(digest)) {
		size = (unsigned int)as_digest_size(digest);
		hash->good = EVP_DigestFinalXOF(hash->context, value_out, size) == 1;
	} else if (hash->good) {
		hash->good = EVP_MD_get_size(hash->method) <= (int)AS_DIGEST_BYTES_MAX &&
			     EVP_DigestFinal_ex(hash->context, value_out, &size) == 1;
	}
	EVP_MD_CTX_free(hash->context);
	EVP_MD_free(hash->method);
	if (!hash->good)
		ERR_clear_error();
	return hash->good ? size : 0;
}

bool as_digest_pieces(const struct as_oid *digest, const struct as_span *pieces, size_t count,
		      unsigned char value_out[AS_DIGEST_BYTES_MAX], size_t *size_out)
{
	struct hash hash;
	size_t size;

	hash_begin(&hash, digest);
	for (size_t i = 0; i < count; i++)
		hash_take(&hash, pieces[i].data, pieces[i].size);
	size = hash_end(&hash, digest, value_out);
	if (size == 0)
		return false;
	*size_out = size;
	return true;
}

static struct as_content_digest *find_or_add(struct as_content_digests *digests, enum as_oid_id id)
{
	for (size_t i = 0; i < digests->count; i++)
		if (digests->items[i].id == id)
			return &digests->items[i];
	if (digests->count == AS_CONTENT_DIGESTS_MAX)
		return NULL;
	digests->items[digests->count] = (struct as_content_digest){.id = id};
	return &digests->items[digests->count++];
}

static bool afford(struct as_content_digests *digests)
{
	size_t size = digests->content.size;

	if (digests->computed >= AS_CONTENT_DIGESTS_FREE &&
	    (digests->hashed > AS_CONTENT_DIGEST_BYTES_MAX ||
	     size > AS_CONTENT_DIGEST_BYTES_MAX - digests->hashed))
		return false;
	digests->computed++;
	digests->hashed += size;
	return true;
}

bool as_content_digest(struct as_content_digests *digests, const struct as_oid *digest,
		       enum as_content_form form, struct as_span *value_out)
{
	struct as_content_digest *item;
	struct hash hash;

	if (!as_digest_is_known(digest))
		return false;
	item = find_or_add(digests, digest->id);
	if (item == NULL)
		return false;
	if (item->size[form] == 0 && afford(digests)) {
		hash_begin(&hash, digest);
		if (form == AS_CONTENT_CANONICAL)
			as_smime_canonical(digests->content, hash_take, &hash);
		else
			hash_take(&hash, digests->content.data, digests->content.size);
		item->size[form] = hash_end(&hash, digest, item->value[form]);
	}
	if (item->size[form] == 0)
		return false;
	*value_out = as_span_make(item->value[form], item->size[form]);
	return true;
}
