/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_READINGS_H
#define ASSAY_MIME_READINGS_H

#include "mime/clients.h"
#include "mime/extra.h"
#include "mime/view.h"

/*
 * The other readings of a message: bodies that some reader sees and the tree
 * does not have. One pass over the lines collects marks (marks.h): whatever
 * anybody may take for a delimiter, and Content-* fields that stand in no
 * header of the tree. What lies between two marks is a candidate part; it
 * becomes an extra (mime.h) once for each transfer encoding that it claims or
 * looks like.
 *
 * A message without an oddity costs the pass and a look at its headers.
 */

/* Octets of all header zones of candidate parts, in sizes of the message:
 * zones may overlap. Beyond it limit.objects is noted. */
#define AS_READINGS_ZONE_FACTOR 4u

/* Notes of one kind that are made: as_mime_note() looks through all of them. */
#define AS_READINGS_NOTES_MAX 32u

/*
 * Adds extras and notes to the tree, whose regions are complete. Linear in the
 * size of the message but for sorts of marks and boundaries. -ENOMEM.
 */
int as_readings_collect(struct as_mime_tree *tree, const struct as_limits *limits,
			unsigned char terminator);

/* Whether decoded octets that no label calls a message are one, or are the
 * body of a multipart: fields at the beginning, or a delimiter line with a
 * Content-* field behind it. Looks at all of it, linear. */
bool as_readings_is_mime(struct as_span octets);

/* Whether nearly all octets are of the base64 alphabet; whether there is anything
 * that quoted-printable would change. armour: what may be a checksum of OpenPGP does
 * not count, for text that claims no encoding. Linear. */
bool as_look_base64(struct as_span octets);
bool as_look_qp(struct as_span octets, bool armour);

/* Encodings that octets look like which claim none: AS_READINGS_LOOKS at most,
 * the identity not among them. Returns how many. */
#define AS_READINGS_LOOKS 2u
size_t as_readings_look(struct as_span octets, enum as_encoding looks_out[AS_READINGS_LOOKS]);

#endif
