/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/smime.h"

#include "smime/armour.h"

struct as_smime_entry {
	const struct as_smime_candidate *candidate;
	struct as_smime_layer *layer; /* once judged */
	struct as_smime_entry *next;
};

static bool charge(void *context, size_t bytes)
{
	struct assay_scan *scan = context;

	return as_budget_charge(&scan->budget, bytes, as_scan_now(scan));
}

void as_smime_begin(struct assay_scan *scan)
{
	const struct as_engine *engine = scan->engine;
	const struct as_smime_settings *settings = &engine->settings.smime;

	scan->message.smime = "none";
	scan->smime = (struct as_smime_session){
		.trust = engine->trust,
		.ops = engine->key_ops.unwrap != NULL ? &engine->key_ops : NULL,
		.arena = &scan->arena,
		.at = settings->at_set ? settings->at
				       : (int64_t)(as_clock_wall_us(scan->clock) / 1000000),
		.max_bytes = (size_t)engine->settings.limits.object_bytes,
		.charge = charge,
		.charge_context = scan,
	};
}

static struct as_smime_mail *new_mail(struct assay_scan *scan, struct as_object *object,
				      const struct as_mime_tree *tree, const struct as_entity *root,
				      bool own)
{
	const char *path = object->pub.path;
	struct as_smime_mail *mail = NULL;

	/* A message that is all of the body is part 1 (RFC 9051 s6.4.5); without a path
	 * its layers would be taken for those of the mail that carries it. */
	if (!own && path[0] == '\0')
		path = "1";
	if (as_smime_mail_new(&scan->smime, path, tree, root, own, &mail) != 0) {
		scan->out_of_memory = true;
		return NULL;
	}
	mail->carrier = object;
	return mail;
}

static void add_entries(struct as_smime_view *view, struct assay_scan *scan)
{
	struct as_smime_candidate *candidate = NULL;
	struct as_smime_entry **end = &view->entries;

	if (as_smime_mail_find(&scan->smime, view->tree, view->root, &candidate) != 0) {
		scan->out_of_memory = true;
		return;
	}
	for (; candidate != NULL; candidate = candidate->next) {
		struct as_smime_entry *entry = as_arena_alloc(&scan->arena, sizeof(*entry));

		if (entry == NULL) {
			scan->out_of_memory = true;
			return;
		}
		entry->candidate = candidate;
		*end = entry;
		end = &entry->next;
	}
}

void as_smime_view_init(struct as_smime_view *view, struct assay_scan *scan,
			struct as_object *object, const struct as_mime_tree *tree,
			const struct as_entity *root, bool inner)
{
	*view = (struct as_smime_view){.tree = tree, .root = root};
	if (scan->smime.trust == NULL || root == NULL)
		return;
	if (object->place != NULL && !inner)
		view->place = *object->place;
	else
		view->place.mail =
			new_mail(scan, object, tree, root, object->parent == NULL && !inner);
	if (view->place.mail != NULL)
		add_entries(view, scan);
}

/* The innermost layer whose signed part holds entity. */
static struct as_smime_layer *layer_round(const struct as_smime_view *view,
					  const struct as_entity *entity,
					  const struct as_entity **root_out)
{
	*root_out = view->root;
	for (; entity != NULL && entity != view->root; entity = entity->parent)
		for (const struct as_smime_entry *e = view->entries; e != NULL; e = e->next)
			if (e->layer != NULL && e->candidate->form == AS_SMIME_FORM_MULTIPART &&
			    e->candidate->signed_part == entity) {
				*root_out = entity;
				return e->layer;
			}
	return view->place.layer;
}

static bool signs(const struct as_smime_layer *layer)
{
	for (; layer != NULL; layer = layer->parent)
		if (as_smime_layer_signed(layer))
			return true;
	return false;
}

bool as_smime_is_signed(const struct as_smime_view *view, const struct as_entity *entity)
{
	const struct as_entity *root;

	return view->place.mail != NULL && signs(layer_round(view, entity, &root));
}

static const char *label_of(const struct as_smime_layer *layer)
{
	switch (layer->state) {
	case AS_SMIME_SIGNED_CLEAR:
	case AS_SMIME_SIGNED_OPAQUE:
		return "~signed";
	case AS_SMIME_COMPRESSED:
		return "~inflated";
	case AS_SMIME_ENVELOPED:
	case AS_SMIME_AUTHENVELOPED:
	case AS_SMIME_ENCRYPTED:
		return "~decrypted";
	case AS_SMIME_CERTS_ONLY:
	case AS_SMIME_DIGESTED:
	case AS_SMIME_MALFORMED:
		break;
	}
	return "~content";
}

static as_unpack *unpacking_of(enum as_smime_inside inside)
{
	if (inside == AS_SMIME_INSIDE_MIME)
		return as_message_unpack;
	return inside == AS_SMIME_INSIDE_CMS ? as_smime_unpack : NULL;
}

/* What a layer holds enters the whole inspection. */
static void inspect_content(struct assay_scan *scan, struct as_object *carrier,
			    struct as_smime_layer *layer)
{
	enum as_smime_inside inside = as_smime_inside(layer);
	struct as_smime_place *place;
	struct as_object *object;

	if (inside == AS_SMIME_INSIDE_NOTHING)
		return;
	/* What was made has been charged while it was. */
	if (layer->opening == AS_SMIME_OPEN_NONE &&
	    as_scan_charge(scan, carrier, layer->content.size) != ASSAY_OK)
		return;
	carrier->pub.flags |= ASSAY_FLAG_UNPACKED;
	place = as_arena_alloc(&scan->arena, sizeof(*place));
	object = as_object_new(scan, carrier, ASSAY_ORIGIN_DERIVED, layer->content);
	if (place == NULL || object == NULL) {
		scan->out_of_memory = true;
		return;
	}
	*place = (struct as_smime_place){layer->mail, layer};
	object->place = place;
	object->pub.via = "smime";
	if (signs(layer))
		object->pub.flags |= ASSAY_FLAG_SIGNED;
	if (as_object_path(scan, object, as_span_text(label_of(layer))) == ASSAY_OK)
		as_object_inspect(scan, object, unpacking_of(inside), NULL);
}

/* For rules: the state of the outermost mail as far as it is known. */
static void tell_plugins(struct assay_scan *scan, const struct as_smime_layer *layer)
{
	bool good = layer->valid == AS_SMIME_YES && layer->coverage == AS_SMIME_WHOLE &&
		    as_smime_layer_by_author(layer);

	if (!layer->mail->own ||
	    (layer->state != AS_SMIME_SIGNED_CLEAR && layer->state != AS_SMIME_SIGNED_OPAQUE))
		return;
	if (strcmp(scan->message.smime, "pass") != 0)
		scan->message.smime = good ? "pass" : "fail";
}

static void judge(struct assay_scan *scan, const struct as_smime_subject *subject,
		  struct as_object *carrier, struct as_smime_layer **layer_out)
{
	struct as_smime_layer *layer = NULL;
	struct as_buffer made;

	*layer_out = NULL;
	if (!as_budget_alive(&scan->budget, as_scan_now(scan))) {
		as_scan_stopped(scan, carrier);
		return;
	}
	as_buffer_init(&made, scan->smime.max_bytes);
	if (as_smime_judge(&scan->smime, subject, &made, &layer) != 0)
		scan->out_of_memory = true;
	as_scan_stopped(scan, carrier);
	if (layer != NULL) {
		*layer_out = layer;
		tell_plugins(scan, layer);
		if (layer->opening > AS_SMIME_OPEN_DONE && layer->state != AS_SMIME_COMPRESSED)
			carrier->pub.flags |= ASSAY_FLAG_ENCRYPTED;
		/* The signed part of a multipart is an entity of the tree. */
		if (layer->state != AS_SMIME_SIGNED_CLEAR)
			inspect_content(scan, carrier, layer);
		layer->content = as_span_make(NULL, 0);
	}
	as_buffer_deinit(&made);
}

void as_smime_visit(struct as_smime_view *view, struct assay_scan *scan,
		    const struct as_entity *entity, struct as_object *carrier, const char *path)
{
	struct as_smime_entry *entry = view->entries;
	struct as_smime_subject subject = {.path = path, .carrier = carrier, .tree = view->tree};

	while (entry != NULL && entry->candidate->entity != entity)
		entry = entry->next;
	if (entry == NULL || entry->layer != NULL)
		return;
	subject.candidate = entry->candidate;
	subject.place.mail = view->place.mail;
	subject.place.layer = layer_round(view, entity, &subject.root);
	judge(scan, &subject, carrier, &entry->layer);
}

/* Entities are found by the walk over their tree. */
bool as_smime_is_bare(const struct assay_scan *scan, const struct as_object *object)
{
	const uint32_t loose =
		ASSAY_ORIGIN_FILE | ASSAY_ORIGIN_MEMBER | ASSAY_ORIGIN_DERIVED | ASSAY_ORIGIN_GAP;

	return scan->smime.trust != NULL && (object->pub.origin & loose) != 0 &&
	       object->place == NULL && as_smime_file_looks(object->pub.data);
}

void as_smime_unpack(struct assay_scan *scan, struct as_object *object, void *context)
{
	struct as_smime_subject subject = {
		.path = object->pub.path,
		.carrier = object,
		.octets = object->pub.data,
	};
	struct as_smime_layer *layer;

	(void)context;
	if (object->pub.depth >= scan->engine->settings.limits.depth) {
		as_scan_note(scan, object, "limit.depth", ASSAY_SEVERITY_DEFAULT,
			     "CMS objects are nested deeper than the limit; this one was not "
			     "taken apart.");
		return;
	}
	object->pub.depth++;
	if (object->place != NULL)
		subject.place = *object->place;
	else
		subject.place.mail = new_mail(scan, object, NULL, NULL, object->parent == NULL);
	if (subject.place.mail != NULL)
		judge(scan, &subject, object, &layer);
}

void as_smime_conclude(struct assay_scan *scan)
{
	if (scan->smime.first == NULL)
		return;
	as_smime_finish(&scan->smime);
	for (const struct as_smime_mail *mail = scan->smime.first; mail != NULL;
	     mail = mail->next) {
		if (mail->notes.lost)
			scan->out_of_memory = true;
		for (const struct as_smime_note *n = mail->notes.first; n != NULL; n = n->next)
			as_scan_note(scan, n->layer != NULL ? n->layer->carrier : mail->carrier,
				     n->code, n->severity, n->text);
	}
}
