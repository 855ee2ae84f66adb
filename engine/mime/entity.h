/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_ENTITY_H
#define ASSAY_MIME_ENTITY_H

#include "mime/mime.h"

/*
 * What a header block says of its entity: type, boundary, encoding,
 * disposition, names (RFC 2045, RFC 2046, RFC 2183).
 */
enum as_entity_place {
	AS_ENTITY_PART = 0,
	AS_ENTITY_DIGEST_PART, /* default type message/rfc822: RFC 2046 s5.1.5 */
	AS_ENTITY_ROOT,	       /* of a message, the outermost or an inner one */
};

/*
 * Reads [entity->header_begin, entity->body_begin) and fills everything but
 * number, depth, links and body_end. kind is what the header asks for; a
 * multipart without boundary is a leaf. Of repeated Content-* fields the last
 * one counts, as in GMime; each conflict leaves a note. -ENOMEM.
 */
int as_entity_read(struct as_mime_tree *tree, const struct as_limits *limits,
		   enum as_entity_place place, struct as_entity *entity);

/* Whether a mechanism changes the octets of a body. */
static inline bool as_encoding_changes(enum as_encoding encoding)
{
	return encoding != AS_ENCODING_IDENTITY && encoding != AS_ENCODING_UNKNOWN;
}

#endif
