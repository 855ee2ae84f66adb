/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include "base/assert.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Most messages need less than one block; a block is a few pages. */
#define BLOCK_BYTES ((size_t)32 * 1024)
#define ALIGNMENT   _Alignof(max_align_t)

struct as_arena_block {
	struct as_arena_block *next;
	size_t size;
	size_t used;
	max_align_t data[];
};

void as_arena_init(struct as_arena *arena, size_t max_bytes)
{
	AS_ASSERT(arena != NULL);
	*arena = (struct as_arena){.max_bytes = max_bytes};
}

void as_arena_deinit(struct as_arena *arena)
{
	struct as_arena_block *block = arena->blocks;

	while (block != NULL) {
		struct as_arena_block *next = block->next;

		free(block);
		block = next;
	}
	arena->blocks = NULL;
	arena->used_bytes = 0;
}

static struct as_arena_block *add_block(struct as_arena *arena, size_t size)
{
	struct as_arena_block *block;
	size_t total;

	if (size < BLOCK_BYTES)
		size = BLOCK_BYTES;
	if (!as_size_add(size, sizeof(*block), &total))
		return NULL;
	block = calloc(1, total);
	if (block == NULL)
		return NULL;
	block->size = size;
	/* A block that is filled by one large piece must not hide the free
	 * room of the current one. */
	if (arena->blocks != NULL && size > BLOCK_BYTES) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

void *as_arena_alloc(struct as_arena *arena, size_t size)
{
	struct as_arena_block *block = arena->blocks;
	size_t rounded;
	void *piece;

	if (!as_size_add(size, ALIGNMENT - 1, &rounded))
		return NULL;
	rounded -= rounded % ALIGNMENT;
	if (rounded > arena->max_bytes - arena->used_bytes)
		return NULL;
	if (block == NULL || rounded > block->size - block->used)
		block = add_block(arena, rounded);
	if (block == NULL)
		return NULL;
	piece = (unsigned char *)block->data + block->used;
	block->used += rounded;
	arena->used_bytes += rounded;
	return piece;
}

void *as_arena_array(struct as_arena *arena, size_t count, size_t size)
{
	size_t total;

	if (!as_size_mul(count, size, &total))
		return NULL;
	return as_arena_alloc(arena, total);
}

char *as_arena_copy(struct as_arena *arena, struct as_span span)
{
	size_t total;
	char *copy;

	if (!as_size_add(span.size, 1, &total))
		return NULL;
	copy = as_arena_alloc(arena, total);
	if (copy != NULL && span.size > 0)
		memcpy(copy, span.data, span.size);
	return copy;
}

char *as_arena_strdup(struct as_arena *arena, const char *text)
{
	return as_arena_copy(arena, as_span_text(text));
}

char *as_arena_printf(struct as_arena *arena, const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return NULL;
	text = as_arena_alloc(arena, (size_t)length + 1);
	if (text == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}
