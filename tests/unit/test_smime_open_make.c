/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_open_make.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define OID_ENVELOPED	  "1.2.840.113549.1.7.3"
#define OID_AUTHENVELOPED "1.2.840.113549.1.9.16.1.23"
#define OID_AES128_CBC	  "2.16.840.1.101.3.4.1.2"
#define OID_AES128_GCM	  "2.16.840.1.101.3.4.1.6"
#define OID_AES128_WRAP	  "2.16.840.1.101.3.4.1.5"

static const unsigned char iv[16] = "0123456789abcde";

/* ---- By OpenSSL ------------------------------------------------------- */

static struct as_span finish(CMS_ContentInfo *cms)
{
	BIO *in = BIO_new_mem_buf(MAKE_TEXT, -1);
	unsigned char *der = NULL;
	struct as_span span;
	int size;

	assert_int_equal(CMS_set_detached(cms, 0), 1);
	assert_int_equal(CMS_final(cms, in, NULL, CMS_BINARY), 1);
	size = i2d_CMS_ContentInfo(cms, &der);
	assert_true(size > 0);
	span = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	BIO_free(in);
	CMS_ContentInfo_free(cms);
	return span;
}

static void add_recipient(CMS_ContentInfo *cms, X509 *cert, const char *oaep, bool by_key_id)
{
	unsigned int flags = CMS_KEY_PARAM | (by_key_id ? CMS_USE_KEYID : 0u);
	CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, cert, flags);
	EVP_PKEY_CTX *context;

	assert_non_null(info);
	if (oaep == NULL)
		return;
	context = CMS_RecipientInfo_get0_pkey_ctx(info);
	assert_non_null(context);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_get_digestbyname(oaep)), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_get_digestbyname(oaep)), 1);
}

struct as_span make_envelope(X509 *const *certs, size_t count, const char *cipher, const char *oaep,
			     bool by_key_id)
{
	CMS_ContentInfo *cms = CMS_EnvelopedData_create(EVP_get_cipherbyname(cipher));

	assert_non_null(cms);
	for (size_t i = 0; i < count; i++)
		add_recipient(cms, certs[i], oaep, by_key_id);
	return finish(cms);
}

struct as_span make_auth_envelope(X509 *cert, const char *cipher)
{
	CMS_ContentInfo *cms = CMS_AuthEnvelopedData_create(EVP_get_cipherbyname(cipher));

	assert_non_null(cms);
	add_recipient(cms, cert, NULL, false);
	return finish(cms);
}

struct as_span make_password_envelope(X509 *cert)
{
	CMS_ContentInfo *cms = CMS_EnvelopedData_create(EVP_aes_128_cbc());
	unsigned char *password = OPENSSL_memdup("secret", 6);

	assert_non_null(cms);
	assert_non_null(CMS_add0_recipient_password(cms, -1, NID_undef, NID_undef, password, 6,
						    EVP_aes_128_cbc()));
	add_recipient(cms, cert, NULL, false);
	return finish(cms);
}

struct as_span make_encrypted_data(void)
{
	BIO *in = BIO_new_mem_buf(MAKE_TEXT, -1);
	CMS_ContentInfo *cms =
		CMS_EncryptedData_encrypt(in, EVP_aes_128_cbc(), iv, sizeof(iv), CMS_BINARY);
	unsigned char *der = NULL;
	struct as_span span;
	int size;

	assert_non_null(cms);
	size = i2d_CMS_ContentInfo(cms, &der);
	span = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	return span;
}

/* ---- By hand ---------------------------------------------------------- */

static struct as_span issuer_of(X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_X509_NAME(X509_get_issuer_name(cert), &der);
	struct as_span name = sm_copy(der, (size_t)size);

	OPENSSL_free(der);
	return name;
}

static struct as_span serial_of(X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	struct as_span serial = sm_copy(der, (size_t)size);

	OPENSSL_free(der);
	return serial;
}

static struct as_span ktri(struct as_span issuer, struct as_span serial,
			   struct as_span encrypted_key, struct as_span algorithm)
{
	return sm_sequence(sm_join(4, sm_uint(0), sm_sequence(sm_join(2, issuer, serial)),
				   algorithm, sm_octets(encrypted_key)));
}

struct as_span make_ktri_raw(X509 *cert, struct as_span encrypted_key, struct as_span algorithm)
{
	return ktri(issuer_of(cert), serial_of(cert), encrypted_key, algorithm);
}

struct as_span make_ktri_named(X509 *cert, struct as_span issuer, const unsigned char key[16])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(X509_get0_pubkey(cert), NULL);
	unsigned char sealed[1024];
	size_t size = sizeof(sealed);

	assert_int_equal(EVP_PKEY_encrypt_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING), 1);
	assert_int_equal(EVP_PKEY_encrypt(context, sealed, &size, key, 16), 1);
	EVP_PKEY_CTX_free(context);
	return ktri(issuer, serial_of(cert), sm_copy(sealed, size),
		    sm_algorithm("1.2.840.113549.1.1.1", sm_null()));
}

struct as_span make_ktri(X509 *cert, const unsigned char key[16])
{
	return make_ktri_named(cert, issuer_of(cert), key);
}

static void derive(bool hkdf, struct as_span secret, struct as_span info, unsigned char kek[16])
{
	EVP_KDF *method = EVP_KDF_fetch(NULL, hkdf ? "HKDF" : "X963KDF", NULL);
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(method);
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
						  (void *)(uintptr_t)secret.data, secret.size),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info.data,
						  info.size),
		OSSL_PARAM_construct_end(),
	};

	assert_int_equal(EVP_KDF_derive(context, kek, 16, params), 1);
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(method);
}

static struct as_span agree(EVP_PKEY *own, EVP_PKEY *peer)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(own, NULL);
	unsigned char secret[32];
	size_t size = sizeof(secret);

	assert_int_equal(EVP_PKEY_derive_init(context), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(context, peer), 1);
	assert_int_equal(EVP_PKEY_derive(context, secret, &size), 1);
	EVP_PKEY_CTX_free(context);
	return sm_copy(secret, size);
}

static struct as_span wrap_key(const unsigned char kek[16], const unsigned char key[16])
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	unsigned char wrapped[64];
	int size;

	EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_wrap(), NULL, kek, NULL), 1);
	assert_int_equal(EVP_EncryptUpdate(context, wrapped, &size, key, 16), 1);
	EVP_CIPHER_CTX_free(context);
	return sm_copy(wrapped, (size_t)size);
}

struct as_span make_kari_x25519(X509 *cert, EVP_PKEY *recipient, bool hkdf, struct as_span ukm,
				const unsigned char key[16])
{
	static const unsigned char bits[4] = {0, 0, 0, 128};
	EVP_PKEY *ephemeral = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	struct as_span wrap = sm_algorithm(OID_AES128_WRAP, as_span_make(NULL, 0));
	struct as_span ukm_info = as_span_make(NULL, 0), ukm_field = ukm_info, info, originator;
	unsigned char public_key[33] = {0}, kek[16];
	size_t size = 32;

	assert_int_equal(EVP_PKEY_get_raw_public_key(ephemeral, public_key + 1, &size), 1);
	if (ukm.size > 0) {
		ukm_info = sm_tlv(0xa0, sm_octets(ukm));
		ukm_field = sm_tlv(0xa1, sm_octets(ukm));
	}
	info = sm_sequence(
		sm_join(3, wrap, ukm_info, sm_tlv(0xa2, sm_octets(sm_copy(bits, sizeof(bits))))));
	derive(hkdf, agree(ephemeral, recipient), info, kek);
	EVP_PKEY_free(ephemeral);
	originator = sm_tlv(
		0xa0, sm_tlv(0xa1, sm_join(2, sm_algorithm("1.3.101.110", as_span_make(NULL, 0)),
					   sm_tlv(0x03, sm_copy(public_key, sizeof(public_key))))));
	return sm_tlv(
		0xa1,
		sm_join(5, sm_uint(3), originator, ukm_field,
			sm_algorithm(hkdf ? "1.2.840.113549.1.9.16.3.19" : "1.3.132.1.11.1", wrap),
			sm_sequence(sm_sequence(sm_join(
				2, sm_sequence(sm_join(2, issuer_of(cert), serial_of(cert))),
				sm_octets(wrap_key(kek, key)))))));
}

struct as_span make_cbc(const unsigned char key[16], struct as_span text)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	unsigned char sealed[4096];
	int size, last;

	assert_true(text.size < sizeof(sealed) - 16);
	assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv), 1);
	assert_int_equal(EVP_EncryptUpdate(context, sealed, &size, text.data, (int)text.size), 1);
	assert_int_equal(EVP_EncryptFinal_ex(context, sealed + size, &last), 1);
	EVP_CIPHER_CTX_free(context);
	return sm_copy(sealed, (size_t)(size + last));
}

struct as_span make_cbc_algorithm(void)
{
	return sm_algorithm(OID_AES128_CBC, sm_octets(as_span_make(iv, sizeof(iv))));
}

static struct as_span content_info(const char *type, struct as_span body)
{
	return sm_sequence(sm_join(2, sm_oid(type), sm_tlv(0xa0, sm_sequence(body))));
}

struct as_span make_enveloped(struct as_span recipients, struct as_span algorithm,
			      const struct as_span *ciphertext)
{
	struct as_span content =
		ciphertext != NULL ? sm_tlv(0x80, *ciphertext) : as_span_make(NULL, 0);

	return content_info(OID_ENVELOPED, sm_join(3, sm_uint(2), sm_set(recipients),
						   sm_sequence(sm_join(3, sm_oid(SM_OID_DATA),
								       algorithm, content))));
}

struct as_span make_gcm_with_attributes(struct as_span recipients, const unsigned char key[16],
					struct as_span authenticated, struct as_span written)
{
	struct as_span aad = sm_set(authenticated);
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	unsigned char sealed[256], tag[16];
	struct as_span algorithm;
	int size, last;

	assert_int_equal(EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), NULL, key, iv), 1);
	assert_int_equal(EVP_EncryptUpdate(context, NULL, &size, aad.data, (int)aad.size), 1);
	assert_int_equal(EVP_EncryptUpdate(context, sealed, &size, (const unsigned char *)MAKE_TEXT,
					   sizeof(MAKE_TEXT) - 1),
			 1);
	assert_int_equal(EVP_EncryptFinal_ex(context, sealed + size, &last), 1);
	assert_int_equal(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
	EVP_CIPHER_CTX_free(context);
	algorithm =
		sm_algorithm(OID_AES128_GCM,
			     sm_sequence(sm_join(2, sm_octets(as_span_make(iv, 12)), sm_uint(16))));
	return content_info(
		OID_AUTHENVELOPED,
		sm_join(5, sm_uint(0), sm_set(recipients),
			sm_sequence(sm_join(3, sm_oid(SM_OID_DATA), algorithm,
					    sm_tlv(0x80, sm_copy(sealed, (size_t)size)))),
			sm_tlv(0xa1, written), sm_octets(sm_copy(tag, 16))));
}

/* ---- Files ------------------------------------------------------------ */

#define FILES_MAX 64u

static char folder[64];
static char *paths[FILES_MAX];
static size_t path_count;

void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/assay-keys-XXXXXX");
	assert_non_null(mkdtemp(folder));
}

void drop_folder(void)
{
	while (path_count > 0) {
		unlink(paths[--path_count]);
		free(paths[path_count]);
	}
	rmdir(folder);
}

static FILE *create(const char *name, const char **path_out)
{
	FILE *file;

	assert_true(path_count < FILES_MAX);
	assert_true(asprintf(&paths[path_count], "%s/%s", folder, name) > 0);
	*path_out = paths[path_count++];
	file = fopen(*path_out, "wb");
	assert_non_null(file);
	return file;
}

const char *write_pem(const char *name, EVP_PKEY *key, X509 *cert, const char *password)
{
	const char *path;
	FILE *file = create(name, &path);
	const EVP_CIPHER *cipher = password != NULL ? EVP_aes_128_cbc() : NULL;

	/* The certificate first: they stand in any order. */
	if (cert != NULL)
		assert_int_equal(PEM_write_X509(file, cert), 1);
	if (key != NULL)
		assert_int_equal(PEM_write_PKCS8PrivateKey(
					 file, key, cipher, password,
					 password != NULL ? (int)strlen(password) : 0, NULL, NULL),
				 1);
	assert_int_equal(fclose(file), 0);
	return path;
}

const char *write_pkcs12(const char *name, EVP_PKEY *key, X509 *cert, const char *password,
			 bool old_ciphers)
{
	int of_key = old_ciphers ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : 0;
	int of_cert = old_ciphers ? NID_pbe_WithSHA1And40BitRC2_CBC : 0;
	OSSL_PROVIDER *legacy = old_ciphers ? OSSL_PROVIDER_try_load(NULL, "legacy", 1) : NULL;
	PKCS12 *store = PKCS12_create(password, "name", key, cert, NULL, of_key, of_cert, 0, 0, 0);
	const char *path;
	FILE *file;

	OSSL_PROVIDER_unload(legacy);
	if (store == NULL)
		return NULL;
	file = create(name, &path);
	assert_int_equal(i2d_PKCS12_fp(file, store), 1);
	assert_int_equal(fclose(file), 0);
	PKCS12_free(store);
	return path;
}

const char *write_file(const char *name, struct as_span octets)
{
	const char *path;
	FILE *file = create(name, &path);

	assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
	assert_int_equal(fclose(file), 0);
	return path;
}
