/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings_work.h"

#include "mime/coverage.h"
#include "mime/field.h"
#include "mime/line.h"

#include <errno.h>

/* The octets of a line end belong to the delimiter behind it (RFC 2046
 * s5.1.1): one CR LF, LF, or CR. */
static size_t content_end(struct as_span message, size_t offset)
{
	if (offset > 0 && message.data[offset - 1] == '\n')
		offset--;
	if (offset > 0 && message.data[offset - 1] == '\r')
		offset--;
	return offset;
}

/* The boundary in the line in front of fields: at its beginning, when the tree
 * took that line for something else, or in the middle. */
static struct as_token_match match_before(const struct as_reading *reading,
					  const struct as_mark *mark, size_t *end)
{
	struct as_token_match match = {AS_TOKEN_NONE, false, SIZE_MAX};
	size_t at = 0;

	if (as_span_has_at(mark->token, 0, "--", 2))
		match = as_tokens_match(&reading->tokens, as_span_from(mark->token, 2));
	if (match.fit == AS_TOKEN_NONE)
		match = as_tokens_search(&reading->tokens, mark->token, &at);
	if (match.fit != AS_TOKEN_NONE)
		*end = (size_t)(mark->token.data - reading->tree->message.data) + at;
	return match;
}

/* A body that people read, and in which they quote mail. Without a type it is one
 * when nothing says MIME, as in bounces of old servers. */
static bool is_text(const struct as_reading *reading, const struct as_entity *entity)
{
	struct as_span header = as_span_slice(reading->tree->message, entity->header_begin,
					      entity->body_begin - entity->header_begin);
	struct as_field field;

	if (entity->declared[0] != '\0')
		return strncmp(entity->declared, "text/", 5) == 0 ||
		       strncmp(entity->declared, "message/", 8) == 0;
	return (entity->parent == NULL || entity->parent->kind == AS_ENTITY_MESSAGE) &&
	       !as_field_find(header, "mime-version", &field);
}

/* Fields where no text is: nobody quotes parts in a preamble, in an epilogue or
 * in a header, nor in what some field calls a multipart, and readers that look
 * for parts do it there. Where a header above leaves a choice, any line may be
 * what one of the choices leads to. */
static bool is_outside_of_text(const struct as_reading *reading, const struct as_mark *mark)
{
	const struct as_region *region = as_coverage_find(reading->tree, mark->begin);
	const struct as_reading_zone *own;
	bool others;

	if (!mark->content || mark->consumed || region == NULL)
		return false;
	if (region->kind != AS_REGION_BODY)
		return true;
	own = as_reading_own_at(reading, mark->begin);
	return own != NULL && (own->odd || !is_text(reading, own->entity) ||
			       as_claims_say_multipart(&own->claims, &others));
}

static void match_one(struct as_reading *reading, size_t index)
{
	const struct as_mark *mark = &reading->marks.items[index];
	struct as_reading_mark *state = &reading->states[index];
	struct as_token_match match;

	state->end = content_end(reading->tree->message, mark->begin);
	if (mark->kind == AS_MARK_FIELDS)
		match = match_before(reading, mark, &state->end);
	else
		match = as_tokens_match(&reading->tokens, mark->token);
	state->fit = match.fit;
	state->token = match.fit == AS_TOKEN_NONE ? SIZE_MAX : match.index;
	state->claimed = match.claimed || is_outside_of_text(reading, mark);
	state->active = mark->consumed || mark->content || match.fit != AS_TOKEN_NONE;
	if (match.fit == AS_TOKEN_EXACT || match.fit == AS_TOKEN_CLOSE)
		reading->tokens.items[match.index].matches++;
}

/* Which marks come behind each one, from back to front. */
static void link_marks(struct as_reading *reading, size_t *last_of_token)
{
	size_t count = reading->marks.count, next = count, next_tree = count;

	for (size_t i = 0; i < reading->tokens.count; i++)
		last_of_token[i] = count;
	for (size_t i = count; i-- > 0;) {
		struct as_reading_mark *state = &reading->states[i];

		state->next = next;
		state->next_tree = next_tree;
		state->next_same = count;
		if (state->token != SIZE_MAX) {
			state->next_same = last_of_token[state->token];
			last_of_token[state->token] = i;
		}
		if (state->active)
			next = i;
		if (reading->marks.items[i].consumed)
			next_tree = i;
	}
}

/* Whether a multipart round the entity claims that boundary. */
static bool is_of_parent(const struct as_reading *reading, const struct as_entity *entity,
			 size_t token)
{
	struct as_span text;

	if (token == SIZE_MAX)
		return false;
	text = reading->tokens.items[token].text;
	for (entity = entity->parent; entity != NULL; entity = entity->parent) {
		const struct as_reading_zone *own =
			as_reading_own_at(reading, entity->header_begin);

		for (size_t i = 0; own != NULL && i < own->claims.boundaries.count; i++)
			if (as_span_equal(own->claims.boundaries.items[i].text, text))
				return true;
	}
	return false;
}

/* Behind a line that may be a delimiter of a multipart round this body, and was
 * not one to the tree, the rest is no text to whoever took it for one; nor is it
 * in a body that begins as that of a multipart does. */
static void claim_rest(struct as_reading *reading)
{
	size_t claimed_to = 0;

	for (size_t i = 0; i < reading->marks.count; i++) {
		const struct as_mark *mark = &reading->marks.items[i];
		struct as_reading_mark *state = &reading->states[i];
		const struct as_region *region;

		if (mark->begin < claimed_to && mark->content)
			state->claimed = true;
		if (mark->consumed || !state->claimed || mark->begin < claimed_to)
			continue;
		region = as_coverage_find(reading->tree, mark->begin);
		if (region != NULL && region->kind == AS_REGION_BODY &&
		    (is_of_parent(reading, region->entity, state->token) ||
		     as_reading_begins_with_part(reading, region->entity, region->begin)))
			claimed_to = region->end;
	}
}

int as_reading_match(struct as_reading *reading)
{
	struct as_arena *arena = reading->tree->arena;
	size_t *last_of_token;

	as_tokens_sort(&reading->tokens);
	reading->cut = reading->cut || reading->tokens.cut;
	reading->states = as_arena_array(arena, reading->marks.count + 1, sizeof(*reading->states));
	last_of_token = as_arena_array(arena, reading->tokens.count + 1, sizeof(*last_of_token));
	if (reading->states == NULL || last_of_token == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < reading->marks.count; i++)
		match_one(reading, i);
	claim_rest(reading);
	link_marks(reading, last_of_token);
	return 0;
}
