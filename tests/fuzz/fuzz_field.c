/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/assert.h"
#include "base/utf8.h"
#include "mime/charset.h"
#include "mime/field.h"
#include "mime/header_text.h"
#include "mime/param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)64 << 20)
#define PARAMS_MAX  200u
#define LIST_MAX    50u

static void check_params(struct as_arena *arena, struct as_span value)
{
	struct as_params params;

	AS_ASSERT(as_params_parse(arena, value, PARAMS_MAX, &params) == 0);
	AS_ASSERT(params.count <= PARAMS_MAX);
	for (size_t i = 0; i < params.count; i++) {
		const struct as_param *param = &params.items[i];

		AS_ASSERT(param->value[param->value_length] == '\0');
		AS_ASSERT(param->unbroken_length <= param->value_length);
		AS_ASSERT(param->raw.size == 0 ||
			  (param->raw.data >= value.data &&
			   param->raw.size <= value.size - (size_t)(param->raw.data - value.data)));
	}
}

static void check_texts(struct as_arena *arena, struct as_span value)
{
	const char *text = as_header_text(arena, value);
	const char **list;
	size_t count;

	AS_ASSERT(text != NULL && as_utf8_valid(as_span_text(text)));
	AS_ASSERT(as_header_addresses(arena, value, LIST_MAX, &list, &count) == 0);
	AS_ASSERT(count <= LIST_MAX);
	for (size_t i = 0; i < count; i++)
		AS_ASSERT(as_utf8_valid(as_span_text(list[i])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct as_span block = as_span_make(data, size);
	struct as_field field;
	struct as_arena arena;
	struct as_buffer text;
	size_t offset = 0;

	AS_ASSERT(as_charset_init() == 0);
	as_arena_init(&arena, ARENA_BYTES);
	as_buffer_init(&text, 0);
	while (as_field_next(block, &offset, &field)) {
		AS_ASSERT(field.begin < field.end && field.end == offset && offset <= size);
		as_encoding_find(field.value);
		check_params(&arena, field.value);
		check_texts(&arena, field.value);
	}
	as_headers_text(&text, block);
	AS_ASSERT(!text.failed && as_utf8_valid(as_buffer_span(&text)));
	as_buffer_deinit(&text);
	as_arena_deinit(&arena);
	return 0;
}
