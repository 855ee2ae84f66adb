/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_BUFFER_H
#define ASSAY_HTML_BUFFER_H

#include <assay/span.h>

/*
 * Octets in the making. When memory runs out the buffer keeps what it has and
 * failed is set; the caller looks once, at the end.
 */
struct html_buffer {
	unsigned char *data; /* owned */
	size_t size, capacity;
	bool failed;
};

/* Room for size further octets; false and failed when there is none. */
bool html_buffer_reserve(struct html_buffer *buffer, size_t size);
void html_buffer_deinit(struct html_buffer *buffer);

static inline void html_buffer_push(struct html_buffer *buffer, unsigned char c)
{
	if (buffer->size < buffer->capacity || html_buffer_reserve(buffer, 1))
		buffer->data[buffer->size++] = c;
}

static inline struct as_span html_buffer_span(const struct html_buffer *buffer)
{
	return as_span_make(buffer->data, buffer->size);
}

void html_buffer_append(struct html_buffer *buffer, struct as_span octets);

/* The character in UTF-8; what is no character becomes nothing. */
void html_buffer_push_utf8(struct html_buffer *buffer, uint32_t code);

#endif
