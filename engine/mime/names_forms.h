/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_NAMES_FORMS_H
#define ASSAY_MIME_NAMES_FORMS_H

#include "mime/names_add.h"
#include "mime/names_scan.h"
#include "mime/param.h"

/*
 * Which marks (assay/plugin.h) a name has by the way it is written, and the
 * readings that param.h does not give. Not used outside of names*.c.
 */

/* A shorter name of ASCII fits into one parameter: RFC 2231 s3 is for lines
 * that would get too long, and mailers begin a section at 60 to 70 octets. */
#define AS_NAME_WHOLE_BYTES 60u

/* A section or encoded word that others follow is not shorter: mailers fill
 * them before they begin another. */
#define AS_NAME_SECTION_BYTES 30u

/* Parameters of one header block whose form is looked at, as many as two
 * fields may have (max_params); each is compared with each. */
#define AS_NAME_PIECES_MAX 512u

/* Lines that lost their indent and are read once more with the field before
 * them, in one header block: each time the field is read again. */
#define AS_NAME_JOINS_MAX 8u

/* Letters and digits of an extension in a field that is no name by right: a
 * longer word behind a dot ends a sentence. */
#define AS_NAME_WEAK_EXTENSION 5u

struct as_name_pieces {
	const struct as_name_piece *items;
	size_t count;
};

/* Of a parameter that as_params_parse() found in that field. */
uint32_t as_name_param_marks(struct as_name_pieces pieces, const struct as_param *param,
			     enum as_name_param which, size_t field);

/* Of the decoded form of octets with encoded words (RFC 2047). */
uint32_t as_name_word_marks(struct as_span octets);

/*
 * Adds the names that only lenient readers find: parameters that param.h does
 * not know, values with what follows their semicolon or up to it, sections in
 * order of appearance and over more than one field, and of a name in needless
 * sections its beginning.
 */
void as_name_add_forms(struct as_name_list *list, struct as_name_pieces pieces);

/* Adds parameters that nobody knows, if their values look like file names. */
void as_name_add_unknown(struct as_name_list *list, struct as_name_pieces pieces);

/*
 * Adds what Content-Location and Content-Description say, if it looks like a
 * file name and the entity is no text that clients display. For entities
 * without any name.
 */
void as_name_add_weak(struct as_name_list *list, struct as_span header_block);

#endif
