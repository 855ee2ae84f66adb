/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_smime.h"

#include "policy/answer.h"
#include "policy/answer_text.h"

/* Of one name or reason, before escapes: with them a line stays short. */
#define WORD_MAX 200u

/* The percent sign is the mark of the hole. */
static void put_quoted(struct as_buffer *out, struct as_arena *arena, const char *text)
{
	const char *ascii = as_answer_ascii(arena, text, WORD_MAX);

	out->failed = out->failed || ascii == NULL;
	as_buffer_byte(out, '"');
	for (; ascii != NULL && *ascii != '\0'; ascii++) {
		if (*ascii == '"' || *ascii == '\\')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, *ascii == '%' ? '?' : (unsigned char)*ascii);
	}
	as_buffer_byte(out, '"');
}

static const char *keep(struct as_arena *arena, struct as_buffer *text)
{
	const char *copy = text->failed ? NULL : as_arena_copy(arena, as_buffer_span(text));

	as_buffer_deinit(text);
	return copy;
}

/* A limit may have kept the tree from showing a signature. */
static bool is_whole(const struct assay_scan *scan)
{
	const struct as_mime_tree *tree;

	if (scan == NULL || scan->trees == NULL || scan->trees->object != scan->objects[0])
		return false;
	tree = scan->trees->tree;
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (as_code_matches(note->code, "limit.*"))
			return false;
	return true;
}

static const struct as_smime_layer *first_layer(const struct assay_scan *scan)
{
	if (scan == NULL || scan->smime.first == NULL || !scan->smime.first->own)
		return NULL;
	return scan->smime.first->first;
}

static const char *state_without(const struct assay_scan *scan)
{
	if (scan != NULL && scan->smime.trust == NULL)
		return "off";
	return is_whole(scan) ? "none" : "unknown";
}

static const char *answer_word(enum as_smime_answer answer)
{
	return answer == AS_SMIME_YES ? "yes" : answer == AS_SMIME_NO ? "no" : "unknown";
}

static const char *opened_word(enum as_smime_opening opening)
{
	switch (opening) {
	case AS_SMIME_OPEN_DONE:
		return "yes";
	case AS_SMIME_OPEN_NO_KEY:
		return "no-key";
	case AS_SMIME_OPEN_UNAVAILABLE:
		return "unavailable";
	case AS_SMIME_OPEN_NONE:
	case AS_SMIME_OPEN_FAILED:
	case AS_SMIME_OPEN_LIMIT:
	case AS_SMIME_OPEN_MALFORMED:
	case AS_SMIME_OPEN_UNSUPPORTED:
		break;
	}
	return "no";
}

static void put_signed(struct as_buffer *out, struct as_arena *arena,
		       const struct as_smime_layer *layer)
{
	as_buffer_printf(out, "; valid=%s; coverage=%s; author=%s", answer_word(layer->valid),
			 as_smime_coverage_name(layer->coverage),
			 as_smime_layer_by_author(layer) ? "yes" : "no");
	if (layer->signer_count > 0 && layer->signers[0].address_count > 0) {
		as_buffer_text(out, ";\n signer=");
		put_quoted(out, arena, layer->signers[0].addresses[0]);
	}
	if (layer->reason[0] != '\0') {
		as_buffer_text(out, ";\n reason=");
		put_quoted(out, arena, layer->reason);
	}
}

static void put_layer(struct as_buffer *out, struct as_arena *arena,
		      const struct as_smime_layer *layer)
{
	as_buffer_text(out, as_smime_state_name(layer->state));
	if (as_smime_layer_signed(layer)) {
		put_signed(out, arena, layer);
		return;
	}
	if (layer->state == AS_SMIME_MALFORMED || layer->state == AS_SMIME_CERTS_ONLY)
		return;
	as_buffer_printf(out, "; opened=%s", opened_word(layer->opening));
	if (layer->cipher[0] != '\0') {
		as_buffer_text(out, "; cipher=");
		put_quoted(out, arena, layer->cipher);
	}
}

const char *as_answer_smime_state(struct as_arena *arena, const struct assay_scan *scan)
{
	const struct as_smime_layer *layer = first_layer(scan);
	struct as_buffer out;

	if (layer == NULL)
		return state_without(scan);
	as_buffer_init(&out, AS_ANSWER_VALUE_MAX);
	for (; layer != NULL; layer = layer->next) {
		if (layer->number >= AS_ANSWER_LAYERS) {
			as_buffer_text(&out, ",\n ...");
			break;
		}
		if (layer->number > 0)
			as_buffer_text(&out, ",\n ");
		put_layer(&out, arena, layer);
	}
	return keep(arena, &out);
}

/*
 * RFC 7281 s3: pass says that the signature is good and acceptable here; policy
 * that it is good, but not what this site takes for a signed mail: it covers a
 * part, or the signer is not the author.
 */
static const char *result_of(const struct as_smime_layer *layer, const char **reason_out)
{
	*reason_out = layer->reason;
	if (layer->state == AS_SMIME_MALFORMED)
		return "permerror";
	if (layer->valid == AS_SMIME_NO)
		return "fail";
	if (layer->valid == AS_SMIME_UNKNOWN)
		return "neutral";
	*reason_out = "";
	if (layer->coverage != AS_SMIME_WHOLE)
		*reason_out = "the signature does not cover all of the message";
	else if (!as_smime_layer_by_author(layer))
		*reason_out = "the signer is not the author";
	return (*reason_out)[0] == '\0' ? "pass" : "policy";
}

static void put_identity(struct as_buffer *out, struct as_arena *arena,
			 const struct as_smime_layer *layer)
{
	const struct as_smime_signer *signer = layer->signers;

	/* Parts of what was opened are none of the message's. */
	if (layer->entity != NULL && layer->tree == layer->mail->tree &&
	    layer->entity->number[0] != '\0' && strlen(layer->entity->number) <= WORD_MAX)
		as_buffer_printf(out, "\n body.smime-part=%s", layer->entity->number);
	if (layer->signer_count == 0)
		return;
	if (signer->address_count > 0) {
		as_buffer_text(out, "\n body.smime-identifier=");
		put_quoted(out, arena, signer->addresses[0]);
	}
	if (signer->serial[0] != '\0') {
		as_buffer_text(out, "\n body.smime-serial=");
		put_quoted(out, arena, signer->serial);
	}
	if (signer->issuer[0] != '\0') {
		as_buffer_text(out, "\n body.smime-issuer=");
		put_quoted(out, arena, signer->issuer);
	}
}

static void put_result(struct as_buffer *out, struct as_arena *arena,
		       const struct as_smime_layer *layer)
{
	const char *reason;
	const char *result = result_of(layer, &reason);

	as_buffer_printf(out, "; smime=%s", result);
	if (reason[0] != '\0') {
		as_buffer_text(out, " reason=");
		put_quoted(out, arena, reason);
	}
	put_identity(out, arena, layer);
}

const char *as_answer_smime_results(struct as_arena *arena, const struct assay_scan *scan)
{
	const struct as_smime_layer *layer = first_layer(scan);
	struct as_buffer out;
	size_t count = 0;

	as_buffer_init(&out, AS_ANSWER_VALUE_MAX);
	as_buffer_text(&out, "%s");
	for (; layer != NULL && count < AS_ANSWER_LAYERS; layer = layer->next) {
		if (!as_smime_layer_signed(layer) && layer->state != AS_SMIME_MALFORMED)
			continue;
		if (count++ > 0)
			as_buffer_text(&out, "\n ");
		put_result(&out, arena, layer);
	}
	if (count == 0 && first_layer(scan) != NULL)
		as_buffer_text(&out, "; smime=none reason=\"no signature was found\"");
	else if (count == 0 && strcmp(state_without(scan), "none") == 0)
		as_buffer_text(&out, "; smime=none");
	else if (count == 0)
		as_buffer_text(&out, "; smime=neutral reason=\"signatures were not looked at\"");
	return keep(arena, &out);
}
