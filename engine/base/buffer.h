/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_BASE_BUFFER_H
#define ASSAY_BASE_BUFFER_H

#include <assay/span.h>

#include <stdbool.h>

/*
 * Octets that grow, on the heap, up to a cap. A failed append changes nothing
 * and is remembered, so that a run of appends can be checked once at the end.
 */
struct as_buffer {
	unsigned char *data;
	size_t size;
	size_t capacity;
	size_t max_size; /* 0: no cap */
	bool failed;
};

void as_buffer_init(struct as_buffer *buffer, size_t max_size);
void as_buffer_deinit(struct as_buffer *buffer);
/* Empties it and keeps the memory. */
void as_buffer_clear(struct as_buffer *buffer);

bool as_buffer_append(struct as_buffer *buffer, const void *data, size_t size);
bool as_buffer_text(struct as_buffer *buffer, const char *text);
bool as_buffer_byte(struct as_buffer *buffer, unsigned char byte);
bool as_buffer_printf(struct as_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Room for size more octets; NULL when refused. Commit after writing. */
unsigned char *as_buffer_reserve(struct as_buffer *buffer, size_t size);
void as_buffer_commit(struct as_buffer *buffer, size_t size);

static inline struct as_span as_buffer_span(const struct as_buffer *buffer)
{
	return as_span_make(buffer->data, buffer->size);
}

#endif
