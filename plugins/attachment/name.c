/* SPDX-License-Identifier: BSD-2-Clause */
#include "name.h"
#include "points.h"

#include <stdio.h>

void att_name_load(struct att_name *name, struct as_span text)
{
	size_t offset = 0;

	if (text.size > ATT_NAME_OCTETS)
		text.size = ATT_NAME_OCTETS;
	name->count = 0;
	while (offset < text.size)
		name->points[name->count++] = att_point_next(text, &offset);
}

struct att_view att_name_view(const struct att_name *name)
{
	return (struct att_view){name->points, name->count};
}

struct att_view att_view_slice(struct att_view view, size_t begin, size_t end)
{
	return (struct att_view){view.points + begin, end - begin};
}

bool att_view_before_nul(struct att_view view, struct att_view *before_out)
{
	for (size_t i = 0; i < view.count; i++) {
		if (view.points[i] == 0) {
			*before_out = att_view_slice(view, 0, i);
			return true;
		}
	}
	return false;
}

bool att_point_is_dropped(uint32_t point)
{
	return point == '.' || point == '"' || point == '\'' || point == '`' || point == ',' ||
	       point == ';' || att_point_is_blank(point) || att_point_is_invisible(point) ||
	       att_point_is_control(point);
}

static struct att_view trim_end(struct att_view view)
{
	size_t digits;

	while (view.count > 0 && att_point_is_dropped(view.points[view.count - 1]))
		view.count--;
	/* ISO 9660 s7.5.1: SETUP.EXE;1 */
	digits = view.count;
	while (digits > 0 && view.points[digits - 1] >= '0' && view.points[digits - 1] <= '9')
		digits--;
	if (digits > 0 && digits < view.count && view.points[digits - 1] == ';')
		view.count = digits - 1;
	return view;
}

static bool is_separator(uint32_t point)
{
	return point == '/' || point == '\\';
}

struct att_view att_view_component(struct att_view view)
{
	size_t begin;

	view = trim_end(view);
	while (view.count > 0 && is_separator(view.points[view.count - 1]))
		view = trim_end(att_view_slice(view, 0, view.count - 1));
	begin = view.count;
	while (begin > 0 && !is_separator(view.points[begin - 1]))
		begin--;
	return att_view_slice(view, begin, view.count);
}

bool att_view_stream(struct att_view component, size_t *offset, struct att_view *piece_out)
{
	size_t begin = *offset, end = begin;

	if (begin > component.count)
		return false;
	while (end < component.count) {
		bool sentence =
			end + 1 < component.count && att_point_is_blank(component.points[end + 1]);

		if (component.points[end] == ':' && !sentence)
			break;
		end++;
	}
	*piece_out = trim_end(att_view_slice(component, begin, end));
	*offset = end + 1;
	return true;
}

bool att_point_is_shown(uint32_t point)
{
	return !att_point_is_invisible(point) && !att_point_is_control(point);
}

/* Room that is kept for the ellipsis and the tail of a name that is too long
 * to be shown whole: the extension must stay in sight. */
#define QUOTE_TAIL_POINTS 24u
#define QUOTE_HEAD_POINTS 72u

static size_t quote_point(uint32_t point, char *out, size_t size)
{
	unsigned char octets[12];
	size_t count;

	if (att_point_is_shown(point) && (point == ' ' || !att_point_is_blank(point)))
		count = att_point_put(point, octets);
	else
		count = (size_t)snprintf((char *)octets, sizeof(octets), "<U+%04X>",
					 (unsigned int)point);
	if (count >= size)
		return 0;
	memcpy(out, octets, count);
	return count;
}

void att_view_quote(struct att_view view, char *out, size_t size)
{
	bool whole = view.count <= QUOTE_HEAD_POINTS + QUOTE_TAIL_POINTS;
	size_t used = 0;

	for (size_t i = 0; i < view.count; i++) {
		size_t count;

		if (!whole && i == QUOTE_HEAD_POINTS) {
			i = view.count - QUOTE_TAIL_POINTS;
			if (size - used > 3) {
				memcpy(out + used, "...", 3);
				used += 3;
			}
		}
		count = quote_point(view.points[i], out + used, size - used);
		if (count == 0)
			break;
		used += count;
	}
	out[used] = '\0';
}
