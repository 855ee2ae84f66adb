/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/cache.h"

#include "base/assert.h"
#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAYS	     4u
#define SECRET_BYTES 16u
#define SMALLEST     ((size_t)65536)
/* A larger table is filled as it is used: filling it takes 0.3 s a GiB. */
#define POPULATE_MAX ((size_t)64 << 20)
#define SEALS	     (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

struct slot {
	/* All of it may be read while it is written: the checksum decides. */
	unsigned char key[AS_CACHE_KEY_SIZE];
	uint64_t check[2];
	_Atomic uint64_t stamp;
	uint32_t size;
	uint32_t reserved;
	unsigned char value[AS_CACHE_VALUE_MAX];
};

/* What is shared. A worker that was taken over can write all of it, so nothing
 * here decides where another process reads or writes. */
struct table {
	_Atomic uint64_t time;
	_Atomic uint64_t hits, misses, stores, torn;
	struct slot slots[];
};

/* Each process has its own, from before the fork. */
struct as_cache {
	struct table *table;
	size_t map_size;
	size_t slot_count;
	size_t set_count; /* power of two; 0: counters only */
	unsigned char secret[SECRET_BYTES];
};

/* Its length can never change: no reader can be made to fault. */
static int make_memory(size_t size, int *fd_out)
{
	int fd = memfd_create("assay-cache", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		rc = -errno;
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*fd_out = fd;
	return 0;
}

static int map_memory(struct as_cache *cache, int fd, int rights, int flags)
{
	void *table = mmap(NULL, cache->map_size, rights, MAP_SHARED | flags, fd, 0);

	if (table == MAP_FAILED)
		return -errno;
	cache->table = table;
	return 0;
}

int as_cache_open_fd(size_t bytes, struct as_cache **cache_out, int *fd_out)
{
	struct as_cache *cache;
	size_t sets = 1;
	int fd = -1;
	int rc;

	if (bytes < SMALLEST)
		return -EINVAL;
	cache = calloc(1, sizeof(*cache));
	if (cache == NULL)
		return -ENOMEM;
	while (sets * 2 * WAYS * sizeof(struct slot) <= bytes - sizeof(struct table))
		sets *= 2;
	cache->set_count = sets;
	cache->slot_count = sets * WAYS;
	cache->map_size = sizeof(struct table) + cache->slot_count * sizeof(struct slot);
	rc = getrandom(cache->secret, SECRET_BYTES, 0) == (ssize_t)SECRET_BYTES ? 0 : -EIO;
	if (rc == 0)
		rc = make_memory(cache->map_size, &fd);
	if (rc == 0)
		rc = map_memory(cache, fd, PROT_READ | PROT_WRITE,
				cache->map_size <= POPULATE_MAX ? MAP_POPULATE : 0);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		free(cache);
		return rc;
	}
	*cache_out = cache;
	*fd_out = fd;
	return 0;
}

int as_cache_open(size_t bytes, struct as_cache **cache_out)
{
	int fd = -1;
	int rc = as_cache_open_fd(bytes, cache_out, &fd);

	if (fd >= 0)
		close(fd);
	return rc;
}

int as_cache_attach(int fd, struct as_cache **cache_out)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct as_cache *cache;
	struct stat st;
	int rc;

	if (seals < 0 || fstat(fd, &st) < 0)
		return -errno;
	if ((seals & SEALS) != SEALS || st.st_size < (off_t)sizeof(struct table))
		return -EINVAL;
	cache = calloc(1, sizeof(*cache));
	if (cache == NULL)
		return -ENOMEM;
	cache->map_size = sizeof(struct table);
	cache->slot_count = ((size_t)st.st_size - sizeof(struct table)) / sizeof(struct slot);
	rc = map_memory(cache, fd, PROT_READ, 0);
	if (rc < 0) {
		free(cache);
		return rc;
	}
	*cache_out = cache;
	return 0;
}

void as_cache_settle(struct as_cache *cache)
{
#ifdef MADV_POPULATE_WRITE
	if (cache->map_size <= POPULATE_MAX)
		madvise(cache->table, cache->map_size, MADV_POPULATE_WRITE);
#else
	(void)cache;
#endif
}

void as_cache_close(struct as_cache *cache)
{
	if (cache == NULL)
		return;
	munmap(cache->table, cache->map_size);
	free(cache);
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
	AS_ASSERT(cache->set_count > 0);
	return &cache->table->slots[(index & (cache->set_count - 1)) * WAYS];
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
			atomic_fetch_add_explicit(&cache->table->torn, 1, memory_order_relaxed);
			continue;
		}
		memcpy(value_out, copy.value, copy.size);
		*size_out = copy.size;
		atomic_store_explicit(
			&set[i].stamp,
			atomic_fetch_add_explicit(&cache->table->time, 1, memory_order_relaxed),
			memory_order_relaxed);
		atomic_fetch_add_explicit(&cache->table->hits, 1, memory_order_relaxed);
		return true;
	}
	atomic_fetch_add_explicit(&cache->table->misses, 1, memory_order_relaxed);
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
	atomic_store_explicit(
		&victim->stamp,
		1 + atomic_fetch_add_explicit(&cache->table->time, 1, memory_order_relaxed),
		memory_order_relaxed);
	victim->size = fresh.size;
	memcpy(victim->value, fresh.value, value.size);
	memcpy(victim->check, fresh.check, sizeof(fresh.check));
	memcpy(victim->key, fresh.key, AS_CACHE_KEY_SIZE);
	atomic_fetch_add_explicit(&cache->table->stores, 1, memory_order_relaxed);
}

void as_cache_count(const struct as_cache *cache, struct as_cache_counters *counters_out)
{
	*counters_out = (struct as_cache_counters){
		.hits = atomic_load_explicit(&cache->table->hits, memory_order_relaxed),
		.misses = atomic_load_explicit(&cache->table->misses, memory_order_relaxed),
		.stores = atomic_load_explicit(&cache->table->stores, memory_order_relaxed),
		.torn = atomic_load_explicit(&cache->table->torn, memory_order_relaxed),
		.slots = cache->slot_count,
	};
}
