/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/buffer.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_BYTES 256u

void as_buffer_init(struct as_buffer *buffer, size_t max_size)
{
	*buffer = (struct as_buffer){.max_size = max_size};
}

void as_buffer_deinit(struct as_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct as_buffer){.max_size = buffer->max_size};
}

void as_buffer_clear(struct as_buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
}

unsigned char *as_buffer_reserve(struct as_buffer *buffer, size_t size)
{
	size_t need, capacity;
	unsigned char *data;

	if (buffer->failed)
		return NULL;
	if (!as_size_add(buffer->size, size, &need) ||
	    (buffer->max_size > 0 && need > buffer->max_size))
		goto refuse;
	if (need <= buffer->capacity && buffer->data != NULL)
		return buffer->data + buffer->size;
	capacity = buffer->capacity < FIRST_BYTES ? FIRST_BYTES : buffer->capacity;
	while (capacity < need)
		if (!as_size_mul(capacity, 2, &capacity))
			goto refuse;
	if (buffer->max_size > 0 && capacity > buffer->max_size && need <= buffer->max_size)
		capacity = buffer->max_size;
	data = realloc(buffer->data, capacity);
	if (data == NULL)
		goto refuse;
	buffer->data = data;
	buffer->capacity = capacity;
	return data + buffer->size;
refuse:
	buffer->failed = true;
	return NULL;
}

void as_buffer_commit(struct as_buffer *buffer, size_t size)
{
	AS_ASSERT(size <= buffer->capacity - buffer->size);
	buffer->size += size;
}

bool as_buffer_append(struct as_buffer *buffer, const void *data, size_t size)
{
	unsigned char *room = as_buffer_reserve(buffer, size);

	if (room == NULL)
		return false;
	if (size > 0)
		memcpy(room, data, size);
	buffer->size += size;
	return true;
}

bool as_buffer_text(struct as_buffer *buffer, const char *text)
{
	return as_buffer_append(buffer, text, strlen(text));
}

bool as_buffer_byte(struct as_buffer *buffer, unsigned char byte)
{
	return as_buffer_append(buffer, &byte, 1);
}

bool as_buffer_printf(struct as_buffer *buffer, const char *format, ...)
{
	unsigned char *room;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0) {
		buffer->failed = true;
		return false;
	}
	room = as_buffer_reserve(buffer, (size_t)length + 1);
	if (room == NULL)
		return false;
	va_start(args, format);
	vsnprintf((char *)room, (size_t)length + 1, format, args);
	va_end(args);
	buffer->size += (size_t)length;
	return true;
}
