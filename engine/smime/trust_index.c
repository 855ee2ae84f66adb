/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust_own.h"

#include "smime/cert_look.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

static int order_octets(struct as_span a, struct as_span b)
{
	if (a.size != b.size)
		return a.size < b.size ? -1 : 1;
	return a.size == 0 ? 0 : memcmp(a.data, b.data, a.size);
}

static struct as_span cert_octets(const struct as_trust_cert *cert)
{
	return as_span_make(cert->octets, cert->size);
}

static struct as_span string_octets(const ASN1_STRING *string)
{
	return as_span_make(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

static struct as_span key_id_of(const struct as_trust_cert *cert)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(cert->cert);

	return id != NULL ? string_octets(id) : as_span_make(NULL, 0);
}

/* Magnitude without leading zeros, as OpenSSL holds it: one order for all signs. */
static struct as_span serial_of(const struct as_trust_cert *cert)
{
	return string_octets(X509_get0_serialNumber(cert->cert));
}

static int compare_certs(const void *a, const void *b)
{
	return order_octets(cert_octets(a), cert_octets(b));
}

static int compare_subjects(const void *a, const void *b)
{
	const struct as_trust_cert *const *left = a;
	const struct as_trust_cert *const *right = b;

	return X509_NAME_cmp(X509_get_subject_name((*left)->cert),
			     X509_get_subject_name((*right)->cert));
}

static int compare_issuers(const void *a, const void *b)
{
	const struct as_trust_cert *const *left = a;
	const struct as_trust_cert *const *right = b;
	int order = X509_NAME_cmp(X509_get_issuer_name((*left)->cert),
				  X509_get_issuer_name((*right)->cert));

	return order != 0 ? order : order_octets(serial_of(*left), serial_of(*right));
}

static int compare_key_ids(const void *a, const void *b)
{
	const struct as_trust_cert *const *left = a;
	const struct as_trust_cert *const *right = b;

	return order_octets(key_id_of(*left), key_id_of(*right));
}

static int compare_crls(const void *a, const void *b)
{
	const struct as_trust_crl *left = a;
	const struct as_trust_crl *right = b;

	return X509_NAME_cmp(X509_CRL_get_issuer(left->crl), X509_CRL_get_issuer(right->crl));
}

/* The same file in two folders, or an anchor that is in the pool too. */
static void drop_doubles(struct as_trust *trust)
{
	size_t kept = 0;

	for (size_t i = 0; i < trust->cert_count; i++) {
		struct as_trust_cert *cert = &trust->certs[i];

		if (kept > 0 && compare_certs(&trust->certs[kept - 1], cert) == 0) {
			trust->certs[kept - 1].anchor |= cert->anchor;
			X509_free(cert->cert);
			free(cert->octets);
			continue;
		}
		trust->certs[kept++] = *cert;
	}
	trust->cert_count = kept;
}

static int order_certs(struct as_trust *trust)
{
	size_t room = trust->cert_count + 1;

	trust->by_subject = calloc(room, sizeof(struct as_trust_cert *));
	trust->by_issuer = calloc(room, sizeof(struct as_trust_cert *));
	trust->by_key_id = calloc(room, sizeof(struct as_trust_cert *));
	if (trust->by_subject == NULL || trust->by_issuer == NULL || trust->by_key_id == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < trust->cert_count; i++) {
		struct as_trust_cert *cert = &trust->certs[i];

		trust->by_subject[i] = cert;
		trust->by_issuer[i] = cert;
		if (key_id_of(cert).size > 0)
			trust->by_key_id[trust->key_id_count++] = cert;
	}
	qsort(trust->by_subject, trust->cert_count, sizeof(struct as_trust_cert *),
	      compare_subjects);
	qsort(trust->by_issuer, trust->cert_count, sizeof(struct as_trust_cert *), compare_issuers);
	qsort(trust->by_key_id, trust->key_id_count, sizeof(struct as_trust_cert *),
	      compare_key_ids);
	return 0;
}

static bool is_indirect(X509_CRL *crl)
{
	ISSUING_DIST_POINT *point =
		X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);
	bool indirect = point != NULL && point->indirectCRL > 0;

	ISSUING_DIST_POINT_free(point);
	return indirect;
}

/* Whether the issuer's name is known here and none of its keys made this CRL: such
 * a one must not stand in the way of the issuer's own. */
static bool is_foreign(const struct as_trust *trust, X509_CRL *crl)
{
	size_t first;
	size_t count = as_trust_by_subject(trust, X509_CRL_get_issuer(crl), &first);

	for (size_t i = 0; i < count; i++) {
		EVP_PKEY *key = X509_get0_pubkey(trust->by_subject[first + i]->cert);

		if (key != NULL && X509_CRL_verify(crl, key) == 1)
			return false;
	}
	return count > 0;
}

static int add_signer(struct as_trust *trust, X509 *cert)
{
	for (int i = 0; i < sk_X509_num(trust->crl_signers); i++)
		if (sk_X509_value(trust->crl_signers, i) == cert)
			return 0;
	if (sk_X509_push(trust->crl_signers, cert) <= 0)
		return -ENOMEM;
	X509_up_ref(cert);
	return 0;
}

static int add_signers_named(struct as_trust *trust, const X509_NAME *name)
{
	size_t first;
	size_t count = as_trust_by_subject(trust, name, &first);
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		if (!trust->by_subject[first + i]->anchor)
			rc = add_signer(trust, trust->by_subject[first + i]->cert);
	return rc;
}

static int index_crls(struct as_trust *trust)
{
	int rc = 0;

	qsort(trust->crls, trust->crl_count, sizeof(*trust->crls), compare_crls);
	for (size_t i = 0; i < trust->crl_count && rc == 0; i++) {
		struct as_trust_crl *crl = &trust->crls[i];
		X509_REVOKED *revoked;
		ASN1_INTEGER *any = ASN1_INTEGER_new();

		/* The first search sorts, which workers need not do each for itself. */
		if (any != NULL)
			X509_CRL_get0_by_serial(crl->crl, &revoked, any);
		ASN1_INTEGER_free(any);
		crl->indirect = is_indirect(crl->crl);
		crl->foreign = is_foreign(trust, crl->crl);
		rc = add_signers_named(trust, X509_CRL_get_issuer(crl->crl));
	}
	/* Those above them; each is added once, so the list ends. */
	for (int i = 0; i < sk_X509_num(trust->crl_signers) && rc == 0; i++)
		rc = add_signers_named(trust,
				       X509_get_issuer_name(sk_X509_value(trust->crl_signers, i)));
	ERR_clear_error();
	return rc;
}

int as_trust_index(struct as_trust *trust)
{
	int rc;

	if (trust->cert_count > 0)
		qsort(trust->certs, trust->cert_count, sizeof(*trust->certs), compare_certs);
	drop_doubles(trust);
	trust->crl_signers = sk_X509_new_null();
	if (trust->crl_signers == NULL)
		return -ENOMEM;
	rc = order_certs(trust);
	if (rc == 0 && trust->crl_count > 0)
		rc = index_crls(trust);
	return rc;
}

/* The run of entries that are equal to what is looked for. */
typedef int compare_at(const struct as_trust *trust, size_t index, const void *wanted);

static size_t find_run(const struct as_trust *trust, size_t count, compare_at *compare,
		       const void *wanted, size_t *first_out)
{
	size_t low = 0, high = count, end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(trust, middle, wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (end = low; end < count && compare(trust, end, wanted) == 0; end++)
		;
	*first_out = low;
	return end - low;
}

static int octets_at(const struct as_trust *trust, size_t index, const void *wanted)
{
	const struct as_span *der = wanted;

	return order_octets(cert_octets(&trust->certs[index]), *der);
}

const struct as_trust_cert *as_trust_by_octets(const struct as_trust *trust, struct as_span der)
{
	size_t first;

	if (find_run(trust, trust->cert_count, octets_at, &der, &first) == 0)
		return NULL;
	return &trust->certs[first];
}

static int subject_at(const struct as_trust *trust, size_t index, const void *wanted)
{
	return X509_NAME_cmp(X509_get_subject_name(trust->by_subject[index]->cert), wanted);
}

size_t as_trust_by_subject(const struct as_trust *trust, const X509_NAME *subject,
			   size_t *first_out)
{
	return find_run(trust, trust->cert_count, subject_at, subject, first_out);
}

struct issuer_serial {
	const X509_NAME *issuer;
	struct as_span serial;
};

static int issuer_at(const struct as_trust *trust, size_t index, const void *wanted)
{
	const struct issuer_serial *key = wanted;
	const struct as_trust_cert *cert = trust->by_issuer[index];
	int order = X509_NAME_cmp(X509_get_issuer_name(cert->cert), key->issuer);

	return order != 0 ? order : order_octets(serial_of(cert), key->serial);
}

size_t as_trust_by_issuer(const struct as_trust *trust, const X509_NAME *issuer,
			  struct as_span serial, size_t *first_out)
{
	struct issuer_serial key = {.issuer = issuer, .serial = serial};

	/* Numbers are held without zeros in front. Negative ones, which RFC 5280
	 * s4.1.2.2 forbids, are not found. */
	while (key.serial.size > 1 && key.serial.data[0] == 0)
		key.serial = as_span_from(key.serial, 1);
	return find_run(trust, trust->cert_count, issuer_at, &key, first_out);
}

static int key_id_at(const struct as_trust *trust, size_t index, const void *wanted)
{
	const struct as_span *key_id = wanted;

	return order_octets(key_id_of(trust->by_key_id[index]), *key_id);
}

size_t as_trust_by_key_id(const struct as_trust *trust, struct as_span key_id, size_t *first_out)
{
	if (key_id.size == 0)
		return 0;
	return find_run(trust, trust->key_id_count, key_id_at, &key_id, first_out);
}

static int crl_at(const struct as_trust *trust, size_t index, const void *wanted)
{
	return X509_NAME_cmp(X509_CRL_get_issuer(trust->crls[index].crl), wanted);
}

size_t as_trust_crls_of(const struct as_trust *trust, const X509_NAME *issuer, size_t *first_out)
{
	return find_run(trust, trust->crl_count, crl_at, issuer, first_out);
}

bool as_trust_is_anchor(const struct as_trust *trust, const X509 *cert)
{
	size_t first;
	size_t count = as_trust_by_subject(trust, X509_get_subject_name(cert), &first);

	for (size_t i = 0; i < count; i++) {
		const struct as_trust_cert *known = trust->by_subject[first + i];

		if (known->anchor && (known->cert == cert || X509_cmp(known->cert, cert) == 0))
			return true;
	}
	return false;
}
