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
 * names file and, if it can, which object in it. In folders hidden files are
 * passed over, and with a warning in the log all that is damaged or holds nothing
 * of the kind, subfolders too. An anchor that is not self-signed ends no path
 * unless partial_chain is set; it becomes an intermediate, with a warning.
 * AS_E_CONFIG, -ENOMEM. Also fetches the algorithms that workers will need, so
 * that nothing has to be opened inside a sandbox. The settings are copied, their
 * strings are not.
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
 * certs keep the reference. NULL: none, or it cannot be decoded (*broken_out). When
 * several answer to it, accept (unless NULL) is asked for each of the first eight,
 * and when it refuses all, the first is returned. */
typedef bool as_certs_accept(void *context, X509 *cert);
X509 *as_certs_find(struct as_certs *certs, const struct as_cms_identifier *id,
		    as_certs_accept *accept, void *context, bool *broken_out);
size_t as_certs_count(const struct as_certs *certs);
X509 *as_certs_at(struct as_certs *certs, size_t index); /* decodes; NULL when broken */

/*
 * The path of one signer (RFC 5280 s6) at a time, with policies and CRLs, and
 * what RFC 8550 s4.4 asks of its certificate: KU digitalSignature or
 * nonRepudiation or absent, EKU emailProtection, anyExtendedKeyUsage or absent,
 * the latter of its issuers too (but for the anchor).
 *
 * Among several paths the first good one counts, else the one with the least
 * against it. CRLs of the message (DER) are used only if a key of the path or of a
 * configured certificate made them, and beside the configured ones, never in their
 * place: a sender must not be able to hide his revocation behind an older list.
 */
/* Certificates with signer and anchor. RFC 5280 has no bound; real paths have 2
 * to 5. */
#define AS_PATH_DEPTH_MAX 16u
/* Signature checks of certificates and CRLs that one signer may cost: a web of
 * certificates of equal names has exponentially many paths. Slow keys count for
 * more, see path_cost.h. */
#define AS_PATH_CHECKS_MAX 200u
/* Complete paths that are looked at for one signer; with cross-certificates there
 * are two or three. */
#define AS_PATH_TRIES_MAX 8u

struct as_path_request {
	const struct as_trust *trust;
	struct as_certs *certs;
	const struct as_span *crls;
	size_t crl_count;
	X509 *signer;
	int64_t at; /* seconds since 1970 */
	struct as_arena *arena;
};

/* What is wrong, in a sentence. */
struct as_path_text {
	uint32_t fault; /* one of enum as_smime_fault */
	const char *text;
	struct as_path_text *next;
};

struct as_path_result {
	enum as_smime_chain chain;
	enum as_smime_revocation revocation;
	uint32_t faults;	     /* of enum as_smime_fault, with those of weak algorithms
					and keys in the path; the anchor's own signature is not one */
	const char *reason;	     /* the first that counts, "" when good; in the arena */
	const char *const *subjects; /* printable, signer first */
	size_t subject_count;
	/* One for each fault, most telling first; also one for FAULT_REVOCATION when
	 * revocation is unknown without being a fault. */
	const struct as_path_text *texts;
	uint32_t allowed; /* faults that the settings allow: told as information */
	bool hard;	  /* unknown revocation is a fault */
};
void as_path_check(const struct as_path_request *request, struct as_path_result *result_out);
/* A note for each text: codes smime.untrusted, bad_path, expired, not_yet_valid,
 * revoked, revocation_unknown, bad_key_usage, bad_eku, weak_digest, weak_key,
 * unsupported_algorithm, limit_exceeded. signer may be NULL. */
void as_path_notes(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const struct as_path_result *result, const struct as_smime_signer *signer);

/* Octets of a name that are shown; the longest honest ones have about 200. */
#define AS_CERT_NAME_MAX 512u
/* A distinguished name as RFC 2253 writes it (which is RFC 4514's form), UTF-8, at
 * most max octets. Never NULL. */
const char *as_cert_name(struct as_arena *arena, const X509_NAME *name, size_t max);
/* What a report says of a certificate: subject, issuer, serial, sha256, key_bits
 * of *signer_out, all in the arena. */
void as_cert_describe(struct as_arena *arena, X509 *cert, struct as_smime_signer *signer_out);
/* Fault bits of a weak key, or 0; also for keys that are not known here. */
uint32_t as_cert_key_faults(X509 *cert);

#endif
