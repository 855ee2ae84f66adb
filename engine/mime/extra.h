/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_EXTRA_H
#define ASSAY_MIME_EXTRA_H

#include "mime/mime.h"

/*
 * Bodies that other readers see. Clients disagree on which boundary counts, on
 * delimiter lines with something behind it, on delimiters behind the closing
 * one, and on a blank line in front of a part's header; some guess a boundary
 * from the first line that looks like a delimiter. What they would show is
 * inspected beside the tree.
 */

/* More than this is an attack on time: then the message is not complete. */
#define AS_EXTRAS_MAX 256u

/* Where a reader could see a part begin. */
struct as_hidden {
	size_t line;   /* of the delimiter, or of the first field */
	size_t header; /* where its header block begins */
};

/* Those that the tree scan meets; more are counted only. Text that quotes a
 * multipart, as bounces do, has a few. */
#define AS_HIDDEN_MAX AS_EXTRAS_MAX
struct as_hidden_list {
	struct as_hidden items[AS_HIDDEN_MAX]; /* in ascending order */
	size_t count;
	size_t total;
};

void as_hidden_push(struct as_hidden_list *list, size_t line, size_t header);

/* Adds *body (copied; number and next are set here) unless an equal one is
 * there. False when there are AS_EXTRAS_MAX already or memory is short: then
 * limit.objects is noted. The regions of the tree must be complete. */
bool as_extra_add(struct as_mime_tree *tree, const struct as_extra_body *body);

/* Makes extras of the hidden parts that have a header of their own. -ENOMEM. */
int as_extra_collect(struct as_mime_tree *tree, const struct as_limits *limits,
		     const struct as_hidden_list *hidden, unsigned char terminator);

#endif
