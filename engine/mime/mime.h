/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_MIME_H
#define ASSAY_MIME_MIME_H

#include "base/arena.h"
#include "base/limits.h"

#include <assay/plugin.h>

/*
 * What all of engine/mime shares: the tree of one message, its exact ranges,
 * and the notes that parsing left. Everything is allocated from the arena that
 * the caller passed in and lives as long as that arena; offsets count octets
 * of the message from 0.
 */

enum as_encoding {
	AS_ENCODING_IDENTITY = 0, /* 7bit, 8bit, binary, none */
	AS_ENCODING_BASE64,
	AS_ENCODING_QP,
	AS_ENCODING_UUENCODE,
	AS_ENCODING_XXENCODE,
	AS_ENCODING_YENC,
	AS_ENCODING_BINHEX,  /* BinHex 4.0 (RFC 1741) */
	AS_ENCODING_UNKNOWN, /* a mechanism that nobody knows */
};

enum as_entity_kind {
	AS_ENTITY_LEAF = 0,
	AS_ENTITY_MULTIPART,
	AS_ENTITY_MESSAGE, /* message/rfc822 or /global, not encoded: its
			      one child is the root of the inner message */
};

struct as_entity {
	enum as_entity_kind kind;
	const char *number; /* as IMAP counts (RFC 9051 s6.4.5.1): "1.2";
			       "" for a multipart or message at the root */

	/* Header [header_begin, body_begin) includes the blank line. The body
	 * does not include the line end that belongs to the next delimiter. */
	size_t header_begin;
	size_t body_begin;
	size_t body_end;

	const char *media_type;	 /* lower case; text/plain (or message/rfc822 in
				    a digest) when not declared or not valid */
	const char *declared;	 /* as declared, lower case, "" when absent */
	const char *charset;	 /* lower case or "" */
	const char *boundary;	 /* multiparts, else NULL; may hold any octet but
				    NUL */
	const char *disposition; /* "inline", "attachment", other, or "" */
	enum as_encoding encoding;
	const char *encoding_text; /* as it stood, "" when absent */

	const struct assay_name *names;
	size_t name_count;

	bool closed; /* multipart: the close delimiter was there */
	uint32_t depth;
	struct as_entity *parent;
	struct as_entity *first_child;
	struct as_entity *last_child;
	struct as_entity *next;
};

/* What an octet of the message is. Regions are in order, do not overlap and
 * leave no octet out. */
enum as_region_kind {
	AS_REGION_HEADER = 0,
	AS_REGION_BODY,	     /* of a leaf */
	AS_REGION_DELIMITER, /* the delimiter line with the line end before
				it and the one behind it */
	AS_REGION_PREAMBLE,
	AS_REGION_EPILOGUE,
	AS_REGION_GAP, /* claimed by nobody */
};

struct as_region {
	enum as_region_kind kind;
	size_t begin;
	size_t end;
	const struct as_entity *entity; /* whose; NULL for gaps */
};

/* Something that parsing noticed: the engine makes a finding of it. */
struct as_note {
	const char *code;	      /* from the registry */
	enum assay_severity severity; /* DEFAULT: the registry's */
	size_t offset;
	const char *text;		/* NULL: the registry's sentence */
	const struct as_entity *entity; /* NULL: the message */
	uint32_t more;			/* notes of this code not kept, in the
					   last of them */
	char *more_text;		/* the sentence about those, or NULL */
	struct as_note *next;
};

/* A body that another reader sees and the tree does not: GMime, or clients
 * that are less strict about delimiters and blank lines. */
struct as_extra_body {
	size_t begin, end;
	enum as_encoding encoding;
	uint32_t clients; /* bits of enum as_client that show it (clients.h); 0:
			     none that is known, inspected all the same */
	bool claimed;	  /* it follows from what the message claims, or a parser
			     was seen to take it; else it only looks like a part,
			     as parts do that a text quotes */
	const char *media_type;
	const char *charset; /* lower case or "" */
	const char *number;  /* of the entity in whose octets it begins; ""
				when that is a gap */
	const struct assay_name *names;
	size_t name_count;
	struct as_extra_body *next;
};

struct as_mime_tree {
	struct as_span message;
	struct as_entity *root;
	size_t entity_count;
	const struct as_region *regions;
	size_t region_count;
	struct as_note *notes; /* in order of discovery */
	struct as_note *last_note;
	bool notes_lost;	      /* no memory: the parse answers -ENOMEM */
	struct as_extra_body *extras; /* by order of discovery */
	struct as_extra_body *last_extra;
	size_t extra_count;
	bool gmime_agreed;  /* same leaves, same ranges */
	bool gmime_skipped; /* a limit, or lines that end with CR only,
			       forbade handing it to GMime */
	struct as_arena *arena;
};

/*
 * The raw pass, the tree, the coverage map, the other readings and the
 * cross-check, in this order (raw.h, tree.h, coverage.h, readings.h,
 * crosscheck.h). Never fails on input: what is
 * broken or too large leaves notes, and all octets end up in some region.
 * -ENOMEM when the arena is exhausted.
 */
int as_mime_parse(struct as_arena *arena, struct as_span message, const struct as_limits *limits,
		  struct as_mime_tree **tree_out);
/* The same without readings.h: extras are what GMime alone sees. */
int as_mime_parse_primary(struct as_arena *arena, struct as_span message,
			  const struct as_limits *limits, struct as_mime_tree **tree_out);

/* Adds a note; keeps at most AS_NOTES_MAX of one code (the rest is counted in
 * the text of the last). text may be NULL and is not copied. */
#define AS_NOTES_MAX 16u
void as_mime_note(struct as_mime_tree *tree, const char *code, enum assay_severity severity,
		  size_t offset, const struct as_entity *entity, const char *text);

/* Next entity in document order, NULL at the end. */
struct as_entity *as_entity_next(const struct as_entity *entity);

/* To be called once, before a fork and before any sandbox: GMime, charsets. */
int as_mime_init(void);

#endif
