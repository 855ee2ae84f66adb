/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/certs.h"

#include "smime/cert_look.h"
#include "smime/cms.h"
#include "smime/trust_own.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

/* Octets that are decoded in 20 us, see AS_CERTS_BYTES_MAX and AS_CERTS_CRL_BYTES_MAX. */
#define BYTES_PER_UNIT	   200u
#define CRL_BYTES_PER_UNIT 1400u

/* One certificate of the message, as far as somebody asked for it. */
struct entry {
	struct as_span der;
	struct as_cert_look look;
	bool looked, readable;
	bool decoded;	    /* tried */
	X509 *cert;	    /* a reference, or NULL */
	X509_NAME *subject; /* only while there is no cert */
	X509_NAME *issuer;
};

struct crl_entry {
	struct as_span der;
	X509_CRL *crl;
};

struct as_certs {
	const struct as_trust *trust;
	struct entry *entries;
	size_t count;
	size_t bytes; /* decoded */
	bool spent;   /* some were not, though they might matter */
	bool large;   /* some, or their names, are above the size */
	struct crl_entry crls[AS_CMS_CRLS_MAX];
	size_t crl_count;
	size_t crl_bytes;
	struct as_path_cost cost;
};

struct as_certs *as_certs_new(const struct as_trust *trust, const struct as_span *ders,
			      size_t count)
{
	struct as_certs *certs = calloc(1, sizeof(*certs));

	if (certs == NULL)
		return NULL;
	certs->trust = trust;
	certs->entries = calloc(count > 0 ? count : 1, sizeof(*certs->entries));
	if (certs->entries == NULL) {
		free(certs);
		return NULL;
	}
	certs->count = count;
	for (size_t i = 0; i < count; i++) {
		certs->entries[i].der = ders[i];
		certs->large = certs->large || ders[i].size > AS_CERT_BYTES_MAX;
	}
	return certs;
}

void as_certs_free(struct as_certs *certs)
{
	if (certs == NULL)
		return;
	for (size_t i = 0; i < certs->count; i++) {
		X509_free(certs->entries[i].cert);
		X509_NAME_free(certs->entries[i].subject);
		X509_NAME_free(certs->entries[i].issuer);
	}
	for (size_t i = 0; i < certs->crl_count; i++)
		X509_CRL_free(certs->crls[i].crl);
	free(certs->entries);
	free(certs);
}

size_t as_certs_count(const struct as_certs *certs)
{
	return certs->count;
}

struct as_path_cost *as_certs_cost(struct as_certs *certs)
{
	return &certs->cost;
}

bool as_certs_left_out(const struct as_certs *certs)
{
	return certs->spent || certs->large;
}

unsigned as_certs_work(const struct as_certs *certs)
{
	return certs->cost.message_units + (unsigned)(certs->bytes / BYTES_PER_UNIT) +
	       (unsigned)(certs->crl_bytes / CRL_BYTES_PER_UNIT);
}

static bool look(struct entry *entry)
{
	if (!entry->looked) {
		entry->looked = true;
		entry->readable = as_cert_look(entry->der, &entry->look);
	}
	return entry->readable;
}

/* Whether so many octets more may be decoded. */
static bool afford(struct as_certs *certs, size_t bytes)
{
	if (bytes > AS_CERTS_BYTES_MAX - certs->bytes) {
		certs->spent = true;
		return false;
	}
	certs->bytes += bytes;
	return true;
}

static X509 *decode(struct as_certs *certs, struct entry *entry)
{
	const unsigned char *at = entry->der.data;
	const struct as_trust_cert *known;

	if (entry->decoded)
		return entry->cert;
	entry->decoded = true;
	if (!look(entry))
		return NULL;
	known = as_trust_by_octets(certs->trust, entry->der);
	if (known != NULL) {
		X509_up_ref(known->cert);
		entry->cert = known->cert;
		return entry->cert;
	}
	entry->cert = as_recall_find(certs->trust->recall, entry->der);
	if (entry->cert != NULL || !afford(certs, entry->der.size))
		return entry->cert;
	entry->cert = d2i_X509(NULL, &at, (long)entry->der.size);
	if (entry->cert != NULL && at != entry->der.data + entry->der.size) {
		X509_free(entry->cert);
		entry->cert = NULL;
	}
	if (entry->cert != NULL)
		X509_check_purpose(entry->cert, -1, 0);
	ERR_clear_error();
	return entry->cert;
}

X509 *as_certs_at(struct as_certs *certs, size_t index)
{
	return index < certs->count ? decode(certs, &certs->entries[index]) : NULL;
}

/* A Name of an entry, decoded once and kept. NULL when it is none, is too long or one
 * too many. */
static const X509_NAME *name_of(struct as_certs *certs, struct entry *entry, struct as_span octets,
				X509_NAME **kept)
{
	if (*kept != NULL || !entry->readable)
		return *kept;
	certs->large = certs->large || octets.size > AS_NAME_BYTES_MAX;
	if (octets.size > AS_NAME_BYTES_MAX || !afford(certs, octets.size))
		return NULL;
	*kept = as_name_decode(octets);
	/* Neither will the certificate be. */
	entry->readable = *kept != NULL;
	return *kept;
}

/* As RFC 5280 s7.1 compares them. */
static bool same_name(const X509_NAME *a, const X509_NAME *b)
{
	return a != NULL && b != NULL && X509_NAME_cmp(a, b) == 0;
}

static bool is_subject(struct as_certs *certs, struct entry *entry, struct as_span wanted,
		       const X509_NAME *wanted_name)
{
	const X509_NAME *name;

	if (!look(entry))
		return false;
	if (as_span_equal(entry->look.subject, wanted))
		return true;
	if (entry->cert != NULL)
		name = X509_get_subject_name(entry->cert);
	else
		name = name_of(certs, entry, entry->look.subject, &entry->subject);
	return same_name(name, wanted_name);
}

/* --- issuers ------------------------------------------------------------------- */

/* The candidates so far. */
struct issuers {
	X509 *cert; /* whose */
	X509 **list;
	size_t count, max;
	bool more;
};

/* Candidates that cannot serve for a reason worth telling are kept: one that may not
 * sign, and a pair whose algorithm is not known here. */
static bool could_issue(X509 *issuer, X509 *cert)
{
	switch (X509_check_issued(issuer, cert)) {
	case X509_V_OK:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
	case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
	case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
		return true;
	default:
		return false;
	}
}

static void add_issuer(struct issuers *issuers, X509 *candidate)
{
	if (candidate == issuers->cert || !could_issue(candidate, issuers->cert))
		return;
	for (size_t i = 0; i < issuers->count; i++)
		if (issuers->list[i] == candidate || X509_cmp(issuers->list[i], candidate) == 0)
			return;
	if (issuers->count == issuers->max)
		issuers->more = true;
	else
		issuers->list[issuers->count++] = candidate;
}

size_t as_certs_issuers(struct as_certs *certs, X509 *cert, X509 **issuers_out, size_t max,
			bool *more_out)
{
	const X509_NAME *name = X509_get_issuer_name(cert);
	struct issuers issuers = {.cert = cert, .list = issuers_out, .max = max};
	struct as_span octets = as_name_octets(name);
	size_t first;
	size_t count = as_trust_by_subject(certs->trust, name, &first);

	for (size_t i = 0; i < count; i++)
		add_issuer(&issuers, certs->trust->by_subject[first + i]->cert);
	for (size_t i = 0; i < certs->count && !issuers.more; i++) {
		struct entry *entry = &certs->entries[i];

		if (is_subject(certs, entry, octets, name) && decode(certs, entry) != NULL)
			add_issuer(&issuers, entry->cert);
	}
	ERR_clear_error();
	*more_out = issuers.more || as_certs_left_out(certs);
	return issuers.count;
}

X509_CRL *as_certs_crl(struct as_certs *certs, struct as_span der)
{
	const unsigned char *at = der.data;
	struct crl_entry *entry;

	for (size_t i = 0; i < certs->crl_count; i++)
		if (certs->crls[i].der.data == der.data && certs->crls[i].der.size == der.size)
			return certs->crls[i].crl;
	if (certs->crl_count == AS_CMS_CRLS_MAX ||
	    der.size > AS_CERTS_CRL_BYTES_MAX - certs->crl_bytes)
		return NULL;
	certs->crl_bytes += der.size;
	entry = &certs->crls[certs->crl_count++];
	entry->der = der;
	entry->crl = d2i_X509_CRL(NULL, &at, (long)der.size);
	if (entry->crl != NULL && at != der.data + der.size) {
		X509_CRL_free(entry->crl);
		entry->crl = NULL;
	}
	ERR_clear_error();
	return entry->crl;
}

/* --- the certificate of a signer ----------------------------------------------- */

/* Certificates that answer to an identifier. */
struct matches {
	struct as_certs *certs;
	const struct as_cms_identifier *id;
	X509_NAME *issuer; /* decoded on demand */
	bool issuer_tried;
	X509 *found[AS_CERTS_ASKED_MAX];
	size_t count;
	bool broken;
};

static const X509_NAME *wanted_issuer(struct matches *matches)
{
	if (!matches->issuer_tried) {
		matches->issuer_tried = true;
		matches->issuer = as_name_decode(matches->id->issuer);
	}
	return matches->issuer;
}

static bool is_meant(struct matches *matches, struct entry *entry)
{
	const struct as_cms_identifier *id = matches->id;
	const X509_NAME *name;

	if (!look(entry))
		return false;
	if (id->issuer.size == 0)
		return id->key_id.size > 0 && as_span_equal(entry->look.key_id, id->key_id);
	if (!as_serial_equal(entry->look.serial, id->serial))
		return false;
	if (as_span_equal(entry->look.issuer, id->issuer))
		return true;
	if (entry->cert != NULL)
		name = X509_get_issuer_name(entry->cert);
	else
		name = name_of(matches->certs, entry, entry->look.issuer, &entry->issuer);
	return same_name(name, wanted_issuer(matches));
}

static void add_match(struct matches *matches, X509 *cert)
{
	for (size_t i = 0; i < matches->count; i++)
		if (matches->found[i] == cert || X509_cmp(matches->found[i], cert) == 0)
			return;
	if (matches->count < AS_CERTS_ASKED_MAX)
		matches->found[matches->count++] = cert;
}

static void match_message(struct matches *matches)
{
	struct as_certs *certs = matches->certs;

	for (size_t i = 0; i < certs->count && matches->count < AS_CERTS_ASKED_MAX; i++) {
		struct entry *entry = &certs->entries[i];

		if (!is_meant(matches, entry))
			continue;
		if (decode(certs, entry) != NULL)
			add_match(matches, entry->cert);
		else
			matches->broken = true;
	}
}

static void match_pool(struct matches *matches)
{
	const struct as_cms_identifier *id = matches->id;
	const struct as_trust *trust = matches->certs->trust;
	struct as_trust_cert **list = trust->by_issuer;
	size_t first, count;

	if (id->issuer.size == 0) {
		list = trust->by_key_id;
		count = as_trust_by_key_id(trust, id->key_id, &first);
	} else if (wanted_issuer(matches) != NULL) {
		count = as_trust_by_issuer(trust, wanted_issuer(matches), id->serial, &first);
	} else {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const struct as_trust_cert *known = list[first + i];
		struct entry entry = {
			.der = as_span_make(known->octets, known->size),
			.cert = known->cert,
		};

		if (is_meant(matches, &entry))
			add_match(matches, known->cert);
	}
}

X509 *as_certs_find(struct as_certs *certs, const struct as_cms_identifier *id,
		    as_certs_accept *accept, void *context, bool *broken_out)
{
	struct matches matches = {.certs = certs, .id = id};
	X509 *found = NULL;

	*broken_out = false;
	match_message(&matches);
	if (matches.count == 0)
		match_pool(&matches);
	if (matches.count > 0)
		found = matches.found[0];
	/* Asking costs a signature check, which the caller makes anyway for one. */
	if (matches.count > 1 && accept != NULL)
		for (size_t i = 0; i < matches.count; i++)
			if (accept(context, matches.found[i])) {
				found = matches.found[i];
				break;
			}
	*broken_out = found == NULL && matches.broken;
	X509_NAME_free(matches.issuer);
	ERR_clear_error();
	return found;
}
