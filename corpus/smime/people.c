/* SPDX-License-Identifier: BSD-2-Clause */
#include "case.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <stdio.h>
#include <stdlib.h>

/* Numbers of keys, so that nobody shares one. */
enum { KEY_ROOT = 0, KEY_INTERMEDIATE, KEY_ALICE, KEY_MALLORY, KEY_READER };

static X509 *under(X509 *issuer, EVP_PKEY *issuer_key, const char *subject, const char *email,
		   EVP_PKEY *key, const char *key_usage)
{
	const struct sm_cert spec = {.subject = subject,
				     .key = key,
				     .issuer = issuer,
				     .issuer_key = issuer_key,
				     .email = email,
				     .ca = email == NULL,
				     .key_usage = key_usage};

	return sm_cert(&spec);
}

/* Each is made once. */
#define ONCE(maker)                                                                                \
	static X509 *made;                                                                         \
	if (made == NULL)                                                                          \
		made = (maker);                                                                    \
	return made

X509 *cs_intermediate(void)
{
	ONCE(under(sm_root(), sm_root_key(), "/CN=Test Intermediate", NULL,
		   sm_key(SM_RSA2048, KEY_INTERMEDIATE), NULL));
}

EVP_PKEY *cs_alice_key(void)
{
	return sm_key(SM_RSA2048, KEY_ALICE);
}

X509 *cs_alice(void)
{
	ONCE(under(cs_intermediate(), sm_key(SM_RSA2048, KEY_INTERMEDIATE), "/CN=Alice",
		   "alice@example.org", cs_alice_key(), NULL));
}

EVP_PKEY *cs_bob_key(void)
{
	return sm_key(SM_P256, 0);
}

X509 *cs_bob(void)
{
	ONCE(under(sm_root(), sm_root_key(), "/CN=Bob", "bob@example.org", cs_bob_key(), NULL));
}

EVP_PKEY *cs_mallory_key(void)
{
	return sm_key(SM_RSA2048, KEY_MALLORY);
}

X509 *cs_mallory(void)
{
	ONCE(under(sm_root(), sm_root_key(), "/CN=Mallory", "mallory@example.net", cs_mallory_key(),
		   NULL));
}

EVP_PKEY *cs_reader_key(void)
{
	return sm_key(SM_RSA2048, KEY_READER);
}

X509 *cs_reader(void)
{
	ONCE(under(sm_root(), sm_root_key(), "/CN=Reader", "reader@example.org", cs_reader_key(),
		   "critical,keyEncipherment"));
}

EVP_PKEY *cs_reader_ec_key(void)
{
	return sm_key(SM_P256, 1);
}

X509 *cs_reader_ec(void)
{
	ONCE(under(sm_root(), sm_root_key(), "/CN=Reader EC", "reader@example.org",
		   cs_reader_ec_key(), "critical,keyAgreement"));
}

static FILE *open_file(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "wb");
	if (file == NULL) {
		perror(path);
		exit(1);
	}
	return file;
}

static void close_file(FILE *file, bool good)
{
	if (fclose(file) != 0 || !good) {
		fprintf(stderr, "make-smime: a file cannot be written\n");
		exit(1);
	}
}

void cs_write(const char *folder, const char *name, struct as_span octets)
{
	FILE *file = open_file(folder, name);
	bool good = fwrite(octets.data, 1, octets.size, file) == octets.size;

	close_file(file, good);
}

static void write_cert(const char *folder, const char *name, X509 *cert)
{
	FILE *file = open_file(folder, name);
	bool good = PEM_write_X509(file, cert) == 1;

	close_file(file, good);
}

/* Alice is good, and so is everybody by this list. */
static void write_crls(const char *folder)
{
	X509 *const revoked[] = {cs_alice()};
	struct sm_crl root = {.issuer = sm_root(), .key = sm_root_key()};
	struct sm_crl middle = {.issuer = cs_intermediate(),
				.key = sm_key(SM_RSA2048, KEY_INTERMEDIATE)};

	cs_write(folder, "pki/root.crl", sm_crl_der(sm_crl(&root)));
	cs_write(folder, "pki/intermediate.crl", sm_crl_der(sm_crl(&middle)));
	middle.revoked = revoked;
	middle.revoked_count = 1;
	middle.number = 2;
	cs_write(folder, "pki/revoked.crl", sm_crl_der(sm_crl(&middle)));
	middle.revoked_count = 0;
	middle.this_update = SM_NOW - 60 * SM_DAY;
	middle.next_update = SM_NOW - 30 * SM_DAY;
	cs_write(folder, "pki/stale.crl", sm_crl_der(sm_crl(&middle)));
}

static void write_reader(const char *folder)
{
	PKCS12 *p12 = PKCS12_create("reader", "reader", cs_reader_key(), cs_reader(), NULL, 0, 0, 0,
				    0, 0);
	FILE *file = open_file(folder, "pki/reader.p12");
	bool good = p12 != NULL && i2d_PKCS12_fp(file, p12) == 1;

	close_file(file, good);
	PKCS12_free(p12);
	file = open_file(folder, "pki/reader-ec.pem");
	good = PEM_write_PrivateKey(file, cs_reader_ec_key(), NULL, NULL, 0, NULL, NULL) == 1 &&
	       PEM_write_X509(file, cs_reader_ec()) == 1;
	close_file(file, good);
}

void cs_write_pki(const char *folder)
{
	write_cert(folder, "pki/root.pem", sm_root());
	write_cert(folder, "pki/intermediate.pem", cs_intermediate());
	write_cert(folder, "pki/alice.pem", cs_alice());
	write_cert(folder, "pki/mallory.pem", cs_mallory());
	write_crls(folder);
	write_reader(folder);
}
