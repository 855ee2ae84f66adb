/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_MARKS_H
#define ASSAY_MIME_MARKS_H

#include "mime/mime.h"

/*
 * Places of a message at which some reader could let a part begin or end. One
 * pass over the lines under every reading of line ends (LF, CRLF, lone CR, CR
 * CR LF) finds those that begin with two hyphens, behind blanks or NULs at
 * most, and Content-* fields that stand in no header of the tree. Which of
 * them matter is decided later (readings.h): signatures, rules and patches are
 * marks as well and cost no more than this.
 */
enum as_mark_kind {
	AS_MARK_DASHES = 0, /* a line that begins with two hyphens */
	AS_MARK_FIELDS,	    /* Content-* fields without such a line in front */
};

struct as_mark {
	enum as_mark_kind kind;
	bool consumed;	/* a delimiter line of the tree */
	bool content;	/* Content-* fields follow, perhaps behind blank lines
			   or other fields */
	size_t begin;	/* of the line */
	size_t next;	/* behind its line end: a header may begin here */
	size_t next_lf; /* the same for readers to whom a lone CR ends no line */
	/* DASHES: what stands behind the hyphens, blanks at the end cut off.
	 * FIELDS: the line in front, where a sloppy reader may find the
	 * boundary in the middle. */
	struct as_span token;
};

struct as_marks {
	struct as_mark *items; /* in the arena, by ascending begin */
	size_t count;
	bool cut; /* a bound ended the search for one kind */
};

/* Content-* blocks outside of headers. A mail about MIME has a dozen, an
 * archive of 5,000 messages as text 15,000; each costs a search. */
#define AS_MARKS_FIELDS_MAX 20000u

/* A delimiter in mid-line is looked for that far into a line. */
#define AS_MARKS_MIDDLE_MAX 1024u

/* At most max_dashes marks of the first kind (the limit delimiter_lines: the
 * tree or the raw pass notes that it was reached). Linear. -ENOMEM. */
int as_marks_collect(const struct as_mime_tree *tree, size_t max_dashes,
		     struct as_marks *marks_out);

/* Whether a Content-Type, -Transfer-Encoding, -Disposition or -Description
 * field begins at offset, behind blanks and NULs. */
bool as_marks_content_at(struct as_span text, size_t offset);

/* Behind blanks, NULs, vertical tabs and lone CRs, which some readers pass over
 * at the beginning of a line; never beyond a LF. */
size_t as_marks_skip(struct as_span text, size_t offset);

#endif
