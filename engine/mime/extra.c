/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/extra.h"

#include "mime/coverage.h"
#include "mime/line.h"

#include <errno.h>

static const char *number_at(const struct as_mime_tree *tree, size_t offset)
{
	const struct as_region *region = as_coverage_find(tree, offset);

	return region != NULL && region->entity != NULL ? region->entity->number : "";
}

static struct as_extra_body *append(struct as_mime_tree *tree, const struct as_extra_body *body)
{
	struct as_extra_body *added = as_arena_alloc(tree->arena, sizeof(*added));

	if (added == NULL) {
		tree->notes_lost = true;
		return NULL;
	}
	*added = *body;
	added->next = NULL;
	added->number = number_at(tree, body->begin);
	if (added->media_type == NULL)
		added->media_type = "text/plain";
	if (added->charset == NULL)
		added->charset = "";
	if (tree->last_extra != NULL)
		tree->last_extra->next = added;
	else
		tree->extras = added;
	tree->last_extra = added;
	tree->extra_count++;
	return added;
}

static void join(struct as_extra_body *extra, const struct as_extra_body *body)
{
	extra->clients |= body->clients;
	extra->claimed = extra->claimed || body->claimed;
}

bool as_extra_add(struct as_mime_tree *tree, const struct as_extra_body *body)
{
	for (struct as_extra_body *other = tree->extras; other != NULL; other = other->next) {
		if (other->begin == body->begin && other->end == body->end &&
		    other->encoding == body->encoding) {
			join(other, body);
			return true;
		}
	}
	if (tree->extra_count >= AS_EXTRAS_MAX + AS_EXTRAS_LOOK_MAX) {
		as_mime_note(tree, "limit.objects", ASSAY_SEVERITY_DEFAULT, body->begin, NULL,
			     "too many parts that only some readers see");
		return false;
	}
	return append(tree, body) != NULL;
}

/* An unknown mechanism leaves the octets as they are, for everybody. */
static enum as_encoding encoding_class(enum as_encoding encoding)
{
	return encoding == AS_ENCODING_UNKNOWN ? AS_ENCODING_IDENTITY : encoding;
}

static struct as_extra_slot make_key(struct as_span text, size_t begin, size_t end,
				     enum as_encoding encoding)
{
	while (begin < end && as_octet_blank(text.data[begin]))
		begin++;
	while (end > begin && as_octet_blank(text.data[end - 1]))
		end--;
	return (struct as_extra_slot){begin, end, encoding_class(encoding), NULL};
}

/* The slot of the key, or the free one where it belongs. The table is never
 * full. The constants are those of splitmix64: offsets are the sender's. */
static struct as_extra_slot *find_slot(const struct as_extra_set *set, struct as_extra_slot key)
{
	uint64_t hash = (uint64_t)key.begin * UINT64_C(0x9e3779b97f4a7c15) ^
			(uint64_t)key.end * UINT64_C(0xbf58476d1ce4e5b9) ^ (uint64_t)key.encoding;

	hash = (hash ^ hash >> 31) * UINT64_C(0x94d049bb133111eb);
	for (size_t i = (size_t)(hash >> 20);; i++) {
		struct as_extra_slot *slot = &set->slots[i & (set->capacity - 1)];

		if (slot->begin == slot->end || (slot->begin == key.begin && slot->end == key.end &&
						 slot->encoding == key.encoding))
			return slot;
	}
}

/* A multipart without a delimiter is a leaf to whoever takes another type of
 * it, and has a name then. */
static bool is_whole_body(const struct as_region *region)
{
	return region->kind == AS_REGION_PREAMBLE && region->entity != NULL &&
	       region->entity->first_child == NULL;
}

/* What the engine inspects beside the extras: bodies of leaves as decoded, and
 * regions that are nobody's body as they stand. */
static void put_regions(struct as_extra_set *set)
{
	struct as_mime_tree *tree = set->tree;

	for (size_t i = 0; i < tree->region_count; i++) {
		const struct as_region *region = &tree->regions[i];
		enum as_encoding encoding = AS_ENCODING_IDENTITY;
		struct as_extra_slot key;

		if (region->kind == AS_REGION_BODY)
			encoding = region->entity->encoding;
		else if (region->kind < AS_REGION_PREAMBLE || is_whole_body(region))
			continue;
		key = make_key(tree->message, region->begin, region->end, encoding);
		if (key.begin != key.end)
			*find_slot(set, key) = key;
	}
}

int as_extra_set_init(struct as_extra_set *set, struct as_mime_tree *tree)
{
	size_t entries = tree->region_count + AS_EXTRAS_MAX + AS_EXTRAS_LOOK_MAX;

	*set = (struct as_extra_set){.tree = tree, .max_octets = AS_READINGS_FLOOR};
	if (tree->message.size > AS_READINGS_FLOOR / AS_READINGS_FACTOR &&
	    !as_size_mul(tree->message.size, AS_READINGS_FACTOR, &set->max_octets))
		set->max_octets = SIZE_MAX;
	for (set->capacity = 64; set->capacity < 2 * entries;)
		set->capacity *= 2;
	set->slots = as_arena_array(tree->arena, set->capacity, sizeof(*set->slots));
	if (set->slots == NULL)
		return -ENOMEM;
	put_regions(set);
	return 0;
}

struct as_extra_body *as_extra_set_find(const struct as_extra_set *set, size_t begin, size_t end,
					enum as_encoding encoding, bool *known_out)
{
	struct as_extra_slot key = make_key(set->tree->message, begin, end, encoding);
	const struct as_extra_slot *slot;

	*known_out = true;
	if (key.begin == key.end)
		return NULL;
	slot = find_slot(set, key);
	*known_out = slot->begin != slot->end;
	return slot->body;
}

static bool has_room(const struct as_extra_set *set, const struct as_extra_body *body)
{
	return body->claimed ? set->claimed < AS_EXTRAS_MAX : set->look < AS_EXTRAS_LOOK_MAX;
}

enum as_extra_result as_extra_set_add(struct as_extra_set *set, const struct as_extra_body *body)
{
	struct as_extra_slot key, *slot;

	/* Before the blanks at its ends are looked at, which would cost many
	 * times the message for parts that all end with the same ones. */
	if (body->end - body->begin > set->max_octets - set->octets) {
		set->refused = set->refused || body->claimed;
		return AS_EXTRA_REFUSED;
	}
	key = make_key(set->tree->message, body->begin, body->end, body->encoding);
	if (key.begin == key.end)
		return AS_EXTRA_KNOWN;
	slot = find_slot(set, key);
	if (slot->begin != slot->end) {
		if (slot->body != NULL)
			join(slot->body, body);
		return AS_EXTRA_KNOWN;
	}
	if (!has_room(set, body)) {
		set->refused = set->refused || body->claimed;
		return AS_EXTRA_REFUSED;
	}
	key.body = append(set->tree, body);
	if (key.body == NULL)
		return AS_EXTRA_REFUSED;
	*slot = key;
	set->octets += body->end - body->begin;
	if (body->claimed)
		set->claimed++;
	else
		set->look++;
	return AS_EXTRA_ADDED;
}
