/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/answer_fields.h"

#include "inspect/words.h"
#include "policy/answer_text.h"

#include <errno.h>
#include <inttypes.h>
#include <strings.h>

/* Of the reason, before escapes: twice as much still fits on one line. */
#define REASON_MAX 400u
/* Of the number of a part: 500 levels have more octets than a line may. */
#define NUMBER_MAX 64u

static void put_quoted(struct as_buffer *out, const char *text)
{
	as_buffer_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			as_buffer_byte(out, '\\');
		as_buffer_byte(out, (unsigned char)*text);
	}
	as_buffer_byte(out, '"');
}

/* Codes need no escapes. Each gets a line of its own: the longest have more
 * than 200 octets, and 16 of them do not fit into the 998 of a line. */
static void put_codes(struct as_buffer *out, const struct as_answer *answer)
{
	as_buffer_text(out, "\n findings=\"");
	for (size_t i = 0; i < answer->code_count && i < AS_ANSWER_FIELD_CODES; i++)
		as_buffer_printf(out, "%s%s", i > 0 ? "\n " : "", answer->codes[i]);
	as_buffer_text(out, "\";");
}

static const char *keep(struct as_arena *arena, struct as_buffer *text)
{
	const char *copy = text->failed ? NULL : as_arena_copy(arena, as_buffer_span(text));

	as_buffer_deinit(text);
	return copy;
}

static const char *verdict_value(struct as_arena *arena, const struct as_answer_field_facts *facts)
{
	const struct as_answer *answer = facts->answer;
	const char *reason = as_answer_ascii(arena, answer->reason, REASON_MAX);
	struct as_buffer out;

	if (reason == NULL)
		return NULL;
	as_buffer_init(&out, AS_ANSWER_VALUE_MAX);
	as_buffer_printf(&out, "action=%s; complete=%s;", as_action_name(answer->action),
			 answer->complete ? "yes" : "no");
	if (reason[0] != '\0') {
		as_buffer_text(&out, "\n reason=");
		put_quoted(&out, reason);
		as_buffer_byte(&out, ';');
	}
	if (answer->code_count > 0)
		put_codes(&out, answer);
	as_buffer_printf(&out, "\n id=%s; generation=%" PRIu64, facts->id, facts->generation);
	return keep(arena, &out);
}

static bool is_one_of(const char *type, const char *plain, const char *experimental)
{
	return strcmp(type, plain) == 0 || strcmp(type, experimental) == 0;
}

/* RFC 8551 s3.2.1: application/octet-stream with this extension is the same. */
static bool is_named_opaque(const struct as_entity *entity)
{
	for (size_t i = 0; i < entity->name_count; i++) {
		const char *dot = strrchr(entity->names[i].shell, '.');

		if (dot != NULL && strcasecmp(dot, ".p7m") == 0)
			return true;
	}
	return false;
}

static bool is_smime(const struct as_entity *entity)
{
	if (entity->kind == AS_ENTITY_LEAF)
		return is_one_of(entity->media_type, "application/pkcs7-mime",
				 "application/x-pkcs7-mime") ||
		       is_named_opaque(entity);
	if (strcmp(entity->media_type, "multipart/signed") != 0)
		return false;
	for (const struct as_entity *e = entity->first_child; e != NULL; e = e->next)
		if (is_one_of(e->media_type, "application/pkcs7-signature",
			      "application/x-pkcs7-signature"))
			return true;
	return false;
}

/* In document order, but not into messages: what their senders signed is not a
 * signature of this one. Loops are bounded by the limit mime_parts. */
static const struct as_entity *next_own(const struct as_entity *entity)
{
	if (entity->kind == AS_ENTITY_MULTIPART && entity->first_child != NULL)
		return entity->first_child;
	while (entity != NULL && entity->next == NULL)
		entity = entity->parent;
	return entity != NULL ? entity->next : NULL;
}

static const struct as_entity *find_smime(const struct as_mime_tree *tree)
{
	for (const struct as_entity *e = tree->root; e != NULL; e = next_own(e))
		if (is_smime(e))
			return e;
	return NULL;
}

/* A limit may have kept the tree from showing the signature. */
static bool is_whole(const struct as_mime_tree *tree)
{
	if (tree == NULL)
		return false;
	for (const struct as_note *note = tree->notes; note != NULL; note = note->next)
		if (as_code_matches(note->code, "limit.*"))
			return false;
	return true;
}

static const char *smime_value(struct as_arena *arena, const struct as_entity *smime, bool whole)
{
	bool numbered;

	if (smime == NULL)
		return whole ? "none" : "unknown";
	numbered = smime->number[0] != '\0' && strlen(smime->number) <= NUMBER_MAX;
	return as_arena_printf(arena, "not-verified; type=%s%s%s",
			       smime->kind == AS_ENTITY_LEAF ? "application/pkcs7-mime"
							     : "multipart/signed",
			       numbered ? "; part=" : "", numbered ? smime->number : "");
}

/* RFC 7281 s3: neutral is for signatures that were not processed and for other
 * failures. The part is counted as IMAP does, as there. */
static const char *results_value(struct as_arena *arena, const struct as_entity *smime, bool whole)
{
	bool numbered;

	if (smime == NULL)
		return whole ? "%s; smime=none"
			     : "%s; smime=neutral reason=\"the message was not taken apart\"";
	numbered = smime->number[0] != '\0' && strlen(smime->number) <= NUMBER_MAX;
	return as_arena_printf(arena, "%%s; smime=neutral reason=\"not verified\"%s%s",
			       numbered ? " body.smime-part=" : "", numbered ? smime->number : "");
}

int as_answer_fields(struct as_arena *arena, const struct as_answer_field_facts *facts,
		     struct as_edit *edits_out)
{
	const struct as_entity *smime = facts->tree != NULL ? find_smime(facts->tree) : NULL;
	bool whole = is_whole(facts->tree);
	const struct as_edit edits[AS_ANSWER_FIELDS] = {
		{AS_EDIT_INSERT, 0, "Authentication-Results", results_value(arena, smime, whole)},
		{AS_EDIT_INSERT, 0, "Assay-Verdict", verdict_value(arena, facts)},
		{AS_EDIT_INSERT, 0, "Assay-SMIME", smime_value(arena, smime, whole)},
	};

	for (size_t i = 0; i < AS_ANSWER_FIELDS; i++)
		if (edits[i].value == NULL)
			return -ENOMEM;
	memcpy(edits_out, edits, sizeof(edits));
	return 0;
}
