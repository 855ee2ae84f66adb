/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_SIGNER_JOB_H
#define ASSAY_SMIME_SIGNER_JOB_H

#include "base/buffer.h"
#include "smime/attributes.h"
#include "smime/digest.h"
#include "smime/signer.h"
#include "smime/signer_value.h"

/* What the files of signer.h share while the signers of one object are judged. */

/* What all signature values of one object may cost, in the units of path_cost.h of
 * 20 us: with 16 signers, three forms of attributes and eight certificates of one name
 * it could be 384 checks. Sixteen signers with Brainpool 512 are at 800. 20 ms. */
#define AS_SIGNER_COST_MAX 1000u
/* Octets that EdDSA hashes in one unit, at best. */
#define AS_SIGNER_BYTES_PER_UNIT ((size_t)64 << 10)

/* A Name of an issuer that is shown without having the certificate. */
#define AS_SIGNER_NAME_BYTES_MAX 4096u

/* All signers of one object. */
struct as_signers_run {
	const struct as_signers_request *request;
	struct as_content_digests digests;
	struct as_buffer canonical; /* content with CRLF, made for EdDSA without attributes */
	unsigned int cost;
	bool no_memory;
};

/* One signer. */
#define AS_FAULT_BITS 32u
struct as_signer_job {
	struct as_signers_run *run;
	const struct as_cms_signer *info;
	struct as_smime_signer *out;
	size_t number; /* from 1 */
	struct as_signature_method method;
	struct as_attributes attributes;
	struct as_attribute_forms forms;
	X509 *cert;
	X509 *tried; /* the certificate whose key was last tried */
	enum as_value_result tried_result;
	unsigned int key_cost; /* of one check with its key */
	struct as_path_result path;
	const char *reasons[AS_FAULT_BITS]; /* short phrases by fault bit, not of the path */
};

/* The first phrase of a fault is kept. */
void as_signer_fail(struct as_signer_job *job, enum as_smime_fault fault, const char *phrase);

/* The octets: attributes, content digest, certificate, value, bindings. */
void as_signer_check(struct as_signer_job *job);
/* The strength of key and algorithm, as far as the path did not judge it. */
void as_signer_check_key(struct as_signer_job *job);

/* Of all that was found: signature, reason, notes. allow: of the settings. */
void as_signer_report(struct as_signer_job *job, uint32_t allow);
/* Subject and issuer of a signer whose certificate is not there. */
void as_signer_describe(struct as_signer_job *job);

#endif
