/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_NAME_H
#define ATTACHMENT_NAME_H

#include "decode.h"

/*
 * A file name as code points, and the parts of it that systems look at.
 * Everything here is pure and linear in the length of the name.
 */
struct att_view {
	const uint32_t *points;
	size_t count;
};

struct att_name {
	uint32_t points[ATT_NAME_OCTETS];
	size_t count;
};

void att_name_load(struct att_name *name, struct as_span text);
struct att_view att_name_view(const struct att_name *name);

struct att_view att_view_slice(struct att_view view, size_t begin, size_t end);
/* Takes room or does something when the name is displayed. */
bool att_point_is_shown(uint32_t point);
/* What Windows drops from the end of a name, what never shows, and quotes that
 * a careless parser left there. */
bool att_point_is_dropped(uint32_t point);

/* The part before the first NUL; false when there is no NUL. */
bool att_view_before_nul(struct att_view view, struct att_view *before_out);
/* The last path component that is not empty, without what Windows drops from
 * the end of a name (dots, blanks), what never shows, quotes and an ISO 9660
 * version. */
struct att_view att_view_component(struct att_view view);
/*
 * The pieces of a component between colons: file, stream, type. Starts with
 * *offset 0; false when there are no more. A colon before a blank divides a
 * sentence and not a stream.
 */
bool att_view_stream(struct att_view component, size_t *offset, struct att_view *piece_out);

/*
 * The name for a message to a person: what shows nothing or changes the order
 * becomes <U+202E>, a long name loses its middle. Always ends with NUL; size
 * at least 16.
 */
void att_view_quote(struct att_view view, char *out, size_t size);

#endif
