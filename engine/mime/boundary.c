/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/boundary.h"

#include <errno.h>

/* Real mail nests three to five levels. */
#define FIRST_CAPACITY 8u

static struct as_span trim_end(struct as_span text)
{
	while (text.size > 0 && as_octet_blank(text.data[text.size - 1]))
		text.size--;
	return text;
}

int as_boundary_push(struct as_boundaries *stack, struct as_arena *arena, struct as_span text,
		     struct as_entity *entity)
{
	if (stack->count == stack->capacity) {
		size_t capacity = stack->capacity == 0 ? FIRST_CAPACITY : stack->capacity * 2;
		struct as_boundary *items = as_arena_array(arena, capacity, sizeof(*items));

		if (items == NULL)
			return -ENOMEM;
		if (stack->count > 0)
			memcpy(items, stack->items, stack->count * sizeof(*items));
		stack->items = items;
		stack->capacity = capacity;
	}
	stack->items[stack->count++] = (struct as_boundary){
		.text = trim_end(text),
		.entity = entity,
	};
	return 0;
}

unsigned int as_boundary_conflict(const struct as_boundaries *stack, struct as_span text)
{
	unsigned int conflict = 0;

	text = trim_end(text);
	for (size_t i = 0; i < stack->count; i++) {
		struct as_span other = stack->items[i].text;

		if (stack->items[i].state == AS_BOUNDARY_EPILOGUE)
			continue;
		if (as_span_equal(other, text))
			return 2;
		if (as_span_has_at(other, 0, text.data, text.size) ||
		    as_span_has_at(text, 0, other.data, other.size))
			conflict = 1;
	}
	return conflict;
}

static enum as_delimiter_kind match_one(const struct as_boundary *boundary, struct as_span line)
{
	struct as_span text = boundary->text;

	if (boundary->state == AS_BOUNDARY_EPILOGUE ||
	    !as_span_has_at(line, 0, text.data, text.size))
		return AS_DELIMITER_NONE;
	if (line.size == text.size)
		return AS_DELIMITER_OPEN;
	if (line.size == text.size + 2 && as_span_has_at(line, text.size, "--", 2))
		return AS_DELIMITER_CLOSE;
	return AS_DELIMITER_NONE;
}

struct as_delimiter as_boundary_match(const struct as_boundaries *stack, struct as_span line)
{
	if (stack->count == 0 || !as_span_has_at(line, 0, "--", 2))
		return (struct as_delimiter){AS_DELIMITER_NONE, 0};
	line = as_span_from(trim_end(line), 2);
	for (size_t level = stack->count; level-- > 0;) {
		enum as_delimiter_kind kind = match_one(&stack->items[level], line);

		if (kind != AS_DELIMITER_NONE)
			return (struct as_delimiter){kind, level};
	}
	return (struct as_delimiter){AS_DELIMITER_NONE, 0};
}

bool as_boundary_ends(const struct as_boundaries *stack, struct as_span line)
{
	return as_boundary_match(stack, line).kind != AS_DELIMITER_NONE;
}
