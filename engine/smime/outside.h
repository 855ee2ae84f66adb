/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_OUTSIDE_H
#define ASSAY_SMIME_OUTSIDE_H

#include "smime/look.h"

/*
 * What stands outside of a layer in the tree that holds it: gathered in one
 * walk, judged in coverage.c (signed), hiding.c and exfiltration.c.
 */

/* Places that are named in a note; more are counted. */
#define AS_OUTSIDE_PLACES 3u
/* "attachment 1.2.3 (application/octet-stream)". */
#define AS_PLACE_SIZE 112u
/* HTML parts outside whose cid: references are compared; more than that refer
 * to everything. */
#define AS_OUTSIDE_CIDS 16u
/* Empty lines that push what follows out of sight: no window shows more. Honest
 * mail has such runs, but not in front of an encrypted part. */
#define AS_OUTSIDE_LINES 40u

/* Something outside; it is put into words only when a note names it. */
struct as_spot {
	const struct as_entity *entity;
	const struct as_extra_body *extra;
	const char *words; /* when it is neither */
	size_t begin;
};

/* The first spot of its kind, and in which way. */
struct as_outside_fact {
	bool found;
	struct as_spot spot;
	const char *how; /* static, or "" */
};

struct as_outside {
	const struct as_smime_layer *layer;
	const struct as_entity *root;
	const struct as_entity *signature;
	struct as_look_request looks;
	/* Octets that the layer covers; empty when it covers none. */
	size_t inside_begin, inside_end;
	bool related; /* the first part shown need not be the first */
	const struct as_entity *alternatives, *branch;

	enum as_look_weight worst;
	struct as_spot places[AS_OUTSIDE_PLACES]; /* the first ones, text before others */
	size_t place_count;
	struct as_outside_fact alternative; /* may be shown in place of the layer */
	struct as_outside_fact text_before;
	struct as_outside_fact hides;	 /* HTML with hidden text */
	struct as_outside_fact swallows; /* left open, so that what follows is hidden */
	struct as_outside_fact leaks;
	struct as_outside_fact unread; /* HTML before the layer, not read to its end */
	struct as_outside_fact pushes;
	const struct as_look *cids[AS_OUTSIDE_CIDS];
	struct as_spot cid_spots[AS_OUTSIDE_CIDS];
	size_t cid_count;
	bool cids_lost;
	size_t sandwiches; /* texts that a ciphertext follows */
	bool after_text;
};

/* -ENOMEM. */
int as_outside_gather(struct as_outside *outside, const struct as_coverage_request *request);
/* Whether [begin, end) is covered by the layer. */
bool as_outside_covers(const struct as_outside *outside, size_t begin, size_t end);
/* The HTML outside that refers to an entity inside by cid:, or NULL. */
const struct as_spot *as_outside_cid(const struct as_outside *outside);
/* "part 1.2 (text/html)". */
void as_spot_name(struct as_arena *arena, const struct as_spot *spot, char out[AS_PLACE_SIZE]);
struct as_spot as_spot_entity(const struct as_entity *entity);

/* hiding.c: smime.html_hiding of a signed layer. -ENOMEM. */
int as_hiding_check(const struct as_coverage_request *request, struct as_outside *outside);
/* exfiltration.c: what is noted of an encrypted layer. -ENOMEM. */
int as_exfiltration_check(const struct as_coverage_request *request,
			  const struct as_outside *outside);

#endif
