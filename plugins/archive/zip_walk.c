/* SPDX-License-Identifier: BSD-2-Clause */
#include "zip_walk.h"
#include "zip_record.h"

#include <errno.h>
#include <stdlib.h>

static int grow(void **table, size_t *capacity, size_t count, size_t item)
{
	size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
	void *bigger;

	if (count < *capacity)
		return 0;
	bigger = reallocarray(*table, wanted, item);
	if (bigger == NULL)
		return -ENOMEM;
	*table = bigger;
	*capacity = wanted;
	return 0;
}

static int claim(struct zip_walk *walk, size_t begin, size_t end)
{
	void *table = walk->claims;

	if (begin >= end)
		return 0;
	if (grow(&table, &walk->claim_capacity, walk->claim_count, sizeof(*walk->claims)) < 0)
		return -ENOMEM;
	walk->claims = table;
	walk->claims[walk->claim_count++] = (struct zip_range){begin, end};
	return 0;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct zip_range *x = a, *y = b;

	return x->begin < y->begin ? -1 : x->begin > y->begin;
}

/* Sorts the claims and joins those that touch. */
static void settle_claims(struct zip_walk *walk)
{
	size_t kept = 0;

	if (walk->claim_count == 0)
		return;
	qsort(walk->claims, walk->claim_count, sizeof(*walk->claims), compare_ranges);
	for (size_t i = 1; i < walk->claim_count; i++) {
		struct zip_range *last = &walk->claims[kept];

		if (walk->claims[i].begin > last->end)
			walk->claims[++kept] = walk->claims[i];
		else if (walk->claims[i].end > last->end)
			last->end = walk->claims[i].end;
	}
	walk->claim_count = kept + 1;
}

/* The settled claim that holds this octet, or NULL. */
static const struct zip_range *claim_at(const struct zip_walk *walk, size_t at)
{
	size_t low = 0, high = walk->claim_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (walk->claims[middle].end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < walk->claim_count && walk->claims[low].begin <= at)
		return &walk->claims[low];
	return NULL;
}

bool zip_gap_next(const struct zip_walk *walk, size_t *at, struct zip_range *gap_out)
{
	size_t begin = *at, low = 0;

	/* Few calls, each starting where the last one ended. */
	const struct zip_range *holder = claim_at(walk, begin);

	if (holder != NULL)
		begin = holder->end;
	if (begin >= walk->data.size)
		return false;
	for (size_t high = walk->claim_count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (walk->claims[middle].begin <= begin)
			low = middle + 1;
		else
			high = middle;
	}
	gap_out->begin = begin;
	gap_out->end = low < walk->claim_count ? walk->claims[low].begin : walk->data.size;
	*at = gap_out->end;
	return true;
}

static uint32_t compare_headers(const struct zip_member *member)
{
	const struct zip_record *c = &member->central, *l = &member->local;
	uint32_t differs = 0;

	if (!zip_names_agree(c->name, l->name))
		differs |= ZIP_DIFFERS_NAME;
	if (c->unicode.size > 0 && !zip_names_agree(c->name, c->unicode))
		differs |= ZIP_DIFFERS_NAME;
	if (c->method != l->method)
		differs |= ZIP_DIFFERS_METHOD;
	if ((c->flags ^ l->flags) & ZIP_FLAG_ENCRYPTED)
		differs |= ZIP_DIFFERS_ENCRYPTION;
	if (l->sized &&
	    (l->packed != c->packed || (l->size != c->size && !(l->flags & ZIP_FLAG_DESCRIPTOR))))
		differs |= l->packed == 0 && l->size == 0 ? ZIP_LOCAL_EMPTY : ZIP_DIFFERS_SIZE;
	return differs;
}

/* Finds the local header: relative to where the directory really stands, then
 * as written (octets in front of an archive shift one and not the other). */
static void locate(struct as_span data, const struct zip_entry *entry, size_t shift,
		   struct zip_member *member)
{
	struct zip_member local;

	if (entry->offset <= data.size && (entry->offset + shift) <= data.size &&
	    zip_local_read(data, (size_t)entry->offset + shift, &local)) {
		*member = local;
		return;
	}
	if (entry->offset <= data.size && zip_local_read(data, (size_t)entry->offset, &local)) {
		*member = local;
		return;
	}
	*member = (struct zip_member){.header_at = SIZE_MAX};
}

static int add_member(struct zip_walk *walk, const struct zip_entry *entry, size_t shift)
{
	void *table = walk->members;
	struct zip_member *member;
	uint64_t packed = entry->record.packed;

	if (grow(&table, &walk->capacity, walk->count, sizeof(*walk->members)) < 0)
		return -ENOMEM;
	walk->members = table;
	member = &walk->members[walk->count++];
	locate(walk->data, entry, shift, member);
	member->central = entry->record;
	member->in_central = true;
	member->symlink = entry->symlink;
	member->generation = walk->end_count;
	if (!member->has_local)
		return 0;
	member->differs = compare_headers(member);
	/* The smaller size claims, so that nothing hides behind a large one. */
	if (member->differs & ZIP_DIFFERS_SIZE && member->local.packed < packed)
		packed = member->local.packed;
	return claim(walk, member->header_at,
		     member->data_at + as_span_slice(walk->data, member->data_at,
						     packed < SIZE_MAX ? (size_t)packed : SIZE_MAX)
					       .size);
}

/* The narrow field counts modulo 2^16, and 0xffff also means "many". */
static bool count_agrees(const struct zip_directory *directory, uint64_t entries)
{
	if (directory->wide)
		return entries == directory->entries;
	return (entries & 0xffffu) == directory->entries ||
	       (directory->entries == 0xffffu && entries > 0xffffu);
}

/* Reads one directory. The count of entries is compared, never believed. */
static int walk_directory(struct zip_walk *walk, const struct zip_directory *directory,
			  size_t start)
{
	/* Modulo arithmetic: the shift may be negative when a directory was
	 * moved to the front; locate() checks the sum. */
	size_t shift = start - (size_t)directory->offset;
	size_t at = start;
	uint64_t entries = 0;
	struct zip_entry entry;

	while (at < directory->anchor && zip_central_read(walk->data, at, &entry)) {
		if (walk->count >= ZIP_MAX_MEMBERS) {
			walk->crowded = true;
			return 0;
		}
		if (add_member(walk, &entry, shift) < 0)
			return -ENOMEM;
		entries++;
		at = entry.next;
	}
	if (at > walk->data.size || !count_agrees(directory, entries))
		walk->damaged = true;
	return claim(walk, start, at < walk->data.size ? at : walk->data.size);
}

/* The places at which readers look for the directory of one end record. */
static size_t directory_places(struct as_span data, const struct zip_directory *directory,
			       size_t places_out[2])
{
	size_t count = 0;

	if (directory->size <= directory->anchor &&
	    zip_is_central(data, directory->anchor - directory->size))
		places_out[count++] = directory->anchor - (size_t)directory->size;
	if (directory->offset < directory->anchor && zip_is_central(data, directory->offset) &&
	    (count == 0 || places_out[0] != directory->offset))
		places_out[count++] = (size_t)directory->offset;
	return count;
}

static bool is_empty(const struct zip_directory *directory)
{
	return directory->entries == 0 && directory->size == 0;
}

/* Whether the end record leads to at least one directory, or to none rightly. */
static bool end_is_sound(struct as_span data, const struct zip_end *end)
{
	size_t places[2];

	return (end->has_narrow &&
		(is_empty(&end->narrow) || directory_places(data, &end->narrow, places) > 0)) ||
	       (end->has_wide &&
		(is_empty(&end->wide) || directory_places(data, &end->wide, places) > 0));
}

static int accept_end(struct zip_walk *walk, const struct zip_end *end)
{
	const struct zip_directory *const both[2] = {&end->narrow, &end->wide};
	const bool has[2] = {end->has_narrow, end->has_wide};
	size_t done[4], done_count = 0;

	for (size_t i = 0; i < 2; i++) {
		size_t places[2];
		size_t count = has[i] ? directory_places(walk->data, both[i], places) : 0;

		for (size_t p = 0; p < count; p++) {
			bool again = false;

			for (size_t d = 0; d < done_count; d++)
				again = again || done[d] == places[p];
			if (again)
				continue;
			if (walk_directory(walk, both[i], places[p]) < 0)
				return -ENOMEM;
			done[done_count++] = places[p];
		}
	}
	walk->ambiguous = walk->ambiguous || done_count > 1;
	walk->volumes = walk->volumes || end->volumes;
	if (end->has_wide && claim(walk, end->wide_at, end->wide_end) < 0)
		return -ENOMEM;
	/* Not the comment: a whole archive may hide in it. */
	if (claim(walk, end->at, end->at + ZIP_END_SIZE) < 0)
		return -ENOMEM;
	if (end->end > walk->end)
		walk->end = end->end;
	walk->end_count++;
	settle_claims(walk);
	return 0;
}

/* From the last octet to the first: the last end record is the one that most
 * readers take, and it accounts for the records inside of stored members. */
static int find_ends(struct zip_walk *walk)
{
	size_t limit = walk->data.size;

	while (limit > 0) {
		const unsigned char *hit = memrchr(walk->data.data, 'P', limit);
		const struct zip_range *holder;
		struct zip_end end;
		size_t at;

		if (hit == NULL)
			break;
		at = (size_t)(hit - walk->data.data);
		limit = at;
		if (!zip_end_read(walk->data, at, &end))
			continue;
		holder = claim_at(walk, at);
		if (holder != NULL) {
			limit = holder->begin;
			continue;
		}
		if (!end_is_sound(walk->data, &end))
			continue;
		if (walk->end_count >= ZIP_MAX_ENDS) {
			walk->crowded = true;
			break;
		}
		if (accept_end(walk, &end) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* By place; members of the same place by directory, the last one first. */
static int compare_members(const void *a, const void *b)
{
	const struct zip_member *x = a, *y = b;

	if (x->header_at != y->header_at)
		return x->header_at < y->header_at ? -1 : 1;
	if (x->generation != y->generation)
		return x->generation < y->generation ? -1 : 1;
	return x->central.name.data < y->central.name.data
		       ? -1
		       : x->central.name.data > y->central.name.data;
}

static bool same_member(const struct zip_member *a, const struct zip_member *b)
{
	const struct zip_record *x = &a->central, *y = &b->central;

	return a->header_at == b->header_at && as_span_equal(x->name, y->name) &&
	       x->packed == y->packed && x->size == y->size && x->method == y->method &&
	       ((x->flags ^ y->flags) & ZIP_FLAG_ENCRYPTED) == 0;
}

/* Drops what several directories list alike, and marks what overlaps: members
 * that share their octets are how 42 KB become 5 GB without nesting (Fifield,
 * "A better zip bomb", WOOT 2019). */
static void merge_members(struct zip_walk *walk)
{
	size_t kept = 0, reach = 0;

	qsort(walk->members, walk->count, sizeof(*walk->members), compare_members);
	for (size_t i = 0; i < walk->count; i++) {
		struct zip_member *member = &walk->members[i];
		size_t end;

		if (kept > 0 && same_member(&walk->members[kept - 1], member))
			continue;
		walk->concatenated = walk->concatenated || member->generation > 0;
		if (member->has_local) {
			end = member->central.packed > walk->data.size - member->data_at
				      ? walk->data.size
				      : member->data_at + (size_t)member->central.packed;
			member->overlapped = member->header_at < reach;
			if (end > reach)
				reach = end;
		}
		walk->members[kept++] = *member;
	}
	walk->count = kept;
}

int zip_walk_open(struct zip_walk *walk, struct as_span data)
{
	*walk = (struct zip_walk){.data = data};
	if (find_ends(walk) < 0) {
		zip_walk_close(walk);
		return -ENOMEM;
	}
	if (walk->count > 0)
		merge_members(walk);
	if (walk->claim_count > 0)
		walk->begin = walk->claims[0].begin;
	return 0;
}

void zip_walk_close(struct zip_walk *walk)
{
	free(walk->members);
	free(walk->claims);
	*walk = (struct zip_walk){.data = as_span_make(NULL, 0)};
}

bool zip_probe_tail(struct as_span data, size_t *end_out)
{
	size_t window = data.size < ZIP_MAX_COMMENT + ZIP_END_SIZE ? data.size
								   : ZIP_MAX_COMMENT + ZIP_END_SIZE;
	size_t first = data.size - window;

	for (size_t limit = data.size; limit > first;) {
		const unsigned char *hit = memrchr(data.data + first, 'P', limit - first);
		struct zip_end end;

		if (hit == NULL)
			return false;
		limit = (size_t)(hit - data.data);
		/* An empty directory proves nothing: 22 octets of chance. */
		if (zip_end_read(data, limit, &end) && !is_empty(&end.narrow) &&
		    end_is_sound(data, &end)) {
			*end_out = end.end;
			return true;
		}
	}
	return false;
}
