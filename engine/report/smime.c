/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/smime.h"

#include "report/colour.h"
#include "report/text.h"
#include "report/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A layer of the message itself, not of one inside it. */
static bool is_own(const json_t *layer)
{
	return as_view_text(layer, "message", NULL)[0] == '\0';
}

static bool is_state(const json_t *layer, const char *word)
{
	return strcmp(as_view_text(layer, "state", NULL), word) == 0;
}

static bool is_signed(const json_t *layer)
{
	return is_state(layer, "signed-clear") || is_state(layer, "signed-opaque");
}

/* What one layer makes of the whole. */
static enum as_smime_outcome outcome_of(const json_t *layer)
{
	const json_t *valid = as_view_member(layer, "valid", NULL);
	const char *opened = as_view_text(layer, "opened", NULL);

	if (json_is_true(valid))
		return AS_SMIME_OUTCOME_VALID;
	if (json_is_false(valid))
		return AS_SMIME_OUTCOME_NOT_VALID;
	if (is_signed(layer) || is_state(layer, "malformed"))
		return AS_SMIME_OUTCOME_FAILED;
	return opened[0] == '\0' || strcmp(opened, "yes") == 0 ? AS_SMIME_OUTCOME_VALID
							       : AS_SMIME_OUTCOME_FAILED;
}

enum as_smime_outcome as_smime_report_outcome(const json_t *verdict)
{
	const json_t *layers = as_view_member(verdict, "smime", NULL);
	bool complete = json_is_true(as_view_member(verdict, "complete", NULL));
	enum as_smime_outcome worst = AS_SMIME_OUTCOME_NONE;

	for (size_t i = 0; i < json_array_size(layers); i++) {
		const json_t *layer = json_array_get(layers, i);
		enum as_smime_outcome outcome = outcome_of(layer);

		if (!is_own(layer))
			continue;
		if (outcome == AS_SMIME_OUTCOME_NOT_VALID)
			return outcome;
		if (worst == AS_SMIME_OUTCOME_NONE || outcome == AS_SMIME_OUTCOME_FAILED)
			worst = outcome;
	}
	return complete ? worst : AS_SMIME_OUTCOME_FAILED;
}

static bool begins_with(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

/* The structure of mail is another verb's subject. */
static bool is_wanted(const json_t *finding)
{
	const char *code = as_view_text(finding, "code", NULL);

	return begins_with(code, "smime.") || begins_with(code, "openpgp.") ||
	       begins_with(code, "scan.") || begins_with(code, "limit.");
}

static json_t *wanted_findings(const json_t *verdict)
{
	const json_t *all = as_view_member(verdict, "findings", NULL);
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *finding = json_array_get(all, i);

		if (is_wanted(finding))
			json_array_append(list, finding);
	}
	return list;
}

int as_smime_report_json(const json_t *verdict, struct as_buffer *out)
{
	const json_t *layers = as_view_member(verdict, "smime", NULL);
	json_t *findings = wanted_findings(verdict);
	json_t *root = json_object();
	char *text;
	int rc = -ENOMEM;

	json_object_set(root, "smime", (json_t *)(uintptr_t)layers);
	json_object_set_new(root, "findings", findings);
	text = json_dumps(root, JSON_COMPACT);
	if (text != NULL && as_buffer_text(out, text) && as_buffer_byte(out, '\n'))
		rc = 0;
	free(text);
	json_decref(root);
	return rc;
}

struct drawing {
	struct as_buffer *out;
	bool colour;
};

static void put(const struct drawing *drawing, enum as_colour colour, const char *text)
{
	enum as_colour look = drawing->colour ? colour : AS_COLOUR_PLAIN;

	as_colour_begin(drawing->out, look);
	as_text_put(drawing->out, as_span_text(text), 0);
	as_colour_end(drawing->out, look);
}

/* Nothing for "". */
static void put_row(const struct drawing *drawing, const char *indent, const char *name,
		    enum as_colour colour, const char *value)
{
	if (value[0] == '\0')
		return;
	as_buffer_printf(drawing->out, "%s%-13s", indent, name);
	put(drawing, colour, value);
	as_buffer_byte(drawing->out, '\n');
}

static enum as_colour colour_of(const char *word)
{
	static const char *const good[] = {"valid", "trusted", "good", "yes", "whole"};
	static const char *const bad[] = {"invalid", "revoked", "no", "expired", "not-yet-valid"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (strcmp(word, good[i]) == 0)
			return AS_COLOUR_GREEN;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strcmp(word, bad[i]) == 0)
			return AS_COLOUR_RED;
	return AS_COLOUR_YELLOW;
}

static void put_algorithm(const struct drawing *drawing, const json_t *signer)
{
	uint64_t bits = as_view_number(signer, "key_bits", NULL);

	as_buffer_printf(drawing->out, "      %-13s", "algorithm");
	put(drawing, AS_COLOUR_PLAIN, as_view_text(signer, "algorithm", NULL));
	if (bits > 0)
		as_buffer_printf(drawing->out, " %llu", (unsigned long long)bits);
	as_buffer_text(drawing->out, " with ");
	put(drawing, AS_COLOUR_PLAIN, as_view_text(signer, "digest", NULL));
	as_buffer_byte(drawing->out, '\n');
}

static void put_signer(const struct drawing *drawing, const json_t *signer, size_t number)
{
	static const char *const states[] = {"signature", "chain", "revocation"};
	static const char indent[] = "      ";
	const json_t *addresses = as_view_member(signer, "addresses", NULL);
	bool match = json_is_true(as_view_member(signer, "from_match", NULL));

	as_buffer_printf(drawing->out, "    signer %zu\n", number + 1);
	put_row(drawing, indent, "subject", AS_COLOUR_BOLD, as_view_text(signer, "subject", NULL));
	for (size_t i = 0; i < json_array_size(addresses); i++)
		put_row(drawing, indent, i == 0 ? "address" : "", AS_COLOUR_PLAIN,
			as_view_item(addresses, i));
	put_row(drawing, indent, "author", match ? AS_COLOUR_GREEN : AS_COLOUR_YELLOW,
		match ? "yes" : "no: not in From");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		const char *word = as_view_text(signer, states[i], NULL);

		put_row(drawing, indent, states[i], colour_of(word), word);
	}
	put_row(drawing, indent, "reason", AS_COLOUR_PLAIN, as_view_text(signer, "reason", NULL));
	put_algorithm(drawing, signer);
	put_row(drawing, indent, "signed at", AS_COLOUR_PLAIN,
		as_view_text(signer, "signing_time", NULL));
	put_row(drawing, indent, "issuer", AS_COLOUR_PLAIN, as_view_text(signer, "issuer", NULL));
	put_row(drawing, indent, "serial", AS_COLOUR_PLAIN, as_view_text(signer, "serial", NULL));
	put_row(drawing, indent, "sha256", AS_COLOUR_FAINT, as_view_text(signer, "sha256", NULL));
}

static void put_recipient(const struct drawing *drawing, const json_t *recipient)
{
	static const char *const keys[] = {"issuer", "serial", "key_id", "algorithm", "wrap"};
	const char *between = " ";

	as_buffer_printf(drawing->out, "    %-13s", "recipient");
	put(drawing, AS_COLOUR_PLAIN, as_view_text(recipient, "kind", NULL));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = as_view_text(recipient, keys[i], NULL);

		if (value[0] == '\0')
			continue;
		as_buffer_text(drawing->out, between);
		put(drawing, AS_COLOUR_PLAIN, value);
		between = ", ";
	}
	as_buffer_byte(drawing->out, '\n');
}

static void put_encryption(const struct drawing *drawing, const json_t *layer)
{
	const json_t *recipients = as_view_member(layer, "recipients", NULL);
	const char *cipher = as_view_text(layer, "cipher", NULL);
	bool authenticated = json_is_true(as_view_member(layer, "authenticated", NULL));

	put_row(drawing, "    ", "opened", colour_of(as_view_text(layer, "opened", NULL)),
		as_view_text(layer, "opened", NULL));
	if (cipher[0] != '\0') {
		as_buffer_printf(drawing->out, "    %-13s", "cipher");
		put(drawing, AS_COLOUR_PLAIN, cipher);
		as_buffer_text(drawing->out,
			       authenticated ? ", authenticated\n" : ", not authenticated\n");
	}
	for (size_t i = 0; i < json_array_size(recipients); i++)
		put_recipient(drawing, json_array_get(recipients, i));
}

static void put_layer(const struct drawing *drawing, const json_t *layer)
{
	const json_t *signers = as_view_member(layer, "signers", NULL);
	const json_t *valid = as_view_member(layer, "valid", NULL);
	const char *path = as_view_text(layer, "path", NULL);
	const char *word = json_is_true(valid) ? "yes" : json_is_false(valid) ? "no" : "unknown";
	const char *message = as_view_text(layer, "message", NULL);

	as_buffer_printf(drawing->out, "layer %llu  ",
			 (unsigned long long)as_view_number(layer, "layer", NULL));
	put(drawing, AS_COLOUR_BOLD, as_view_text(layer, "state", NULL));
	if (path[0] != '\0') {
		as_buffer_text(drawing->out, "  at ");
		put(drawing, AS_COLOUR_PLAIN, path);
	}
	as_buffer_byte(drawing->out, '\n');
	put_row(drawing, "    ", "of message", AS_COLOUR_YELLOW, message);
	if (is_signed(layer) || !json_is_null(valid))
		put_row(drawing, "    ", "valid", colour_of(word), word);
	put_row(drawing, "    ", "reason", AS_COLOUR_PLAIN, as_view_text(layer, "reason", NULL));
	put_row(drawing, "    ", "covers", colour_of(as_view_text(layer, "coverage", NULL)),
		as_view_text(layer, "coverage", NULL));
	put_encryption(drawing, layer);
	for (size_t i = 0; i < json_array_size(signers); i++)
		put_signer(drawing, json_array_get(signers, i), i);
}

static void put_finding(const struct drawing *drawing, const json_t *finding)
{
	const char *severity = as_view_text(finding, "severity", NULL);
	const char *path = as_view_text(finding, "path", NULL);
	size_t begin = drawing->out->size;

	put(drawing, as_colour_of_severity(severity), severity);
	as_buffer_printf(drawing->out, "%*s", (int)(10 - strlen(severity) % 10), "");
	put(drawing, AS_COLOUR_BOLD, as_view_text(finding, "code", NULL));
	if (path[0] != '\0') {
		as_buffer_text(drawing->out, " at ");
		put(drawing, AS_COLOUR_PLAIN, path);
	}
	as_buffer_text(drawing->out, drawing->out->size > begin ? "\n          " : "");
	put(drawing, AS_COLOUR_PLAIN, as_view_text(finding, "text", NULL));
	as_buffer_byte(drawing->out, '\n');
}

void as_smime_report_layers(const json_t *verdict, bool colour, struct as_buffer *out)
{
	const json_t *layers = as_view_member(verdict, "smime", NULL);
	const struct drawing drawing = {out, colour};

	for (size_t i = 0; i < json_array_size(layers); i++)
		put_layer(&drawing, json_array_get(layers, i));
}

static bool has_own_signature(const json_t *layers)
{
	for (size_t i = 0; i < json_array_size(layers); i++) {
		const json_t *layer = json_array_get(layers, i);

		if (is_own(layer) && is_signed(layer))
			return true;
	}
	return false;
}

/* A valid signature says nothing of who made it and what it covers. */
static bool is_loud(const json_t *findings)
{
	for (size_t i = 0; i < json_array_size(findings); i++)
		if (strcmp(as_view_text(json_array_get(findings, i), "severity", NULL), "info") !=
		    0)
			return true;
	return false;
}

static const char *conclusion(const json_t *verdict, const json_t *layers, const json_t *findings)
{
	switch (as_smime_report_outcome(verdict)) {
	case AS_SMIME_OUTCOME_VALID:
		if (!has_own_signature(layers))
			return "Not signed. Everything was opened.";
		return is_loud(findings)
			       ? "Every signature is valid and everything was opened, but mind the "
				 "findings."
			       : "Every signature is valid and everything was opened.";
	case AS_SMIME_OUTCOME_NOT_VALID:
		return "Signed, but not valid.";
	case AS_SMIME_OUTCOME_FAILED:
		return "No verdict is possible.";
	case AS_SMIME_OUTCOME_NONE:
		break;
	}
	return "The message itself has no S/MIME.";
}

int as_smime_report_draw(const json_t *verdict, bool colour, struct as_buffer *out)
{
	const json_t *layers = as_view_member(verdict, "smime", NULL);
	const struct drawing drawing = {out, colour};
	json_t *findings = wanted_findings(verdict);

	as_smime_report_layers(verdict, colour, out);
	if (json_array_size(findings) > 0 && json_array_size(layers) > 0)
		as_buffer_byte(out, '\n');
	for (size_t i = 0; i < json_array_size(findings); i++)
		put_finding(&drawing, json_array_get(findings, i));
	if (out->size > 0)
		as_buffer_byte(out, '\n');
	as_buffer_printf(out, "%s\n", conclusion(verdict, layers, findings));
	json_decref(findings);
	return out->failed ? -ENOMEM : 0;
}
