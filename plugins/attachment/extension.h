/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_EXTENSION_H
#define ATTACHMENT_EXTENSION_H

#include "name.h"

/*
 * The extension of a name: as the system reads it, as a person reads it, and
 * the one in front of it that is there to deceive. Pure functions.
 */

/* The longest extension that anything registers, searchConnector-ms, has 18. */
#define ATT_EXT_POINTS 32u
#define ATT_EXT_OCTETS (4u * ATT_EXT_POINTS)

struct att_ext {
	char text[ATT_EXT_OCTETS + 1]; /* lower case, no dot, UTF-8 */
	size_t dot;		       /* where the dot stands in the view */
	/* Folded extensions: it may as well be a word of the language that the
	 * rest of the name is written in. */
	bool doubtful;
};

/* The extension as the system reads it, without characters that take no room. */
bool att_ext_exact(struct att_view piece, struct att_ext *ext_out);
/* The extension as a person reads it, when that is another: fullwidth forms,
 * look-alikes of other alphabets, dots that are none. */
bool att_ext_folded(struct att_view piece, struct att_ext *ext_out);
/* The extension in front of another: pdf in "invoice.pdf   .exe". */
bool att_ext_before(struct att_view piece, const struct att_ext *ext, struct att_ext *before_out);
/* Whether people take files of that extension for documents or pictures. */
bool att_ext_is_document(const char *ext);
/* Whether such a document holds others, or runs in a browser. */
bool att_ext_is_container(const char *ext);
/* Whether both say the same, as jpg and jpeg do. */
bool att_ext_same(const char *a, const char *b);

#endif
