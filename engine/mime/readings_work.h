/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_READINGS_WORK_H
#define ASSAY_MIME_READINGS_WORK_H

#include "mime/claims.h"
#include "mime/marks.h"
#include "mime/readings.h"
#include "mime/tokens.h"

/*
 * What the files of readings_*.c share while they look at one message. All of
 * it is in the arena of the tree.
 */

/* A header zone and what it says: of an entity of the tree, or of a candidate
 * part. */
struct as_reading_zone {
	struct as_entity *entity; /* NULL: a candidate's */
	size_t mark;		  /* of a candidate */
	struct as_zone zone;
	struct as_claims claims;
	bool any; /* a Content-* field */
	bool odd; /* of an entity: its header, or one above, leaves a choice */
};

/* What is known of a mark beside what stands in marks.h. */
struct as_reading_mark {
	bool active; /* some reader may end or begin a part here */
	bool claimed;
	enum as_token_fit fit;
	size_t token;	  /* SIZE_MAX: none */
	size_t end;	  /* where a part ends here, without the line end */
	size_t next;	  /* index of the next active mark, or the count */
	size_t next_same; /* ... of the same token */
	size_t next_tree; /* ... that the tree has consumed */
};

struct as_reading {
	struct as_mime_tree *tree;
	const struct as_limits *limits;
	unsigned char terminator;
	struct as_marks marks;
	struct as_tokens tokens;
	struct as_reading_mark *states; /* one for each mark */
	struct as_reading_zone *own;	/* of entities, in document order */
	size_t own_count;
	struct as_reading_zone *candidates; /* by ascending mark */
	size_t candidate_count;
	size_t zone_octets;
	/* No mark from guess_from on and before guess_found has hyphens. */
	size_t guess_from, guess_found;
	bool cut; /* a bound left something out that may count */
	struct as_extra_set extras;
	const struct as_region *cut_region; /* whose leaf has been cut already */
};

/* readings_zones.c: headers of the tree and what they claim; then those of
 * candidate parts. Both add boundaries to the tokens. -ENOMEM. */
int as_reading_own(struct as_reading *reading);
int as_reading_candidates(struct as_reading *reading);
/* The zone of the entity whose header begins last before offset, or NULL. */
const struct as_reading_zone *as_reading_own_at(const struct as_reading *reading, size_t offset);
/* Whether the first line of a leaf's body, read from begin on, begins a part. */
bool as_reading_begins_with_part(const struct as_reading *reading, const struct as_entity *entity,
				 size_t begin);
/* Whether two readers can see different parts by this entity's header alone. */
bool as_reading_is_odd(const struct as_reading *reading, const struct as_reading_zone *own);
bool as_claims_say_multipart(const struct as_claims *claims, bool *else_out);

/* readings_match.c: fills reading->states. -ENOMEM. */
int as_reading_match(struct as_reading *reading);

/* readings_parts.c: extras that follow from claims; then, when nothing else wants
 * the room, those that only look like parts. -ENOMEM. */
int as_reading_parts(struct as_reading *reading);
int as_reading_look_alikes(struct as_reading *reading);
/* Type, charset and names of an extra, out of its header. -ENOMEM. */
int as_reading_describe(const struct as_reading *reading, struct as_span header,
			struct as_extra_body *body);
/* readings_clients.c: extras that only a client's own way gives, and the bits
 * of the clients. -ENOMEM. */
int as_reading_clients(struct as_reading *reading);
/* readings_notes.c */
void as_reading_note(struct as_reading *reading);

#endif
