/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/keyring.h"

#include "smime/ber.h"
#include "smime/keyring_own.h"
#include "smime/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

/* 256 items of two names each. */
#define ARENA_BYTES (4u << 20)
/* OpenSSL's own bound for passwords of PEM. */
#define PASSWORD_MAX 1024u

/* ---- The password ----------------------------------------------------- */

/* The first line of the file. */
static int read_password(const char *path, char password_out[PASSWORD_MAX], struct as_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got = fd < 0 ? -1 : read(fd, password_out, PASSWORD_MAX - 1);
	int rc = got < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	if (rc < 0)
		return as_error_set(error, rc, "%s: %s", path, as_code_text(rc));
	password_out[got] = '\0';
	password_out[strcspn(password_out, "\r\n")] = '\0';
	return 0;
}

/* ---- Pairs ------------------------------------------------------------ */

static struct as_span keep(struct as_arena *arena, const void *octets, int size)
{
	struct as_span span = as_span_make(octets, size > 0 ? (size_t)size : 0);
	char *copy = as_arena_copy(arena, span);

	return as_span_make(copy, copy != NULL ? span.size : 0);
}

static struct as_span keep_issuer(struct as_arena *arena, const X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_X509_NAME(X509_get_issuer_name(cert), &der);
	struct as_span kept = keep(arena, der, size);

	OPENSSL_free(der);
	return kept;
}

static struct as_span keep_serial(struct as_arena *arena, const X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &der);
	struct as_span whole = as_span_make(der, size > 0 ? (size_t)size : 0), kept = whole;
	struct as_ber integer;

	if (as_ber_next(&whole, &integer))
		kept = keep(arena, integer.content.data, (int)integer.content.size);
	OPENSSL_free(der);
	return kept;
}

static struct as_span keep_key_id(struct as_arena *arena, X509 *cert)
{
	const ASN1_OCTET_STRING *ski = X509_get0_subject_key_id(cert);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;

	if (ski != NULL)
		return keep(arena, ASN1_STRING_get0_data(ski), ASN1_STRING_length(ski));
	if (X509_pubkey_digest(cert, EVP_sha1(), digest, &size) != 1)
		size = 0;
	return keep(arena, digest, (int)size);
}

static const char *algorithm_of(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
		return "rsa";
	case EVP_PKEY_EC:
		return "ec";
	default:
		return "x25519";
	}
}

static bool is_listed(const struct as_keyring *keyring, const struct as_key_info *item, size_t key)
{
	for (size_t i = 0; i < keyring->list.count; i++)
		if (keyring->owners[i] == key &&
		    as_span_equal(keyring->list.items[i].issuer, item->issuer) &&
		    as_span_equal(keyring->list.items[i].serial, item->serial))
			return true;
	return false;
}

static int add_item(struct as_keyring *keyring, X509 *cert, size_t key, struct as_error *error)
{
	struct as_arena *arena = &keyring->arena;
	const struct as_key_info item = {
		.issuer = keep_issuer(arena, cert),
		.serial = keep_serial(arena, cert),
		.key_id = keep_key_id(arena, cert),
		.algorithm = algorithm_of(keyring->keys[key].key),
		.subject = as_cert_name(arena, X509_get_subject_name(cert), AS_CERT_NAME_MAX),
	};

	if (item.issuer.size == 0 || item.serial.size == 0 || item.key_id.size == 0)
		return as_error_set(error, -ENOMEM, "no memory for keys");
	if (is_listed(keyring, &item, key))
		return 0;
	if (keyring->list.count == AS_KEYRING_KEYS_MAX)
		return as_error_set(error, AS_E_CONFIG,
				    "more certificates with private keys than can be kept (%u)",
				    AS_KEYRING_KEYS_MAX);
	keyring->owners[keyring->list.count] = (uint32_t)key;
	keyring->list.items[keyring->list.count++] = item;
	return 0;
}

/* What wrong requests get is made from the key itself: no restart changes it. */
static bool make_secret(struct as_keyring_key *key)
{
	unsigned char *der = NULL;
	unsigned int size = 0;
	int length = i2d_PrivateKey(key->key, &der);
	bool made = length > 0 &&
		    EVP_Digest(der, (size_t)length, key->secret, &size, EVP_sha256(), NULL) == 1;

	OPENSSL_clear_free(der, length > 0 ? (size_t)length : 0);
	return made;
}

static int add_certs(struct as_keyring *keyring, const struct as_keyring_found *found, size_t key)
{
	size_t before = keyring->list.count;

	for (size_t i = 0; i < found->cert_count; i++) {
		int rc = 0;

		if (EVP_PKEY_eq(X509_get0_pubkey(found->certs[i]), keyring->keys[key].key) == 1)
			rc = add_item(keyring, found->certs[i], key, found->error);
		if (rc < 0)
			return rc;
	}
	ERR_clear_error();
	if (keyring->list.count == before)
		return as_error_set(found->error, AS_E_CONFIG,
				    "%s: no certificate for its private key: messages name their "
				    "recipients by certificate, so add it to keys",
				    found->keys[key].path);
	return 0;
}

static int pair(struct as_keyring *keyring, struct as_keyring_found *found)
{
	keyring->list.items =
		as_arena_array(&keyring->arena, AS_KEYRING_KEYS_MAX, sizeof(struct as_key_info));
	if (keyring->list.items == NULL)
		return as_error_set(found->error, -ENOMEM, "no memory for keys");
	for (size_t i = 0; i < found->key_count; i++) {
		struct as_keyring_key *key = &keyring->keys[i];
		int rc;

		EVP_PKEY_up_ref(found->keys[i].key);
		key->key = found->keys[i].key;
		keyring->key_count++;
		if (!make_secret(key))
			return as_error_set(found->error, AS_E_CONFIG,
					    "%s: a private key cannot be used",
					    found->keys[i].path);
		rc = add_certs(keyring, found, i);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* ---- Opening ---------------------------------------------------------- */

static int read_all(const struct as_smime_settings *settings, struct as_keyring_found *found)
{
	for (size_t i = 0; i < settings->key_count; i++) {
		int rc = as_keyring_read(found, settings->keys[i]);

		if (rc < 0)
			return rc;
	}
	if (found->key_count == 0)
		return as_error_set(found->error, AS_E_CONFIG,
				    "%s: no private key in any file of keys",
				    settings->key_count > 0 ? settings->keys[0] : "keys");
	return 0;
}

static void forget(struct as_keyring_found *found)
{
	for (size_t i = 0; i < found->key_count; i++)
		EVP_PKEY_free(found->keys[i].key);
	for (size_t i = 0; i < found->cert_count; i++)
		X509_free(found->certs[i]);
	free(found);
}

int as_keyring_open(const struct as_smime_settings *settings, struct as_keyring **keyring_out,
		    struct as_error *error)
{
	struct as_keyring_found *found = calloc(1, sizeof(*found));
	struct as_keyring *keyring = calloc(1, sizeof(*keyring));
	char password[PASSWORD_MAX] = "";
	int rc = 0;

	if (found == NULL || keyring == NULL) {
		free(found);
		free(keyring);
		return as_error_set(error, -ENOMEM, "no memory for keys");
	}
	as_arena_init(&keyring->arena, ARENA_BYTES);
	found->error = error;
	found->password = settings->password;
	if (settings->password == NULL && settings->password_file != NULL &&
	    settings->password_file[0] != '\0') {
		rc = read_password(settings->password_file, password, error);
		found->password = password;
	}
	/* An empty one is none. */
	if (found->password != NULL && found->password[0] == '\0')
		found->password = NULL;
	if (rc == 0)
		rc = read_all(settings, found);
	if (rc == 0)
		rc = pair(keyring, found);
	OPENSSL_cleanse(password, sizeof(password));
	forget(found);
	ERR_clear_error();
	if (rc < 0) {
		as_keyring_close(keyring);
		return rc;
	}
	*keyring_out = keyring;
	return 0;
}

void as_keyring_close(struct as_keyring *keyring)
{
	if (keyring == NULL)
		return;
	for (size_t i = 0; i < keyring->key_count; i++) {
		EVP_PKEY_free(keyring->keys[i].key);
		OPENSSL_cleanse(keyring->keys[i].secret, sizeof(keyring->keys[i].secret));
	}
	as_arena_deinit(&keyring->arena);
	free(keyring);
}

const struct as_keys *as_keyring_keys(const struct as_keyring *keyring)
{
	return &keyring->list;
}
