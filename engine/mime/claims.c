/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/claims.h"

#include "mime/claims_name.h"
#include "mime/claims_reader.h"
#include "mime/field.h"

#include <errno.h>

static struct as_claim *find(struct as_claim_stack *stack, struct as_span text)
{
	for (size_t i = 0; i < stack->count; i++)
		if (as_span_equal(stack->items[i].text, text))
			return &stack->items[i];
	return NULL;
}

static void merge(struct as_claim *claim, const struct as_claim_site *site)
{
	claim->forms |= 1u << site->form;
	if (site->form == claim->form) {
		if (site->field > claim->last_field)
			claim->last_field = site->field;
		else if (site->field < claim->field)
			claim->field = site->field;
	} else if (site->form < claim->form) {
		claim->form = site->form;
		claim->field = claim->last_field = site->field;
		claim->order = site->order;
		claim->offset = site->offset;
	}
}

void as_claim_add(struct as_claim_reader *reader, struct as_claim_stack *stack, struct as_span text,
		  const struct as_claim_site *site, enum as_encoding encoding)
{
	struct as_claim *claim = find(stack, text);
	const char *copy;

	if (claim != NULL) {
		merge(claim, site);
		return;
	}
	if (stack->count == AS_CLAIMS_MAX) {
		reader->cut = true;
		return;
	}
	copy = as_arena_copy(reader->arena, text);
	if (copy == NULL) {
		reader->failed = true;
		return;
	}
	stack->items[stack->count++] = (struct as_claim){
		.text = as_span_make(copy, text.size),
		.field = site->field,
		.last_field = site->field,
		.order = site->order,
		.form = site->form,
		.forms = 1u << site->form,
		.encoding = encoding,
		.offset = site->offset,
	};
}

bool as_claim_charge(struct as_claim_reader *reader, size_t octets)
{
	if (octets > reader->work) {
		reader->work = 0;
		reader->cut = true;
		return false;
	}
	reader->work -= octets;
	return !reader->failed;
}

/* Which readers see the field at all: blanks before the colon and lone CRs as
 * line ends are not everybody's. */
static bool is_odd_name(struct as_span zone, const struct as_field *field, bool has_newline)
{
	size_t name_end = (size_t)(field->name.data - zone.data) + field->name.size;

	return field->name.data != zone.data + field->begin || name_end >= zone.size ||
	       zone.data[name_end] != ':' ||
	       (has_newline && field->begin > 0 && zone.data[field->begin - 1] == '\r');
}

static void take_strict(struct as_claim_reader *reader, struct as_claims *claims,
			const struct as_field *field)
{
	struct as_claim_site site = {.form = AS_CLAIM_PLAIN, .offset = field->begin};

	if (as_field_is(field, "content-type")) {
		site.field = claims->type_fields++;
		if (site.field < AS_CLAIM_FIELDS_MAX)
			reader->type_ends[site.field] = field->end;
		as_claim_type_read(reader, field->value, &site);
	} else if (as_field_is(field, "content-transfer-encoding")) {
		site.field = claims->encoding_fields++;
		as_claim_encoding_read(reader, field->value, &site);
	} else if (as_field_is(field, "content-disposition")) {
		claims->disposition_fields++;
		return;
	} else {
		return;
	}
	if (is_odd_name(reader->zone, field, reader->newline == '\n'))
		reader->odd_name = true;
}

/* The fields that the tree sees too. A blank line does not end the zone. */
static void read_strict(struct as_claim_reader *reader, struct as_claims *claims)
{
	size_t offset = 0;

	while (offset < reader->zone.size && !reader->failed) {
		struct as_field field;

		if (!as_field_next(reader->zone, &offset, &field))
			offset++;
		else if (field.has_colon && (field.name.data[0] | 0x20) == 'c')
			take_strict(reader, claims, &field);
	}
}

static void sort(struct as_claim_stack *stack)
{
	for (size_t i = 1; i < stack->count; i++) {
		struct as_claim claim = stack->items[i];
		size_t k = i;

		for (; k > 0 && stack->items[k - 1].form > claim.form; k--)
			stack->items[k] = stack->items[k - 1];
		stack->items[k] = claim;
	}
}

static int keep(struct as_claim_reader *reader, struct as_claim_stack *stack,
		struct as_claim_list *list)
{
	sort(stack);
	list->count = stack->count;
	list->items = as_arena_array(reader->arena, stack->count, sizeof(*list->items));
	if (list->items == NULL)
		return -ENOMEM;
	memcpy(list->items, stack->items, stack->count * sizeof(*list->items));
	return 0;
}

static bool types_differ(const struct as_claim_list *types, bool *multipart_out)
{
	bool differ = false;

	*multipart_out = false;
	for (size_t i = 0; i < types->count; i++) {
		enum as_claim_class class = as_claim_class_of(types->items[i].text);

		if (class != as_claim_class_of(types->items[0].text) ||
		    (class != AS_CLAIM_LEAF && types->items[i].form != AS_CLAIM_PLAIN))
			differ = true;
		if (class == AS_CLAIM_MULTIPART)
			*multipart_out = true;
	}
	return differ;
}

/* A mechanism that nobody knows changes no octets. */
static enum as_encoding consequence(const struct as_claim *claim)
{
	return claim->encoding == AS_ENCODING_UNKNOWN ? AS_ENCODING_IDENTITY : claim->encoding;
}

static bool encodings_differ(const struct as_claim_list *encodings)
{
	for (size_t i = 0; i < encodings->count; i++) {
		enum as_encoding encoding = consequence(&encodings->items[i]);

		if (encoding != consequence(&encodings->items[0]) ||
		    (encoding != AS_ENCODING_IDENTITY &&
		     encodings->items[i].form != AS_CLAIM_PLAIN))
			return true;
	}
	return false;
}

static bool boundaries_differ(const struct as_claim_list *boundaries)
{
	return boundaries->count > 1 ||
	       (boundaries->count == 1 && boundaries->items[0].form != AS_CLAIM_PLAIN);
}

static bool is_ambiguous(const struct as_claim_reader *reader, const struct as_claims *claims)
{
	bool multipart;

	if (types_differ(&claims->types, &multipart) || encodings_differ(&claims->encodings))
		return true;
	if (multipart && boundaries_differ(&claims->boundaries))
		return true;
	return reader->odd_name || reader->cut;
}

int as_claims_read(struct as_arena *arena, struct as_span zone, size_t max_params,
		   struct as_claims *claims_out)
{
	struct as_claims claims = {.ambiguous = false};
	struct as_claim_reader reader;
	int rc;

	reader.arena = arena;
	reader.zone = zone;
	reader.max_params = max_params;
	reader.newline = as_span_find_byte(zone, 0, '\n') != SIZE_MAX ? '\n' : '\r';
	reader.work = AS_CLAIMS_WORK_FLOOR;
	if (!as_size_mul(zone.size, AS_CLAIMS_WORK_FACTOR, &reader.work) ||
	    !as_size_add(reader.work, AS_CLAIMS_WORK_FLOOR, &reader.work))
		reader.work = SIZE_MAX;
	reader.type_fields = 0;
	reader.boundaries.count = reader.encodings.count = reader.types.count = 0;
	reader.odd_name = reader.cut = reader.failed = false;
	as_buffer_init(&reader.scratch, 0);

	read_strict(&reader, &claims);
	reader.type_fields =
		claims.type_fields < AS_CLAIM_FIELDS_MAX ? claims.type_fields : AS_CLAIM_FIELDS_MAX;
	as_claim_names_search(&reader, &claims);
	as_claim_boundaries_search(&reader);

	rc = reader.failed || reader.scratch.failed ? -ENOMEM : 0;
	if (rc == 0)
		rc = keep(&reader, &reader.boundaries, &claims.boundaries);
	if (rc == 0)
		rc = keep(&reader, &reader.encodings, &claims.encodings);
	if (rc == 0)
		rc = keep(&reader, &reader.types, &claims.types);
	if (rc == 0) {
		claims.cut = reader.cut;
		claims.ambiguous = is_ambiguous(&reader, &claims);
		*claims_out = claims;
	}
	as_buffer_deinit(&reader.scratch);
	return rc;
}
