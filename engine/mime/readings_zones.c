/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings_work.h"

#include "mime/coverage.h"
#include "mime/entity.h"
#include "mime/line.h"

#include <errno.h>

static size_t first_mark_at(const struct as_reading *reading, size_t offset)
{
	size_t low = 0, high = reading->marks.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (reading->marks.items[middle].begin < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool as_claims_say_multipart(const struct as_claims *claims, bool *else_out)
{
	bool multipart = false;

	*else_out = false;
	for (size_t i = 0; i < claims->types.count; i++) {
		if (as_span_has_at(claims->types.items[i].text, 0, "multipart", 9))
			multipart = true;
		else
			*else_out = true;
	}
	return multipart;
}

static bool says_multipart(const struct as_claims *claims)
{
	bool others;

	return as_claims_say_multipart(claims, &others);
}

static int add_boundaries(struct as_reading *reading, const struct as_claims *claims, bool claimed)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < claims->boundaries.count; i++)
		rc = as_tokens_add(&reading->tokens, claims->boundaries.items[i].text, claimed);
	return rc;
}

static int read_claims(struct as_reading *reading, struct as_reading_zone *item, bool claimed)
{
	struct as_span zone = as_span_slice(reading->tree->message, item->zone.begin,
					    item->zone.end - item->zone.begin);
	int rc = as_claims_read(reading->tree->arena, zone,
				(size_t)reading->limits->header_parameters, &item->claims);

	if (rc < 0)
		return rc;
	reading->cut = reading->cut || item->claims.cut;
	item->any = item->claims.type_fields + item->claims.encoding_fields +
			    item->claims.disposition_fields >
		    0;
	return add_boundaries(reading, &item->claims, claimed);
}

/* How far the zone of an entity may reach into its body. */
static size_t zone_limit(const struct as_mime_tree *tree, const struct as_entity *entity)
{
	const struct as_region *region;

	if (entity->kind == AS_ENTITY_LEAF)
		return entity->body_end;
	region = as_coverage_find(tree, entity->body_begin);
	if (region == NULL || region->entity != entity || region->kind != AS_REGION_PREAMBLE)
		return entity->body_begin;
	return region->end;
}

static int read_own(struct as_reading *reading, struct as_entity *entity)
{
	struct as_reading_zone *own = &reading->own[reading->own_count++];
	bool root = entity->parent == NULL || entity->parent->kind == AS_ENTITY_MESSAGE;
	size_t offset = entity->header_begin;

	if (root)
		offset = entity->parent == NULL ? 0 : entity->parent->body_begin;
	own->entity = entity;
	as_zone_locate(reading->tree->message, offset, zone_limit(reading->tree, entity),
		       reading->terminator, root, &own->zone);
	return read_claims(reading, own, true);
}

int as_reading_own(struct as_reading *reading)
{
	struct as_mime_tree *tree = reading->tree;
	int rc = 0;

	reading->own = as_arena_array(tree->arena, tree->entity_count, sizeof(*reading->own));
	if (reading->own == NULL)
		return -ENOMEM;
	for (struct as_entity *entity = tree->root; rc == 0 && entity != NULL;
	     entity = as_entity_next(entity)) {
		rc = read_own(reading, entity);
		if (rc == 0 && entity->boundary != NULL)
			rc = as_tokens_add(&reading->tokens, as_span_text(entity->boundary), true);
	}
	return rc;
}

const struct as_reading_zone *as_reading_own_at(const struct as_reading *reading, size_t offset)
{
	size_t low = 0, high = reading->own_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (reading->own[middle].entity->header_begin <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &reading->own[low - 1];
}

static bool has_body(const struct as_mime_tree *tree, const struct as_entity *entity)
{
	return !as_span_blank(as_span_slice(tree->message, entity->body_begin,
					    entity->body_end - entity->body_begin));
}

/* A leaf whose first line that is not blank begins a part of its own: readers
 * that look at the octets take it for a multipart. */
bool as_reading_begins_with_part(const struct as_reading *reading, const struct as_entity *entity,
				 size_t begin)
{
	size_t index = first_mark_at(reading, begin);
	const struct as_mark *mark;

	if (entity->kind != AS_ENTITY_LEAF || index == reading->marks.count)
		return false;
	mark = &reading->marks.items[index];
	if (mark->kind != AS_MARK_DASHES || !mark->content || mark->begin >= entity->body_end)
		return false;
	return as_span_blank(as_span_slice(reading->tree->message, begin, mark->begin - begin));
}

bool as_reading_is_odd(const struct as_reading *reading, const struct as_reading_zone *own)
{
	const struct as_entity *entity = own->entity;

	if (own->claims.ambiguous || own->zone.ambiguous || own->claims.cut)
		return true;
	if (entity->kind == AS_ENTITY_LEAF)
		return says_multipart(&own->claims);
	if (entity->kind != AS_ENTITY_MULTIPART)
		return false;
	return as_encoding_changes(entity->encoding) ||
	       (entity->first_child == NULL && has_body(reading->tree, entity));
}

static bool has_boundary(const struct as_claims *claims)
{
	for (size_t i = 0; i < claims->boundaries.count; i++)
		if (!as_span_blank(claims->boundaries.items[i].text))
			return true;
	return false;
}

/* The last answer is kept: thousands of candidates may ask for the same line. */
static size_t first_dashes_at(struct as_reading *reading, size_t offset)
{
	size_t index = first_mark_at(reading, offset);

	if (index >= reading->guess_from && index <= reading->guess_found)
		return reading->guess_found;
	reading->guess_from = index;
	while (index < reading->marks.count && reading->marks.items[index].kind != AS_MARK_DASHES)
		index++;
	reading->guess_found = index;
	return index;
}

/* A multipart without a boundary, or without a line that has it: the first line
 * that looks like a delimiter tells some readers what it is. */
static int guess(struct as_reading *reading, size_t offset, size_t limit)
{
	size_t index = first_dashes_at(reading, offset);
	const struct as_mark *mark;

	if (index == reading->marks.count)
		return 0;
	mark = &reading->marks.items[index];
	if (mark->begin >= limit || (mark->token.size == 0 && !mark->content))
		return 0;
	return as_tokens_add(&reading->tokens, mark->token, true);
}

static int guess_own(struct as_reading *reading, const struct as_reading_zone *own)
{
	const struct as_entity *entity = own->entity;
	bool multipart = says_multipart(&own->claims) || entity->kind == AS_ENTITY_MULTIPART;
	bool begins = as_reading_begins_with_part(reading, entity, entity->body_begin);

	for (size_t i = 0; !begins && i < own->zone.end_count; i++)
		begins = as_reading_begins_with_part(reading, entity, own->zone.ends[i]);
	if (begins || (multipart && entity->first_child == NULL))
		return guess(reading, entity->body_begin, entity->body_end);
	return 0;
}

/* Where a candidate's header has to end: the next line that looks like a
 * delimiter and has fields behind it, or is one of the tree. */
static size_t candidate_limit(const struct as_reading *reading, size_t index)
{
	for (size_t i = index + 1; i < reading->marks.count; i++) {
		const struct as_mark *mark = &reading->marks.items[i];

		if (mark->kind == AS_MARK_DASHES && (mark->consumed || mark->content))
			return mark->begin;
	}
	return reading->tree->message.size;
}

/* The header behind a mark. When a lone CR may end the mark's line there are two
 * places at which it can begin; the one with fields is taken. */
static int read_candidate(struct as_reading *reading, size_t index, size_t limit, bool claimed)
{
	const struct as_mark *mark = &reading->marks.items[index];
	struct as_reading_zone *item = &reading->candidates[reading->candidate_count];
	size_t size = reading->tree->message.size;
	int rc;

	item->mark = index;
	as_zone_locate(reading->tree->message, mark->next, limit, reading->terminator, false,
		       &item->zone);
	if (item->zone.end <= item->zone.begin && mark->next_lf != mark->next &&
	    mark->next_lf < limit)
		as_zone_locate(reading->tree->message, mark->next_lf, limit, reading->terminator,
			       false, &item->zone);
	reading->zone_octets += item->zone.end - item->zone.begin;
	if (reading->zone_octets / AS_READINGS_ZONE_FACTOR > size) {
		reading->cut = true;
		return 0;
	}
	rc = read_claims(reading, item, claimed);
	reading->candidate_count++;
	if (rc == 0 && says_multipart(&item->claims) && !has_boundary(&item->claims))
		rc = guess(reading, item->zone.ends[0], size);
	return rc;
}

/* Fields that belong to a zone which has been read already. */
static bool is_read(const struct as_reading *reading, const struct as_mark *mark)
{
	const struct as_reading_zone *own = as_reading_own_at(reading, mark->begin);

	if (mark->kind != AS_MARK_FIELDS)
		return false;
	if (own != NULL && mark->begin < own->zone.end)
		return true;
	return reading->candidate_count > 0 &&
	       mark->begin < reading->candidates[reading->candidate_count - 1].zone.end;
}

/* The first line that is not blank is no field: somebody writes. */
static bool begins_with_prose(const struct as_reading *reading, const struct as_region *region)
{
	struct as_span message = reading->tree->message;
	size_t at = region->begin;

	while (at < region->end && as_octet_blank(message.data[at]))
		at++;
	while (at < region->end && message.data[at] > ' ' && message.data[at] < 0x7f &&
	       message.data[at] != ':')
		at++;
	return at < region->end && message.data[at] != ':';
}

/*
 * Fields in a text that says to be one, or behind words: a mail that is quoted or
 * bounced, with the boundary it had. What it claims nobody follows. NULL, or the
 * region of the text; last is that of the fields before.
 */
static const struct as_region *find_quoting(const struct as_reading *reading,
					    const struct as_mark *mark, bool own,
					    const struct as_region *last)
{
	const struct as_region *region = as_coverage_find(reading->tree, mark->begin);

	/* The parts that it had. */
	if (mark->kind != AS_MARK_FIELDS && region == last)
		return last;
	if (mark->kind != AS_MARK_FIELDS && own)
		return NULL;
	if (region == NULL || region->kind != AS_REGION_BODY ||
	    region->entity->kind != AS_ENTITY_LEAF ||
	    strncmp(region->entity->media_type, "text/", 5) != 0)
		return NULL;
	if (region->entity->declared[0] == '\0' && !begins_with_prose(reading, region))
		return NULL;
	return region;
}

/* Which lines may be delimiters by the headers of the tree alone. NULL: no memory. */
static const bool *match_own(struct as_reading *reading)
{
	size_t count = reading->marks.count;
	bool *own = as_arena_array(reading->tree->arena, count + 1, sizeof(*own));

	as_tokens_sort(&reading->tokens);
	for (size_t i = 0; own != NULL && i < count; i++)
		own[i] = as_tokens_match(&reading->tokens, reading->marks.items[i].token).claimed;
	return own;
}

int as_reading_candidates(struct as_reading *reading)
{
	struct as_marks *marks = &reading->marks;
	const struct as_region *quoting = NULL;
	const bool *own;
	size_t limit = 0;
	int rc = 0;

	reading->candidates = as_arena_array(reading->tree->arena, marks->count + 1,
					     sizeof(*reading->candidates));
	if (reading->candidates == NULL)
		return -ENOMEM;
	for (size_t i = 0; rc == 0 && i < reading->own_count; i++)
		rc = guess_own(reading, &reading->own[i]);
	own = match_own(reading);
	if (own == NULL)
		return -ENOMEM;
	for (size_t i = 0; rc == 0 && i < marks->count && !reading->cut; i++) {
		const struct as_mark *mark = &marks->items[i];

		if (!mark->content || mark->consumed || is_read(reading, mark))
			continue;
		if (limit <= mark->begin)
			limit = candidate_limit(reading, i);
		quoting = find_quoting(reading, mark, own[i], quoting);
		rc = read_candidate(reading, i, limit, quoting == NULL);
		if (rc == 0 && mark->kind == AS_MARK_DASHES)
			rc = as_tokens_add(&reading->tokens, mark->token, false);
	}
	return rc;
}
