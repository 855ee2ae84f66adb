/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_EXTRA_H
#define ASSAY_MIME_EXTRA_H

#include "mime/mime.h"

/*
 * Bodies that other readers see, each once: what a leaf of the tree or octets
 * that are inspected as they stand already have, is none. Two bodies are one
 * when their ranges differ by blanks and line ends only and the encoding is the
 * same.
 */

/* Claimed extras (mime.h): as many as a message may have parts by the limit
 * mime_parts, for all of them may stand under a second boundary. Honest mail has
 * a handful; beyond this the message is not complete. */
#define AS_EXTRAS_MAX 4096u

/* Extras by their look only: a text that quotes parts, as bounces and digests
 * do. No reader shows them, and their octets are searched for encoded data
 * anyway: more of them are left out without a word. */
#define AS_EXTRAS_LOOK_MAX 128u

/* Octets of all extras together, in sizes of the message; beyond it
 * limit.objects is noted and the verdict is not complete. */
#define AS_READINGS_FACTOR 8u
/* Below this size nobody minds: small messages may be read more often. */
#define AS_READINGS_FLOOR ((size_t)256 * 1024)

struct as_extra_slot {
	size_t begin, end; /* without blanks at both ends; equal: a free slot */
	enum as_encoding encoding;
	struct as_extra_body *body; /* NULL: the tree has it */
};

struct as_extra_set {
	struct as_mime_tree *tree;
	struct as_extra_slot *slots; /* in the arena, open addressing */
	size_t capacity;	     /* a power of two */
	size_t claimed, look;
	size_t octets, max_octets;
	bool refused; /* a claimed one did not fit */
};

enum as_extra_result {
	AS_EXTRA_KNOWN = 0, /* the tree or an extra has it */
	AS_EXTRA_ADDED,
	AS_EXTRA_REFUSED,
};

/* Everything that is inspected as the tree has it. -ENOMEM. */
int as_extra_set_init(struct as_extra_set *set, struct as_mime_tree *tree);

/* The extra with this range and encoding, NULL when the tree has it or nobody:
 * *known_out tells these apart. */
struct as_extra_body *as_extra_set_find(const struct as_extra_set *set, size_t begin, size_t end,
					enum as_encoding encoding, bool *known_out);

/* Adds *body (copied; number and next are set here) unless it is there; then
 * its clients and its claim are joined with what is there. Memory that is short
 * sets tree->notes_lost. */
enum as_extra_result as_extra_set_add(struct as_extra_set *set, const struct as_extra_body *body);

/* The same for a reader that comes later, without a set: compares ranges as
 * they are. False when it did not fit: then limit.objects is noted. */
bool as_extra_add(struct as_mime_tree *tree, const struct as_extra_body *body);

#endif
