/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "make-smime: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static const EVP_CIPHER *cipher_of(enum cs_cipher cipher)
{
	switch (cipher) {
	case CS_AES128_CBC:
		return EVP_aes_128_cbc();
	case CS_AES256_CBC:
		return EVP_aes_256_cbc();
	case CS_3DES_CBC:
		return EVP_des_ede3_cbc();
	case CS_AES128_GCM:
		return EVP_aes_128_gcm();
	case CS_AES256_GCM:
		return EVP_aes_256_gcm();
	}
	abort();
}

static void add_oaep(CMS_ContentInfo *cms)
{
	CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(cms, cs_reader(), CMS_KEY_PARAM);
	EVP_PKEY_CTX *context =
		recipient != NULL ? CMS_RecipientInfo_get0_pkey_ctx(recipient) : NULL;

	need(context != NULL &&
		     EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
		     EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
		     EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1,
	     "OAEP");
}

static void add_recipient(CMS_ContentInfo *cms, enum cs_transport transport)
{
	static unsigned char password[] = "a long password";

	switch (transport) {
	case CS_RSA:
		need(CMS_add1_recipient_cert(cms, cs_reader(), 0) != NULL, "RSA recipient");
		break;
	case CS_OAEP:
		add_oaep(cms);
		break;
	case CS_ECDH:
		need(CMS_add1_recipient_cert(cms, cs_reader_ec(), 0) != NULL, "EC recipient");
		break;
	case CS_PASSWORD:
		/* OpenSSL frees the password. */
		need(CMS_add0_recipient_password(cms, -1, NID_id_alg_PWRI_KEK, NID_id_pbkdf2,
						 OPENSSL_memdup(password, sizeof(password) - 1),
						 sizeof(password) - 1, NULL) != NULL,
		     "password recipient");
		break;
	}
}

struct as_span cs_encrypt(struct as_span content, enum cs_cipher cipher,
			  enum cs_transport transport)
{
	const unsigned int flags = CMS_BINARY | CMS_PARTIAL;
	bool aead = cipher == CS_AES128_GCM || cipher == CS_AES256_GCM;
	CMS_ContentInfo *cms = aead ? CMS_AuthEnvelopedData_create(cipher_of(cipher))
				    : CMS_EnvelopedData_create(cipher_of(cipher));
	BIO *in = BIO_new_mem_buf(content.data, (int)content.size);
	unsigned char *der = NULL;
	struct as_span octets;
	int size;

	need(cms != NULL && in != NULL, "no envelope");
	add_recipient(cms, transport);
	CMS_set_detached(cms, 0);
	need(CMS_final(cms, in, NULL, flags) == 1, "encryption");
	size = i2d_CMS_ContentInfo(cms, &der);
	need(size > 0, "envelope");
	octets = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	return octets;
}

struct as_span cs_compress(struct as_span content)
{
	uLongf size = compressBound(content.size);
	unsigned char *packed = malloc(size);
	struct as_span data, encapsulated, octets;

	need(packed != NULL && compress(packed, &size, content.data, content.size) == Z_OK, "zlib");
	octets = sm_octets(sm_copy(packed, size));
	free(packed);
	encapsulated = sm_sequence(sm_join(2, sm_oid(SM_OID_DATA), sm_tlv(0xa0, octets)));
	data = sm_sequence(sm_join(3, sm_uint(0),
				   sm_algorithm("1.2.840.113549.1.9.16.3.8", sm_text("")),
				   encapsulated));
	return sm_sequence(sm_join(2, sm_oid("1.2.840.113549.1.9.16.1.9"), sm_tlv(0xa0, data)));
}
