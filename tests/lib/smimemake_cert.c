/* SPDX-License-Identifier: BSD-2-Clause */
#include "smimemake.h"
#include "smimemake_own.h"

#include <openssl/dsa.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define SM_OBJECTS_MAX 4096u
#define SM_YEAR	       (365 * SM_DAY)

static EVP_PKEY *keys[SM_KEY_KINDS][SM_KEY_NUMBERS];
static X509 *certs[SM_OBJECTS_MAX];
static X509_CRL *crls[SM_OBJECTS_MAX];
static size_t cert_count, crl_count;
static X509 *root;
static uint64_t next_serial = 1000;

void sm_objects_free(void)
{
	for (size_t kind = 0; kind < SM_KEY_KINDS; kind++)
		for (size_t i = 0; i < SM_KEY_NUMBERS; i++) {
			EVP_PKEY_free(keys[kind][i]);
			keys[kind][i] = NULL;
		}
	while (cert_count > 0)
		X509_free(certs[--cert_count]);
	while (crl_count > 0)
		X509_CRL_free(crls[--crl_count]);
	root = NULL;
}

static EVP_PKEY *make_dsa(int bits)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY_CTX *second = NULL;
	EVP_PKEY *parameters = NULL, *key = NULL;

	if (context != NULL && EVP_PKEY_paramgen_init(context) == 1 &&
	    EVP_PKEY_CTX_set_dsa_paramgen_bits(context, bits) == 1 &&
	    EVP_PKEY_paramgen(context, &parameters) == 1)
		second = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	if (second != NULL && EVP_PKEY_keygen_init(second) == 1)
		EVP_PKEY_keygen(second, &key);
	EVP_PKEY_CTX_free(second);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(parameters);
	return key;
}

static EVP_PKEY *make_key(enum sm_key_kind kind)
{
	switch (kind) {
	case SM_RSA512:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)512);
	case SM_RSA1024:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	case SM_RSA2048:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	case SM_RSA3072:
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)3072);
	case SM_P192:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-192");
	case SM_P256:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	case SM_P384:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	case SM_P521:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521");
	case SM_BRAINPOOL256:
		return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "brainpoolP256r1");
	case SM_ED25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case SM_ED448:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	case SM_X25519:
		return EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	case SM_DSA1024:
		return make_dsa(1024);
	case SM_KEY_KINDS:
		break;
	}
	return NULL;
}

EVP_PKEY *sm_key(enum sm_key_kind kind, unsigned number)
{
	if (number >= SM_KEY_NUMBERS)
		sm_die("key number");
	if (keys[kind][number] == NULL)
		keys[kind][number] = make_key(kind);
	if (keys[kind][number] == NULL)
		sm_die("key generation");
	return keys[kind][number];
}

/* "/CN=a/O=b": fields in UTF-8, a slash cannot be part of a value. */
static void fill_name(X509_NAME *name, const char *text)
{
	while (*text == '/') {
		const char *equals = strchr(text, '=');
		const char *end = equals == NULL ? NULL : strchr(equals, '/');
		struct as_span field;
		int size;

		if (equals == NULL)
			sm_die("subject");
		field = sm_copy(text + 1, (size_t)(equals - text - 1));
		size = end == NULL ? (int)strlen(equals + 1) : (int)(end - equals - 1);
		if (X509_NAME_add_entry_by_txt(name, (const char *)field.data, MBSTRING_UTF8,
					       (const unsigned char *)equals + 1, size, -1, 0) != 1)
			sm_die("subject");
		text = end == NULL ? "" : end;
	}
}

static const char *text_join(const char *a, const char *b)
{
	return (const char *)sm_join(3, sm_text(a), sm_text(b), as_span_make("", 1)).data;
}

/* Adds "name=value" to a certificate or a CRL. */
static void add_text(X509 *cert, X509_CRL *crl, X509 *issuer, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *name;
	X509_EXTENSION *extension;
	X509V3_CTX context;
	int done;

	if (equals == NULL)
		sm_die("extension text");
	name = (const char *)sm_copy(text, (size_t)(equals - text)).data;
	X509V3_set_ctx(&context, issuer, cert, NULL, crl, 0);
	X509V3_set_ctx_nodb(&context);
	extension = X509V3_EXT_nconf(NULL, &context, name, equals + 1);
	if (extension == NULL)
		sm_die(text);
	done = cert != NULL ? X509_add_ext(cert, extension, -1)
			    : X509_CRL_add_ext(crl, extension, -1);
	X509_EXTENSION_free(extension);
	if (done != 1)
		sm_die(text);
}

static X509_EXTENSION *raw_extension(const struct sm_extension *raw)
{
	ASN1_OBJECT *object = OBJ_txt2obj(raw->oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension = NULL;

	if (object != NULL && value != NULL &&
	    ASN1_OCTET_STRING_set(value, raw->value.data, (int)raw->value.size) == 1)
		extension = X509_EXTENSION_create_by_OBJ(NULL, object, raw->critical, value);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(value);
	if (extension == NULL)
		sm_die("raw extension");
	return extension;
}

static const EVP_MD *key_digest(EVP_PKEY *key, const char *digest)
{
	const EVP_MD *md;

	if (EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448"))
		return NULL;
	md = EVP_get_digestbyname(digest != NULL ? digest : "SHA256");
	if (md == NULL)
		sm_die("digest name");
	return md;
}

static void add_extensions(X509 *cert, X509 *issuer, const struct sm_cert *spec)
{
	const char *usage = spec->ca ? "critical,keyCertSign,cRLSign"
				     : "critical,digitalSignature,nonRepudiation";
	const char *eku = spec->ca ? "" : "emailProtection";

	if (spec->key_usage != NULL)
		usage = spec->key_usage;
	if (spec->eku != NULL)
		eku = spec->eku;
	if (spec->ca)
		add_text(cert, NULL, issuer, "basicConstraints=critical,CA:TRUE");
	if (!spec->no_key_id) {
		add_text(cert, NULL, issuer, "subjectKeyIdentifier=hash");
		if (issuer != cert)
			add_text(cert, NULL, issuer, "authorityKeyIdentifier=keyid");
	}
	if (*usage != '\0')
		add_text(cert, NULL, issuer, text_join("keyUsage=", usage));
	if (*eku != '\0')
		add_text(cert, NULL, issuer, text_join("extendedKeyUsage=", eku));
	if (spec->email != NULL)
		add_text(cert, NULL, issuer, text_join("subjectAltName=email:", spec->email));
	for (size_t i = 0; spec->extensions != NULL && spec->extensions[i] != NULL; i++)
		add_text(cert, NULL, issuer, spec->extensions[i]);
	for (size_t i = 0; i < spec->raw_count; i++) {
		X509_EXTENSION *extension = raw_extension(&spec->raw[i]);

		if (X509_add_ext(cert, extension, -1) != 1)
			sm_die("raw extension");
		X509_EXTENSION_free(extension);
	}
}

X509 *sm_cert(const struct sm_cert *spec)
{
	X509 *cert = X509_new();
	X509 *issuer = spec->issuer != NULL ? spec->issuer : cert;
	EVP_PKEY *key = spec->issuer_key != NULL ? spec->issuer_key : spec->key;
	int64_t begin = spec->not_before != 0 ? spec->not_before : SM_NOW - SM_YEAR;
	int64_t end = spec->not_after != 0 ? spec->not_after : SM_NOW + SM_YEAR;

	if (cert == NULL || cert_count == SM_OBJECTS_MAX)
		sm_die("certificate");
	certs[cert_count++] = cert;
	fill_name(X509_get_subject_name(cert), spec->subject);
	if (X509_set_version(cert, X509_VERSION_3) != 1 ||
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert),
				    spec->serial != 0 ? spec->serial : next_serial++) != 1 ||
	    X509_set_issuer_name(cert, X509_get_subject_name(issuer)) != 1 ||
	    ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)begin) == NULL ||
	    ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)end) == NULL ||
	    X509_set_pubkey(cert, spec->key) != 1)
		sm_die("certificate");
	add_extensions(cert, issuer, spec);
	if (X509_sign(cert, key, key_digest(key, spec->digest)) <= 0)
		sm_die("certificate signature");
	return cert;
}

EVP_PKEY *sm_root_key(void)
{
	return sm_key(SM_RSA2048, 0);
}

X509 *sm_root(void)
{
	if (root == NULL)
		root = sm_cert(&(struct sm_cert){
			.subject = "/CN=Test Root", .key = sm_root_key(), .ca = true});
	return root;
}

X509 *sm_leaf(const char *email, EVP_PKEY *key)
{
	return sm_cert(&(struct sm_cert){
		.subject = text_join("/CN=", email),
		.key = key,
		.issuer = sm_root(),
		.issuer_key = sm_root_key(),
		.email = email,
	});
}

static void revoke(X509_CRL *crl, X509 *cert, int64_t at)
{
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)at);

	if (revoked == NULL || time == NULL ||
	    X509_REVOKED_set_serialNumber(revoked, X509_get_serialNumber(cert)) != 1 ||
	    X509_REVOKED_set_revocationDate(revoked, time) != 1 ||
	    X509_CRL_add0_revoked(crl, revoked) != 1)
		sm_die("revocation");
	ASN1_TIME_free(time);
}

static void crl_times(X509_CRL *crl, const struct sm_crl *spec)
{
	int64_t begin = spec->this_update != 0 ? spec->this_update : SM_NOW - SM_DAY;
	int64_t end = spec->next_update != 0 ? spec->next_update : SM_NOW + 30 * SM_DAY;
	ASN1_TIME *last = ASN1_TIME_set(NULL, (time_t)begin);
	ASN1_TIME *next = ASN1_TIME_set(NULL, (time_t)end);

	if (last == NULL || next == NULL || X509_CRL_set1_lastUpdate(crl, last) != 1 ||
	    X509_CRL_set1_nextUpdate(crl, next) != 1)
		sm_die("times of the CRL");
	ASN1_TIME_free(last);
	ASN1_TIME_free(next);
}

X509_CRL *sm_crl(const struct sm_crl *spec)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();

	if (crl == NULL || number == NULL || crl_count == SM_OBJECTS_MAX)
		sm_die("CRL");
	crls[crl_count++] = crl;
	if (X509_CRL_set_version(crl, X509_CRL_VERSION_2) != 1 ||
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(spec->issuer)) != 1 ||
	    ASN1_INTEGER_set_uint64(number, spec->number != 0 ? spec->number : 1) != 1 ||
	    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) != 1)
		sm_die("CRL");
	ASN1_INTEGER_free(number);
	crl_times(crl, spec);
	add_text(NULL, crl, spec->issuer, "authorityKeyIdentifier=keyid");
	for (size_t i = 0; spec->extensions != NULL && spec->extensions[i] != NULL; i++)
		add_text(NULL, crl, spec->issuer, spec->extensions[i]);
	for (size_t i = 0; i < spec->raw_count; i++) {
		X509_EXTENSION *extension = raw_extension(&spec->raw[i]);

		if (X509_CRL_add_ext(crl, extension, -1) != 1)
			sm_die("raw extension");
		X509_EXTENSION_free(extension);
	}
	for (size_t i = 0; i < spec->revoked_count; i++)
		revoke(crl, spec->revoked[i],
		       spec->revoked_at != 0 ? spec->revoked_at : SM_NOW - 3600);
	X509_CRL_sort(crl);
	if (X509_CRL_sign(crl, spec->key, key_digest(spec->key, spec->digest)) <= 0)
		sm_die("CRL signature");
	return crl;
}

struct as_span sm_cert_der(X509 *cert)
{
	unsigned char *der = NULL;
	int size = i2d_X509(cert, &der);
	struct as_span copy;

	if (size <= 0)
		sm_die("certificate encoding");
	copy = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	return copy;
}

struct as_span sm_crl_der(X509_CRL *crl)
{
	unsigned char *der = NULL;
	int size = i2d_X509_CRL(crl, &der);
	struct as_span copy;

	if (size <= 0)
		sm_die("CRL encoding");
	copy = sm_copy(der, (size_t)size);
	OPENSSL_free(der);
	return copy;
}

struct as_span sm_cert_sha256(X509 *cert)
{
	return sm_digest("SHA256", sm_cert_der(cert));
}
