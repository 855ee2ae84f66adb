/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/keyring_own.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <sys/stat.h>
#include <unistd.h>

int as_keyring_fault(struct as_keyring_found *found, const char *text)
{
	ERR_clear_error();
	return as_error_set(found->error, AS_E_CONFIG, "%s: %s", found->path, text);
}

static bool decrypts(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_EC:
	case EVP_PKEY_X25519:
		return true;
	default:
		return false;
	}
}

static bool is_there(const struct as_keyring_found *found, const EVP_PKEY *key)
{
	for (size_t i = 0; i < found->key_count; i++)
		if (EVP_PKEY_eq(found->keys[i].key, key) == 1)
			return true;
	return false;
}

int as_keyring_add_key(struct as_keyring_found *found, EVP_PKEY *key)
{
	if (key == NULL)
		return as_keyring_fault(found, "a private key in it cannot be read");
	found->seen++;
	if (!decrypts(key) || is_there(found, key)) {
		found->unusable += !decrypts(key);
		EVP_PKEY_free(key);
		ERR_clear_error();
		return 0;
	}
	if (found->key_count == AS_KEYRING_KEYS_MAX) {
		EVP_PKEY_free(key);
		return as_keyring_fault(found, "more private keys than can be kept (256)");
	}
	found->keys[found->key_count].key = key;
	found->keys[found->key_count++].path = found->path;
	ERR_clear_error();
	return 0;
}

int as_keyring_add_cert(struct as_keyring_found *found, X509 *cert)
{
	if (cert == NULL)
		return as_keyring_fault(found, "a certificate in it cannot be read");
	found->seen++;
	if (found->cert_count == AS_KEYRING_CERTS_MAX) {
		X509_free(cert);
		return as_keyring_fault(found, "more certificates than can be kept (2048)");
	}
	found->certs[found->cert_count++] = cert;
	return 0;
}

/* ---- PEM (RFC 7468, and the encrypted form of RFC 1421) ---------------- */

struct block {
	char *name, *header;
	unsigned char *data;
	long size;
};

struct asked {
	const char *password;
	bool asked;
};

/* Never a question on a terminal. */
static int give_password(char *buffer, int room, int writing, void *context)
{
	struct asked *asked = context;
	size_t size;

	(void)writing;
	asked->asked = true;
	if (asked->password == NULL)
		return -1;
	size = strlen(asked->password);
	if (room < 0 || size > (size_t)room)
		return -1;
	memcpy(buffer, asked->password, size);
	return (int)size;
}

static int wrong_password(struct as_keyring_found *found)
{
	return as_keyring_fault(found, found->password == NULL
					       ? "the private key is encrypted: set password or "
						 "password_file"
					       : "the password is wrong for this file");
}

static int add_encrypted(struct as_keyring_found *found, const struct block *block)
{
	const unsigned char *at = block->data;
	X509_SIG *sealed = d2i_X509_SIG(NULL, &at, block->size);
	PKCS8_PRIV_KEY_INFO *info = NULL;
	EVP_PKEY *key = NULL;

	if (sealed != NULL && found->password != NULL)
		info = PKCS8_decrypt(sealed, found->password, (int)strlen(found->password));
	if (info != NULL)
		key = EVP_PKCS82PKEY(info);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_SIG_free(sealed);
	if (sealed != NULL && info == NULL)
		return wrong_password(found);
	return as_keyring_add_key(found, key);
}

/* Also the older forms "RSA PRIVATE KEY" and "EC PRIVATE KEY". */
static int add_private(struct as_keyring_found *found, struct block *block)
{
	struct asked asked = {.password = found->password};
	const unsigned char *at = block->data;
	EVP_CIPHER_INFO cipher;

	if (PEM_get_EVP_CIPHER_INFO(block->header, &cipher) != 1)
		return as_keyring_fault(found, "the encryption of a private key is not known");
	if (PEM_do_header(&cipher, block->data, &block->size, give_password, &asked) != 1)
		return wrong_password(found);
	return as_keyring_add_key(found, d2i_AutoPrivateKey(NULL, &at, block->size));
}

static int add_block(struct as_keyring_found *found, struct block *block)
{
	static const char *const certs[] = {PEM_STRING_X509, PEM_STRING_X509_OLD};
	static const char *const keys[] = {PEM_STRING_PKCS8INF, PEM_STRING_RSA,
					   PEM_STRING_ECPRIVATEKEY};
	const unsigned char *at = block->data;

	for (size_t i = 0; i < sizeof(certs) / sizeof(certs[0]); i++)
		if (strcmp(block->name, certs[i]) == 0)
			return as_keyring_add_cert(found, d2i_X509(NULL, &at, block->size));
	if (strcmp(block->name, PEM_STRING_X509_TRUSTED) == 0)
		return as_keyring_add_cert(found, d2i_X509_AUX(NULL, &at, block->size));
	if (strcmp(block->name, PEM_STRING_PKCS8) == 0)
		return add_encrypted(found, block);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(block->name, keys[i]) == 0)
			return add_private(found, block);
	/* Parameters of curves, requests and the like. */
	return 0;
}

static int read_pem(struct as_keyring_found *found, struct as_span octets)
{
	BIO *in = BIO_new_mem_buf(octets.data, (int)octets.size);
	struct block block;
	int rc = 0;

	if (in == NULL)
		return as_error_set(found->error, -ENOMEM, "no memory for keys");
	while (rc == 0 && PEM_read_bio_ex(in, &block.name, &block.header, &block.data, &block.size,
					  PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) == 1) {
		rc = add_block(found, &block);
		OPENSSL_secure_free(block.name);
		OPENSSL_secure_free(block.header);
		/* Behind what was decrypted stands padding. */
		OPENSSL_secure_clear_free(block.data, (size_t)block.size);
	}
	if (rc == 0 && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		rc = as_keyring_fault(found, "the PEM text is damaged");
	BIO_free(in);
	ERR_clear_error();
	return rc;
}

/* ---- Files ------------------------------------------------------------ */

static int read_octets(int fd, unsigned char *to, size_t size)
{
	while (size > 0) {
		ssize_t got = read(fd, to, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		to += got;
		size -= (size_t)got;
	}
	return 0;
}

/* The caller's to clear and free. */
static int load(struct as_keyring_found *found, unsigned char **octets_out, size_t *size_out)
{
	/* Not to wait for whoever writes into a pipe. */
	int fd = open(found->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char *octets = NULL;
	struct stat st;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = as_error_set(found->error, -errno, "%s: %s", found->path,
				  as_code_text(-errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		rc = as_keyring_fault(found, "is no file: name the files with keys themselves");
		goto out;
	}
	if (st.st_size <= 0 || (uint64_t)st.st_size > AS_KEYRING_FILE_BYTES) {
		rc = as_keyring_fault(found, st.st_size <= 0 ? "is empty"
							     : "is too large for a file of keys");
		goto out;
	}
	octets = OPENSSL_malloc((size_t)st.st_size);
	rc = octets == NULL ? -ENOMEM : read_octets(fd, octets, (size_t)st.st_size);
	if (rc < 0) {
		as_error_set(found->error, rc, "%s: %s", found->path, as_code_text(rc));
		goto out;
	}
	*octets_out = octets;
	*size_out = (size_t)st.st_size;
	octets = NULL;
out:
	OPENSSL_free(octets);
	if (fd >= 0)
		close(fd);
	return rc;
}

static bool is_pem(struct as_span octets)
{
	static const char mark[] = "-----BEGIN ";

	return memmem(octets.data, octets.size, mark, sizeof(mark) - 1) != NULL;
}

int as_keyring_read(struct as_keyring_found *found, const char *path)
{
	unsigned char *data = NULL;
	struct as_span octets;
	size_t size = 0;
	int rc;

	found->path = path;
	found->seen = 0;
	found->unusable = 0;
	rc = load(found, &data, &size);
	if (rc < 0)
		return rc;
	octets = as_span_make(data, size);
	rc = is_pem(octets) ? read_pem(found, octets) : as_keyring_read_pkcs12(found, octets);
	OPENSSL_clear_free(data, size);
	if (rc == 0 && found->unusable > 0)
		return as_keyring_fault(found, "a private key in it is only for signatures: RSA, "
					       "EC and X25519 keys decrypt");
	if (rc == 0 && found->seen == 0)
		return as_keyring_fault(found, "holds neither a private key nor a certificate");
	return rc;
}
