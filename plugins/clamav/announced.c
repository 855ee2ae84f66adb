/* SPDX-License-Identifier: BSD-2-Clause */
#include "announced.h"

#include <stdlib.h>

/* A power of two, at most half full. */
#define PLACES (4u * CLAM_ANNOUNCED_MAX)

struct clam_announced_place {
	uint64_t key; /* 0: free */
	uint64_t largest;
};

static const char *last_component(const char *name)
{
	const char *last = name;

	for (const char *p = name; *p != '\0'; p++)
		if (*p == '/' || *p == '\\')
			last = p + 1;
	return last;
}

static uint64_t key_of(const char *name, uint64_t salt)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (const char *p = last_component(name); *p != '\0'; p++)
		hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
	for (int i = 0; i < 8; i++, salt >>= 8)
		hash = (hash ^ (salt & 0xff)) * 0x100000001b3u;
	hash ^= hash >> 32;
	return hash != 0 ? hash : 1;
}

/* The place of the key or the free one where it belongs. Half of the places
 * stay free, so the walk ends. */
static struct clam_announced_place *place_of(struct clam_announced_place *places, uint64_t key)
{
	size_t at = key & (PLACES - 1);

	while (places[at].key != 0 && places[at].key != key)
		at = (at + 1) & (PLACES - 1);
	return &places[at];
}

static void put(struct clam_announced *announced, uint64_t key, uint64_t size)
{
	struct clam_announced_place *place = place_of(announced->places, key);

	if (place->key == 0) {
		*place = (struct clam_announced_place){.key = key, .largest = size};
		announced->count++;
	} else if (size > place->largest) {
		place->largest = size;
	}
}

void clam_announced_push(struct clam_announced *announced, const char *name, uint64_t size)
{
	if (announced->places == NULL)
		announced->places = calloc(PLACES, sizeof(announced->places[0]));
	if (announced->places == NULL || announced->count + 2 > 2 * CLAM_ANNOUNCED_MAX)
		return;
	/* Under the name alone, and under name and size: two folders may hold
	 * members of one name and different sizes. */
	put(announced, key_of(name, UINT64_MAX), size);
	put(announced, key_of(name, size), size);
}

enum clam_announcement clam_announced_find(const struct clam_announced *announced, const char *name,
					   uint64_t size)
{
	const struct clam_announced_place *place;

	if (announced->places == NULL)
		return CLAM_ANNOUNCED_NOT;
	place = place_of(announced->places, key_of(name, UINT64_MAX));
	if (place->key == 0)
		return CLAM_ANNOUNCED_NOT;
	if (place_of(announced->places, key_of(name, size))->key != 0)
		return CLAM_ANNOUNCED_WHOLE;
	return place->largest > size ? CLAM_ANNOUNCED_CUT : CLAM_ANNOUNCED_WHOLE;
}

void clam_announced_deinit(struct clam_announced *announced)
{
	free(announced->places);
	*announced = (struct clam_announced){0};
}
