/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "base/log.h"
#include "base/sha256.h"
#include "inspect/readings.h"
#include "inspect/words.h"
#include "mime/names.h"

#include <stdarg.h>
#include <stdio.h>

static struct as_object *mutable(const struct assay_object *object)
{
	return (struct as_object *)(uintptr_t)object;
}

static const char *caller(const struct assay_scan *scan)
{
	return scan->frame != NULL ? scan->frame->module->plugin->name : "";
}

static void changed(struct assay_scan *scan)
{
	if (scan->frame != NULL)
		scan->frame->changed = true;
}

static int host_report(struct assay_scan *scan, const struct assay_object *object,
		       const struct assay_finding *finding)
{
	return as_scan_report(scan, object, finding, caller(scan));
}

static int host_set_type(struct assay_scan *scan, const struct assay_object *object,
			 const struct assay_type *type)
{
	struct as_object *own = mutable(object);

	if (type->mime == NULL || type->name == NULL ||
	    (unsigned int)type->type_class >= ASSAY_CLASS_COUNT)
		return ASSAY_E_INVALID;
	changed(scan);
	if (own->pub.type[0] != '\0' && type->confidence <= own->pub.type_confidence)
		return ASSAY_OK;
	const char *mime = as_arena_strdup(&scan->arena, type->mime);
	const char *name = as_arena_strdup(&scan->arena, type->name);

	if (mime == NULL || name == NULL) {
		scan->out_of_memory = true;
		return ASSAY_E_BUDGET;
	}
	own->pub.type = mime;
	own->pub.type_name = name;
	own->pub.type_class = type->type_class;
	own->pub.type_confidence = type->confidence;
	return ASSAY_OK;
}

static int host_add_flags(struct assay_scan *scan, const struct assay_object *object,
			  uint32_t flags)
{
	changed(scan);
	mutable(object)->pub.flags |= flags;
	return ASSAY_OK;
}

static int host_charge(struct assay_scan *scan, const struct assay_object *object, uint64_t bytes)
{
	int rc = as_scan_charge(scan, mutable(object), bytes);

	/* What the plugin leaves out from here on it may find another time. */
	if (rc != ASSAY_OK)
		changed(scan);
	return rc;
}

/* Containers that are open at this moment are in memory with what is taken
 * out of them: together they may have half as much again as one object. */
static uint64_t open_bytes(const struct assay_scan *scan)
{
	const struct as_object *object = scan->frame != NULL ? scan->frame->object : NULL;
	uint64_t sum = 0;

	for (; object != NULL; object = object->parent)
		if (object->pub.origin != ASSAY_ORIGIN_MESSAGE)
			sum += object->pub.data.size;
	return sum;
}

static uint64_t host_left_bytes(const struct assay_scan *scan)
{
	uint64_t left = as_budget_left_bytes(&scan->budget);
	uint64_t one = scan->engine->settings.limits.object_bytes;
	uint64_t all = one + one / 2;
	uint64_t open = open_bytes(scan);

	if (left > one)
		left = one;
	if (open >= all)
		return 0;
	return left < all - open ? left : all - open;
}

static uint64_t host_left_ms(const struct assay_scan *scan)
{
	return as_budget_left_ms(&scan->budget, as_scan_now(scan));
}

static uint32_t host_left_depth(const struct assay_scan *scan, const struct assay_object *object)
{
	uint32_t limit = (uint32_t)scan->engine->settings.limits.depth;

	return object->depth >= limit ? 0 : limit - object->depth;
}

static void *host_alloc(struct assay_scan *scan, size_t size)
{
	void *memory = as_arena_alloc(&scan->arena, size);

	/* The plugin has to leave something out. */
	if (memory == NULL)
		scan->out_of_memory = true;
	return memory;
}

static bool host_seen(const struct assay_scan *scan, struct as_span data)
{
	unsigned char digest[AS_SHA256_SIZE];

	as_sha256(data, digest);
	if (!as_memo_has(scan, digest))
		return false;
	/* An answer that leaves something out because another part of this
	 * message holds it must not be kept for messages without that part. */
	if (scan->frame != NULL)
		scan->frame->changed = true;
	return true;
}

/* The component that a child adds to the path. */
static int child_path(struct assay_scan *scan, struct as_object *parent, struct as_object *object,
		      const struct assay_child *child)
{
	char label[64];

	if (child->name != NULL && child->name_length > 0 && object->pub.name_count > 0)
		return as_object_path(
			scan, object,
			as_span_make(object->pub.names[0].text, object->pub.names[0].length));
	snprintf(label, sizeof(label), "~%.40s-%u", child->label != NULL ? child->label : "member",
		 ++parent->labels);
	return as_object_path(scan, object, as_span_text(label));
}

static int child_names(struct assay_scan *scan, struct as_object *object,
		       const struct assay_child *child)
{
	struct assay_name *names = as_arena_array(&scan->arena, 2, sizeof(*names));
	size_t count = 0;
	int rc = 0;

	if (names == NULL)
		return ASSAY_E_BUDGET;
	if (child->name != NULL && child->name_length > 0)
		rc = as_name_make(&scan->arena, as_span_make(child->name, child->name_length),
				  ASSAY_NAME_MEMBER, &names[count++]);
	if (rc == 0 && child->second_name != NULL && child->second_name_length > 0)
		rc = as_name_make(&scan->arena,
				  as_span_make(child->second_name, child->second_name_length),
				  ASSAY_NAME_MEMBER_LOCAL, &names[count++]);
	if (rc < 0)
		return ASSAY_E_BUDGET;
	as_object_names(scan, object, names, count);
	return ASSAY_OK;
}

static int too_deep(struct assay_scan *scan, struct as_object *parent)
{
	char text[160];

	if (!parent->depth_reported) {
		parent->depth_reported = true;
		snprintf(text, sizeof(text),
			 "Containers are nested more than %llu deep; what is inside was not "
			 "inspected.",
			 (unsigned long long)scan->engine->settings.limits.depth);
		as_scan_note(scan, parent, "bomb.depth", ASSAY_SEVERITY_DEFAULT, text);
	}
	return ASSAY_E_OBJECT;
}

/* Members of the header that plugins leave NULL, in words that outlive them. */
static int child_words(struct assay_scan *scan, struct as_object *object,
		       const struct assay_child *child)
{
	const char *via = as_arena_strdup(&scan->arena, child->via != NULL ? child->via : "");
	const char *declared =
		as_arena_strdup(&scan->arena, child->declared != NULL ? child->declared : "");

	if (via == NULL || declared == NULL)
		return ASSAY_E_BUDGET;
	object->pub.via = via;
	object->pub.declared = declared;
	object->pub.from_plugin = caller(scan);
	object->pub.flags = child->flags;
	return ASSAY_OK;
}

/* Whatever stands in a text is a further reading of it: links that hold data, and
 * the mails that libclamav makes out in mails, all of them in each. Layers of
 * documents and archives are not. */
static bool may_emit(struct assay_scan *scan, const struct as_object *parent,
		     const struct assay_child *child)
{
	unsigned char digest[AS_SHA256_SIZE];

	switch (parent->pub.type_class) {
	case ASSAY_CLASS_TEXT:
	case ASSAY_CLASS_HTML:
	case ASSAY_CLASS_MAIL:
		break;
	default:
		return true;
	}
	as_sha256(child->data, digest);
	return as_memo_has(scan, digest) ||
	       as_readings_charge(scan, parent, child->data.size, false);
}

static int host_emit(struct assay_scan *scan, const struct assay_object *parent_pub,
		     const struct assay_child *child)
{
	struct as_object *parent = mutable(parent_pub);
	struct as_object *object;
	int rc;

	changed(scan);
	if ((child->origin & (ASSAY_ORIGIN_MEMBER | ASSAY_ORIGIN_DERIVED)) == 0 ||
	    (child->origin & (child->origin - 1)) != 0)
		return ASSAY_E_INVALID;
	if (parent->pub.depth >= scan->engine->settings.limits.depth)
		return too_deep(scan, parent);
	if (!as_budget_alive(&scan->budget, as_scan_now(scan))) {
		as_scan_stopped(scan, parent);
		return ASSAY_E_BUDGET;
	}
	if (!may_emit(scan, parent, child))
		return ASSAY_E_BUDGET;
	object = as_object_new(scan, parent, child->origin, child->data);
	if (object == NULL)
		return ASSAY_E_BUDGET;
	object->pub.depth = parent->pub.depth + 1;
	rc = child_words(scan, object, child);
	if (rc == ASSAY_OK)
		rc = child_names(scan, object, child);
	if (rc == ASSAY_OK)
		rc = child_path(scan, parent, object, child);
	if (rc != ASSAY_OK) {
		scan->out_of_memory = true;
		return rc;
	}
	if ((child->flags & ASSAY_FLAG_UNREAD) != 0)
		object->pub.size = child->declared_size;
	else if (child->origin == ASSAY_ORIGIN_MEMBER && !object->further)
		scan->member_bytes += child->data.size + AS_READING_OVERHEAD;
	return as_object_inspect(scan, object, NULL, NULL);
}

static size_t host_object_count(const struct assay_scan *scan)
{
	return scan->object_count;
}

static const struct assay_object *host_object_at(const struct assay_scan *scan, size_t index)
{
	return index < scan->object_count ? &scan->objects[index]->pub : NULL;
}

static size_t host_finding_count(const struct assay_scan *scan)
{
	return scan->finding_count;
}

static const char *host_finding_code(const struct assay_scan *scan, size_t index)
{
	return index < scan->finding_count ? scan->findings[index]->code : NULL;
}

static const struct assay_object *host_finding_object(const struct assay_scan *scan, size_t index)
{
	return index < scan->finding_count ? scan->findings[index]->object : NULL;
}

static void host_log(const struct assay_scan *scan, enum assay_log_level level, const char *format,
		     ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (scan != NULL && scan->frame != NULL)
		as_log((enum as_log_level)level, "%s: %s", caller(scan), text);
	else
		as_log((enum as_log_level)level, "%s", text);
}

const struct assay_host *as_scan_host(void)
{
	static struct assay_host host = {
		.abi = ASSAY_PLUGIN_ABI,
		.size = sizeof(struct assay_host),
		.report = host_report,
		.emit = host_emit,
		.set_type = host_set_type,
		.add_flags = host_add_flags,
		.charge = host_charge,
		.left_bytes = host_left_bytes,
		.left_ms = host_left_ms,
		.left_depth = host_left_depth,
		.alloc = host_alloc,
		.seen = host_seen,
		.object_count = host_object_count,
		.object_at = host_object_at,
		.finding_count = host_finding_count,
		.finding_code = host_finding_code,
		.finding_object = host_finding_object,
		.log = host_log,
		.class_name = as_class_name,
		.class_find = as_class_find,
	};

	if (host.setting_string == NULL)
		as_module_host(&host);
	return &host;
}
