/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/smime_json.h"

#include "policy/json.h"

#include <time.h>

static json_t *texts_json(const char *const *texts, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, as_json_text(texts[i]));
	return list;
}

/* RFC 3339; "" for none, and for years that it cannot write. */
static json_t *time_json(int64_t seconds)
{
	time_t when = (time_t)seconds;
	char text[40] = "";
	struct tm tm;

	if (seconds != AS_SMIME_NO_TIME && gmtime_r(&when, &tm) != NULL && tm.tm_year >= -1900 &&
	    tm.tm_year < 8100)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

static json_t *signer_json(const struct as_smime_signer *signer)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:o,s:I,s:s,s:s,s:s,s:o,s:o,s:b}",
			 "subject", as_json_text(signer->subject), "issuer",
			 as_json_text(signer->issuer), "serial", as_json_text(signer->serial),
			 "sha256", as_json_text(signer->sha256), "addresses",
			 texts_json(signer->addresses, signer->address_count), "from_match",
			 (int)signer->from_match, "signing_time", time_json(signer->signing_time),
			 "digest", as_json_text(signer->digest), "algorithm",
			 as_json_text(signer->algorithm), "key_bits", (json_int_t)signer->key_bits,
			 "signature", as_smime_signature_name(signer->signature), "chain",
			 as_smime_chain_name(signer->chain), "revocation",
			 as_smime_revocation_name(signer->revocation), "reason",
			 as_json_text(signer->reason), "certificates",
			 texts_json(signer->path, signer->path_count), "countersigned",
			 (int)signer->countersigned);
}

static json_t *recipient_json(const struct as_smime_recipient *recipient)
{
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o}", "kind",
			 as_smime_recipient_kind_name(recipient->kind), "issuer",
			 as_json_text(recipient->issuer), "serial", as_json_text(recipient->serial),
			 "key_id", as_json_text(recipient->key_id), "algorithm",
			 as_json_text(recipient->algorithm), "wrap", as_json_text(recipient->wrap));
}

static json_t *valid_json(enum as_smime_answer valid)
{
	if (valid == AS_SMIME_UNKNOWN)
		return json_null();
	return json_boolean(valid == AS_SMIME_YES);
}

static const char *opening_word(enum as_smime_opening opening)
{
	static const char *const words[] = {
		[AS_SMIME_OPEN_NONE] = "",
		[AS_SMIME_OPEN_DONE] = "yes",
		[AS_SMIME_OPEN_NO_KEY] = "no-key",
		[AS_SMIME_OPEN_FAILED] = "failed",
		[AS_SMIME_OPEN_UNAVAILABLE] = "unavailable",
		[AS_SMIME_OPEN_LIMIT] = "limit",
		[AS_SMIME_OPEN_MALFORMED] = "malformed",
		[AS_SMIME_OPEN_UNSUPPORTED] = "unsupported",
	};

	return words[opening];
}

static json_t *layer_json(const struct as_smime_layer *layer)
{
	json_t *signers = json_array();
	json_t *recipients = json_array();

	for (size_t i = 0; i < layer->signer_count; i++)
		json_array_append_new(signers, signer_json(&layer->signers[i]));
	for (size_t i = 0; i < layer->recipient_count; i++)
		json_array_append_new(recipients, recipient_json(&layer->recipients[i]));
	return json_pack("{s:I,s:o,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:b,s:s,s:o}", "layer",
			 (json_int_t)layer->number, "path", as_json_text(layer->path), "state",
			 as_smime_state_name(layer->state), "coverage",
			 as_smime_coverage_name(layer->coverage), "valid", valid_json(layer->valid),
			 "reason", as_json_text(layer->reason), "signers", signers, "recipients",
			 recipients, "cipher", as_json_text(layer->cipher), "authenticated",
			 (int)layer->authenticated, "opened", opening_word(layer->opening),
			 "message", as_json_text(layer->mail->own ? "" : layer->mail->path));
}

json_t *as_smime_json(const struct assay_scan *scan)
{
	json_t *list = json_array();

	for (const struct as_smime_mail *m = scan->smime.first; m != NULL; m = m->next)
		for (const struct as_smime_layer *l = m->first; l != NULL; l = l->next)
			json_array_append_new(list, layer_json(l));
	return list;
}
