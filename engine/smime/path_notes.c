/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust.h"

struct code {
	uint32_t fault;
	const char *code;
};

static const struct code codes[] = {
	{AS_SMIME_FAULT_LIMIT, "smime.limit_exceeded"},
	{AS_SMIME_FAULT_UNSUPPORTED, "smime.unsupported_algorithm"},
	{AS_SMIME_FAULT_UNTRUSTED, "smime.untrusted"},
	{AS_SMIME_FAULT_PATH, "smime.bad_path"},
	{AS_SMIME_FAULT_REVOKED, "smime.revoked"},
	{AS_SMIME_FAULT_EXPIRED, "smime.expired"},
	{AS_SMIME_FAULT_NOT_YET, "smime.not_yet_valid"},
	{AS_SMIME_FAULT_KEY_USAGE, "smime.bad_key_usage"},
	{AS_SMIME_FAULT_EKU, "smime.bad_eku"},
	{AS_SMIME_FAULT_REVOCATION, "smime.revocation_unknown"},
	{AS_SMIME_FAULT_WEAK_MD5, "smime.weak_digest"},
	{AS_SMIME_FAULT_WEAK_SHA1, "smime.weak_digest"},
	{AS_SMIME_FAULT_WEAK_KEY, "smime.weak_key"},
	{AS_SMIME_FAULT_WEAK_RSA1024, "smime.weak_key"},
	{AS_SMIME_FAULT_WEAK_DSA, "smime.weak_key"},
	{AS_SMIME_FAULT_WEAK_DSA1024, "smime.weak_key"},
};

/* What the settings allow is information; what they ask for and miss is more. */
static enum assay_severity severity_of(const struct as_path_result *result, uint32_t fault)
{
	if ((fault & result->allowed) != 0)
		return ASSAY_INFO;
	if (fault == AS_SMIME_FAULT_REVOCATION && result->hard)
		return ASSAY_LOW;
	return ASSAY_SEVERITY_DEFAULT;
}

void as_path_notes(struct as_smime_notes *notes, const struct as_smime_layer *layer,
		   const struct as_path_result *result, const struct as_smime_signer *signer)
{
	(void)signer; /* the sentences name whom they are about */
	for (const struct as_path_text *item = result->texts; item != NULL; item = item->next)
		for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
			if (codes[i].fault == item->fault) {
				as_smime_note(notes, layer, codes[i].code,
					      severity_of(result, item->fault), "%s", item->text);
				break;
			}
}
