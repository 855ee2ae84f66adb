/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/view.h"

#include <stdarg.h>

json_t *as_view_open(struct as_span json)
{
	json_t *root = json_loadb((const char *)json.data, json.size, JSON_ALLOW_NUL, NULL);

	if (root != NULL && !json_is_object(root)) {
		json_decref(root);
		return NULL;
	}
	return root;
}

static const json_t *descend(const json_t *value, va_list keys)
{
	const char *key;

	while (value != NULL && (key = va_arg(keys, const char *)) != NULL)
		value = json_object_get(value, key);
	return value;
}

static const char *text_of(const json_t *value)
{
	const char *text = json_string_value(value);

	return text != NULL ? text : "";
}

const char *as_view_text(const json_t *value, ...)
{
	va_list keys;

	va_start(keys, value);
	value = descend(value, keys);
	va_end(keys);
	return text_of(value);
}

uint64_t as_view_number(const json_t *value, ...)
{
	json_int_t number;
	va_list keys;

	va_start(keys, value);
	number = json_integer_value(descend(value, keys));
	va_end(keys);
	return number > 0 ? (uint64_t)number : 0;
}

const json_t *as_view_member(const json_t *value, ...)
{
	va_list keys;

	va_start(keys, value);
	value = descend(value, keys);
	va_end(keys);
	return value;
}

const char *as_view_item(const json_t *list, size_t index)
{
	return text_of(json_array_get(list, index));
}
