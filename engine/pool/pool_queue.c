/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/pool_queue.h"

#include "base/assert.h"

#include <stddef.h>

/* Between those of entries that were pushed first, which count down, and the
 * others, which count up. */
#define FIRST_TICKET (UINT64_MAX / 2)

void as_queue_init(struct as_queue *queue)
{
	*queue = (struct as_queue){.tickets = 0};
	for (size_t i = 0; i < AS_QUEUE_CLASSES; i++)
		TAILQ_INIT(&queue->lists[i]);
}

uint32_t as_queue_count(const struct as_queue *queue)
{
	uint32_t count = 0;

	for (size_t i = 0; i < AS_QUEUE_CLASSES; i++)
		count += queue->counts[i];
	return count;
}

enum as_queue_class as_queue_class_of(uint64_t size)
{
	if (size <= AS_QUEUE_TINY_BYTES)
		return AS_QUEUE_TINY;
	if (size <= AS_QUEUE_SMALL_BYTES)
		return AS_QUEUE_SMALL;
	return size <= AS_QUEUE_BIG_BYTES ? AS_QUEUE_MIDDLE : AS_QUEUE_BIG;
}

/* Of those that may overtake this class: the sum over their classes. Middle and
 * big ones do not overtake each other. */
static uint64_t faster(enum as_queue_class class, uint64_t tiny, uint64_t small)
{
	if (class == AS_QUEUE_TINY)
		return 0;
	return class == AS_QUEUE_SMALL ? tiny : tiny + small;
}

static uint64_t faster_left(const struct as_queue *queue, enum as_queue_class class)
{
	return faster(class, queue->left[AS_QUEUE_TINY], queue->left[AS_QUEUE_SMALL]);
}

void as_queue_push(struct as_queue *queue, struct as_queue_entry *entry, uint64_t size)
{
	entry->class = as_queue_class_of(size);
	entry->ticket = FIRST_TICKET + ++queue->tickets;
	/* A class leaves by age, so those that wait now are no overtaking. */
	entry->due =
		faster_left(queue, entry->class) +
		faster(entry->class, queue->counts[AS_QUEUE_TINY], queue->counts[AS_QUEUE_SMALL]);
	TAILQ_INSERT_TAIL(&queue->lists[entry->class], entry, link);
	queue->counts[entry->class]++;
}

void as_queue_push_first(struct as_queue *queue, struct as_queue_entry *entry)
{
	entry->class = AS_QUEUE_TINY;
	entry->ticket = FIRST_TICKET - ++queue->tickets;
	entry->due = 0;
	TAILQ_INSERT_HEAD(&queue->lists[AS_QUEUE_TINY], entry, link);
	queue->counts[AS_QUEUE_TINY]++;
	/* It takes nothing from those that wait. */
	queue->left[AS_QUEUE_TINY]--;
}

void as_queue_put_back(struct as_queue *queue, struct as_queue_entry *entry)
{
	struct as_queue_list *list = &queue->lists[entry->class];
	struct as_queue_entry *other;

	TAILQ_FOREACH (other, list, link)
		if (other->ticket > entry->ticket)
			break;
	if (other != NULL)
		TAILQ_INSERT_BEFORE(other, entry, link);
	else
		TAILQ_INSERT_TAIL(list, entry, link);
	queue->counts[entry->class]++;
	queue->left[entry->class]--;
}

void as_queue_remove(struct as_queue *queue, struct as_queue_entry *entry)
{
	AS_ASSERT(queue->counts[entry->class] > 0);
	TAILQ_REMOVE(&queue->lists[entry->class], entry, link);
	queue->counts[entry->class]--;
	queue->left[entry->class]++;
}

static struct as_queue_entry *older(struct as_queue_entry *a, struct as_queue_entry *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	return a->ticket < b->ticket ? a : b;
}

/* Signed: those that were put back leave a second time. */
static bool may_be_overtaken(const struct as_queue *queue, const struct as_queue_entry *entry)
{
	int64_t overtaken = (int64_t)(faster_left(queue, entry->class) - entry->due);

	return overtaken < (int64_t)AS_QUEUE_OVERTAKEN_MAX;
}

/* Either may be NULL. */
static struct as_queue_entry *prefer(const struct as_queue *queue, struct as_queue_entry *smaller,
				     struct as_queue_entry *larger)
{
	if (smaller != NULL && larger != NULL && may_be_overtaken(queue, larger))
		return smaller;
	return older(smaller, larger);
}

struct as_queue_entry *as_queue_take(struct as_queue *queue, bool spare_big)
{
	struct as_queue_entry *tiny = TAILQ_FIRST(&queue->lists[AS_QUEUE_TINY]);
	struct as_queue_entry *small = TAILQ_FIRST(&queue->lists[AS_QUEUE_SMALL]);
	struct as_queue_entry *middle = TAILQ_FIRST(&queue->lists[AS_QUEUE_MIDDLE]);
	struct as_queue_entry *big = TAILQ_FIRST(&queue->lists[AS_QUEUE_BIG]);
	struct as_queue_entry *next;

	if (spare_big && (tiny != NULL || small != NULL || middle != NULL))
		big = NULL;
	next = prefer(queue, tiny, prefer(queue, small, older(middle, big)));
	if (next != NULL)
		as_queue_remove(queue, next);
	return next;
}

static struct as_queue_entry *first_from(const struct as_queue *queue, size_t class)
{
	struct as_queue_entry *entry = NULL;

	for (; class < AS_QUEUE_CLASSES && entry == NULL; class ++)
		entry = TAILQ_FIRST(&queue->lists[class]);
	return entry;
}

struct as_queue_entry *as_queue_first(const struct as_queue *queue)
{
	return first_from(queue, 0);
}

struct as_queue_entry *as_queue_next(const struct as_queue *queue,
				     const struct as_queue_entry *entry)
{
	struct as_queue_entry *next = TAILQ_NEXT(entry, link);

	return next != NULL ? next : first_from(queue, (size_t)entry->class + 1);
}
