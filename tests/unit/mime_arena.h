/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MIME_ARENA_H
#define ASSAY_TESTS_MIME_ARENA_H

#include "base/arena.h"
#include "mime/charset.h"

/* An arena for each test. */
static struct as_arena arena;

static inline int setup(void **state)
{
	(void)state;
	as_arena_init(&arena, (size_t)256 << 20);
	return as_charset_init();
}

static inline int teardown(void **state)
{
	(void)state;
	as_arena_deinit(&arena);
	return 0;
}

#endif
