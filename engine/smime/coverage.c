/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/coverage.h"

#include "smime/outside.h"

#include <stdio.h>

/* Room for AS_OUTSIDE_PLACES places. */
#define LIST_SIZE 400u
#define TEXT_SIZE 640u

static bool is_signed(const struct as_smime_layer *layer)
{
	return layer->state == AS_SMIME_SIGNED_CLEAR || layer->state == AS_SMIME_SIGNED_OPAQUE;
}

static bool is_encrypted(const struct as_smime_layer *layer)
{
	return layer->state == AS_SMIME_ENVELOPED || layer->state == AS_SMIME_AUTHENVELOPED ||
	       layer->state == AS_SMIME_ENCRYPTED;
}

/* Whether a signer of a layer around vouches for what stands beside this one. */
static bool is_in_valid_signature(const struct as_smime_layer *layer)
{
	for (layer = layer->parent; layer != NULL; layer = layer->parent)
		if (is_signed(layer) && layer->valid == AS_SMIME_YES)
			return true;
	return false;
}

static bool is_told_of_parents(const struct as_coverage_request *request)
{
	const struct as_smime_layer *layer = request->layer->parent;

	for (; layer != NULL; layer = layer->parent)
		if (as_smime_noted(request->notes, layer, "smime.partial_coverage"))
			return true;
	return false;
}

static void list_places(struct as_arena *arena, const struct as_outside *outside,
			char out[LIST_SIZE])
{
	size_t named =
		outside->place_count < AS_OUTSIDE_PLACES ? outside->place_count : AS_OUTSIDE_PLACES;
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; i < named && length < LIST_SIZE; i++) {
		char place[AS_PLACE_SIZE];

		as_spot_name(arena, &outside->places[i], place);
		length += (size_t)snprintf(out + length, LIST_SIZE - length, "%s%s",
					   i > 0 ? ", " : "", place);
	}
	if (outside->place_count > named && length < LIST_SIZE)
		snprintf(out + length, LIST_SIZE - length, " and %zu more",
			 outside->place_count - named);
}

/* Which alternative is covered, and that the signed one is not opened at once. */
static void describe(const struct as_coverage_request *request, const struct as_outside *outside,
		     char out[TEXT_SIZE])
{
	const struct as_entity *entity = request->layer->entity;
	char signed_one[AS_PLACE_SIZE], other[AS_PLACE_SIZE];
	struct as_spot branch;

	out[0] = '\0';
	if (outside->alternative.found) {
		branch = as_spot_entity(outside->branch);
		as_spot_name(request->arena, &branch, signed_one);
		as_spot_name(request->arena, &outside->alternative.spot, other);
		snprintf(out, TEXT_SIZE,
			 "; of alternatives only %s is signed, and %s can be shown in its place",
			 signed_one, other);
	} else if (strcmp(entity->disposition, "attachment") == 0) {
		snprintf(out, TEXT_SIZE, "; what is signed is an attachment");
	} else if (outside->related && outside->text_before.found) {
		snprintf(out, TEXT_SIZE, "; what is signed is a resource of another part");
	}
}

static void note_partial(const struct as_coverage_request *request,
			 const struct as_outside *outside, enum as_smime_coverage coverage)
{
	enum assay_severity severity = outside->worst == AS_LOOK_TEXT ? ASSAY_MEDIUM : ASSAY_LOW;
	char places[LIST_SIZE], more[TEXT_SIZE];

	if (is_in_valid_signature(request->layer))
		severity = ASSAY_LOW;
	list_places(request->arena, outside, places);
	describe(request, outside, more);
	as_smime_note(request->notes, request->layer, "smime.partial_coverage", severity,
		      coverage == AS_SMIME_NONE
			      ? "The signature covers nothing that is shown; outside of it: %s%s."
			      : "The signature covers only a part of what is shown; outside of it: "
				"%s%s.",
		      places, more);
}

/* A layer within a layer covers no more than that one does. */
static void note_inherited(const struct as_coverage_request *request)
{
	as_smime_note(request->notes, request->layer, "smime.partial_coverage",
		      is_told_of_parents(request) ? ASSAY_LOW : ASSAY_MEDIUM,
		      "The signature stands inside of a layer that is only a part of what is "
		      "shown.");
}

/* Whether an entity inside shows anything. Opaque content is not in the tree. */
static int shows_inside(const struct as_coverage_request *request, struct as_outside *outside,
			bool *shows_out)
{
	size_t index = 0;

	*shows_out = request->layer->state != AS_SMIME_SIGNED_CLEAR;
	for (const struct as_entity *entity = request->layer->tree->root;
	     entity != NULL && !*shows_out; entity = as_entity_next(entity), index++) {
		const struct as_look *look = NULL;
		int rc = 0;

		if (!as_outside_covers(outside, entity->header_begin, entity->body_end))
			continue;
		if (entity->kind == AS_ENTITY_LEAF)
			rc = as_look_entity(&outside->looks, index, entity, &look);
		if (rc < 0)
			return rc;
		*shows_out = entity->kind == AS_ENTITY_MESSAGE ||
			     (look != NULL && look->weight != AS_LOOK_NOTHING);
	}
	return 0;
}

static int answer(const struct as_coverage_request *request, struct as_outside *outside,
		  enum as_smime_coverage *coverage_out)
{
	bool shows = true;
	int rc = 0;

	if (request->layer->state == AS_SMIME_SIGNED_CLEAR &&
	    request->layer->entity->first_child == NULL)
		shows = false;
	else if (outside->worst == AS_LOOK_TEXT)
		rc = shows_inside(request, outside, &shows);
	if (rc < 0)
		return rc;
	if (!shows)
		*coverage_out = AS_SMIME_NONE;
	else if (outside->worst != AS_LOOK_NOTHING || request->parent != AS_SMIME_WHOLE)
		*coverage_out = AS_SMIME_PART;
	else
		*coverage_out = AS_SMIME_WHOLE;
	return 0;
}

static int check_signed(const struct as_coverage_request *request, struct as_outside *outside,
			enum as_smime_coverage coverage)
{
	if (outside->worst != AS_LOOK_NOTHING)
		note_partial(request, outside, coverage);
	else if (request->parent != AS_SMIME_WHOLE)
		note_inherited(request);
	return as_hiding_check(request, outside);
}

static int check(const struct as_coverage_request *request, enum as_smime_coverage *coverage_out)
{
	enum as_smime_coverage coverage;
	struct as_outside outside;
	int rc = as_outside_gather(&outside, request);

	if (rc == 0)
		rc = answer(request, &outside, &coverage);
	if (rc == 0 && is_signed(request->layer))
		rc = check_signed(request, &outside, coverage);
	if (rc == 0 && is_encrypted(request->layer))
		rc = as_exfiltration_check(request, &outside);
	if (rc == 0)
		*coverage_out = coverage;
	return rc;
}

int as_coverage_check(const struct as_coverage_request *request,
		      enum as_smime_coverage *coverage_out)
{
	const struct as_smime_layer *layer = request->layer;
	struct as_coverage_memo memo = {0};
	struct as_coverage_request own = *request;

	if (layer->state == AS_SMIME_MALFORMED || layer->state == AS_SMIME_CERTS_ONLY) {
		*coverage_out = AS_SMIME_NONE;
		return 0;
	}
	if (layer->entity == NULL || layer->tree == NULL) {
		*coverage_out = request->parent;
		return 0;
	}
	if (layer->number >= AS_COVERAGE_LAYERS_MAX) {
		as_smime_note(request->notes, NULL, "smime.limit_exceeded", ASSAY_SEVERITY_DEFAULT,
			      "More than %u layers: what stands beside the others was not looked "
			      "at.",
			      AS_COVERAGE_LAYERS_MAX);
		*coverage_out = AS_SMIME_PART;
		return 0;
	}
	if (own.root == NULL)
		own.root = layer->tree->root;
	if (own.memo == NULL)
		own.memo = &memo;
	return check(&own, coverage_out);
}
