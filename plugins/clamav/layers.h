/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_LAYERS_H
#define ASSAY_PLUGINS_CLAMAV_LAYERS_H

#include "announced.h"
#include "names.h"
#include "state.h"

/*
 * The inner files of one scan: what libclamav unpacked, handed on to the other
 * plugins. Lives on the stack of one inspect() call: emit() can bring a
 * further inspect() onto the same stack while libclamav is inside the first.
 */

/* libclamav never goes deeper, whatever max_recursion says. */
#define CLAM_LEVELS_MAX 100u
/* Shorter runs hold nothing that a rule could name, and .msg files have
 * dozens of them (property streams of 2 to 8 octets). */
#define CLAM_CHILD_MIN_BYTES 16u
/* Children of one object. A book of 500 pages as PDF has about 700 streams. */
#define CLAM_CHILDREN_MAX 1000u

struct clam_layer {
	char via[CLAM_VIA_MAX];
	size_t size;
};

struct clam_layers {
	const struct clam_state *state;
	struct assay_scan *scan;
	const struct assay_object *object;
	struct clam_layer at[CLAM_LEVELS_MAX + 1];
	struct clam_announced announced;
	char container[CLAM_VIA_MAX]; /* of the newest announced member */
	uint32_t emitted;
	bool stopped;	   /* the budget refused, or CLAM_CHILDREN_MAX */
	bool crowded;	   /* stopped by CLAM_CHILDREN_MAX */
	bool outer_seen;   /* the scan of the object itself has begun */
	bool outer_html;   /* libclamav reads the object itself as HTML */
	bool html_skipped; /* an inner HTML file above the limit */
	bool cut;	   /* an inner file ended at a size limit */
	bool truncated;	   /* an inner file is shorter than announced */
};

/* One file that libclamav is about to scan; level 0 is the object. */
struct clam_inner {
	const char *type;
	const char *name;    /* or NULL */
	struct as_span data; /* data NULL when only in a file */
	size_t size;
	size_t parent_size;
	uint32_t level;
	uint32_t attributes; /* LAYER_ATTRIBUTES_* */
};

/* An archive directory promises a member. */
void clam_layers_announce(struct clam_layers *layers, const char *container, const char *name,
			  uint64_t size);

/* A file comes up: keeps its type, checks its size, emits it if wanted. */
void clam_layers_push(struct clam_layers *layers, const struct clam_inner *inner);

void clam_layers_deinit(struct clam_layers *layers);

#endif
