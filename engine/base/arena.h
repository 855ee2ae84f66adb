/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_ARENA_H
#define ASSAY_BASE_ARENA_H

#include <assay/span.h>

#include <stdarg.h>
#include <stddef.h>

/*
 * Memory for everything that lives as long as one inspection. There is no
 * free for a single piece. Sizes that come from input are charged to the
 * budget before they reach the arena; the cap is the second line: an arena
 * that has handed out max_bytes answers NULL from then on.
 *
 * Not safe for use by more than one thread.
 */
struct as_arena {
	struct as_arena_block *blocks;
	size_t used_bytes; /* handed out, with alignment */
	size_t max_bytes;
};

void as_arena_init(struct as_arena *arena, size_t max_bytes);
void as_arena_deinit(struct as_arena *arena);

/* Zeroed memory aligned for any type, or NULL. A size of 0 gives a pointer. */
void *as_arena_alloc(struct as_arena *arena, size_t size);
/* count * size, checked. */
void *as_arena_array(struct as_arena *arena, size_t count, size_t size);

/* A copy with a NUL behind it; octets are not looked at. */
char *as_arena_copy(struct as_arena *arena, struct as_span span);
char *as_arena_strdup(struct as_arena *arena, const char *text);
char *as_arena_printf(struct as_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
