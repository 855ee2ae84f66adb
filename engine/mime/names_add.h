/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_NAMES_ADD_H
#define ASSAY_MIME_NAMES_ADD_H

#include "base/buffer.h"
#include "mime/names.h"

/* The list of names.h in the making. Not used outside of names*.c. */
struct as_name_list {
	struct as_arena *arena;
	struct assay_name *items; /* AS_NAMES_MAX, NULL before the first */
	size_t count;
	int rc;
};

/*
 * Adds a name from octets of unknown charset. A text that is there already
 * keeps its place; of its marks those of the reading that more readers share
 * count. Failure is kept in rc.
 */
void as_name_add(struct as_name_list *list, struct as_span octets, enum assay_name_source source,
		 uint32_t marks);

/* The same, and what other readers make of the octets: encoded words, each for
 * itself and put together before they are decoded, %XX, ':' replaced, NUL and
 * what Windows forbids dropped, single quotes dropped. */
void as_name_add_readings(struct as_name_list *list, struct as_span octets,
			  enum assay_name_source source, uint32_t marks);

/* At most max octets of the end of text, from the start of a character on. */
struct as_span as_name_keep_end(struct as_span text, size_t max);

/* The value of two hexadecimal digits at offset, or -1. */
int as_name_hex(struct as_span text, size_t offset);

/* Appends text with %XX resolved. False when there is none. */
bool as_name_percent(struct as_buffer *out, struct as_span text);

#endif
