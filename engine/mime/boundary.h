/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_BOUNDARY_H
#define ASSAY_MIME_BOUNDARY_H

#include "mime/line.h"
#include "mime/mime.h"

/*
 * The multiparts that are open at one place of a message, outermost first, and
 * which of them a line delimits (RFC 2046 s5.1.1). A delimiter line is "--",
 * the boundary, for the last one "--" again, then blanks up to the line end.
 * The innermost multipart is asked first, as GMime does, so an inner boundary
 * that equals an outer one belongs to the inner multipart.
 */
enum as_boundary_state {
	AS_BOUNDARY_PREAMBLE = 0,
	AS_BOUNDARY_PARTS,
	AS_BOUNDARY_EPILOGUE, /* closed: its delimiters count no more */
};

struct as_boundary {
	struct as_span text;
	struct as_entity *entity;
	enum as_boundary_state state;
	uint32_t parts;
};

struct as_boundaries {
	struct as_boundary *items; /* in the arena */
	size_t count;
	size_t capacity;
};

enum as_delimiter_kind {
	AS_DELIMITER_NONE = 0,
	AS_DELIMITER_OPEN, /* another part begins */
	AS_DELIMITER_CLOSE,
};

struct as_delimiter {
	enum as_delimiter_kind kind;
	size_t level; /* index of the multipart */
};

/* text is trimmed of trailing blanks, which no boundary may end with and which
 * readers drop or keep. -ENOMEM. */
int as_boundary_push(struct as_boundaries *stack, struct as_arena *arena, struct as_span text,
		     struct as_entity *entity);

/* Whether text equals an open boundary (2), or one of the two begins with the
 * other (1), or neither (0). */
unsigned int as_boundary_conflict(const struct as_boundaries *stack, struct as_span text);

/* Lines that only some readers take for a delimiter are none here; readings.h
 * looks at those. */
struct as_delimiter as_boundary_match(const struct as_boundaries *stack, struct as_span line);

/* A line that really separates: OPEN or CLOSE. */
bool as_boundary_ends(const struct as_boundaries *stack, struct as_span line);

#endif
