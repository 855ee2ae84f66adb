/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings_work.h"

#include "mime/coverage.h"
#include "mime/entity.h"
#include "mime/field.h"
#include "mime/line.h"
#include "mime/names.h"
#include "mime/param.h"

#include <ctype.h>
#include <errno.h>

#define ENDS_MAX      3u
#define ENCODINGS_MAX 8u

/* A part on its way to be extras: its header is described once, when the first
 * of them is new. */
struct part {
	struct as_reading *reading;
	const struct as_zone *zone;
	const struct as_claims *claims; /* NULL: it claims nothing */
	struct as_extra_body body;
	bool described;
	bool encoded_only; /* the octets as they stand are inspected anyway */
};

static int read_charset(const struct as_reading *reading, struct as_span header,
			struct as_extra_body *body)
{
	const struct as_param *charset;
	struct as_params params;
	struct as_field field;
	char *copy;
	int rc;

	if (!as_field_find(header, "content-type", &field))
		return 0;
	rc = as_params_parse(reading->tree->arena, field.value,
			     (size_t)reading->limits->header_parameters, &params);
	if (rc < 0)
		return rc;
	if (strchr(params.type, '/') != NULL)
		body->media_type = params.type;
	charset = as_params_find(&params, "charset");
	if (charset == NULL)
		return 0;
	copy = as_arena_copy(
		reading->tree->arena,
		as_span_make(charset->value, strnlen(charset->value, charset->value_length)));
	if (copy == NULL)
		return -ENOMEM;
	body->charset = copy;
	for (; *copy != '\0'; copy++)
		*copy = (char)tolower((unsigned char)*copy);
	return 0;
}

/* Field readers stop at a blank line; some clients do not. */
static bool drop_blank_lines(struct as_arena *arena, struct as_span *header)
{
	char *copy = as_arena_copy(arena, *header);
	size_t used = 0, offset = 0;

	if (copy == NULL)
		return false;
	while (offset < header->size) {
		struct as_line line = as_line_at(*header, offset, '\n');

		if (!as_line_blank(*header, line)) {
			memcpy(copy + used, header->data + line.begin, line.next - line.begin);
			used += line.next - line.begin;
		}
		offset = line.next;
	}
	*header = as_span_make(copy, used);
	return true;
}

int as_reading_describe(const struct as_reading *reading, struct as_span header,
			struct as_extra_body *body)
{
	int rc;

	body->media_type = "text/plain";
	body->charset = "";
	if (header.size == 0)
		return 0;
	if (!drop_blank_lines(reading->tree->arena, &header))
		return -ENOMEM;
	rc = read_charset(reading, header, body);
	if (rc < 0)
		return rc;
	return as_names_collect(reading->tree->arena, header,
				(size_t)reading->limits->header_parameters, &body->names,
				&body->name_count);
}

static void add_encoding(enum as_encoding *list, size_t *count, enum as_encoding encoding)
{
	for (size_t i = 0; i < *count; i++)
		if (list[i] == encoding)
			return;
	if (*count < ENCODINGS_MAX)
		list[(*count)++] = encoding;
}

/* All that are claimed in front of the body; where only mechanisms are that nobody
 * knows, also what the octets look like. Without any claim there is no reader who
 * decodes, and data within text is looked for anyway (blocks.h). */
static size_t list_encodings(const struct part *part, size_t header_octets, struct as_span raw,
			     enum as_encoding list[ENCODINGS_MAX])
{
	enum as_encoding looks[AS_READINGS_LOOKS];
	const struct as_claims *claims = part->claims;
	size_t count = 0, look_count;
	bool known = false, unknown = false;

	for (size_t i = 0; claims != NULL && i < claims->encodings.count; i++) {
		enum as_encoding encoding = claims->encodings.items[i].encoding;

		if (claims->encodings.items[i].offset >= header_octets)
			continue;
		if (encoding == AS_ENCODING_UNKNOWN) {
			unknown = true;
			continue;
		}
		known = true;
		add_encoding(list, &count, encoding);
	}
	if (known || (part->encoded_only && !unknown))
		return count;
	add_encoding(list, &count, AS_ENCODING_IDENTITY);
	look_count = unknown ? as_readings_look(raw, looks) : 0;
	for (size_t i = 0; i < look_count; i++)
		add_encoding(list, &count, looks[i]);
	return count;
}

static int add_one(struct part *part, enum as_encoding encoding)
{
	struct as_extra_set *extras = &part->reading->extras;
	bool known;
	int rc;

	part->body.encoding = encoding;
	as_extra_set_find(extras, part->body.begin, part->body.end, encoding, &known);
	if (!known && !part->described) {
		rc = as_reading_describe(part->reading,
					 as_span_slice(part->reading->tree->message,
						       part->zone->begin,
						       part->zone->end - part->zone->begin),
					 &part->body);
		if (rc < 0)
			return rc;
		part->described = true;
	}
	as_extra_set_add(extras, &part->body);
	return 0;
}

/* One body in each of its encodings. */
static int add_range(struct part *part, size_t begin, size_t end)
{
	enum as_encoding encodings[ENCODINGS_MAX];
	size_t count;
	int rc = 0;

	if (begin >= end)
		return 0;
	part->body.begin = begin;
	part->body.end = end;
	count = list_encodings(part, begin - part->zone->begin,
			       as_span_slice(part->reading->tree->message, begin, end - begin),
			       encodings);
	for (size_t i = 0; rc == 0 && i < count; i++)
		if (!part->encoded_only || as_encoding_changes(encodings[i]))
			rc = add_one(part, encodings[i]);
	return rc;
}

static struct part make_part(struct as_reading *reading, const struct as_zone *zone,
			     const struct as_claims *claims, bool claimed)
{
	return (struct part){
		.reading = reading,
		.zone = zone,
		.claims = claims,
		.body = {.claimed = claimed},
	};
}

/* Another encoding, another beginning, or a leaf where the tree has a multipart
 * or a message. */
static int add_own(struct as_reading *reading, const struct as_reading_zone *own)
{
	const struct as_entity *entity = own->entity;
	struct part part = make_part(reading, &own->zone, &own->claims, true);
	bool others;
	int rc = 0;

	if (!as_reading_is_odd(reading, own))
		return 0;
	if (entity->kind == AS_ENTITY_MULTIPART) {
		as_claims_say_multipart(&own->claims, &others);
		part.encoded_only = !others;
	} else if (entity->kind == AS_ENTITY_MESSAGE) {
		part.encoded_only = own->claims.types.count < 2;
	}
	for (size_t i = 0; rc == 0 && i < own->zone.end_count; i++)
		rc = add_range(&part, own->zone.ends[i], entity->body_end);
	return rc;
}

/* A leaf ends earlier to readers that take a line in its body for a delimiter. */
static int add_cut_leaf(struct as_reading *reading, size_t index)
{
	const struct as_mark *mark = &reading->marks.items[index];
	const struct as_region *region = as_coverage_find(reading->tree, mark->begin);
	const struct as_reading_zone *own;
	struct part part;
	int rc = 0;

	if (region == NULL || region->kind != AS_REGION_BODY || region == reading->cut_region)
		return 0;
	reading->cut_region = region;
	own = as_reading_own_at(reading, region->entity->header_begin);
	if (own == NULL || own->entity != region->entity)
		return 0;
	part = make_part(reading, &own->zone, &own->claims, true);
	for (size_t i = 0; rc == 0 && i < own->zone.end_count; i++)
		rc = add_range(&part, own->zone.ends[i], reading->states[index].end);
	return rc;
}

static size_t end_at(const struct as_reading *reading, size_t index)
{
	if (index == reading->marks.count)
		return reading->tree->message.size;
	return reading->states[index].end;
}

/* Where the body of a part behind a mark may end. */
static void list_ends(const struct as_reading *reading, size_t index, bool claimed,
		      size_t ends[ENDS_MAX])
{
	const struct as_reading_mark *state = &reading->states[index];
	const struct as_region *region =
		as_coverage_find(reading->tree, reading->marks.items[index].begin);
	size_t room = claimed || region == NULL ? reading->tree->message.size : region->end;

	ends[0] = end_at(reading, state->next);
	ends[1] = end_at(reading, state->next_same);
	/* What only looks like a part has no reader who would miss its end. */
	ends[2] = !claimed || state->next_tree == reading->marks.count
			  ? ends[1]
			  : end_at(reading, state->next_tree);
	for (size_t i = 0; i < ENDS_MAX; i++)
		if (ends[i] > room)
			ends[i] = room;
	/* Fields without a delimiter line end with the body they stand in. */
	if (state->token == SIZE_MAX && region != NULL && ends[1] > region->end)
		ends[1] = region->end;
}

static int add_part(struct as_reading *reading, size_t index, const struct as_zone *zone,
		    const struct as_claims *claims, bool claimed)
{
	struct part part = make_part(reading, zone, claims, claimed);
	size_t ends[ENDS_MAX];
	bool others;
	int rc = 0;

	list_ends(reading, index, claimed, ends);
	/* Its parts are candidates of their own. */
	if (claims != NULL && as_claims_say_multipart(claims, &others) && !others)
		part.encoded_only = true;
	for (size_t i = 0; rc == 0 && i < zone->end_count; i++)
		for (size_t k = 0; rc == 0 && k < ENDS_MAX; k++)
			rc = add_range(&part, zone->ends[i], ends[k]);
	return rc;
}

/* A part without a single Content-* field, right behind a line that has a
 * boundary. */
static int add_bare(struct as_reading *reading, size_t index)
{
	const struct as_mark *mark = &reading->marks.items[index];
	const struct as_reading_mark *state = &reading->states[index];
	size_t limit = end_at(reading, state->next);
	struct as_zone zone;

	if (mark->consumed || mark->kind != AS_MARK_DASHES || !state->claimed ||
	    state->fit == AS_TOKEN_CLOSE || mark->next >= limit)
		return 0;
	as_zone_locate(reading->tree->message, mark->next, limit, reading->terminator, false,
		       &zone);
	return add_part(reading, index, &zone, NULL, true);
}

/* The text is encoded, and all readers know how: what looks like a part in it
 * is read when it is decoded. */
static bool is_encoded(const struct as_reading *reading, const struct as_mark *mark)
{
	const struct as_region *region = as_coverage_find(reading->tree, mark->begin);
	const struct as_reading_zone *own;

	if (region == NULL || region->kind != AS_REGION_BODY ||
	    strncmp(region->entity->declared, "text/", 5) != 0 ||
	    !as_encoding_changes(region->entity->encoding))
		return false;
	own = as_reading_own_at(reading, region->entity->header_begin);
	return own != NULL && own->entity == region->entity && !as_reading_is_odd(reading, own);
}

static int add_marks(struct as_reading *reading, bool claimed)
{
	size_t candidate = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < reading->marks.count; i++) {
		const struct as_reading_zone *item = NULL;

		if (candidate < reading->candidate_count &&
		    reading->candidates[candidate].mark == i)
			item = &reading->candidates[candidate++];
		if (reading->states[i].claimed != claimed ||
		    (!claimed && is_encoded(reading, &reading->marks.items[i])))
			continue;
		if (claimed && !reading->marks.items[i].consumed)
			rc = add_cut_leaf(reading, i);
		if (rc < 0)
			return rc;
		if (item != NULL && item->any)
			rc = add_part(reading, i, &item->zone, &item->claims, claimed);
		else
			rc = claimed ? add_bare(reading, i) : 0;
	}
	return rc;
}

int as_reading_parts(struct as_reading *reading)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < reading->own_count; i++)
		rc = add_own(reading, &reading->own[i]);
	if (rc == 0)
		rc = add_marks(reading, true);
	return rc;
}

int as_reading_look_alikes(struct as_reading *reading)
{
	return add_marks(reading, false);
}
