/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_FRAME_H
#define ASSAY_SMIME_FRAME_H

#include "mime/line.h"
#include "smime/smime.h"

/*
 * Where the parts of one multipart stand, found by a scan of its own over the
 * message as received (RFC 2046 s5.1.1): which octets were signed must not
 * depend on what a parser of whole messages makes of inner multiparts. Only
 * delimiter lines of this multipart and of those around it count; what stands
 * inside a part is not looked at.
 */

/* The multipart, those around it and other readings of the boundary. The limit
 * mime_depth is 100 unless an administrator moves it. */
#define AS_SMIME_FENCES_MAX 128u
/* RFC 2046 s5.1.1: longer boundaries are cut by some readers. */
#define AS_SMIME_BOUNDARY_STANDARD 70u
/* Lines that begin with two hyphens and a boundary's first octet are compared with
 * every fence: so many times in all, which takes 8 ms. A patch of 25 MB has 100,000
 * such lines at most. */
#define AS_SMIME_FENCE_COMPARES_MAX 2000000u

enum as_smime_fence_role {
	AS_SMIME_FENCE_OWN = 0,
	AS_SMIME_FENCE_OUTER,
	AS_SMIME_FENCE_READING, /* what another reader may take for the own one */
};

struct as_smime_fence {
	struct as_span text; /* without trailing blanks */
	enum as_smime_fence_role role;
};

struct as_smime_fences {
	struct as_smime_fence items[AS_SMIME_FENCES_MAX]; /* own first, then outwards */
	size_t count;
	bool lost;  /* there are more */
	bool equal; /* one around it has the own boundary as well */
	bool begins[256];
};

/* Of a multipart with a boundary, and of all multiparts around it, outer
 * messages' ones too: their delimiters end it as well. */
void as_smime_fences_init(struct as_smime_fences *fences, const struct as_entity *entity);
/* Nothing happens when text is blank or a fence already. */
void as_smime_fences_add(struct as_smime_fences *fences, struct as_span text,
			 enum as_smime_fence_role role);
/* Whether one begins with the other, as far as all readers compare. */
bool as_smime_fences_alike(struct as_span a, struct as_span b);

#define AS_SMIME_NOWHERE SIZE_MAX

/* Offsets count octets of the message. */
struct as_smime_frame {
	bool found;    /* there is a first part */
	size_t begin;  /* of the body: of the preamble */
	size_t first;  /* the first delimiter line; end when there is none */
	size_t part;   /* the first part ... */
	size_t behind; /* ... ends here, before the line end of the next delimiter */
	size_t parts;
	bool closed;
	size_t epilogue;   /* behind the closing delimiter line, or end */
	size_t end;	   /* of the multipart */
	size_t late_at;	   /* a delimiter line behind the closing one, or NOWHERE */
	size_t loose_at;   /* before the end of the first part: a line that only
			      begins like a delimiter, or one behind a lone CR */
	size_t reading_at; /* a delimiter line of another reading */
	bool cut;	   /* too many lines: nothing behind was looked at */
	size_t compared;   /* times that a line was compared with a fence */
};

/* Linear in the octets of the multipart. */
void as_smime_frame_scan(const struct as_mime_tree *tree, const struct as_entity *entity,
			 const struct as_smime_fences *fences, struct as_smime_frame *frame_out);

#endif
