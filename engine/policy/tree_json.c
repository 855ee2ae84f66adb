/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/tree_json.h"

#include "inspect/words.h"
#include "mime/transfer.h"
#include "policy/json.h"

static json_t *names_json(const struct assay_name *names, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list,
				      as_json_span(as_span_make(names[i].text, names[i].length)));
	return list;
}

static json_t *flags_json(uint32_t flags)
{
	json_t *list = json_array();

	for (unsigned int bit = 0; bit < 32; bit++)
		if ((flags >> bit & 1) != 0 && as_flag_name(bit) != NULL)
			json_array_append_new(list, json_string(as_flag_name(bit)));
	return list;
}

static void add_detail(json_t *row, const struct as_object *object)
{
	json_object_set_new(row, "depth", json_integer(object->pub.depth));
	json_object_set_new(row, "via", as_json_text(object->pub.via));
	json_object_set_new(
		row, "parent",
		json_integer(object->parent != NULL ? (json_int_t)object->parent->pub.index : -1));
	json_object_set_new(row, "index", json_integer(object->pub.index));
	json_object_set_new(row, "us", json_integer((json_int_t)object->us));
	if (object->body_begin == SIZE_MAX)
		return;
	json_object_set_new(
		row, "range",
		json_pack("[I,I,I]",
			  (json_int_t)(object->header_begin != SIZE_MAX ? object->header_begin
									: object->body_begin),
			  (json_int_t)object->body_begin, (json_int_t)object->body_end));
}

json_t *as_objects_json(const struct assay_scan *scan, bool detail)
{
	json_t *list = json_array();

	for (size_t i = 0; i < scan->object_count; i++) {
		const struct as_object *object = scan->objects[i];
		const struct assay_object *pub = &object->pub;
		json_t *row;

		if (!detail && (pub->origin & (ASSAY_ORIGIN_MESSAGE | ASSAY_ORIGIN_HEADERS)) != 0)
			continue;
		row = json_pack("{s:o,s:s,s:o,s:o,s:o,s:s,s:I,s:o,s:o}", "path",
				as_json_text(pub->path), "origin", as_origin_name(pub->origin),
				"names", names_json(pub->names, pub->name_count), "declared",
				as_json_text(pub->declared), "type", as_json_text(pub->type),
				"class", as_class_name(pub->type_class), "size",
				(json_int_t)pub->size, "sha256",
				(pub->flags & ASSAY_FLAG_UNREAD) != 0 ? json_string("")
								      : as_json_sha256(pub->sha256),
				"flags", flags_json(pub->flags));
		if (detail)
			add_detail(row, object);
		json_array_append_new(list, row);
	}
	return list;
}

static const char *kind_name(enum as_entity_kind kind)
{
	switch (kind) {
	case AS_ENTITY_LEAF:
		return "leaf";
	case AS_ENTITY_MULTIPART:
		return "multipart";
	case AS_ENTITY_MESSAGE:
		return "message";
	}
	return "";
}

static json_t *entities_json(const struct as_mime_tree *tree)
{
	json_t *list = json_array();

	for (const struct as_entity *e = tree->root; e != NULL; e = as_entity_next(e))
		json_array_append_new(
			list, json_pack("{s:o,s:s,s:o,s:o,s:o,s:I,s:[I,I,I],s:o}", "number",
					as_json_text(e->number), "kind", kind_name(e->kind), "type",
					as_json_text(e->media_type), "encoding",
					as_json_text(e->encoding_text), "charset",
					as_json_text(e->charset), "depth", (json_int_t)e->depth,
					"range", (json_int_t)e->header_begin,
					(json_int_t)e->body_begin, (json_int_t)e->body_end, "names",
					names_json(e->names, e->name_count)));
	return list;
}

static json_t *regions_json(const struct as_mime_tree *tree)
{
	static const char *const words[] = {
		[AS_REGION_HEADER] = "header",	     [AS_REGION_BODY] = "body",
		[AS_REGION_DELIMITER] = "delimiter", [AS_REGION_PREAMBLE] = "preamble",
		[AS_REGION_EPILOGUE] = "epilogue",   [AS_REGION_GAP] = "gap",
	};
	json_t *list = json_array();

	for (size_t i = 0; i < tree->region_count; i++) {
		const struct as_region *r = &tree->regions[i];

		json_array_append_new(
			list, json_pack("[s,I,I,o]", words[r->kind], (json_int_t)r->begin,
					(json_int_t)r->end,
					as_json_text(r->entity != NULL ? r->entity->number : "")));
	}
	return list;
}

static json_t *view_json(const struct as_view *view, enum as_client client)
{
	json_t *parts = json_array();

	for (size_t i = 0; i < view->count; i++) {
		const struct as_view_part *part = &view->parts[i];

		json_array_append_new(
			parts,
			json_pack("{s:o,s:b,s:o,s:s,s:o,s:I,s:[I,I,I]}", "number",
				  as_json_text(part->number), "composite", (int)part->composite,
				  "type", as_json_text(part->media_type), "encoding",
				  as_transfer_name(part->encoding), "name",
				  as_json_span(part->name), "depth", (json_int_t)part->depth,
				  "range", (json_int_t)part->header_begin,
				  (json_int_t)part->body_begin, (json_int_t)part->body_end));
	}
	return json_pack("{s:s,s:s,s:b,s:o}", "client", as_clients[client].word, "name",
			 as_clients[client].name, "cut", (int)view->cut, "parts", parts);
}

/* The message as each client would show it. */
static json_t *views_json(const struct as_view *views)
{
	json_t *list = json_array();

	for (unsigned int client = 0; views != NULL && client < AS_CLIENT_COUNT; client++)
		json_array_append_new(list, view_json(&views[client], (enum as_client)client));
	return list;
}

json_t *as_trees_json(const struct assay_scan *scan)
{
	json_t *list = json_array();

	for (const struct as_tree_ref *ref = scan->trees; ref != NULL; ref = ref->next)
		json_array_append_new(
			list, json_pack("{s:o,s:I,s:b,s:b,s:o,s:o,s:o}", "path",
					as_json_text(ref->object->pub.path), "size",
					(json_int_t)ref->tree->message.size, "gmime_agreed",
					(int)ref->tree->gmime_agreed, "gmime_skipped",
					(int)ref->tree->gmime_skipped, "entities",
					entities_json(ref->tree), "regions",
					regions_json(ref->tree), "views", views_json(ref->views)));
	return list;
}
