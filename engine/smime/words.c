/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/smime.h"

const char *as_smime_state_name(enum as_smime_state state)
{
	static const char *const names[] = {
		[AS_SMIME_MALFORMED] = "malformed",
		[AS_SMIME_SIGNED_CLEAR] = "signed-clear",
		[AS_SMIME_SIGNED_OPAQUE] = "signed-opaque",
		[AS_SMIME_ENVELOPED] = "enveloped",
		[AS_SMIME_AUTHENVELOPED] = "authenveloped",
		[AS_SMIME_COMPRESSED] = "compressed",
		[AS_SMIME_CERTS_ONLY] = "certs-only",
		[AS_SMIME_ENCRYPTED] = "encrypted",
		[AS_SMIME_DIGESTED] = "digested",
	};

	return names[state];
}

const char *as_smime_coverage_name(enum as_smime_coverage coverage)
{
	static const char *const names[] = {
		[AS_SMIME_NONE] = "none",
		[AS_SMIME_PART] = "part",
		[AS_SMIME_WHOLE] = "whole",
	};

	return names[coverage];
}

const char *as_smime_signature_name(enum as_smime_signature signature)
{
	static const char *const names[] = {
		[AS_SMIME_SIG_UNCHECKED] = "unchecked",
		[AS_SMIME_SIG_VALID] = "valid",
		[AS_SMIME_SIG_INVALID] = "invalid",
		[AS_SMIME_SIG_UNSUPPORTED] = "unsupported",
	};

	return names[signature];
}

const char *as_smime_chain_name(enum as_smime_chain chain)
{
	static const char *const names[] = {
		[AS_SMIME_CHAIN_UNCHECKED] = "unchecked",
		[AS_SMIME_CHAIN_TRUSTED] = "trusted",
		[AS_SMIME_CHAIN_UNTRUSTED] = "untrusted",
		[AS_SMIME_CHAIN_INVALID] = "invalid",
		[AS_SMIME_CHAIN_EXPIRED] = "expired",
		[AS_SMIME_CHAIN_NOT_YET_VALID] = "not-yet-valid",
	};

	return names[chain];
}

const char *as_smime_revocation_name(enum as_smime_revocation revocation)
{
	static const char *const names[] = {
		[AS_SMIME_REVOCATION_UNCHECKED] = "unchecked",
		[AS_SMIME_REVOCATION_OFF] = "off",
		[AS_SMIME_REVOCATION_GOOD] = "good",
		[AS_SMIME_REVOCATION_UNKNOWN] = "unknown",
		[AS_SMIME_REVOCATION_REVOKED] = "revoked",
	};

	return names[revocation];
}

const char *as_smime_recipient_kind_name(enum as_smime_recipient_kind kind)
{
	static const char *const names[] = {
		[AS_SMIME_KTRI] = "ktri", [AS_SMIME_KARI] = "kari", [AS_SMIME_KEKRI] = "kekri",
		[AS_SMIME_PWRI] = "pwri", [AS_SMIME_ORI] = "ori",
	};

	return names[kind];
}

uint32_t as_smime_faults_left(uint32_t faults, uint32_t allow)
{
	if ((allow & AS_SMIME_ALLOW_SHA1) != 0)
		faults &= ~(uint32_t)AS_SMIME_FAULT_WEAK_SHA1;
	if ((allow & AS_SMIME_ALLOW_RSA1024) != 0)
		faults &= ~(uint32_t)(AS_SMIME_FAULT_WEAK_RSA1024 | AS_SMIME_FAULT_WEAK_DSA1024);
	if ((allow & AS_SMIME_ALLOW_DSA) != 0)
		faults &= ~(uint32_t)(AS_SMIME_FAULT_WEAK_DSA | AS_SMIME_FAULT_WEAK_DSA1024);
	return faults;
}

bool as_smime_layer_signed(const struct as_smime_layer *layer)
{
	return layer->state == AS_SMIME_SIGNED_CLEAR || layer->state == AS_SMIME_SIGNED_OPAQUE;
}

bool as_smime_layer_encrypted(const struct as_smime_layer *layer)
{
	return layer->state == AS_SMIME_ENVELOPED || layer->state == AS_SMIME_AUTHENVELOPED ||
	       layer->state == AS_SMIME_ENCRYPTED;
}

bool as_smime_layer_by_author(const struct as_smime_layer *layer)
{
	for (size_t i = 0; i < layer->signer_count; i++)
		if (layer->signers[i].from_match)
			return !as_smime_noted(&layer->mail->notes, layer, "smime.from_mismatch");
	return false;
}

/* A signer whose algorithm is not known here may be good: that is no verdict.
 * Anything else that is wrong with any signer is one. */
enum as_smime_answer as_smime_layer_valid(const struct as_smime_layer *layer, uint32_t allow)
{
	const uint32_t undecided = AS_SMIME_FAULT_UNSUPPORTED | AS_SMIME_FAULT_LIMIT;
	uint32_t all = 0;

	if (!as_smime_layer_signed(layer))
		return AS_SMIME_UNKNOWN;
	if (layer->signer_count == 0)
		return AS_SMIME_NO;
	for (size_t i = 0; i < layer->signer_count; i++)
		all |= as_smime_faults_left(layer->signers[i].faults, allow);
	if ((all & ~undecided) != 0)
		return AS_SMIME_NO;
	return all == 0 ? AS_SMIME_YES : AS_SMIME_UNKNOWN;
}
