/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_LOOK_H
#define ASSAY_SMIME_LOOK_H

#include "smime/coverage.h"
#include "smime/html_refs.h"

/*
 * What one body shows to a reader: its text decoded and read, within the bounds
 * of coverage.h. Each body is read once for all layers of a mail.
 */
enum as_look_weight {
	AS_LOOK_NOTHING = 0, /* blank, without a name */
	AS_LOOK_FAINT,	     /* a signature, certificates, an empty file with a name */
	AS_LOOK_TEXT,	     /* something to read, or to open */
};

struct as_look {
	enum as_look_weight weight;
	bool html;   /* of a type that clients render */
	bool cms;    /* by its type: an S/MIME object of its own */
	bool unread; /* not to its end: html is not known */
	struct as_html_state state;
	size_t blank_lines; /* longest run of empty lines */
	bool wide_blank;    /* a run of blanks in one line, wider than any window */
	struct as_cids cids;
};

/* A body that is no entity: preamble, gap, or what another parser sees. */
struct as_look_body {
	struct as_span octets;
	enum as_encoding encoding;
	const char *media_type;
	const char *charset;
	bool named;
};

struct as_look_request {
	struct as_arena *arena;
	struct as_coverage_memo *memo;
	const struct as_mime_tree *tree;
};

/* *look_out lives as long as the memo's arena. -ENOMEM. */
int as_look_entity(const struct as_look_request *request, size_t index,
		   const struct as_entity *entity, const struct as_look **look_out);
int as_look_extra(const struct as_look_request *request, size_t index,
		  const struct as_extra_body *extra, const struct as_look **look_out);
/* Uncached; *look_out is the caller's. -ENOMEM. */
int as_look_body(const struct as_look_request *request, const struct as_look_body *body,
		 struct as_look *look_out);

#endif
