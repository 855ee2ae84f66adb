/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_STRUCTURE_H
#define ASSAY_SMIME_STRUCTURE_H

#include "smime/content_type.h"
#include "smime/find.h"
#include "smime/frame.h"

/*
 * One check of as_smime_check_structure() per call, by subject. All note and
 * none fails: memory that is gone is notes->lost.
 */
struct as_smime_check {
	struct as_smime_notes *notes;
	const struct as_smime_layer *layer;
	const struct as_smime_structure *structure;
	const struct as_smime_candidate *candidate;
	const struct as_mime_tree *tree;
	const struct as_smime_types *types; /* of the candidate's entity */
	const struct as_smime_frame *frame; /* NULL: no multipart to the tree */
	const struct as_smime_fences *fences;
	bool ambiguous; /* two readers may see different signed texts */
};

/* Of text from the mail that is shown in a note. */
#define AS_SMIME_SHOWN_BYTES 60u

/* "part 1.2", or "the message" for its root. Never NULL. */
const char *as_smime_place_name(const struct as_smime_check *check, const struct as_entity *entity);

/* structure_header.c: duplicate_header, duplicate_parameter. */
void as_smime_check_headers(struct as_smime_check *check);
/* structure_type.c: type_mismatch, micalg_mismatch. */
void as_smime_check_types(struct as_smime_check *check);
/* structure_parts.c: malformed_mime, extra_part, preamble_text, epilogue_text,
 * stray_signature. */
void as_smime_check_parts(struct as_smime_check *check);
/* Adds to fences what other readers may take for the boundary; before the
 * frame is scanned. *differ_out: parameters that are boundaries and differ. */
void as_smime_add_readings(const struct as_smime_types *types, struct as_smime_fences *fences,
			   bool *differ_out);
/* structure_ambiguous.c: ambiguous_boundary, bad_transfer_encoding. */
void as_smime_check_ambiguity(struct as_smime_check *check, bool boundaries_differ);

#endif
