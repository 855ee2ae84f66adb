/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "inspect/decode.h"
#include "inspect/envelope.h"
#include "inspect/readings.h"
#include "inspect/walk.h"
#include "mime/entity.h"
#include "mime/names.h"

#include <stdio.h>

/* What the engine's own unpacking of an embedded message is handed. */
struct inner {
	const struct as_walk *walk;
	const struct as_entity *entity;
};

static void walk_entity(const struct as_walk *walk, const struct as_entity *entity,
			struct as_object *parent);

bool as_message_is(const struct as_object *object)
{
	if (strcmp(object->pub.type_name, "EML") == 0 || strcmp(object->pub.type_name, "MHT") == 0)
		return true;
	return strcmp(object->pub.declared, "message/rfc822") == 0 ||
	       strcmp(object->pub.declared, "message/global") == 0 ||
	       strcmp(object->pub.declared, "message/news") == 0;
}

int as_walk_path(const struct as_walk *walk, struct as_object *object, const char *number,
		 struct as_span rest)
{
	struct as_object *parent = object->parent;
	struct as_buffer text;
	int rc;

	as_buffer_init(&text, 0);
	as_buffer_text(&text, number);
	if (rest.size > 0) {
		if (text.size > 0)
			as_buffer_byte(&text, '/');
		as_buffer_append(&text, rest.data, rest.size);
	}
	object->parent = walk->message;
	rc = as_object_path(walk->scan, object, as_buffer_span(&text));
	object->parent = parent;
	as_buffer_deinit(&text);
	return rc;
}

/* The object that findings about an entity are reported on: itself when it
 * has been made, else the message. */
static void report_notes(const struct as_walk *walk, const struct as_entity *entity,
			 struct as_object *object)
{
	for (const struct as_note *note = walk->tree->notes; note != NULL; note = note->next) {
		const struct assay_evidence evidence = {.offset = note->offset, .text = ""};
		const struct assay_finding finding = {
			.code = note->code,
			.severity = note->severity,
			.text = note->text,
			.evidence = &evidence,
			.evidence_count = 1,
		};

		if (note->entity == entity)
			as_scan_report(walk->scan, &object->pub, &finding, "");
	}
}

static uint32_t entity_flags(const struct as_entity *entity)
{
	bool attachment = strcmp(entity->disposition, "attachment") == 0;
	bool text = strncmp(entity->media_type, "text/", 5) == 0;
	uint32_t flags = 0;

	if (strcmp(entity->disposition, "inline") == 0 ||
	    (entity->disposition[0] == '\0' && text && entity->name_count == 0))
		flags |= ASSAY_FLAG_INLINE;
	if (text && !attachment && entity->name_count == 0)
		flags |= ASSAY_FLAG_BODY;
	return flags;
}

static struct as_object *entity_object(const struct as_walk *walk, const struct as_entity *entity,
				       struct as_object *parent, enum assay_origin origin,
				       struct as_span data)
{
	struct assay_scan *scan = walk->scan;
	struct as_object *object = as_object_new(scan, parent, origin, data);
	struct as_span name = as_span_make(NULL, 0);

	if (object == NULL)
		return NULL;
	as_object_names(scan, object, entity->names, entity->name_count);
	if (entity->name_count > 0) {
		name = as_span_slice(as_span_make(entity->names[0].text, entity->names[0].length),
				     0, ASSAY_NAME_MAX);
		scan->message.attachments++;
	}
	if (as_walk_path(walk, object, entity->number, name) != 0)
		return NULL;
	object->pub.declared = entity->declared;
	object->pub.charset = entity->charset;
	object->pub.flags = entity_flags(entity);
	/* A multipart that is a message of its own adds no level. */
	object->pub.depth = (parent == walk->message ? walk->depth : parent->pub.depth) +
			    (entity->kind == AS_ENTITY_MESSAGE ? 1 : 0);
	if (as_smime_is_signed(walk->smime, entity))
		object->pub.flags |= ASSAY_FLAG_SIGNED;
	object->header_begin = entity->header_begin;
	object->body_begin = entity->body_begin;
	object->body_end = entity->body_end;
	return object;
}

/* A layer that stands at the root of a message has the path of the message. */
static const char *smime_path(const struct as_walk *walk, const struct as_entity *entity)
{
	const char *above = walk->message->pub.path;
	const char *path;

	if (entity == walk->smime->root && entity->parent == NULL)
		return above;
	if (walk->smime->place.mail != NULL && entity == walk->smime->place.mail->root)
		return walk->smime->place.mail->path;
	path = as_arena_printf(&walk->scan->arena, "%s%s%s", above,
			       above[0] != '\0' && entity->number[0] != '\0' ? "/" : "",
			       entity->number);
	return path != NULL ? path : "";
}

static void unpack_inner(struct assay_scan *scan, struct as_object *object, void *context)
{
	const struct inner *inner = context;
	struct as_smime_view smime;
	struct as_walk walk = *inner->walk;

	object->pub.flags |= ASSAY_FLAG_UNPACKED;
	as_smime_view_init(&smime, scan, object, walk.tree, inner->entity->first_child, true);
	walk.smime = &smime;
	for (const struct as_entity *e = inner->entity->first_child; e != NULL; e = e->next)
		walk_entity(&walk, e, object);
}

static void inspect_embedded(const struct as_walk *walk, const struct as_entity *entity,
			     struct as_object *parent)
{
	struct as_span data = as_span_slice(walk->tree->message, entity->body_begin,
					    entity->body_end - entity->body_begin);
	struct as_object *object = entity_object(walk, entity, parent, ASSAY_ORIGIN_ENTITY, data);
	struct inner inner = {.walk = walk, .entity = entity};

	if (object == NULL)
		return;
	report_notes(walk, entity, object);
	as_object_inspect(walk->scan, object, unpack_inner, &inner);
}

/* There was no room to decode it: its name counts all the same. */
static void inspect_unread(const struct as_walk *walk, const struct as_entity *entity,
			   struct as_object *parent)
{
	struct as_object *object =
		entity_object(walk, entity, parent, ASSAY_ORIGIN_ENTITY, as_span_make(NULL, 0));

	if (object == NULL)
		return;
	object->pub.flags |= ASSAY_FLAG_UNREAD;
	object->pub.size = entity->body_end - entity->body_begin;
	report_notes(walk, entity, object);
	as_object_inspect(walk->scan, object, NULL, NULL);
}

/* Nothing stands behind it in a message that is part of another. */
static bool is_last(const struct as_walk *walk, const struct as_entity *entity)
{
	for (const struct as_entity *e = entity->parent; e != NULL; e = e->parent)
		if (e->kind == AS_ENTITY_MESSAGE)
			return entity->body_end == e->body_end;
	return walk->message->parent != NULL && entity->body_end == walk->tree->message.size;
}

static void inspect_body(const struct as_walk *walk, const struct as_entity *entity,
			 struct as_object *parent)
{
	struct as_span raw = as_span_slice(walk->tree->message, entity->body_begin,
					   entity->body_end - entity->body_begin);
	struct as_decoded decoded;
	struct as_object *object;

	if (as_decode(walk->scan, walk->message, entity->encoding, raw, &decoded) != 0) {
		inspect_unread(walk, entity, parent);
		return;
	}
	object = entity_object(walk, entity, parent, ASSAY_ORIGIN_ENTITY, decoded.data);
	if (object != NULL) {
		object->raw = !as_encoding_changes(entity->encoding);
		object->cut = is_last(walk, entity);
		report_notes(walk, entity, object);
		as_decode_report(walk->scan, object, &decoded, entity->encoding);
		as_object_inspect(walk->scan, object, NULL, NULL);
		as_smime_visit(walk->smime, walk->scan, entity, object, smime_path(walk, entity));
		const struct as_body body = {
			.message = walk->message,
			.object = object,
			.raw = raw,
			.encoding = entity->encoding,
			.data = decoded.data,
			.transfer = decoded.transfer,
		};
		as_readings_inspect(walk->scan, &body);
	}
	as_decoded_free(&decoded);
}

/* Recursion is bounded by the limit mime_depth, which the tree enforced. */
static void walk_entity(const struct as_walk *walk, const struct as_entity *entity,
			struct as_object *parent)
{
	switch (entity->kind) {
	case AS_ENTITY_LEAF:
		inspect_body(walk, entity, parent);
		break;
	case AS_ENTITY_MESSAGE:
		inspect_embedded(walk, entity, parent);
		break;
	case AS_ENTITY_MULTIPART:
		report_notes(walk, entity, parent);
		as_smime_visit(walk->smime, walk->scan, entity, parent, smime_path(walk, entity));
		for (const struct as_entity *e = entity->first_child; e != NULL; e = e->next)
			walk_entity(walk, e, parent);
		break;
	}
}

/* The octets of the message may be gone when the verdict is written. */
static bool keep_names(struct assay_scan *scan, struct as_view *view)
{
	for (size_t i = 0; i < view->count; i++) {
		struct as_span *name = &view->parts[i].name;
		const char *copy = as_arena_copy(&scan->arena, *name);

		if (copy == NULL)
			return false;
		name->data = (const unsigned char *)copy;
	}
	return true;
}

static const struct as_view *make_views(struct assay_scan *scan, const struct as_mime_tree *tree)
{
	struct as_view *views = as_arena_array(&scan->arena, AS_CLIENT_COUNT, sizeof(*views));

	for (unsigned int client = 0; views != NULL && client < AS_CLIENT_COUNT; client++)
		if (as_view_make(tree, &scan->engine->settings.limits, (enum as_client)client,
				 &views[client]) != 0 ||
		    !keep_names(scan, &views[client]))
			return NULL;
	return views;
}

static void keep_tree(struct assay_scan *scan, const struct as_mime_tree *tree,
		      const struct as_object *object)
{
	struct as_tree_ref *ref = as_arena_alloc(&scan->arena, sizeof(*ref));

	if (ref == NULL)
		return;
	*ref = (struct as_tree_ref){.tree = tree, .object = object};
	if (scan->detail)
		ref->views = make_views(scan, tree);
	if (scan->last_tree == NULL)
		scan->trees = ref;
	else
		scan->last_tree->next = ref;
	scan->last_tree = ref;
}

static void too_large(struct assay_scan *scan, struct as_object *object)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "The message has %zu octets, more than %llu; it was not taken apart.",
		 object->pub.data.size,
		 (unsigned long long)scan->engine->settings.limits.message_bytes);
	as_scan_note(scan, object, "limit.message_size", ASSAY_SEVERITY_DEFAULT, text);
}

static int parse(struct assay_scan *scan, struct as_span octets, struct as_mime_tree **tree_out)
{
	const struct as_engine_settings *settings = &scan->engine->settings;

	if (!settings->readings)
		return as_mime_parse_primary(&scan->arena, octets, &settings->limits, tree_out);
	return as_mime_parse(&scan->arena, octets, &settings->limits, tree_out);
}

void as_message_unpack(struct assay_scan *scan, struct as_object *object, void *context)
{
	const struct as_limits *limits = &scan->engine->settings.limits;
	/* A message within another is a level like any container, however it is
	 * encoded: the recursion through encoded ones ends by this only. */
	struct as_walk walk = {.scan = scan,
			       .message = object,
			       .depth = object->pub.depth + (object->parent != NULL ? 1 : 0)};
	struct as_smime_view smime;
	struct as_mime_tree *tree;

	(void)context;
	if (object->parent == NULL)
		as_recipients_check(scan, object);
	if (object->pub.data.size > limits->message_bytes) {
		too_large(scan, object);
		return;
	}
	if (object->pub.depth >= limits->depth) {
		as_scan_note(scan, object, "limit.depth", ASSAY_SEVERITY_DEFAULT,
			     "Messages are nested deeper than the limit; this one was not taken "
			     "apart.");
		return;
	}
	if (parse(scan, object->pub.data, &tree) != 0) {
		scan->out_of_memory = true;
		return;
	}
	walk.tree = tree;
	object->pub.flags |= ASSAY_FLAG_UNPACKED;
	keep_tree(scan, tree, object);
	if (object->parent == NULL)
		as_message_describe(scan, tree);
	report_notes(&walk, NULL, object);
	as_smime_view_init(&smime, scan, object, tree, tree->root, false);
	walk.smime = &smime;
	as_walk_headers(&walk);
	walk_entity(&walk, tree->root, object);
	as_walk_gaps(&walk);
	as_walk_extras(&walk);
}
