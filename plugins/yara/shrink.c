/* SPDX-License-Identifier: BSD-2-Clause */
#include "shrink.h"

#include <stdlib.h>
#include <string.h>

struct memory {
	unsigned char *data;
	size_t size, capacity, read;
};

static size_t write_memory(const void *data, size_t size, size_t count, void *opaque)
{
	struct memory *memory = opaque;
	size_t more;

	if (__builtin_mul_overflow(size, count, &more))
		return 0;
	if (more > memory->capacity - memory->size) {
		size_t capacity = 2 * memory->capacity + more;
		unsigned char *grown = realloc(memory->data, capacity);

		if (grown == NULL)
			return 0;
		memory->data = grown;
		memory->capacity = capacity;
	}
	memcpy(memory->data + memory->size, data, more);
	memory->size += more;
	return count;
}

static size_t read_memory(void *data, size_t size, size_t count, void *opaque)
{
	struct memory *memory = opaque;
	size_t left = memory->size - memory->read;

	if (size == 0 || count > left / size)
		return 0;
	memcpy(data, memory->data + memory->read, size * count);
	memory->read += size * count;
	return count;
}

int yp_shrink(YR_RULES **rules)
{
	struct memory memory = {0};
	YR_STREAM stream = {.user_data = &memory, .read = read_memory, .write = write_memory};
	YR_RULES *small = NULL;
	int rc;

	rc = yr_rules_save_stream(*rules, &stream);
	if (rc == ERROR_SUCCESS)
		rc = yr_rules_load_stream(&stream, &small);
	if (rc == ERROR_SUCCESS) {
		yr_rules_destroy(*rules);
		*rules = small;
	}
	free(memory.data);
	return rc;
}
