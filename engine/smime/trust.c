/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust_own.h"

#include "base/log.h"
#include "smime/path_own.h"
#include "smime/trust_load.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Where systems keep their bundle for TLS. */
static const char *const bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch */
	"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora, RHEL */
	"/etc/ssl/ca-bundle.pem",	      /* SUSE */
	"/etc/ssl/cert.pem",		      /* BSD */
};

/* Taking in what was loaded. */
struct taking {
	struct as_trust *trust;
	bool anchors;
};

/* Room for one more of size octets each; the array may move. */
static int grow(void **items, size_t count, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	void *moved;

	if (count < *room)
		return 0;
	moved = reallocarray(*items, more, size);
	if (moved == NULL)
		return -ENOMEM;
	*items = moved;
	*room = more;
	return 0;
}

/* Only a self-issued, self-signed one ends a path for others, unless paths may be
 * partial: OpenSSL has it so, and an intermediate that became a root by a slip of
 * the administrator would trust more than was meant. */
static bool ends_paths(const struct as_trust *trust, X509 *cert)
{
	char name[160];

	if (trust->settings.partial_chain || (X509_get_extension_flags(cert) & EXFLAG_SS) != 0)
		return true;
	X509_NAME_oneline(X509_get_subject_name(cert), name, sizeof(name));
	as_log(AS_LOG_WARNING,
	       "smime anchors: %s is not self-signed and ends no path; it serves as intermediate",
	       name);
	return false;
}

static int take_cert(void *context, X509 *cert, struct as_span octets)
{
	struct taking *taking = context;
	struct as_trust *trust = taking->trust;
	void *certs = trust->certs;
	struct as_trust_cert *taken;
	int rc;

	rc = grow(&certs, trust->cert_count, &trust->cert_room, sizeof(*trust->certs));
	trust->certs = certs;
	if (rc < 0) {
		X509_free(cert);
		return rc;
	}
	taken = &trust->certs[trust->cert_count];
	*taken = (struct as_trust_cert){.cert = cert, .octets = malloc(octets.size)};
	if (taken->octets == NULL) {
		X509_free(cert);
		return -ENOMEM;
	}
	memcpy(taken->octets, octets.data, octets.size);
	taken->size = octets.size;
	/* Extensions and hashes are worked out once, before there are workers. */
	X509_check_purpose(cert, -1, 0);
	taken->anchor = taking->anchors && ends_paths(trust, cert);
	trust->cert_count++;
	ERR_clear_error();
	return 0;
}

static int take_crl(void *context, X509_CRL *crl)
{
	struct taking *taking = context;
	struct as_trust *trust = taking->trust;
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
	void *crls = trust->crls;
	struct tm tm;
	int rc;

	rc = grow(&crls, trust->crl_count, &trust->crl_room, sizeof(*trust->crls));
	trust->crls = crls;
	if (rc < 0) {
		X509_CRL_free(crl);
		return rc;
	}
	trust->crls[trust->crl_count++] = (struct as_trust_crl){.crl = crl};
	if (next != NULL && ASN1_TIME_to_tm(next, &tm) == 1) {
		int64_t seconds = (int64_t)timegm(&tm);

		if (trust->crl_next_update == AS_SMIME_NO_TIME || seconds < trust->crl_next_update)
			trust->crl_next_update = seconds;
	}
	ERR_clear_error();
	return 0;
}

static int load_list(const struct as_trust_load *load, const char *const *paths, size_t count)
{
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = as_trust_load(load, paths[i]);
	return rc;
}

static int load_system(const struct as_trust_load *load)
{
	for (size_t i = 0; i < sizeof(bundles) / sizeof(bundles[0]); i++)
		if (access(bundles[i], R_OK) == 0)
			return as_trust_load(load, bundles[i]);
	return as_error_set(load->error, AS_E_CONFIG, "%s: no bundle is known on this system",
			    load->what);
}

static int load_all(struct as_trust *trust, struct as_error *error)
{
	const struct as_smime_settings *settings = &trust->settings;
	struct taking anchors = {.trust = trust, .anchors = true};
	struct taking others = {.trust = trust};
	size_t files = 0;
	struct as_trust_load load = {
		.what = "smime anchors",
		.take_cert = take_cert,
		.context = &anchors,
		.files = &files,
		.error = error,
	};
	int rc;

	rc = load_list(&load, settings->anchors, settings->anchor_count);
	load.what = "smime system anchors";
	if (rc == 0 && settings->system_anchors)
		rc = load_system(&load);
	load.what = "smime certificates";
	load.context = &others;
	if (rc == 0)
		rc = load_list(&load, settings->certs, settings->cert_count);
	load.what = "smime CRLs";
	load.take_cert = NULL;
	load.take_crl = take_crl;
	if (rc == 0)
		rc = load_list(&load, settings->crls, settings->crl_count);
	return rc;
}

/* OpenSSL takes an empty set for one that nothing fits, so any-policy is said. */
static ASN1_OBJECT *make_policy(const struct as_smime_settings *settings, size_t index)
{
	if (settings->policy_count == 0 || strcmp(settings->policies[index], "any") == 0)
		return OBJ_dup(OBJ_nid2obj(NID_any_policy));
	return OBJ_txt2obj(settings->policies[index], 1);
}

static int make_policies(const struct as_smime_settings *settings, struct as_error *error,
			 STACK_OF(ASN1_OBJECT) * *policies_out)
{
	STACK_OF(ASN1_OBJECT) *policies = sk_ASN1_OBJECT_new_null();
	size_t count = settings->policy_count > 0 ? settings->policy_count : 1;
	int rc = policies == NULL ? -ENOMEM : 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		ASN1_OBJECT *policy = make_policy(settings, i);

		if (policy == NULL)
			rc = as_error_set(error, AS_E_CONFIG,
					  "smime policies: %s is no object identifier",
					  settings->policy_count > 0 ? settings->policies[i] : "");
		else if (sk_ASN1_OBJECT_push(policies, policy) <= 0) {
			ASN1_OBJECT_free(policy);
			rc = -ENOMEM;
		}
	}
	if (rc < 0) {
		sk_ASN1_OBJECT_pop_free(policies, ASN1_OBJECT_free);
		ERR_clear_error();
		return rc;
	}
	*policies_out = policies;
	return 0;
}

static int set_parameters(struct as_trust *trust, struct as_error *error)
{
	const struct as_smime_settings *settings = &trust->settings;
	X509_VERIFY_PARAM *parameters = X509_STORE_get0_param(trust->store);
	unsigned long flags = X509_V_FLAG_POLICY_CHECK;
	STACK_OF(ASN1_OBJECT) *policies = NULL;
	int rc;

	rc = make_policies(settings, error, &policies);
	if (rc < 0)
		return rc;
	if (settings->explicit_policy)
		flags |= X509_V_FLAG_EXPLICIT_POLICY;
	if (settings->inhibit_any)
		flags |= X509_V_FLAG_INHIBIT_ANY;
	if (settings->inhibit_mapping)
		flags |= X509_V_FLAG_INHIBIT_MAP;
	if (settings->partial_chain)
		flags |= X509_V_FLAG_PARTIAL_CHAIN;
	X509_VERIFY_PARAM_set_depth(parameters, (int)AS_PATH_DEPTH_MAX);
	/* A bundle can say of a root that it is not for mail; what a certificate itself
	 * may do is judged in path_rules.c, so no purpose is set. */
	if (X509_VERIFY_PARAM_set1_policies(parameters, policies) != 1 ||
	    X509_VERIFY_PARAM_set_flags(parameters, flags) != 1 ||
	    X509_VERIFY_PARAM_set_trust(parameters, X509_TRUST_EMAIL) != 1)
		rc = -ENOMEM;
	sk_ASN1_OBJECT_pop_free(policies, ASN1_OBJECT_free);
	return rc;
}

static int fill_store(struct as_trust *trust, struct as_error *error)
{
	trust->store = X509_STORE_new();
	if (trust->store == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < trust->cert_count; i++)
		if (trust->certs[i].anchor &&
		    X509_STORE_add_cert(trust->store, trust->certs[i].cert) != 1)
			return -ENOMEM;
	return as_path_hooks(trust->store) ? set_parameters(trust, error) : -ENOMEM;
}

int as_trust_open(const struct as_smime_settings *settings, struct as_trust **trust_out,
		  struct as_error *error)
{
	struct as_trust *trust = calloc(1, sizeof(*trust));
	int rc = -ENOMEM;

	if (trust == NULL)
		goto out;
	trust->settings = *settings;
	trust->crl_next_update = AS_SMIME_NO_TIME;
	trust->recall = as_recall_new();
	if (trust->recall == NULL)
		goto out;
	rc = load_all(trust, error);
	if (rc == 0)
		rc = as_trust_index(trust);
	if (rc == 0)
		rc = fill_store(trust, error);
	if (rc == 0) {
		as_trust_fetch();
		*trust_out = trust;
		trust = NULL;
	}
out:
	if (rc == -ENOMEM)
		as_error_set(error, rc, "smime: %s", as_code_text(rc));
	as_trust_close(trust);
	return rc;
}

void as_trust_close(struct as_trust *trust)
{
	if (trust == NULL)
		return;
	for (size_t i = 0; i < trust->cert_count; i++) {
		X509_free(trust->certs[i].cert);
		free(trust->certs[i].octets);
	}
	for (size_t i = 0; i < trust->crl_count; i++)
		X509_CRL_free(trust->crls[i].crl);
	sk_X509_pop_free(trust->crl_signers, X509_free);
	X509_STORE_free(trust->store);
	as_recall_free(trust->recall);
	free(trust->by_subject);
	free(trust->by_issuer);
	free(trust->by_key_id);
	free(trust->certs);
	free(trust->crls);
	free(trust);
}

const struct as_smime_settings *as_trust_settings(const struct as_trust *trust)
{
	return &trust->settings;
}

void as_trust_counts(const struct as_trust *trust, struct as_trust_counts *counts_out)
{
	*counts_out = (struct as_trust_counts){
		.crls = trust->crl_count,
		.crl_next_update = trust->crl_next_update,
	};
	for (size_t i = 0; i < trust->cert_count; i++)
		if (trust->certs[i].anchor)
			counts_out->anchors++;
		else
			counts_out->certs++;
}
