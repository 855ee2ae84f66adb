/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/path_own.h"

#include "smime/trust_own.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

/* Issuers of one name that are followed; CAs that were renewed and cross-certified
 * have two to four. */
#define BRANCHES_MAX 16u

/* Where the search stands at one certificate of the path. */
struct level {
	X509 *issuers[BRANCHES_MAX];
	size_t count, next;
	size_t anchors; /* among them; they come first */
	size_t refused; /* whose key did not make the signature */
};

/* Depth first, so that memory is one path and the order is that of as_certs_issuers. */
struct search {
	const struct as_path_request *request;
	struct as_path_cost *cost;
	X509 *path[AS_PATH_DEPTH_MAX];
	struct level levels[AS_PATH_DEPTH_MAX];
	size_t depth; /* of the last one in path */
	struct as_path_outcome *best;
	unsigned tries;
	bool cut;     /* there was more to look at */
	bool settled; /* a path against which nothing counts */
};

static bool is_self_signed(const X509 *cert)
{
	return (X509_get_extension_flags((X509 *)cert) & EXFLAG_SS) != 0;
}

/* The same name and key once more lead nowhere new: such certificates differ in what
 * they allow, and a circle of them never ends (RFC 4158 s2.4.2). */
static bool is_in_path(const struct search *search, X509 *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);

	for (size_t i = 0; i <= search->depth; i++) {
		X509 *other = search->path[i];

		if (other == cert || X509_cmp(other, cert) == 0)
			return true;
		if (key != NULL && X509_get0_pubkey(other) != NULL &&
		    X509_NAME_cmp(X509_get_subject_name(other), X509_get_subject_name(cert)) == 0 &&
		    EVP_PKEY_eq(X509_get0_pubkey(other), key) == 1)
			return true;
	}
	return false;
}

/* Anchors first, then what is within its time, else as they came. */
static unsigned order_of(const struct search *search, X509 *issuer, bool only)
{
	if (as_trust_is_anchor(search->request->trust, issuer))
		return 0;
	return only || as_path_time_fault(issuer, search->request->at) == 0 ? 1 : 2;
}

static void expand(struct search *search)
{
	struct level *level = &search->levels[search->depth];
	X509 *found[BRANCHES_MAX];
	bool more = false;
	size_t count = 0;

	*level = (struct level){.count = 0};
	if (is_self_signed(search->path[search->depth]))
		return;
	count = as_certs_issuers(search->request->certs, search->path[search->depth], found,
				 BRANCHES_MAX, &more);
	search->cut = search->cut || more;
	for (unsigned order = 0; order <= 2; order++) {
		for (size_t i = 0; i < count; i++)
			if (found[i] != NULL && order_of(search, found[i], count == 1) == order) {
				if (order == 0 || !is_in_path(search, found[i]))
					level->issuers[level->count++] = found[i];
				found[i] = NULL;
			}
		if (order == 0)
			level->anchors = level->count;
	}
}

/* Whether it is worth following. A single one is, its signature is checked with the
 * path; among several the signature decides, so that a false one cannot stand in front
 * of the right one. */
static bool is_issuer(struct search *search, struct level *level, X509 *issuer)
{
	X509 *cert = search->path[search->depth];
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	if (level->count == 1 || (level->next == 1 && level->anchors == 1))
		return true;
	/* Of a kind that is not known here: told at the end of such a path. */
	if (X509_check_issued(issuer, cert) == X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM ||
	    key == NULL)
		return true;
	if (!as_path_charge(search->cost, issuer))
		return false;
	if (X509_verify(cert, key) == 1)
		return true;
	level->refused++;
	return false;
}

/* --- which of two is better ----------------------------------------------------------- */

/* How much is against a path; the settings' allowances count as nothing. */
static unsigned badness(const struct search *search, const struct as_path_outcome *outcome)
{
	static const unsigned of_chain[] = {
		[AS_SMIME_CHAIN_TRUSTED] = 0,	      [AS_SMIME_CHAIN_EXPIRED] = 100,
		[AS_SMIME_CHAIN_NOT_YET_VALID] = 200, [AS_SMIME_CHAIN_UNCHECKED] = 300,
		[AS_SMIME_CHAIN_INVALID] = 400,	      [AS_SMIME_CHAIN_UNTRUSTED] = 500,
	};
	uint32_t left =
		as_smime_faults_left(outcome->faults, search->request->trust->settings.allow);

	return of_chain[outcome->chain] + (unsigned)__builtin_popcount(left);
}

static void keep_better(struct search *search, const struct as_path_outcome *outcome)
{
	const struct as_path_outcome *best = search->best;

	if (best->count == 0 || badness(search, outcome) < badness(search, best))
		*search->best = *outcome;
	search->settled = badness(search, search->best) == 0;
}

/* path[0..depth] and the anchor behind it, unless the signer is one. */
static void try_path(struct search *search, X509 *anchor)
{
	struct as_path_outcome outcome = {.count = search->depth + 1, .anchored = true};

	memcpy(outcome.path, search->path, outcome.count * sizeof(*outcome.path));
	if (anchor != NULL)
		outcome.path[outcome.count++] = anchor;
	if (search->tries++ >= AS_PATH_TRIES_MAX) {
		search->cut = true;
		return;
	}
	as_path_verify(search->request, &outcome);
	as_path_rules(search->request, &outcome);
	keep_better(search, &outcome);
}

/* --- paths that lead nowhere ------------------------------------------------------------ */

static void tell_untrusted(const struct search *search, struct as_path_outcome *outcome)
{
	struct as_arena *arena = search->request->arena;
	const X509 *last = outcome->path[outcome->count - 1];
	const struct level *level = &search->levels[search->depth];

	if (level->count > 0 && level->refused == level->count)
		as_path_fault(outcome, arena, AS_SMIME_FAULT_PATH,
			      "The certificate of \"%s\" was not signed by its issuer.",
			      as_path_subject(arena, last));
	else if (!is_self_signed(last))
		as_path_fault(outcome, arena, AS_SMIME_FAULT_UNTRUSTED,
			      "The issuer of \"%s\" is not known: \"%s\".",
			      as_path_subject(arena, last),
			      as_cert_name(arena, X509_get_issuer_name(last), AS_PATH_NAME_MAX));
	else
		as_path_fault(outcome, arena, AS_SMIME_FAULT_UNTRUSTED,
			      outcome->count == 1
				      ? "The certificate of \"%s\" is self-signed and not trusted."
				      : "The root \"%s\" is not trusted.",
			      as_path_subject(arena, last));
}

/* What is known without an anchor. Nothing is computed: whoever makes such a path can
 * make it look as he likes. */
static void take_dead_end(struct search *search)
{
	struct as_path_outcome outcome = {.count = search->depth + 1};
	struct as_arena *arena = search->request->arena;
	const X509 *signer = search->path[0];
	uint32_t fault = as_path_time_fault(signer, search->request->at);

	if (search->best->anchored || outcome.count <= search->best->count)
		return;
	memcpy(outcome.path, search->path, outcome.count * sizeof(*outcome.path));
	tell_untrusted(search, &outcome);
	if (fault != 0)
		as_path_fault(&outcome, arena, fault,
			      fault == AS_SMIME_FAULT_EXPIRED
				      ? "The certificate of \"%s\" had expired."
				      : "The certificate of \"%s\" was not yet valid.",
			      as_path_subject(arena, signer));
	as_path_rules(search->request, &outcome);
	outcome.chain = (outcome.faults & AS_SMIME_FAULT_UNTRUSTED) != 0 ? AS_SMIME_CHAIN_UNTRUSTED
									 : AS_SMIME_CHAIN_INVALID;
	*search->best = outcome;
}

/* --- the walk ---------------------------------------------------------------------------- */

/* Takes the next issuer at the last certificate of the path; false: go back one. */
static bool step(struct search *search)
{
	struct level *level = &search->levels[search->depth];
	X509 *issuer;

	if (level->next == level->count)
		return false;
	issuer = level->issuers[level->next++];
	if (!is_issuer(search, level, issuer))
		return true;
	if (search->depth + 2 > AS_PATH_DEPTH_MAX) {
		search->cut = true;
		return true;
	}
	if (level->next <= level->anchors) {
		try_path(search, issuer);
		return true;
	}
	search->path[++search->depth] = issuer;
	expand(search);
	return true;
}

static void walk(struct search *search)
{
	while (!search->settled && !search->cost->spent) {
		if (step(search))
			continue;
		take_dead_end(search);
		if (search->depth == 0)
			break;
		search->depth--;
	}
	search->cut = search->cut || search->cost->spent;
}

/* Nothing good was found, and not all was looked at. What stands against every path of
 * this signer stays; that no anchor was found does not. */
static void tell_cut(struct search *search)
{
	struct as_path_outcome *best = search->best;
	struct as_arena *arena = search->request->arena;

	if (!best->anchored)
		*best = (struct as_path_outcome){.path = {search->request->signer}, .count = 1};
	as_path_fault(best, arena, AS_SMIME_FAULT_LIMIT,
		      "The path of \"%s\" has more certificates or branches than are followed.",
		      as_path_subject(arena, search->request->signer));
	if (!best->anchored || best->chain == AS_SMIME_CHAIN_TRUSTED)
		best->chain = AS_SMIME_CHAIN_UNCHECKED;
	if (!best->anchored)
		as_path_rules(search->request, best);
}

void as_path_search(const struct as_path_request *request, struct as_path_outcome *best_out)
{
	struct search search = {
		.request = request,
		.cost = as_certs_cost(request->certs),
		.best = best_out,
	};

	*best_out = (struct as_path_outcome){.count = 0};
	search.path[0] = request->signer;
	as_path_cost_next(search.cost);
	if (as_trust_is_anchor(request->trust, request->signer))
		try_path(&search, NULL);
	if (!search.settled) {
		expand(&search);
		walk(&search);
	}
	if (search.cut && !search.settled)
		tell_cut(&search);
	ERR_clear_error();
}
