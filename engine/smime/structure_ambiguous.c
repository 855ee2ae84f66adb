/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/structure.h"

#include "mime/entity.h"

#include <strings.h>

/*
 * Whether two readers may take different octets for the signed text. The
 * attacker needs no key for that: the header of the multipart and what stands
 * between its parts are unsigned, so a genuine signed part can be kept for one
 * reader and another text be shown to the other ("Johnny, you are fired!" s5).
 * What stands inside the signed part was written by the signer: repeats there
 * are told, but which octets were signed is certain.
 */

/* Occurrences of "boundary" in one field that are looked at. */
#define MENTIONS_MAX 32u

static void note(struct as_smime_check *check, const char *text)
{
	check->ambiguous = true;
	as_smime_note(check->notes, check->layer, "smime.ambiguous_boundary",
		      ASSAY_SEVERITY_DEFAULT, "%s", text);
}

/* Other readings of the boundary. */
struct readings {
	struct as_smime_fences *fences;
	struct as_span first; /* parameter */
	bool any, differ;
};

static void take_reading(struct readings *readings, struct as_span text)
{
	if (!readings->any)
		readings->first = text;
	else if (!as_span_equal(readings->first, text))
		readings->differ = true;
	readings->any = true;
	as_smime_fences_add(readings->fences, text, AS_SMIME_FENCE_READING);
}

/* A value with a NUL, or with a section of RFC 2231 missing, is shorter to some
 * readers. */
static void take_parameter(struct readings *readings, const struct as_param *param)
{
	struct as_span value = as_span_make(param->value, param->value_length);

	take_reading(readings, value);
	if (param->unbroken_length < param->value_length)
		take_reading(readings, as_span_slice(value, 0, param->unbroken_length));
	take_reading(readings, as_span_slice(value, 0, strnlen(param->value, value.size)));
}

static size_t bare_value_end(struct as_span field, size_t begin, const char *ends)
{
	while (begin < field.size && field.data[begin] > ' ' &&
	       strchr(ends, field.data[begin]) == NULL)
		begin++;
	return begin;
}

static size_t skip_blanks(struct as_span text, size_t offset)
{
	while (offset < text.size && as_octet_blank(text.data[offset]))
		offset++;
	return offset;
}

static void take_slice(struct readings *readings, struct as_span field, size_t begin, size_t end)
{
	if (begin < end)
		as_smime_fences_add(readings->fences, as_span_slice(field, begin, end - begin),
				    AS_SMIME_FENCE_READING);
}

/* As readers have it that search the field for the word, comments and quotes or
 * not. Only a reading that occurs as a delimiter counts for anything. */
static void take_mention(struct readings *readings, struct as_span field, size_t offset)
{
	size_t begin = skip_blanks(field, offset);

	if (!as_span_has_at(field, begin, "=", 1))
		return;
	begin = skip_blanks(field, begin + 1);
	if (as_span_has_at(field, begin, "\"", 1)) {
		begin++;
		take_slice(readings, field, begin, as_span_find_byte(field, begin, '"'));
		return;
	}
	/* Up to the next parameter, or also to a comment or another quote. Not at
	 * '=': for "----=_Part" without quotes a line of hyphens would do. */
	take_slice(readings, field, begin, bare_value_end(field, begin, ";"));
	take_slice(readings, field, begin, bare_value_end(field, begin, ";,()\""));
}

static void take_mentions(struct readings *readings, struct as_span field)
{
	static const char word[] = "boundary";
	const size_t length = sizeof(word) - 1;
	size_t mentions = 0;

	for (size_t i = 0; field.size >= length && i <= field.size - length; i++) {
		if ((field.data[i] | 0x20) != 'b' ||
		    strncasecmp((const char *)field.data + i, word, length) != 0)
			continue;
		if (mentions++ == MENTIONS_MAX) {
			readings->fences->lost = true;
			return;
		}
		take_mention(readings, field, i + length);
	}
}

void as_smime_add_readings(const struct as_smime_types *types, struct as_smime_fences *fences,
			   bool *differ_out)
{
	struct readings readings = {.fences = fences};

	for (size_t i = 0; i < types->count; i++) {
		const struct as_params *params = &types->items[i];

		for (size_t j = 0; j < params->count; j++)
			if (strcmp(params->items[j].name, "boundary") == 0)
				take_parameter(&readings, &params->items[j]);
		take_mentions(&readings, types->values[i]);
	}
	*differ_out = readings.differ;
}

/* x- and plain forms are one type. */
static bool same_type(const char *a, const char *b)
{
	enum as_smime_type known = as_smime_type_of(a);

	if (known != AS_SMIME_TYPE_OTHER)
		return known == as_smime_type_of(b);
	return strcmp(a, b) == 0;
}

static void check_content_types(struct as_smime_check *check, bool boundaries_differ)
{
	const struct as_smime_types *types = check->types;

	for (size_t i = 1; i < types->count; i++) {
		if (!same_type(types->items[0].type, types->items[i].type)) {
			note(check, "Two Content-Type fields name different types: some clients "
				    "show other octets than those that were signed.");
			break;
		}
	}
	if (types->total > types->count)
		note(check, "There are more Content-Type fields than can be compared.");
	if (boundaries_differ)
		note(check, "The signed multipart has two different boundaries.");
}

/* A reader that undoes the encoding of a multipart, as RFC 2045 s6.4 forbids to
 * write, finds other parts in it. */
static void check_encoding(struct as_smime_check *check, const struct as_entity *entity)
{
	struct as_span block = as_smime_header(check->tree, entity);
	bool changes = false, unknown = false;
	struct as_field field;
	size_t offset = 0;

	while (as_smime_field_next(block, &offset, &field)) {
		enum as_encoding encoding;

		if (!as_field_is(&field, "content-transfer-encoding"))
			continue;
		encoding = as_encoding_find(field.value);
		changes = changes || as_encoding_changes(encoding);
		unknown = unknown || encoding == AS_ENCODING_UNKNOWN;
	}
	if (changes || unknown)
		as_smime_note(check->notes, check->layer, "smime.bad_transfer_encoding",
			      changes ? ASSAY_SEVERITY_DEFAULT : ASSAY_INFO,
			      "The multipart at %s has a transfer encoding, which none may have.",
			      as_smime_place_name(check, entity));
	if (changes)
		note(check, "A multipart round the signed text has a transfer encoding: clients "
			    "that undo it see other octets.");
}

static void check_encodings(struct as_smime_check *check)
{
	const struct as_entity *entity = check->candidate->entity;

	check_encoding(check, entity);
	for (entity = entity->parent; entity != NULL && entity->kind == AS_ENTITY_MULTIPART;
	     entity = entity->parent)
		if (as_encoding_changes(entity->encoding))
			check_encoding(check, entity);
}

/* Two mechanisms on one leaf that give different octets. */
static void check_leaf_encodings(struct as_smime_check *check, const struct as_entity *leaf,
				 bool shown)
{
	struct as_span block = as_smime_header(check->tree, leaf);
	enum as_encoding first = AS_ENCODING_IDENTITY;
	bool any = false, differ = false;
	struct as_field field;
	size_t offset = 0;

	while (as_smime_field_next(block, &offset, &field)) {
		enum as_encoding encoding;

		if (!as_field_is(&field, "content-transfer-encoding"))
			continue;
		encoding = as_encoding_find(field.value);
		differ = differ || (any && encoding != first);
		first = encoding;
		any = true;
	}
	if (!differ)
		return;
	as_smime_note(check->notes, check->layer, "smime.bad_transfer_encoding",
		      ASSAY_SEVERITY_DEFAULT, "The CMS object in %s has two transfer encodings.",
		      as_smime_place_name(check, leaf));
	if (shown)
		note(check, "The CMS object has two transfer encodings: clients may read two "
			    "different objects from it.");
}

/* Own boundary against those around it, and all of these against multiparts
 * inside of the signed part: readers that compare the beginning of a line take
 * one for the other (RFC 2046 s5.1.2 makes senders avoid that). */
static bool is_alike_outside(const struct as_smime_fences *fences)
{
	if (fences->equal)
		return true;
	for (size_t i = 1; i < fences->count; i++)
		if (fences->items[i].role == AS_SMIME_FENCE_OUTER &&
		    as_smime_fences_alike(fences->items[0].text, fences->items[i].text))
			return true;
	return false;
}

static bool is_alike(const struct as_smime_fences *fences, const char *boundary)
{
	struct as_span text = as_span_text(boundary);

	for (size_t i = 0; i < fences->count; i++)
		if (fences->items[i].role != AS_SMIME_FENCE_READING &&
		    as_smime_fences_alike(fences->items[i].text, text))
			return true;
	return false;
}

static bool is_alike_inside(const struct as_smime_check *check)
{
	const struct as_entity *part = check->candidate->signed_part, *end;

	if (part == NULL)
		return false;
	for (end = part; end->next == NULL && end->parent != NULL; end = end->parent)
		;
	end = end->next;
	for (; part != NULL && part != end; part = as_entity_next(part))
		if (part->kind == AS_ENTITY_MULTIPART && is_alike(check->fences, part->boundary))
			return true;
	return false;
}

static void check_boundaries(struct as_smime_check *check)
{
	if (check->frame != NULL && is_alike_outside(check->fences))
		note(check, "The boundary of the signed multipart and one around it begin alike.");
	if (is_alike_inside(check))
		note(check, "A multipart inside the signed part has a boundary that begins like "
			    "one around it.");
	if (check->fences->lost)
		note(check, "There are more boundaries than can be compared.");
}

/* The tree and the scan for this one multipart must agree on the signed part.
 * Of a part that is all header the tree keeps the last line end. */
#define LINE_END_MAX 2u

static bool tree_agrees(const struct as_smime_check *check)
{
	const struct as_entity *part = check->candidate->signed_part;
	const struct as_smime_frame *frame = check->frame;

	if (part == NULL || !frame->found)
		return part == NULL && !frame->found;
	return part->header_begin == frame->part && part->body_end >= frame->behind &&
	       part->body_end - frame->behind <= LINE_END_MAX;
}

static void check_lines(struct as_smime_check *check)
{
	const struct as_smime_frame *frame = check->frame;

	if (frame->loose_at != AS_SMIME_NOWHERE)
		note(check, "A line in or before the signed part is a delimiter to some clients "
			    "only.");
	if (frame->reading_at != AS_SMIME_NOWHERE)
		note(check, "Lines are delimiters to clients that read the boundary differently.");
	if (!tree_agrees(check))
		note(check, "Where the signed part begins and ends depends on how inner "
			    "multiparts are read.");
	if (!frame->cut)
		return;
	as_smime_note(check->notes, check->layer, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
		      "More lines begin like a delimiter than are compared with one.");
	note(check, "The signed part was not searched to its end.");
}

void as_smime_check_ambiguity(struct as_smime_check *check, bool boundaries_differ)
{
	const struct as_smime_candidate *candidate = check->candidate;

	switch (candidate->form) {
	case AS_SMIME_FORM_MULTIPART:
		check_content_types(check, boundaries_differ);
		check_encodings(check);
		check_boundaries(check);
		if (check->frame != NULL)
			check_lines(check);
		if (candidate->signature != NULL)
			check_leaf_encodings(check, candidate->signature, false);
		break;
	case AS_SMIME_FORM_CMS:
		check_content_types(check, false);
		check_leaf_encodings(check, candidate->entity, true);
		break;
	case AS_SMIME_FORM_STRAY:
		break;
	}
}
