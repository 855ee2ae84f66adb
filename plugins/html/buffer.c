/* SPDX-License-Identifier: BSD-2-Clause */
#include "buffer.h"

#include <stdlib.h>

#define FIRST_CAPACITY 4096u

bool html_buffer_reserve(struct html_buffer *buffer, size_t size)
{
	size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;
	size_t needed;
	unsigned char *grown;

	if (buffer->failed)
		return false;
	if (!as_size_add(buffer->size, size, &needed)) {
		buffer->failed = true;
		return false;
	}
	while (capacity < needed) {
		if (!as_size_mul(capacity, 2, &capacity)) {
			capacity = needed;
			break;
		}
	}
	grown = realloc(buffer->data, capacity);
	if (grown == NULL) {
		buffer->failed = true;
		return false;
	}
	buffer->data = grown;
	buffer->capacity = capacity;
	return true;
}

void html_buffer_append(struct html_buffer *buffer, struct as_span octets)
{
	if (octets.size == 0 || (octets.size > buffer->capacity - buffer->size &&
				 !html_buffer_reserve(buffer, octets.size)))
		return;
	memcpy(buffer->data + buffer->size, octets.data, octets.size);
	buffer->size += octets.size;
}

void html_buffer_deinit(struct html_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct html_buffer){0};
}

void html_buffer_push_utf8(struct html_buffer *buffer, uint32_t code)
{
	if (code < 0x80) {
		html_buffer_push(buffer, (unsigned char)code);
	} else if (code < 0x800) {
		html_buffer_push(buffer, (unsigned char)(0xc0 | code >> 6));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		html_buffer_push(buffer, (unsigned char)(0xe0 | code >> 12));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code >> 6 & 0x3f)));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code & 0x3f)));
	} else if (code < 0x110000) {
		html_buffer_push(buffer, (unsigned char)(0xf0 | code >> 18));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code >> 12 & 0x3f)));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code >> 6 & 0x3f)));
		html_buffer_push(buffer, (unsigned char)(0x80 | (code & 0x3f)));
	}
}
