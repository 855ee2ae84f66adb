/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_POOL_POOL_QUEUE_H
#define ASSAY_POOL_POOL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * The order in which jobs wait. The oldest goes first, except that:
 *
 * - a tiny one may overtake all that are not, and a small one those that are
 *   larger, each of which is overtaken at most AS_QUEUE_OVERTAKEN_MAX times.
 *   Mail of text, most of all mail, then does not wait for pictures, neither
 *   for the seconds that an archive takes, and nobody can starve the archive
 *   with small mail;
 * - a big one is passed over while the caller wants to keep a worker free for
 *   smaller ones. It waits for another big one to end, however many go ahead.
 *
 * Pure: no clock, no allocation. All calls take constant time, but putting
 * back walks over what was put back before.
 */
#define AS_QUEUE_TINY_BYTES    (32u * 1024)
#define AS_QUEUE_SMALL_BYTES   (256u * 1024)
#define AS_QUEUE_BIG_BYTES     (2u * 1024 * 1024) /* big is what is larger */
#define AS_QUEUE_OVERTAKEN_MAX 32u

enum as_queue_class {
	AS_QUEUE_TINY = 0,
	AS_QUEUE_SMALL,
	AS_QUEUE_MIDDLE,
	AS_QUEUE_BIG,
	AS_QUEUE_CLASSES,
};

/* To be embedded in what waits. */
struct as_queue_entry {
	TAILQ_ENTRY(as_queue_entry) link;
	enum as_queue_class class;
	uint64_t ticket; /* orders by age */
	uint64_t due;	 /* of those that may overtake it, when it was pushed:
			    how many were to leave before it */
};

TAILQ_HEAD(as_queue_list, as_queue_entry);

struct as_queue {
	struct as_queue_list lists[AS_QUEUE_CLASSES]; /* each by age */
	uint32_t counts[AS_QUEUE_CLASSES];
	uint64_t tickets;
	uint64_t left[AS_QUEUE_CLASSES]; /* how many have left so far */
};

void as_queue_init(struct as_queue *queue);
uint32_t as_queue_count(const struct as_queue *queue);
enum as_queue_class as_queue_class_of(uint64_t size);

/* At the end. */
void as_queue_push(struct as_queue *queue, struct as_queue_entry *entry, uint64_t size);
/* Ahead of everything. */
void as_queue_push_first(struct as_queue *queue, struct as_queue_entry *entry);
/* What was taken, to where its age belongs. */
void as_queue_put_back(struct as_queue *queue, struct as_queue_entry *entry);
/* Takes the next one; NULL when there is none. spare_big: pass over the big
 * ones if there are others. */
struct as_queue_entry *as_queue_take(struct as_queue *queue, bool spare_big);
void as_queue_remove(struct as_queue *queue, struct as_queue_entry *entry);

/* In no order that matters: the first, and the one behind; NULL at the end. */
struct as_queue_entry *as_queue_first(const struct as_queue *queue);
struct as_queue_entry *as_queue_next(const struct as_queue *queue,
				     const struct as_queue_entry *entry);

#endif
