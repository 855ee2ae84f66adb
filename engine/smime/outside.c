/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/outside.h"

#include "mime/field.h"
#include "smime/find.h"
#include "smime/html_text.h"

#include <stdio.h>

#define NUMBER_OCTETS 40u
#define TYPE_OCTETS   56u
/* A preamble or epilogue that is blank for so long is none that is empty. */
#define BLANK_OCTETS 65536u
/* One short sentence in any language about MIME asks nobody for anything. */
#define SENTENCE_OCTETS 120u

static bool stands_in(const struct as_entity *entity, const struct as_entity *outer)
{
	return entity->header_begin >= outer->header_begin && entity->body_end <= outer->body_end;
}

bool as_outside_covers(const struct as_outside *outside, size_t begin, size_t end)
{
	return begin >= outside->inside_begin && begin < outside->inside_end &&
	       end <= outside->inside_end;
}

struct as_spot as_spot_entity(const struct as_entity *entity)
{
	return (struct as_spot){.entity = entity, .begin = entity->header_begin};
}

void as_spot_name(struct as_arena *arena, const struct as_spot *spot, char out[AS_PLACE_SIZE])
{
	const char *type = spot->entity != NULL	 ? spot->entity->media_type
			   : spot->extra != NULL ? spot->extra->media_type
						 : "";
	const char *word = "part";

	type = as_smime_printable(arena, as_span_text(type), TYPE_OCTETS);
	if (spot->entity == NULL && spot->extra == NULL) {
		snprintf(out, AS_PLACE_SIZE, "%s", spot->words);
	} else if (spot->entity == NULL) {
		snprintf(out, AS_PLACE_SIZE, "a part that some clients show (%s)", type);
	} else {
		if (spot->entity->kind == AS_ENTITY_MESSAGE)
			word = "message";
		else if (strcmp(spot->entity->disposition, "attachment") == 0)
			word = "attachment";
		snprintf(out, AS_PLACE_SIZE, "%s %s (%s)", word,
			 as_smime_printable(arena, as_span_text(spot->entity->number),
					    NUMBER_OCTETS),
			 type);
	}
}

static void set_fact(struct as_outside_fact *fact, const struct as_spot *spot, const char *how)
{
	if (!fact->found)
		*fact = (struct as_outside_fact){.found = true, .spot = *spot, .how = how};
}

/* ---- The octets inside ------------------------------------------------ */

/* Of a clear-signed layer the content, when it is known, else the first part. */
static void find_inside(struct as_outside *outside)
{
	const struct as_smime_layer *layer = outside->layer;
	const struct as_entity *first = layer->entity;
	uintptr_t message = (uintptr_t)layer->tree->message.data;
	uintptr_t content = (uintptr_t)layer->content.data;
	size_t size = layer->tree->message.size;

	if (layer->state == AS_SMIME_SIGNED_CLEAR) {
		first = first->first_child;
		if (first == NULL)
			return;
		if (layer->content.size > 0 && content >= message && content - message <= size &&
		    layer->content.size <= size - (size_t)(content - message)) {
			outside->inside_begin = (size_t)(content - message);
			outside->inside_end = outside->inside_begin + layer->content.size;
			return;
		}
	}
	outside->inside_begin = first->header_begin;
	outside->inside_end = first->body_end;
}

static void find_frame(struct as_outside *outside)
{
	const struct as_entity *child = outside->layer->entity;

	while (child != outside->root && child->parent != NULL) {
		const struct as_entity *parent = child->parent;

		if (strcmp(parent->media_type, "multipart/related") == 0)
			outside->related = true;
		if (outside->branch == NULL &&
		    strcmp(parent->media_type, "multipart/alternative") == 0) {
			outside->alternatives = parent;
			outside->branch = child;
		}
		child = parent;
	}
}

/* ---- What is taken in -------------------------------------------------- */

static void add_place(struct as_outside *outside, enum as_look_weight weight,
		      const struct as_spot *spot)
{
	if (weight == AS_LOOK_NOTHING)
		return;
	/* What can be read is named before what cannot. */
	if (weight > outside->worst) {
		outside->worst = weight;
		memmove(&outside->places[1], &outside->places[0],
			sizeof(outside->places) - sizeof(outside->places[0]));
		outside->places[0] = *spot;
	} else if (outside->place_count < AS_OUTSIDE_PLACES) {
		outside->places[outside->place_count] = *spot;
	}
	outside->place_count++;
}

static void add_words(struct as_outside *outside, enum as_look_weight weight, const char *words)
{
	const struct as_spot spot = {.words = words};

	add_place(outside, weight, &spot);
}

static void take_cids(struct as_outside *outside, const struct as_look *look,
		      const struct as_spot *spot)
{
	if (look->cids.count == 0)
		return;
	if (outside->cid_count >= AS_OUTSIDE_CIDS) {
		outside->cids_lost = true;
		return;
	}
	outside->cid_spots[outside->cid_count] = *spot;
	outside->cids[outside->cid_count++] = look;
}

/* In which way HTML ends so that what a client puts behind it is swallowed. */
static const char *swallowing(const struct as_html_state *state)
{
	if (state->open_comment)
		return "a comment";
	if (state->open_raw || state->open_element[0] != '\0')
		return state->open_element;
	return state->open_attribute ? "an attribute" : state->open_tag ? "a tag" : NULL;
}

static const char *leaking(const struct as_look *look)
{
	if (look->state.leaks && (look->html || look->state.remote_prefix))
		return look->state.leaks_how;
	return look->html && look->state.open_start_tag ? "a tag that is left open" : NULL;
}

static void take_html(struct as_outside *outside, const struct as_look *look,
		      const struct as_spot *spot, bool before)
{
	const char *open = swallowing(&look->state);
	const char *leak = leaking(look);

	if (before && leak != NULL)
		set_fact(&outside->leaks, spot, leak);
	if (!look->html)
		return;
	if (before && look->unread)
		set_fact(&outside->unread, spot, "");
	if (before && open != NULL)
		set_fact(&outside->swallows, spot, open);
	if (look->state.hides)
		set_fact(&outside->hides, spot, look->state.hides_how);
	take_cids(outside, look, spot);
}

static void take_look(struct as_outside *outside, const struct as_look *look,
		      const struct as_spot *spot)
{
	bool before = outside->related || spot->begin < outside->layer->entity->header_begin;

	add_place(outside, look->weight, spot);
	take_html(outside, look, spot, before);
	if (before && look->weight == AS_LOOK_TEXT)
		set_fact(&outside->text_before, spot, "");
	if (before && (look->blank_lines >= AS_OUTSIDE_LINES || look->state.pushes))
		set_fact(&outside->pushes, spot, "empty lines");
	if (before && look->wide_blank)
		set_fact(&outside->pushes, spot, "blanks");
}

/* Texts that ciphertexts follow: one is a greeting, several a frame. */
static void take_order(struct as_outside *outside, bool ciphertext, bool text)
{
	if (ciphertext && outside->after_text)
		outside->sandwiches++;
	if (ciphertext || text)
		outside->after_text = !ciphertext;
}

static int take_leaf(struct as_outside *outside, const struct as_entity *leaf, size_t index)
{
	const struct as_spot spot = as_spot_entity(leaf);
	const struct as_look *look = NULL;
	int rc = as_look_entity(&outside->looks, index, leaf, &look);

	if (rc < 0)
		return rc;
	take_look(outside, look, &spot);
	take_order(outside, look->cms,
		   look->weight == AS_LOOK_TEXT && strcmp(leaf->disposition, "attachment") != 0);
	if (look->weight == AS_LOOK_TEXT && outside->alternatives != NULL &&
	    stands_in(leaf, outside->alternatives))
		set_fact(&outside->alternative, &spot, "");
	return 0;
}

/* ---- The walk ----------------------------------------------------------- */

/* The next entity in document order that is not below entity. */
static const struct as_entity *pass_over(const struct as_entity *entity, size_t *index)
{
	const struct as_entity *next = as_entity_next(entity);

	for (++*index; next != NULL && stands_in(next, entity); ++*index)
		next = as_entity_next(next);
	return next;
}

static bool is_skipped(const struct as_outside *outside, const struct as_entity *entity)
{
	return as_outside_covers(outside, entity->header_begin, entity->body_end) ||
	       (outside->signature != NULL && stands_in(entity, outside->signature));
}

/* A message is read as a whole; that it is signed or not is its own affair. */
static bool is_message_outside(const struct as_outside *outside, const struct as_entity *entity)
{
	return entity->kind == AS_ENTITY_MESSAGE && !stands_in(outside->layer->entity, entity);
}

static int take_entities(struct as_outside *outside)
{
	const struct as_entity *entity = outside->layer->tree->root;
	size_t index = 0;

	while (entity != NULL) {
		const struct as_spot spot = as_spot_entity(entity);
		int rc = 0;

		if (entity == outside->layer->entity)
			take_order(outside, true, false);
		if (!stands_in(entity, outside->root) || is_skipped(outside, entity)) {
			entity = as_entity_next(entity);
			index++;
		} else if (is_message_outside(outside, entity)) {
			add_place(outside, AS_LOOK_TEXT, &spot);
			entity = pass_over(entity, &index);
		} else {
			if (entity->kind == AS_ENTITY_LEAF)
				rc = take_leaf(outside, entity, index);
			entity = as_entity_next(entity);
			index++;
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}

static bool is_blank(struct as_span text)
{
	struct as_span head = as_span_slice(text, 0, BLANK_OCTETS);

	for (size_t i = 0; i < head.size; i++)
		if (head.data[i] > ' ')
			return false;
	return head.size == text.size;
}

/* Preambles say in the language of their client that a reader without MIME sees
 * the wrong thing. */
static bool is_about_mime(struct as_span text)
{
	char sentence[SENTENCE_OCTETS];
	size_t length, ends = 0;

	if (as_smime_is_customary(text))
		return true;
	while (text.size > 0 && text.data[text.size - 1] <= ' ')
		text.size--;
	if (text.size >= sizeof(sentence))
		return false;
	length = as_html_lower(text, sentence, sizeof(sentence));
	for (size_t i = 0; i + 1 < length; i++)
		ends += strchr(".!?:", sentence[i]) != NULL ? 1 : 0;
	return ends == 0 && strstr(sentence, "mime") != NULL &&
	       strpbrk(sentence, "0123456789@<>/") == NULL;
}

static void take_region(struct as_outside *outside, const struct as_region *region)
{
	struct as_span text = as_span_slice(outside->layer->tree->message, region->begin,
					    region->end - region->begin);
	const struct as_entity *owner = region->entity;
	bool parts = owner != NULL && owner->first_child != NULL;

	if (is_blank(text))
		return;
	if (region->kind == AS_REGION_PREAMBLE && parts && !is_about_mime(text))
		add_words(outside, AS_LOOK_FAINT, "a preamble");
	else if (region->kind == AS_REGION_PREAMBLE && !parts)
		add_words(outside, AS_LOOK_TEXT, "a multipart without parts");
	else if (region->kind == AS_REGION_EPILOGUE)
		add_words(outside, AS_LOOK_FAINT, "an epilogue");
	else if (region->kind == AS_REGION_GAP)
		add_words(outside, AS_LOOK_TEXT, "text that belongs to no part");
}

static void take_regions(struct as_outside *outside)
{
	const struct as_mime_tree *tree = outside->layer->tree;

	for (size_t i = 0; i < tree->region_count; i++) {
		const struct as_region *region = &tree->regions[i];

		if (region->kind != AS_REGION_PREAMBLE && region->kind != AS_REGION_EPILOGUE &&
		    region->kind != AS_REGION_GAP)
			continue;
		if (region->begin < outside->root->header_begin ||
		    (region->end > outside->root->body_end && outside->root->parent != NULL) ||
		    as_outside_covers(outside, region->begin, region->end))
			continue;
		take_region(outside, region);
	}
}

/* Inside it is a question of which octets were signed. The signature part itself
 * may end a line earlier or later to another parser. */
static bool is_extra_skipped(const struct as_outside *outside, const struct as_extra_body *extra)
{
	const struct as_entity *root = outside->root, *signature = outside->signature;

	if (extra->begin < root->header_begin || extra->begin >= root->body_end)
		return true;
	if (as_outside_covers(outside, extra->begin, extra->begin))
		return true;
	return signature != NULL && extra->begin == signature->body_begin &&
	       extra->encoding == signature->encoding &&
	       strcmp(extra->media_type, signature->media_type) == 0;
}

static int take_extras(struct as_outside *outside)
{
	const struct as_mime_tree *tree = outside->layer->tree;
	size_t index = 0;

	for (const struct as_extra_body *extra = tree->extras; extra != NULL;
	     extra = extra->next, index++) {
		const struct as_spot spot = {.extra = extra, .begin = extra->begin};
		const struct as_look *look = NULL;
		int rc;

		if (is_extra_skipped(outside, extra))
			continue;
		rc = as_look_extra(&outside->looks, index, extra, &look);
		if (rc < 0)
			return rc;
		take_look(outside, look, &spot);
	}
	return 0;
}

int as_outside_gather(struct as_outside *outside, const struct as_coverage_request *request)
{
	int rc;

	*outside = (struct as_outside){
		.layer = request->layer,
		.root = request->root,
		.signature = request->signature,
		.looks = {.arena = request->arena,
			  .memo = request->memo,
			  .tree = request->layer->tree},
	};
	find_inside(outside);
	find_frame(outside);
	rc = take_entities(outside);
	if (rc == 0)
		rc = take_extras(outside);
	if (rc == 0)
		take_regions(outside);
	return rc;
}

/* ---- References ---------------------------------------------------------- */

static const struct as_spot *find_reference(const struct as_outside *outside,
					    const struct as_entity *entity)
{
	struct as_span block = as_span_slice(outside->layer->tree->message, entity->header_begin,
					     entity->body_begin - entity->header_begin);
	struct as_field field;

	if (!as_field_find(block, "content-id", &field))
		return NULL;
	if (outside->cids_lost)
		return &outside->cid_spots[0];
	for (size_t i = 0; i < outside->cid_count; i++)
		if (as_cids_hold(&outside->cids[i]->cids, field.value))
			return &outside->cid_spots[i];
	return NULL;
}

const struct as_spot *as_outside_cid(const struct as_outside *outside)
{
	const struct as_entity *entity = outside->layer->entity;
	const struct as_spot *spot = NULL;

	if (outside->cid_count == 0)
		return NULL;
	for (const struct as_entity *e = entity; e != NULL && spot == NULL && stands_in(e, entity);
	     e = as_entity_next(e))
		spot = find_reference(outside, e);
	return spot;
}
