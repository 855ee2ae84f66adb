/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_TRUST_H
#define ASSAY_SMIME_TRUST_H

#include "base/error.h"
#include "smime/settings.h"
#include "smime/smime.h"

#include <openssl/x509.h>

/*
 * Trust anchors, known intermediates and CRLs of one generation, loaded once
 * and then only read, in the zygote and by all workers. Nothing is ever
 * fetched from a network.
 */
struct as_trust;

/* Bounds of what an administrator may configure. */
#define AS_TRUST_FILES_MAX  10000u
#define AS_TRUST_FILE_BYTES ((size_t)64 << 20)

/*
 * Every file that is named must be readable and hold what it is for; the error
 * names file and, if it can, which object in it. In folders hidden files and
 * what holds neither are passed over with a warning in the log, subfolders too.
 * AS_E_CONFIG, -ENOMEM. Also fetches the algorithms that workers will need, so
 * that nothing has to be opened inside a sandbox.
 */
int as_trust_open(const struct as_smime_settings *settings, struct as_trust **trust_out,
		  struct as_error *error);
void as_trust_close(struct as_trust *trust);
const struct as_smime_settings *as_trust_settings(const struct as_trust *trust);
/* "3 anchors, 12 intermediates, 4 CRLs": for status and --check. */
struct as_trust_counts {
	size_t anchors, certs, crls;
	int64_t crl_next_update; /* the earliest, or AS_SMIME_NO_TIME */
};
void as_trust_counts(const struct as_trust *trust, struct as_trust_counts *counts_out);

/*
 * Certificates of one message, decoded only when they are needed: 130 us each.
 * Those that equal a configured one are taken from there.
 */
struct as_certs;
/* ders: as_cms.certs; kept by reference. NULL without memory. */
struct as_certs *as_certs_new(const struct as_trust *trust, const struct as_span *ders,
			      size_t count);
void as_certs_free(struct as_certs *certs);

struct as_cms_identifier;
/* The certificate that a SignerInfo means: in the message, then in the pool. The
 * certs keep the reference. NULL: none, or it cannot be decoded (*broken_out). With
 * several of that name the one whose key made_it, asked for each, accepts. */
typedef bool as_certs_accept(void *context, X509 *cert);
X509 *as_certs_find(struct as_certs *certs, const struct as_cms_identifier *id,
		    as_certs_accept *accept, void *context, bool *broken_out);
size_t as_certs_count(const struct as_certs *certs);
X509 *as_certs_at(struct as_certs *certs, size_t index); /* decodes; NULL when broken */

/*
 * The path of one signer (RFC 5280 s6) at a time, with policies and CRLs, and
 * what RFC 8550 s4.4 asks of its certificate: KU digitalSignature or
 * nonRepudiation or absent, EKU emailProtection, anyExtendedKeyUsage or absent.
 * crls: DER, from the CMS object; used only if they verify, like all others.
 */
/* RFC 5280 has no bound; real paths have 2 to 5 certificates. */
#define AS_PATH_DEPTH_MAX 16u
/* Signature checks that one path may cost: a web of certificates of equal names
 * has exponentially many paths. */
#define AS_PATH_CHECKS_MAX 200u

struct as_path_request {
	const struct as_trust *trust;
	struct as_certs *certs;
	const struct as_span *crls;
	size_t crl_count;
	X509 *signer;
	int64_t at; /* seconds since 1970 */
	struct as_arena *arena;
};

struct as_path_result {
	enum as_smime_chain chain;
	enum as_smime_revocation revocation;
	uint32_t faults;	     /* of enum as_smime_fault, with those of weak algorithms
					and keys in the path; the anchor's own signature is not one */
	const char *reason;	     /* the first that counts, "" when good; in the arena */
	const char *const *subjects; /* printable, signer first */
	size_t subject_count;
	/* One note for each fault: codes smime.untrusted, bad_path, expired,
	 * not_yet_valid, revoked, revocation_unknown, bad_key_usage, bad_eku,
	 * weak_digest, weak_key, limit_exceeded; made by as_path_notes. */
};
void as_path_check(const struct as_path_request *request, struct as_path_result *result_out);
void as_path_notes(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const struct as_path_result *result, const struct as_smime_signer *signer);

/* What a report says of a certificate: subject, issuer, serial, sha256, key_bits
 * of *signer_out, all in the arena. */
void as_cert_describe(struct as_arena *arena, X509 *cert, struct as_smime_signer *signer_out);
/* "rsa" 2048, "ecdsa" 256, ...; fault bits of a weak key or 0. */
uint32_t as_cert_key_faults(X509 *cert);

#endif
