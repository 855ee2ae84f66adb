/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_run.h"

#include "smime/trust_own.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

static int default_check_issued(X509_STORE_CTX *context, X509 *cert, X509 *issuer)
{
	int rc = X509_check_issued(issuer, cert);

	(void)context;
	/* Whether it may sign is asked by OpenSSL once more, where it can be told. */
	return rc == X509_V_OK || rc == X509_V_ERR_KEYUSAGE_NO_CERTSIGN;
}

struct as_path_run *as_path_run_of(const X509_STORE_CTX *context, bool *inside_out)
{
	X509_STORE_CTX *outer = X509_STORE_CTX_get0_parent_ctx(context);

	*inside_out = outer != NULL;
	return X509_STORE_CTX_get_ex_data(outer != NULL ? outer : context, 0);
}

/* The one behind cert in the path; NULL at its end and for strangers. */
static X509 *next_of(const struct as_path_outcome *outcome, const X509 *cert)
{
	for (size_t i = 0; i + 1 < outcome->count; i++)
		if (outcome->path[i] == cert)
			return outcome->path[i + 1];
	return NULL;
}

/* OpenSSL takes the first certificate of the right name, valid or not, and stays with
 * it. The search has chosen already, so the one that it chose is the only one. */
static int hook_check_issued(X509_STORE_CTX *context, X509 *cert, X509 *issuer)
{
	bool inside;
	struct as_path_run *run = as_path_run_of(context, &inside);

	if (run == NULL || inside || cert == issuer)
		return default_check_issued(context, cert, issuer);
	return next_of(run->outcome, cert) == issuer;
}

/* Issuers among the anchors. */
static int hook_get_issuer(X509 **issuer_out, X509_STORE_CTX *context, X509 *cert)
{
	bool inside;
	struct as_path_run *run = as_path_run_of(context, &inside);
	X509 *anchor;

	if (run == NULL || inside)
		return X509_STORE_CTX_get1_issuer(issuer_out, context, cert);
	anchor = run->outcome->path[run->outcome->count - 1];
	if (next_of(run->outcome, cert) != anchor &&
	    !(cert == anchor && (X509_get_extension_flags(cert) & EXFLAG_SS) != 0))
		return 0;
	X509_up_ref(anchor);
	*issuer_out = anchor;
	return 1;
}

bool as_path_hooks(X509_STORE *store)
{
	X509_STORE_set_check_issued(store, hook_check_issued);
	X509_STORE_set_get_issuer(store, hook_get_issuer);
	return as_path_crl_hooks(store);
}

static void add_error(struct as_path_run *run, const X509 *cert, int error)
{
	struct as_arena *arena = run->request->arena;
	const char *phrase;
	uint32_t fault = as_path_error(error, &phrase);

	if (cert == NULL)
		cert = run->outcome->path[0];
	as_path_fault(run->outcome, arena, fault, "The certificate of \"%s\" %s.",
		      as_path_subject(arena, cert), phrase);
}

/*
 * Called for every error and, with ok, for every certificate whose signature was
 * right. Going on finds all that is wrong, but not beyond a path that is not built,
 * a signature that is wrong or a limit: names and policies of certificates that
 * nobody vouched for are not worth the time, and the attacker chooses their number.
 */
static int collect(int ok, X509_STORE_CTX *context)
{
	const uint32_t last = AS_SMIME_FAULT_UNTRUSTED | AS_SMIME_FAULT_LIMIT;
	int error = X509_STORE_CTX_get_error(context);
	bool inside, go_on;
	struct as_path_run *run = as_path_run_of(context, &inside);
	const char *phrase;

	if (run->stopped)
		return 0;
	if (ok != 0) {
		/* The path itself is paid for in advance; one inside is not known then. */
		if (inside && !as_path_charge(run->cost, X509_STORE_CTX_get_current_cert(context)))
			run->stopped = true;
		return !run->stopped;
	}
	if (as_path_crl_took(run, context, inside, error, &go_on))
		return go_on;
	if (inside)
		return 0;
	add_error(run, X509_STORE_CTX_get_current_cert(context), error);
	run->ended = error == X509_V_ERR_CERT_SIGNATURE_FAILURE ||
		     (as_path_error(error, &phrase) & last) != 0;
	return !run->ended;
}

/* The rest of the path, and certificates that may have signed CRLs. */
static STACK_OF(X509) * make_untrusted(const struct as_path_run *run, bool crls)
{
	STACK_OF(X509) *list = sk_X509_new_null();
	const STACK_OF(X509) *signers = run->request->trust->crl_signers;
	bool failed = list == NULL;

	for (size_t i = 1; i + 1 < run->outcome->count && !failed; i++)
		failed = sk_X509_push(list, run->outcome->path[i]) <= 0;
	for (int i = 0; crls && i < sk_X509_num(signers) && !failed; i++)
		failed = sk_X509_push(list, sk_X509_value(signers, i)) <= 0;
	if (failed) {
		sk_X509_free(list);
		list = NULL;
	}
	return list;
}

static bool pay_path(struct as_path_run *run)
{
	for (size_t i = 1; i < run->outcome->count; i++)
		if (!as_path_charge(run->cost, run->outcome->path[i]))
			return false;
	return true;
}

/* Whether X509_verify_cert could be asked at all. */
static bool run_openssl(struct as_path_run *run, bool crls)
{
	const struct as_path_request *request = run->request;
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	STACK_OF(X509) *untrusted = make_untrusted(run, crls);
	STACK_OF(X509) * chain;
	bool asked = false;
	int rc;

	if (context == NULL || untrusted == NULL ||
	    X509_STORE_CTX_init(context, request->trust->store, run->outcome->path[0], untrusted) !=
		    1 ||
	    X509_STORE_CTX_set_ex_data(context, 0, run) != 1)
		goto out;
	X509_STORE_CTX_set_time(context, 0, (time_t)request->at);
	X509_STORE_CTX_set_verify_cb(context, collect);
	if (crls)
		X509_STORE_CTX_set_flags(
			context, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
					 X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS);
	asked = true;
	rc = X509_verify_cert(context);
	chain = X509_STORE_CTX_get0_chain(context);
	/* A failure that the callback did not see, or another path than was meant. */
	if (!run->stopped && !run->ended &&
	    (rc != 1 || (size_t)sk_X509_num(chain) != run->outcome->count))
		add_error(run, NULL,
			  rc != 1 ? X509_STORE_CTX_get_error(context) : X509_V_ERR_UNSPECIFIED);
out:
	X509_STORE_CTX_free(context);
	sk_X509_free(untrusted);
	ERR_clear_error();
	return asked;
}

static void judge_revocation(struct as_path_run *run, bool crls)
{
	const struct as_path_request *request = run->request;
	struct as_path_outcome *outcome = run->outcome;
	enum as_smime_revocation_mode mode = request->trust->settings.revocation;

	if (mode == AS_SMIME_REVOCATION_NONE) {
		outcome->revocation = AS_SMIME_REVOCATION_OFF;
		return;
	}
	/* An anchor has no issuer whose list could name it. */
	if (!crls && outcome->count > 1) {
		run->unknown = true;
		as_path_fault(outcome, request->arena, AS_SMIME_FAULT_REVOCATION,
			      "Whether \"%s\" is revoked is not known: there are no lists.",
			      as_path_subject(request->arena, outcome->path[0]));
	}
	if (run->revoked)
		outcome->revocation = AS_SMIME_REVOCATION_REVOKED;
	else if (run->ended)
		outcome->revocation = AS_SMIME_REVOCATION_UNCHECKED;
	else
		outcome->revocation =
			run->unknown ? AS_SMIME_REVOCATION_UNKNOWN : AS_SMIME_REVOCATION_GOOD;
}

static enum as_smime_chain chain_state(uint32_t faults)
{
	if ((faults & (AS_SMIME_FAULT_LIMIT | AS_SMIME_FAULT_UNSUPPORTED)) != 0)
		return AS_SMIME_CHAIN_UNCHECKED;
	if ((faults & AS_SMIME_FAULT_UNTRUSTED) != 0)
		return AS_SMIME_CHAIN_UNTRUSTED;
	if ((faults & AS_SMIME_FAULT_PATH) != 0)
		return AS_SMIME_CHAIN_INVALID;
	if ((faults & AS_SMIME_FAULT_EXPIRED) != 0)
		return AS_SMIME_CHAIN_EXPIRED;
	if ((faults & AS_SMIME_FAULT_NOT_YET) != 0)
		return AS_SMIME_CHAIN_NOT_YET_VALID;
	return AS_SMIME_CHAIN_TRUSTED;
}

/* Whether all its signatures are of a kind that is known here. */
static bool is_supported(struct as_path_run *run)
{
	struct as_path_outcome *outcome = run->outcome;

	for (size_t i = 0; i + 1 < outcome->count; i++) {
		int rc = X509_check_issued(outcome->path[i + 1], outcome->path[i]);

		if (rc != X509_V_ERR_NO_ISSUER_PUBLIC_KEY &&
		    rc != X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM)
			continue;
		as_path_fault(outcome, run->request->arena, AS_SMIME_FAULT_UNSUPPORTED,
			      "The certificate of \"%s\" is signed with an algorithm that is not "
			      "checked here.",
			      as_path_subject(run->request->arena, outcome->path[i]));
		return false;
	}
	return true;
}

void as_path_verify(const struct as_path_request *request, struct as_path_outcome *outcome)
{
	struct as_path_run run = {
		.request = request,
		.outcome = outcome,
		.cost = as_certs_cost(request->certs),
	};
	bool crls = request->trust->settings.revocation != AS_SMIME_REVOCATION_NONE &&
		    outcome->count > 1 && as_path_has_crls(request);
	bool judged = false;

	if (is_supported(&run)) {
		judged = pay_path(&run) && run_openssl(&run, crls) && !run.stopped;
		if (!judged)
			as_path_fault(outcome, request->arena, AS_SMIME_FAULT_LIMIT,
				      "The path of \"%s\" would cost too much to check.",
				      as_path_subject(request->arena, outcome->path[0]));
	}
	if (judged)
		judge_revocation(&run, crls);
	if (request->trust->settings.revocation != AS_SMIME_REVOCATION_HARD)
		outcome->faults &= ~(uint32_t)AS_SMIME_FAULT_REVOCATION;
	outcome->chain = chain_state(outcome->faults);
}
