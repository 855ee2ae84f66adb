/* SPDX-License-Identifier: BSD-2-Clause */
#include "rewrite/plan.h"

#include "base/sha256.h"

#include <errno.h>
#include <stdlib.h>

/* What is known to be bad: of each finding its object and all that hold it. */
struct digest {
	const unsigned char *sha256;
	const struct as_finding *reason;
};

struct digests {
	struct digest *items;
	size_t count, capacity;
};

static void refuse(struct as_rewrite_plan *plan, const char *words)
{
	if (plan->refused == NULL)
		plan->refused = words;
}

static bool is_type(const struct as_entity *entity, const char *const *types, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(entity->media_type, types[i]) == 0)
			return true;
	return false;
}

/* What may not change by an octet, or is one unit with its other parts. */
static bool is_sealed(const struct as_entity *entity)
{
	static const char *const leaves[] = {
		"application/pkcs7-mime",      "application/x-pkcs7-mime",
		"application/pkcs7-signature", "application/x-pkcs7-signature",
		"application/pgp-encrypted",   "application/pgp-signature",
	};
	static const char *const multiparts[] = {"multipart/signed", "multipart/encrypted"};

	if (is_type(entity, leaves, sizeof(leaves) / sizeof(leaves[0])))
		return true;
	for (entity = entity->parent; entity != NULL; entity = entity->parent)
		if (is_type(entity, multiparts, sizeof(multiparts) / sizeof(multiparts[0])))
			return true;
	return false;
}

/* The unpacked container alone is not inspected; without it the message is. A
 * limit is another matter: what came behind it was not looked at either. */
static bool goes_with_its_part(const struct as_finding *finding)
{
	static const char *const families[] = {"archive.*", "office.*", "pdf.*", "bomb.*"};

	if (finding->info->effect != AS_EFFECT_INCOMPLETE)
		return true;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (as_code_matches(finding->code, families[i]))
			return true;
	return false;
}

static int compare_begin(const void *key, const void *item)
{
	size_t begin = *(const size_t *)key;
	size_t other = ((const struct as_rewrite_part *)item)->entity->header_begin;

	return begin < other ? -1 : begin > other;
}

/* What stands directly in the message and holds the object; NULL for the
 * message itself. */
static const struct as_object *topmost(const struct as_object *object)
{
	if (object->parent == NULL)
		return NULL;
	while (object->parent->parent != NULL)
		object = object->parent;
	return object;
}

static void mark(struct as_rewrite_plan *plan, const struct as_object *object,
		 const struct as_finding *reason)
{
	const struct as_object *top = topmost(object);
	struct as_rewrite_part *part = NULL;

	if (top == NULL || top->pub.origin != ASSAY_ORIGIN_ENTITY) {
		refuse(plan, "a finding is not within an attachment");
		return;
	}
	if (plan->part_count > 0)
		part = bsearch(&top->header_begin, plan->parts, plan->part_count,
			       sizeof(*plan->parts), compare_begin);
	if (part == NULL || part->entity->body_begin != top->body_begin ||
	    part->entity->body_end != top->body_end) {
		refuse(plan, "a finding is in a forwarded message or the message is one part");
		return;
	}
	if (is_sealed(part->entity)) {
		refuse(plan, "the attachment is signed or encrypted");
		return;
	}
	if (part->reason == NULL || as_policy_is_better_reason(reason, part->reason))
		part->reason = reason;
}

/* Leaves that have a delimiter on both sides and are of this message. */
static int list_parts(struct as_rewrite_plan *plan)
{
	plan->parts = calloc(plan->tree->entity_count + 1, sizeof(*plan->parts));
	if (plan->parts == NULL)
		return -ENOMEM;
	for (const struct as_entity *e = plan->tree->root; e != NULL; e = as_entity_next(e))
		if (e->kind == AS_ENTITY_LEAF && e->parent != NULL &&
		    e->parent->kind == AS_ENTITY_MULTIPART)
			plan->parts[plan->part_count++].entity = e;
	return 0;
}

/* Without octets nothing is equal. */
static bool has_digest(const struct as_object *object)
{
	return object->pub.size > 0 && (object->pub.flags & ASSAY_FLAG_UNREAD) == 0;
}

static bool put_digest(struct digests *digests, const struct as_object *object,
		       const struct as_finding *reason)
{
	if (digests->count == digests->capacity) {
		size_t capacity = digests->capacity == 0 ? 64 : digests->capacity * 2;
		struct digest *items = realloc(digests->items, capacity * sizeof(*items));

		if (items == NULL)
			return false;
		digests->items = items;
		digests->capacity = capacity;
	}
	digests->items[digests->count++] = (struct digest){object->pub.sha256, reason};
	return true;
}

static int compare_digests(const void *a, const void *b)
{
	return memcmp(((const struct digest *)a)->sha256, ((const struct digest *)b)->sha256,
		      AS_SHA256_SIZE);
}

static int mark_findings(struct as_rewrite_plan *plan, const struct assay_scan *scan,
			 const struct as_ruling *ruling, struct digests *digests)
{
	for (size_t i = 0; i < scan->finding_count; i++) {
		const struct as_finding *finding = scan->findings[i];
		const struct as_object *object = (const struct as_object *)finding->object;

		if (as_ruling_consequence(ruling, finding) < ASSAY_ACTION_STRIP)
			continue;
		if (!goes_with_its_part(finding))
			refuse(plan, "the inspection is not complete");
		mark(plan, object, finding);
		for (; object->parent != NULL; object = object->parent)
			if (has_digest(object) && !put_digest(digests, object, finding))
				return -ENOMEM;
	}
	return 0;
}

static void mark_equals(struct as_rewrite_plan *plan, const struct assay_scan *scan,
			struct digests *digests)
{
	if (digests->count == 0)
		return;
	qsort(digests->items, digests->count, sizeof(*digests->items), compare_digests);
	for (size_t i = 0; i < scan->object_count; i++) {
		const struct as_object *object = scan->objects[i];
		const struct digest key = {.sha256 = object->pub.sha256};
		const struct digest *hit;

		if (!has_digest(object))
			continue;
		hit = bsearch(&key, digests->items, digests->count, sizeof(key), compare_digests);
		if (hit != NULL)
			mark(plan, object, hit->reason);
	}
}

/* Whether the parts of the tree are the parts that everybody sees. */
static void check_message(struct as_rewrite_plan *plan, const struct assay_scan *scan)
{
	if (!scan->is_message || scan->trees == NULL || scan->trees->object != scan->objects[0]) {
		refuse(plan, "the message was not taken apart");
		return;
	}
	plan->tree = scan->trees->tree;
	if (!plan->tree->gmime_agreed || plan->tree->extra_count > 0)
		refuse(plan, "programs differ in how they read the message");
	if (scan->dropped_findings > 0)
		refuse(plan, "there are more findings than are kept");
}

int as_rewrite_plan_init(struct as_rewrite_plan *plan, const struct assay_scan *scan,
			 const struct as_ruling *ruling)
{
	struct digests digests = {.items = NULL};
	int rc = 0;

	*plan = (struct as_rewrite_plan){.tree = NULL};
	check_message(plan, scan);
	if (plan->refused != NULL)
		return 0;
	rc = list_parts(plan);
	if (rc == 0)
		rc = mark_findings(plan, scan, ruling, &digests);
	if (rc == 0)
		mark_equals(plan, scan, &digests);
	free(digests.items);
	if (rc < 0)
		as_rewrite_plan_deinit(plan);
	return rc;
}

void as_rewrite_plan_deinit(struct as_rewrite_plan *plan)
{
	free(plan->parts);
	*plan = (struct as_rewrite_plan){.tree = NULL};
}
