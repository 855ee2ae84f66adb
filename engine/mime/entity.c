/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/entity.h"

#include "mime/claims.h"
#include "mime/field.h"
#include "mime/line.h"
#include "mime/names.h"
#include "mime/param.h"

#include <errno.h>
#include <strings.h>

/* One kind of field of a block: how often, and the last of them. */
struct seen_field {
	uint32_t count;
	bool differs;	      /* in any octet */
	bool matters;	      /* not only in case, blanks and folds */
	bool one_type;	      /* two fields of one type or disposition, and boundary */
	bool parameters_only; /* no reader splits or decodes otherwise for it */
	size_t offset;	      /* in the message, of the last */
	struct as_span value;
	struct as_span first;
};

struct reader {
	struct as_mime_tree *tree;
	const struct as_limits *limits;
	enum as_entity_place place;
	struct as_entity *entity;
	struct seen_field type;
	struct seen_field encoding;
	struct seen_field disposition;
	struct seen_field from;
};

static void note(const struct reader *reader, const char *code, enum assay_severity severity,
		 size_t offset, const char *text)
{
	as_mime_note(reader->tree, code, severity, offset, reader->entity, text);
}

static size_t max_parameters(const struct reader *reader)
{
	return (size_t)reader->limits->header_parameters;
}

/* Without regard to case, blanks and folds. */
static bool means_same(struct as_span a, struct as_span b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.size && as_octet_blank(a.data[i]))
			i++;
		while (k < b.size && as_octet_blank(b.data[k]))
			k++;
		if (i == a.size || k == b.size)
			return i == a.size && k == b.size;
		if (strncasecmp((const char *)a.data + i, (const char *)b.data + k, 1) != 0)
			return false;
		i++;
		k++;
	}
}

static void see(struct seen_field *seen, const struct as_field *field, size_t offset)
{
	if (seen->count++ > 0 && !as_span_equal(seen->value, field->value)) {
		seen->differs = true;
		if (!means_same(seen->value, field->value))
			seen->matters = true;
	}
	if (seen->count == 1)
		seen->first = field->value;
	seen->value = field->value;
	seen->offset = offset;
}

/* "Content-Type :" is the field to some readers and to others not. */
static void check_name(const struct reader *reader, struct as_span block,
		       const struct as_field *field)
{
	size_t name_end = (size_t)(field->name.data - block.data) + field->name.size;

	if (!as_span_has_at(block, field->begin, field->name.data, field->name.size) ||
	    !as_span_has_at(block, name_end, ":", 1))
		note(reader, "mime.header_malformed", ASSAY_LOW,
		     reader->entity->header_begin + field->begin,
		     "blanks or controls around the name of a Content field");
}

static void take_field(struct reader *reader, struct as_span block, const struct as_field *field)
{
	size_t offset = reader->entity->header_begin + field->begin;
	struct seen_field *seen = NULL;

	switch (field->name.data[0] | 0x20) {
	case 'c':
		if (as_field_is(field, "content-type"))
			seen = &reader->type;
		else if (as_field_is(field, "content-transfer-encoding"))
			seen = &reader->encoding;
		else if (as_field_is(field, "content-disposition"))
			seen = &reader->disposition;
		if (seen != NULL)
			check_name(reader, block, field);
		break;
	case 'f':
		if (reader->place == AS_ENTITY_ROOT && as_field_is(field, "from"))
			seen = &reader->from;
		break;
	default:
		break;
	}
	if (seen != NULL)
		see(seen, field, offset);
}

/* The field reader stops at an empty line, and two lone CRs make one for it;
 * the block ends at its end only. */
static void take_fields(struct reader *reader, struct as_span block)
{
	size_t offset = 0;

	while (offset < block.size) {
		struct as_field field;

		if (!as_field_next(block, &offset, &field))
			offset++;
		else if (field.has_colon)
			take_field(reader, block, &field);
	}
}

static bool has_param(const struct as_params *params, const struct as_param *wanted)
{
	for (size_t i = 0; i < params->count; i++) {
		const struct as_param *item = &params->items[i];

		if (strcmp(item->name, wanted->name) == 0 &&
		    item->value_length == wanted->value_length &&
		    memcmp(item->value, wanted->value, wanted->value_length) == 0)
			return true;
	}
	return false;
}

/* Each parameter is looked for among the others: fields with more do not mean
 * the same for this purpose. */
#define COMPARED_PARAMS_MAX 32u

/* Readers differ about boundaries that differ only in case. */
static bool same_boundaries(const struct as_params *a, const struct as_params *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].name, "boundary") == 0 && !has_param(b, &a->items[i]))
			return false;
	return true;
}

/* Whether two fields have the same type and parameters, in any order. */
static int compare_fields(const struct reader *reader, struct seen_field *seen, bool *same_out)
{
	struct as_params a, b;
	int rc = as_params_parse(reader->tree->arena, seen->first, max_parameters(reader), &a);

	if (rc == 0)
		rc = as_params_parse(reader->tree->arena, seen->value, max_parameters(reader), &b);
	if (rc < 0)
		return rc;
	seen->one_type = seen->count == 2 && a.type[0] != '\0' && strcmp(a.type, b.type) == 0 &&
			 same_boundaries(&a, &b) && same_boundaries(&b, &a);
	*same_out = seen->count == 2 && a.count == b.count && a.count <= COMPARED_PARAMS_MAX &&
		    seen->one_type;
	for (size_t i = 0; *same_out && i < a.count; i++)
		*same_out = has_param(&b, &a.items[i]) && has_param(&a, &b.items[i]);
	return 0;
}

/* Whether repeated fields leave a choice: two boundaries do, 7bit and 8bit or
 * another order of parameters do not. */
static int find_choices(struct reader *reader, struct as_span block)
{
	struct as_claims claims = {.ambiguous = false};
	bool same = false;
	int rc = 0;

	if (reader->type.matters || reader->encoding.matters)
		rc = as_claims_read(reader->tree->arena, block, max_parameters(reader), &claims);
	if (rc == 0 && reader->type.differs)
		rc = compare_fields(reader, &reader->type, &same);
	reader->type.matters = reader->type.differs && (claims.ambiguous || !same);
	reader->type.parameters_only = reader->type.one_type && !claims.ambiguous;
	reader->encoding.matters = reader->encoding.matters && claims.ambiguous;
	same = false;
	if (rc == 0 && reader->disposition.matters)
		rc = compare_fields(reader, &reader->disposition, &same);
	reader->disposition.matters = reader->disposition.matters && !same;
	return rc;
}

static enum assay_severity severity_of(const struct seen_field *seen)
{
	return seen->matters ? ASSAY_MEDIUM : ASSAY_INFO;
}

/* The same type with other parameters, none of which divides the body, is how
 * broken mailers add a charset. */
static void note_types(const struct reader *reader)
{
	static const char text[] = "more than one Content-Type field";
	enum assay_severity severity = reader->type.parameters_only ? ASSAY_LOW : ASSAY_MEDIUM;

	if (reader->type.matters)
		note(reader, "mime.content_type_conflict", severity, reader->type.offset, text);
	else
		note(reader, "mime.duplicate_header", ASSAY_INFO, reader->type.offset, text);
}

static int note_repeats(struct reader *reader, struct as_span block)
{
	static const char code[] = "mime.duplicate_header";
	int rc = find_choices(reader, block);

	if (rc < 0)
		return rc;
	if (reader->type.count > 1)
		note_types(reader);
	if (reader->disposition.count > 1)
		note(reader, code, severity_of(&reader->disposition), reader->disposition.offset,
		     "more than one Content-Disposition field");
	if (reader->encoding.count > 1)
		note(reader, "mime.encoding_conflict", severity_of(&reader->encoding),
		     reader->encoding.offset, "more than one Content-Transfer-Encoding field");
	if (reader->from.count > 1)
		note(reader, "mime.multiple_from", severity_of(&reader->from), reader->from.offset,
		     NULL);
	return 0;
}

static char *lower_copy(struct as_arena *arena, struct as_span text)
{
	char *copy = as_arena_copy(arena, text);

	if (copy == NULL)
		return NULL;
	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p | 0x20);
	return copy;
}

/* "multipart" without a subtype, in quotes, or behind junk: clients that look
 * for the word split the body all the same. */
static bool mentions_multipart(struct as_span value)
{
	static const char word[] = "multipart";
	size_t length = sizeof(word) - 1;

	while (value.size >= length) {
		if (strncasecmp((const char *)value.data, word, length) == 0)
			return true;
		if (value.data[0] == ';')
			return false;
		value = as_span_from(value, 1);
	}
	return false;
}

static void check_boundaries(const struct reader *reader, const struct as_params *params,
			     const struct as_param *first)
{
	for (size_t i = 0; i < params->count; i++) {
		const struct as_param *item = &params->items[i];

		if (item == first || strcmp(item->name, first->name) != 0)
			continue;
		if (item->value_length != first->value_length ||
		    memcmp(item->value, first->value, first->value_length) != 0) {
			note(reader, "mime.boundary_conflict", ASSAY_MEDIUM, reader->type.offset,
			     "two different boundary parameters");
			return;
		}
	}
	if (memchr(first->value, '\0', first->value_length) != NULL)
		note(reader, "mime.boundary_syntax", ASSAY_MEDIUM, reader->type.offset,
		     "the boundary holds a NUL");
	else if (first->form == AS_PARAM_EXTENDED)
		note(reader, "mime.boundary_syntax", ASSAY_MEDIUM, reader->type.offset,
		     "the boundary is written as RFC 2231 forbids for it");
	else if (first->value_length > 0 &&
		 as_octet_blank((unsigned char)first->value[first->value_length - 1]))
		note(reader, "mime.boundary_syntax", ASSAY_LOW, reader->type.offset,
		     "the boundary ends with a blank");
}

/* RFC 2046 s5.1.1: up to 70 octets. NULL for none that can be used. */
#define BOUNDARY_STANDARD_MAX 70u

static const char *read_boundary(const struct reader *reader, const struct as_params *params)
{
	const struct as_param *first = as_params_find(params, "boundary");
	size_t length;

	if (first != NULL) {
		check_boundaries(reader, params, first);
		length = strnlen(first->value, first->value_length);
		if (!as_span_blank(as_span_make(first->value, length))) {
			if (length > BOUNDARY_STANDARD_MAX)
				note(reader, "mime.boundary_syntax", ASSAY_INFO,
				     reader->type.offset, "the boundary is too long");
			return first->value;
		}
	}
	note(reader, "mime.boundary_syntax", ASSAY_LOW,
	     reader->type.count > 0 ? reader->type.offset : reader->entity->header_begin,
	     first == NULL ? "a multipart without boundary parameter"
			   : "a multipart with an empty boundary");
	return NULL;
}

static bool is_message_type(const char *type)
{
	static const char *const types[] = {"message/rfc822", "message/rfc2822", "message/global",
					    "message/news"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* Clients put fragments together that came as messages; servers return mail as
 * one within a report. */
static void note_message_types(const struct reader *reader)
{
	const struct as_entity *parent = reader->entity->parent;

	if (strcmp(reader->entity->media_type, "message/partial") == 0)
		note(reader, "mime.partial",
		     parent != NULL && strcmp(parent->media_type, "multipart/report") == 0
			     ? ASSAY_INFO
			     : ASSAY_SEVERITY_DEFAULT,
		     reader->type.offset, NULL);
	else if (strcmp(reader->entity->media_type, "message/external-body") == 0)
		note(reader, "mime.external_body", ASSAY_SEVERITY_DEFAULT, reader->type.offset,
		     NULL);
}

static void choose_kind(const struct reader *reader, const struct as_params *params)
{
	struct as_entity *entity = reader->entity;
	bool multipart = strncmp(entity->media_type, "multipart/", 10) == 0;

	entity->kind = AS_ENTITY_LEAF;
	if (multipart) {
		entity->boundary = read_boundary(reader, params);
		if (entity->boundary != NULL)
			entity->kind = AS_ENTITY_MULTIPART;
	} else if (is_message_type(entity->media_type) && !as_encoding_changes(entity->encoding)) {
		entity->kind = AS_ENTITY_MESSAGE;
	}
	/* RFC 2046 s5.2.1, RFC 2045 s6.4. An encoded message is decoded and
	 * parsed again; of a multipart the delimiters count. */
	if (as_encoding_changes(entity->encoding) &&
	    (multipart || is_message_type(entity->media_type)))
		note(reader, "mime.encoding_on_composite", ASSAY_LOW, reader->encoding.offset,
		     NULL);
	note_message_types(reader);
}

static int read_type(struct reader *reader)
{
	struct as_entity *entity = reader->entity;
	struct as_arena *arena = reader->tree->arena;
	struct as_params params = {.type = ""};
	const struct as_param *charset;
	int rc;

	entity->media_type =
		reader->place == AS_ENTITY_DIGEST_PART ? "message/rfc822" : "text/plain";
	entity->declared = "";
	entity->charset = "";
	if (reader->type.count > 0) {
		rc = as_params_parse(arena, reader->type.value, max_parameters(reader), &params);
		if (rc < 0)
			return rc;
		entity->declared = params.type;
	}
	if (params.type[0] != '\0' && strchr(params.type, '/') != NULL) {
		entity->media_type = params.type;
	} else if (reader->type.count > 0) {
		bool multipart = mentions_multipart(reader->type.value);

		note(reader, "mime.content_type_malformed", multipart ? ASSAY_MEDIUM : ASSAY_LOW,
		     reader->type.offset, NULL);
		if (multipart && as_params_find(&params, "boundary") != NULL)
			entity->media_type = "multipart/mixed";
	}
	charset = as_params_find(&params, "charset");
	if (charset != NULL) {
		entity->charset = lower_copy(
			arena, as_span_make(charset->value,
					    strnlen(charset->value, charset->value_length)));
		if (entity->charset == NULL)
			return -ENOMEM;
	}
	choose_kind(reader, &params);
	return 0;
}

static int read_encoding(struct reader *reader)
{
	struct as_entity *entity = reader->entity;

	entity->encoding_text = "";
	entity->encoding = AS_ENCODING_IDENTITY;
	if (reader->encoding.count == 0)
		return 0;
	entity->encoding = as_encoding_find(reader->encoding.value);
	/* The octets stay as they are, but readers may go by their look. */
	if (reader->encoding.value.size == 0)
		entity->encoding = AS_ENCODING_UNKNOWN;
	entity->encoding_text = as_arena_copy(reader->tree->arena, reader->encoding.value);
	if (reader->encoding.value.size == 0)
		note(reader, "mime.encoding_unknown", ASSAY_INFO, reader->encoding.offset,
		     "the field for the transfer encoding is empty");
	else if (entity->encoding == AS_ENCODING_UNKNOWN)
		note(reader, "mime.encoding_unknown", ASSAY_SEVERITY_DEFAULT,
		     reader->encoding.offset, NULL);
	else if (as_encoding_is_alias(reader->encoding.value))
		note(reader, "mime.encoding_unknown", ASSAY_INFO, reader->encoding.offset,
		     "a name for a transfer encoding that no standard has");
	return entity->encoding_text == NULL ? -ENOMEM : 0;
}

static int read_disposition(struct reader *reader)
{
	struct as_params params;
	int rc;

	reader->entity->disposition = "";
	if (reader->disposition.count == 0)
		return 0;
	rc = as_params_parse(reader->tree->arena, reader->disposition.value, max_parameters(reader),
			     &params);
	if (rc == 0)
		reader->entity->disposition = params.type;
	return rc;
}

int as_entity_read(struct as_mime_tree *tree, const struct as_limits *limits,
		   enum as_entity_place place, struct as_entity *entity)
{
	struct as_span block = as_span_slice(tree->message, entity->header_begin,
					     entity->body_begin - entity->header_begin);
	struct reader reader = {
		.tree = tree,
		.limits = limits,
		.place = place,
		.entity = entity,
	};
	int rc;

	take_fields(&reader, block);
	rc = note_repeats(&reader, block);
	if (rc == 0)
		rc = read_encoding(&reader);
	if (rc == 0)
		rc = read_type(&reader);
	if (rc == 0)
		rc = read_disposition(&reader);
	if (rc == 0 && reader.type.count + reader.disposition.count > 0)
		rc = as_names_collect(tree->arena, block, max_parameters(&reader), &entity->names,
				      &entity->name_count);
	return rc;
}
