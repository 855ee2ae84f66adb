/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/field_line.h"

#include <string.h>
#include <strings.h>

struct as_span as_field_line_take(struct as_span *text)
{
	struct as_span line;
	size_t end = 0;

	while (end < text->size && text->data[end] != '\n' && text->data[end] != '\r')
		end++;
	line = as_span_slice(*text, 0, end);
	end += as_span_has_at(*text, end, "\r\n", 2) ? 2 : 1;
	*text = as_span_from(*text, end);
	return line;
}

size_t as_field_line_name(struct as_span line, size_t name_max)
{
	size_t end = 0;
	size_t colon;

	while (end < line.size && end < name_max && line.data[end] > ' ' && line.data[end] <= '~' &&
	       line.data[end] != ':')
		end++;
	colon = end;
	while (colon < line.size && (line.data[colon] == ' ' || line.data[colon] == '\t'))
		colon++;
	return colon < line.size && line.data[colon] == ':' ? end : 0;
}

bool as_field_line_is_any(struct as_span name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == name.size &&
		    strncasecmp(names[i], (const char *)name.data, name.size) == 0)
			return true;
	return false;
}
