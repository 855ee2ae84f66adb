/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/scan.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "mime/names.h"

#include <stdlib.h>

static bool grow(struct assay_scan *scan)
{
	size_t capacity = scan->object_capacity == 0 ? 64 : scan->object_capacity * 2;
	struct as_object **objects = realloc(scan->objects, capacity * sizeof(*objects));

	if (objects == NULL)
		return false;
	scan->objects = objects;
	scan->object_capacity = capacity;
	return true;
}

struct as_object *as_object_new(struct assay_scan *scan, struct as_object *parent,
				enum assay_origin origin, struct as_span data)
{
	struct as_object *object;
	unsigned char *digest;

	if (scan->object_count == scan->object_capacity && !grow(scan))
		goto refuse;
	object = as_arena_alloc(&scan->arena, sizeof(*object));
	digest = as_arena_alloc(&scan->arena, AS_SHA256_SIZE);
	if (object == NULL || digest == NULL)
		goto refuse;
	as_sha256(data, digest);
	*object = (struct as_object){
		.pub =
			{
				.path = "",
				.data = data,
				.sha256 = digest,
				.size = data.size,
				.extension = "",
				.declared = "",
				.charset = "",
				.type = "",
				.type_name = "",
				.origin = origin,
				.via = "",
				.from_plugin = "",
				.index = (uint32_t)scan->object_count,
				.depth = parent != NULL ? parent->pub.depth : 0,
				.parent = parent != NULL ? &parent->pub : NULL,
				.message = &scan->message,
			},
		.parent = parent,
		.doubted = parent != NULL && parent->doubted,
		.further = origin == ASSAY_ORIGIN_READING || (parent != NULL && parent->further),
		.header_begin = SIZE_MAX,
		.body_begin = SIZE_MAX,
		.body_end = SIZE_MAX,
	};
	scan->objects[scan->object_count++] = object;
	return object;
refuse:
	scan->out_of_memory = true;
	return NULL;
}

int as_object_path(struct assay_scan *scan, struct as_object *object, struct as_span component)
{
	const char *above = object->parent != NULL ? object->parent->pub.path : "";
	struct as_buffer path;
	int rc = 0;

	as_buffer_init(&path, AS_PATH_BYTES + 8 * ASSAY_NAME_MAX);
	as_buffer_text(&path, above);
	if (path.size > AS_PATH_BYTES)
		path.size = AS_PATH_BYTES;
	if (above[0] != '\0' && component.size > 0)
		as_buffer_byte(&path, '/');
	if (component.size > ASSAY_NAME_MAX)
		component.size = ASSAY_NAME_MAX;
	as_utf8_escape(&path, component);
	object->pub.path = as_arena_copy(&scan->arena, as_buffer_span(&path));
	if (path.failed || object->pub.path == NULL) {
		object->pub.path = above;
		scan->out_of_memory = true;
		rc = ASSAY_E_BUDGET;
	}
	as_buffer_deinit(&path);
	return rc;
}

void as_object_names(struct assay_scan *scan, struct as_object *object,
		     const struct assay_name *names, size_t count)
{
	char extension[AS_NAME_EXTENSION_SIZE];
	const char *copy;

	object->pub.names = names;
	object->pub.name_count = count;
	if (count == 0)
		return;
	as_name_extension(names[0].shell, extension);
	copy = as_arena_strdup(&scan->arena, extension);
	if (copy != NULL)
		object->pub.extension = copy;
	else
		scan->out_of_memory = true;
}
