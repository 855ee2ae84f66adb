/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/cache.h"

#include "base/assert.h"
#include "base/sha256.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/random.h>

#define WAYS	     4u
#define SECRET_BYTES 16u
#define SMALLEST     ((size_t)65536)
/* A larger table is filled as it is used: filling it takes 0.3 s a GiB. */
#define POPULATE_MAX ((size_t)64 << 20)

struct slot {
	/* All of it may be read while it is written: the checksum decides. */
	unsigned char key[AS_CACHE_KEY_SIZE];
	uint64_t check[2];
	_Atomic uint64_t stamp;
	uint32_t size;
	uint32_t reserved;
	unsigned char value[AS_CACHE_VALUE_MAX];
};

struct as_cache {
	size_t map_size;
	size_t set_count; /* power of two */
	unsigned char secret[SECRET_BYTES];
	_Atomic uint64_t time;
	_Atomic uint64_t hits, misses, stores, torn;
	struct slot slots[];
};

int as_cache_open(size_t bytes, struct as_cache **cache_out)
{
	size_t sets = 1;
	size_t map_size;
	struct as_cache *cache;
	int flags;

	if (bytes < SMALLEST)
		return -EINVAL;
	while (sets * 2 * WAYS * sizeof(struct slot) <= bytes - sizeof(*cache))
		sets *= 2;
	map_size = sizeof(*cache) + sets * WAYS * sizeof(struct slot);
	/* Present from the start, so that no page counts as one worker's own. */
	flags = MAP_SHARED | MAP_ANONYMOUS | (map_size <= POPULATE_MAX ? MAP_POPULATE : 0);
	cache = mmap(NULL, map_size, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (cache == MAP_FAILED)
		return -ENOMEM;
	cache->map_size = map_size;
	cache->set_count = sets;
	if (getrandom(cache->secret, SECRET_BYTES, 0) != (ssize_t)SECRET_BYTES) {
		munmap(cache, map_size);
		return -EIO;
	}
	*cache_out = cache;
	return 0;
}

void as_cache_close(struct as_cache *cache)
{
	if (cache != NULL)
		munmap(cache, cache->map_size);
}

static void checksum(const struct as_cache *cache, const struct slot *slot, uint64_t check_out[2])
{
	unsigned char digest[AS_SHA256_SIZE];
	const struct as_span pieces[] = {
		as_span_make(cache->secret, SECRET_BYTES),
		as_span_make(slot->key, AS_CACHE_KEY_SIZE),
		as_span_make(&slot->size, sizeof(slot->size)),
		as_span_make(slot->value, slot->size),
	};

	as_sha256_pieces(pieces, sizeof(pieces) / sizeof(pieces[0]), digest);
	memcpy(check_out, digest, 2 * sizeof(uint64_t));
}

static struct slot *set_of(struct as_cache *cache, const unsigned char *key)
{
	uint64_t index;

	memcpy(&index, key, sizeof(index));
	return &cache->slots[(index & (cache->set_count - 1)) * WAYS];
}

/* A private copy, so that what was checked is what is used. */
static bool copy_valid(struct as_cache *cache, const struct slot *slot, struct slot *copy)
{
	uint64_t check[2];

	memcpy(copy, slot, sizeof(*copy));
	if (copy->size > AS_CACHE_VALUE_MAX)
		return false;
	checksum(cache, copy, check);
	return memcmp(check, copy->check, sizeof(check)) == 0;
}

bool as_cache_find(struct as_cache *cache, const unsigned char key[AS_CACHE_KEY_SIZE],
		   unsigned char value_out[AS_CACHE_VALUE_MAX], size_t *size_out)
{
	struct slot *set = set_of(cache, key);
	struct slot copy;

	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(set[i].key, key, AS_CACHE_KEY_SIZE) != 0)
			continue;
		if (!copy_valid(cache, &set[i], &copy) ||
		    memcmp(copy.key, key, AS_CACHE_KEY_SIZE) != 0) {
			atomic_fetch_add_explicit(&cache->torn, 1, memory_order_relaxed);
			continue;
		}
		memcpy(value_out, copy.value, copy.size);
		*size_out = copy.size;
		atomic_store_explicit(
			&set[i].stamp,
			atomic_fetch_add_explicit(&cache->time, 1, memory_order_relaxed),
			memory_order_relaxed);
		atomic_fetch_add_explicit(&cache->hits, 1, memory_order_relaxed);
		return true;
	}
	atomic_fetch_add_explicit(&cache->misses, 1, memory_order_relaxed);
	return false;
}

void as_cache_store(struct as_cache *cache, const unsigned char key[AS_CACHE_KEY_SIZE],
		    struct as_span value)
{
	struct slot *set = set_of(cache, key);
	struct slot *victim = &set[0];
	struct slot fresh = {.size = (uint32_t)value.size};

	if (value.size > AS_CACHE_VALUE_MAX)
		return;
	for (size_t i = 0; i < WAYS; i++) {
		if (memcmp(set[i].key, key, AS_CACHE_KEY_SIZE) == 0) {
			victim = &set[i];
			break;
		}
		if (atomic_load_explicit(&set[i].stamp, memory_order_relaxed) <
		    atomic_load_explicit(&victim->stamp, memory_order_relaxed))
			victim = &set[i];
	}
	memcpy(fresh.key, key, AS_CACHE_KEY_SIZE);
	if (value.size > 0)
		memcpy(fresh.value, value.data, value.size);
	checksum(cache, &fresh, fresh.check);
	/* Stamps start at 1, so that an empty slot is the oldest. */
	atomic_store_explicit(&victim->stamp,
			      1 + atomic_fetch_add_explicit(&cache->time, 1, memory_order_relaxed),
			      memory_order_relaxed);
	victim->size = fresh.size;
	memcpy(victim->value, fresh.value, value.size);
	memcpy(victim->check, fresh.check, sizeof(fresh.check));
	memcpy(victim->key, fresh.key, AS_CACHE_KEY_SIZE);
	atomic_fetch_add_explicit(&cache->stores, 1, memory_order_relaxed);
}

void as_cache_count(const struct as_cache *cache, struct as_cache_counters *counters_out)
{
	*counters_out = (struct as_cache_counters){
		.hits = atomic_load_explicit(&cache->hits, memory_order_relaxed),
		.misses = atomic_load_explicit(&cache->misses, memory_order_relaxed),
		.stores = atomic_load_explicit(&cache->stores, memory_order_relaxed),
		.torn = atomic_load_explicit(&cache->torn, memory_order_relaxed),
		.slots = cache->set_count * WAYS,
	};
}
