/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_run.h"

#include "smime/cert_look.h"
#include "smime/trust_own.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* What OpenSSL itself does, which cannot be reached but through a context. */
static X509_STORE_CTX_check_crl_fn default_check_crl;
static X509_STORE_CTX_cert_crl_fn default_cert_crl;

/* --- which CRLs there are ------------------------------------------------------------ */

bool as_path_has_crls(const struct as_path_request *request)
{
	return request->trust->crl_count > 0 || request->crl_count > 0;
}

/* The one that ends the chain: an anchor, whose own revocation nobody can tell. */
static bool is_last(const X509_STORE_CTX *context)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);

	return X509_STORE_CTX_get_error_depth(context) >= sk_X509_num(chain) - 1;
}

static bool add_crl(STACK_OF(X509_CRL) * list, X509_CRL *crl)
{
	if (sk_X509_CRL_push(list, crl) <= 0)
		return false;
	X509_CRL_up_ref(crl);
	return true;
}

/* Those of the issuer, without foreign ones unless there are no others; and indirect
 * ones of any issuer, whose entries name whom they mean (RFC 5280 s5.3.3). */
static void add_configured(const struct as_trust *trust, const X509_NAME *issuer,
			   STACK_OF(X509_CRL) * list)
{
	size_t first, count = as_trust_crls_of(trust, issuer, &first);

	for (int foreign = 0; foreign <= 1 && sk_X509_CRL_num(list) == 0; foreign++)
		for (size_t i = first; i < first + count; i++)
			if (trust->crls[i].foreign == (foreign == 1) &&
			    !add_crl(list, trust->crls[i].crl))
				return;
	for (size_t i = 0; i < trust->crl_count; i++)
		if (trust->crls[i].indirect && (i < first || i >= first + count) &&
		    !add_crl(list, trust->crls[i].crl))
			return;
}

static bool is_made_by(struct as_path_run *run, X509_CRL *crl, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	if (key == NULL ||
	    X509_NAME_cmp(X509_get_subject_name(cert), X509_CRL_get_issuer(crl)) != 0)
		return false;
	if (!as_path_charge(run->cost, cert)) {
		run->stopped = true;
		return false;
	}
	return X509_CRL_verify(crl, key) == 1;
}

/* Whether a key of the path or of a configured certificate made it. Keys that came
 * with the message and stand in no path do not count: anybody can make such. */
static bool is_genuine(struct as_path_run *run, X509_CRL *crl)
{
	const struct as_trust *trust = run->request->trust;
	size_t first, count;

	for (size_t i = 1; i < run->outcome->count; i++)
		if (is_made_by(run, crl, run->outcome->path[i]))
			return true;
	count = as_trust_by_subject(trust, X509_CRL_get_issuer(crl), &first);
	for (size_t i = 0; i < count && !run->stopped; i++)
		if (is_made_by(run, crl, trust->by_subject[first + i]->cert))
			return true;
	return false;
}

static void add_own(struct as_path_run *run, const X509_NAME *issuer, STACK_OF(X509_CRL) * list)
{
	const struct as_path_request *request = run->request;
	struct as_span octets = as_name_octets(issuer);

	for (size_t i = 0; i < request->crl_count && !run->stopped; i++) {
		struct as_span name;
		X509_CRL *crl;

		/* Of the same octets only: a CA writes its name in one way. */
		if (!as_crl_look(request->crls[i], &name) || !as_span_equal(name, octets))
			continue;
		crl = as_certs_crl(request->certs, request->crls[i]);
		if (crl != NULL && is_genuine(run, crl) && !add_crl(list, crl))
			return;
	}
}

/* OpenSSL takes the one that fits best and, among equals, the newest. It looks into
 * CRLs that are handed to a context first and then no further, so none are: a sender
 * could put an old list in front of the one that names him. */
static STACK_OF(X509_CRL) * hook_lookup_crls(const X509_STORE_CTX *context, const X509_NAME *issuer)
{
	bool inside;
	struct as_path_run *run = as_path_run_of(context, &inside);
	STACK_OF(X509_CRL) * list;

	if (run == NULL || is_last(context))
		return NULL;
	list = sk_X509_CRL_new_null();
	if (list == NULL)
		return NULL;
	add_configured(run->request->trust, issuer, list);
	add_own(run, issuer, list);
	ERR_clear_error();
	if (sk_X509_CRL_num(list) == 0) {
		sk_X509_CRL_free(list);
		list = NULL;
	}
	return list;
}

/* --- what they say --------------------------------------------------------------------- */

static bool is_bad(const struct as_path_run *run, const X509_CRL *crl, const X509 *cert)
{
	for (size_t i = 0; i < run->bad_count && i < AS_PATH_BAD_CRLS_MAX; i++)
		if (run->bad[i].crl == crl && run->bad[i].cert == cert)
			return true;
	return run->bad_count > AS_PATH_BAD_CRLS_MAX;
}

static void add_bad(struct as_path_run *run, const X509_CRL *crl, const X509 *cert)
{
	if (is_bad(run, crl, cert))
		return;
	if (run->bad_count < AS_PATH_BAD_CRLS_MAX)
		run->bad[run->bad_count] = (struct as_path_bad){crl, cert};
	run->bad_count++;
}

static void set_unknown(struct as_path_run *run, const X509 *cert, int error)
{
	struct as_arena *arena = run->request->arena;

	run->unknown = true;
	as_path_fault(run->outcome, arena, AS_SMIME_FAULT_REVOCATION,
		      "Whether \"%s\" is revoked is not known: %s.", as_path_subject(arena, cert),
		      as_path_crl_error(error));
}

/* A list that is only too old or too new still speaks the truth of the time when it was
 * made; anything else is no list of this issuer. */
static bool is_of_time(int error)
{
	return error == X509_V_ERR_CRL_HAS_EXPIRED || error == X509_V_ERR_CRL_NOT_YET_VALID;
}

/* Whether the signature, the issuer and the scope of a CRL are right. */
static int hook_check_crl(X509_STORE_CTX *context, X509_CRL *crl)
{
	bool inside;
	struct as_path_run *run = as_path_run_of(context, &inside);
	X509 *issuer = X509_STORE_CTX_get0_current_issuer(context);
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(context);
	int rc;

	if (run == NULL)
		return default_check_crl(context, crl);
	if (issuer == NULL)
		issuer = sk_X509_value(chain, X509_STORE_CTX_get_error_depth(context) + 1);
	if (issuer == NULL)
		issuer = sk_X509_value(chain, sk_X509_num(chain) - 1);
	if (run->stopped || !as_path_charge(run->cost, issuer)) {
		run->stopped = true;
		return 0;
	}
	run->crl[inside] = crl;
	rc = default_check_crl(context, crl);
	run->crl[inside] = NULL;
	return rc;
}

/* Looks for the certificate in the CRL, unless that is not the issuer's. */
static int hook_cert_crl(X509_STORE_CTX *context, X509_CRL *crl, X509 *cert)
{
	bool inside;
	struct as_path_run *run = as_path_run_of(context, &inside);
	int rc;

	if (run == NULL)
		return default_cert_crl(context, crl, cert);
	if (is_bad(run, crl, cert))
		return 1;
	run->crl[inside] = crl;
	rc = default_cert_crl(context, crl, cert);
	run->crl[inside] = NULL;
	return rc;
}

/* A list from after the moment that is asked about may name certificates that were
 * revoked later than that. */
static bool was_revoked(const struct as_path_run *run, X509_CRL *crl, X509 *cert)
{
	time_t at = (time_t)run->request->at;
	X509_REVOKED *entry = NULL;

	if (crl == NULL || X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &at) <= 0)
		return true;
	return X509_CRL_get0_by_cert(crl, &entry, cert) == 0 || entry == NULL ||
	       X509_cmp_time(X509_REVOKED_get0_revocationDate(entry), &at) <= 0;
}

static bool take_revoked(struct as_path_run *run, X509 *cert, bool inside)
{
	struct as_arena *arena = run->request->arena;
	X509_CRL *crl = run->crl[inside];

	if (is_bad(run, crl, cert) || !was_revoked(run, crl, cert))
		return true;
	/* The signer of a list: then the list is nobody's. */
	if (inside)
		return false;
	run->revoked = true;
	as_path_fault(run->outcome, arena, AS_SMIME_FAULT_REVOKED,
		      "The certificate of \"%s\" is revoked.", as_path_subject(arena, cert));
	return true;
}

/* The signer of an indirect list may have its own state told by that very list, as its
 * certificate says (its distribution point must fit, or the scope does not): asking for
 * the path of the list once more would go round in a circle. The list has still to be
 * signed with the key, and not to name it. */
static bool is_circle(const struct as_path_run *run, const X509_STORE_CTX *context, bool inside,
		      int error)
{
	return inside && error == X509_V_ERR_CRL_PATH_VALIDATION_ERROR &&
	       X509_STORE_CTX_get_error_depth(context) == 0 && run->crl[1] != NULL &&
	       run->crl[1] == run->crl[0];
}

bool as_path_crl_took(struct as_path_run *run, X509_STORE_CTX *context, bool inside, int error,
		      bool *go_on_out)
{
	X509 *cert = X509_STORE_CTX_get_current_cert(context);

	*go_on_out = true;
	if (error == X509_V_ERR_CERT_REVOKED) {
		*go_on_out = take_revoked(run, cert, inside);
		return true;
	}
	if (error != X509_V_ERR_UNABLE_TO_GET_CRL && run->crl[inside] == NULL)
		return false;
	if (is_last(context) || is_circle(run, context, inside, error))
		return true;
	set_unknown(run, cert, error);
	if (run->crl[inside] != NULL && !is_of_time(error))
		add_bad(run, run->crl[inside], cert);
	return true;
}

bool as_path_crl_hooks(X509_STORE *store)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool found = false;

	/* A context of a store without hooks has OpenSSL's own functions. */
	if (context != NULL && X509_STORE_CTX_init(context, store, NULL, NULL) == 1) {
		default_check_crl = X509_STORE_CTX_get_check_crl(context);
		default_cert_crl = X509_STORE_CTX_get_cert_crl(context);
		X509_STORE_set_lookup_crls(store, hook_lookup_crls);
		X509_STORE_set_check_crl(store, hook_check_crl);
		X509_STORE_set_cert_crl(store, hook_cert_crl);
		found = true;
	}
	X509_STORE_CTX_free(context);
	return found;
}
