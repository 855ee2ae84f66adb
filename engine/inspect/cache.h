/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_INSPECT_CACHE_H
#define ASSAY_INSPECT_CACHE_H

#include <assay/span.h>

#include <stdint.h>

/*
 * What plugins said of octets that were seen before, in memory that all
 * workers share. A bounded table of slots; whoever comes late overwrites the
 * oldest of a set of four.
 *
 * There are no locks, because a worker can be killed between any two
 * instructions. A slot carries a keyed checksum over key and value: a reader
 * copies the slot and believes the copy only when the checksum fits. A write
 * that was torn, by a second writer or by a death, is a miss, never a wrong
 * answer.
 *
 * The table trusts the workers: one that has been taken over could store a
 * false answer. Turning the cache off (`cache = false`) closes that door. It
 * could not do more: where the table ends, each process knows for itself.
 */
#define AS_CACHE_KEY_SIZE  32u
#define AS_CACHE_VALUE_MAX 416u /* larger answers are not kept */

struct as_cache;

/* To be opened before the processes that share it are forked. bytes is
 * rounded down to a power of two. -ENOMEM, or -EINVAL below 64 KiB. */
int as_cache_open(size_t bytes, struct as_cache **cache_out);
/* The same with the descriptor of the memory, for another process that wants
 * the counters; it is the caller's to close. Workers must not inherit it. */
int as_cache_open_fd(size_t bytes, struct as_cache **cache_out, int *fd_out);
/* The counters of a cache of another process: as_cache_count() and
 * as_cache_close() only. fd stays the caller's. -EINVAL: not such memory. */
int as_cache_attach(int fd, struct as_cache **cache_out);
/* In the process that forks the workers: takes all pages into its own memory,
 * so that none of them counts as grown memory of the worker that uses it. */
void as_cache_settle(struct as_cache *cache);
void as_cache_close(struct as_cache *cache);

/* Copies the value; false when the key is not there. */
bool as_cache_find(struct as_cache *cache, const unsigned char key[AS_CACHE_KEY_SIZE],
		   unsigned char value_out[AS_CACHE_VALUE_MAX], size_t *size_out);
/* Values over AS_CACHE_VALUE_MAX are ignored. */
void as_cache_store(struct as_cache *cache, const unsigned char key[AS_CACHE_KEY_SIZE],
		    struct as_span value);

struct as_cache_counters {
	uint64_t hits, misses, stores, torn;
	uint64_t slots;
};
void as_cache_count(const struct as_cache *cache, struct as_cache_counters *counters_out);

#endif
