/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TESTS_MIME_TEXT_H
#define ASSAY_TESTS_MIME_TEXT_H

#include <stddef.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* A text under construction. */
#define TEXT_MAX 65536

struct text {
	char data[TEXT_MAX];
	size_t size;
};

static inline void append(struct text *text, const void *data, size_t size)
{
	assert_true(size <= sizeof(text->data) - text->size);
	memcpy(text->data + text->size, data, size);
	text->size += size;
}

static inline void say(struct text *text, const char *words)
{
	append(text, words, strlen(words));
}

#endif
