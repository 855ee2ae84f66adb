/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CLAIMS_H
#define ASSAY_MIME_CLAIMS_H

#include "mime/mime.h"

/*
 * Everything that the Content-* fields of one header zone may say to anybody:
 * each boundary, type and transfer encoding, in each way to read it. The tree
 * takes one claim of each kind; readings.h looks at all of them.
 *
 * A zone is more than a header block: it may hold white-space lines, lines
 * without colon, lone CRs and NULs, since readers go on behind them.
 */
enum as_claim_form {
	AS_CLAIM_PLAIN = 0,    /* token or quoted string, as RFC 2045 s5.1 has it */
	AS_CLAIM_EXTENDED,     /* RFC 2231, sections in order */
	AS_CLAIM_EXTENDED_ODD, /* the same with gaps, repeats, in order of
				  appearance, percent signs kept */
	AS_CLAIM_WORD,	       /* RFC 2047 words decoded */
	AS_CLAIM_COMMENT,      /* comments kept, or dropped where they are data */
	AS_CLAIM_QUOTE,	       /* quotes or backslashes kept, single quotes dropped,
				  a quote that does not close */
	AS_CLAIM_CUT,	       /* up to a NUL, blank, or another octet that ends a token */
	AS_CLAIM_LOOSE,	       /* of a parameter that a strict reader never gets to: bad
				  separators, a mangled name, behind a bad parameter */
	AS_CLAIM_DECOY,	       /* inside of another value, or in another field */
	AS_CLAIM_FORMS
};

struct as_claim {
	struct as_span text; /* in the arena; a boundary: not trimmed */
	uint32_t field;	     /* which of the fields of this name, from 0 */
	uint32_t last_field; /* the last that says the same in the same form */
	uint32_t order;	     /* of the parameter within its field, from 0 */
	enum as_claim_form form;
	uint32_t forms;		   /* all forms that lead to this text: 1u << form */
	enum as_encoding encoding; /* of an encoding claim */
	size_t offset;		   /* in the zone, of its field */
};

/* More of one kind than this are an attack on time; `cut` tells. */
#define AS_CLAIMS_MAX 64u

/* What a loose reading looks at behind a name or a "boundary=": several times
 * the 70 octets that RFC 2046 s5.1.1 allows. Strict readings have no such end. */
#define AS_CLAIM_WINDOW 512u

/* Octets that loose readings of one zone may touch, in sizes of the zone and
 * above a floor; without it a zone full of "boundary=" costs its square. */
#define AS_CLAIMS_WORK_FACTOR 16u
#define AS_CLAIMS_WORK_FLOOR  ((size_t)48 * 1024)

struct as_claim_list {
	struct as_claim *items; /* each text once, strict forms first */
	size_t count;
};

struct as_claims {
	struct as_claim_list boundaries;
	struct as_claim_list encodings; /* text: the token */
	struct as_claim_list types;	/* text: lower case "type/subtype", or a
					   first half alone ("multipart") */
	uint32_t type_fields, encoding_fields, disposition_fields;
	bool ambiguous; /* two readers can differ about boundary, type class
			   (leaf, multipart, message) or encoding */
	bool cut;
};

/*
 * Reads the zone. Linear in its size times a small constant. Never fails on
 * input; -ENOMEM.
 */
int as_claims_read(struct as_arena *arena, struct as_span zone, size_t max_params,
		   struct as_claims *claims_out);

/*
 * The claim that a reader of these habits (clients.h) takes, or NULL. lists are
 * those of one zone.
 */
const struct as_claim *as_claims_choose(const struct as_claim_list *list, uint32_t fields,
					uint32_t habits);

/*
 * Where the body of a part may begin. ends[0] is where as_header_locate() lets
 * it begin; the others follow readers who end a header earlier (at a white-space
 * line, at a line that is no field) or later (behind blank lines, junk, lone
 * CRs, white-space lines, when Content-* fields follow). Ascending from
 * ends[1] on, none twice, none beyond limit.
 */
#define AS_ZONE_ENDS_MAX 4u
/* Octets behind a header without a blank line that are still looked at for
 * fields that some reader repairs; a body may follow that is as long as you like. */
#define AS_ZONE_JUNK_MAX ((size_t)2048)
struct as_zone {
	size_t begin;		       /* of the first field */
	size_t end;		       /* behind what may hold Content-* fields */
	size_t ends[AS_ZONE_ENDS_MAX]; /* of bodies */
	size_t end_count;	       /* at least 1 */
	bool ambiguous;		       /* more than one end, or fields behind ends[0] */
};

/* The zone at offset, the beginning of a line; nothing behind limit is read.
 * root: also passes over mbox lines and byte order marks (header.h). Linear in
 * the size of the zone. */
void as_zone_locate(struct as_span message, size_t offset, size_t limit, unsigned char terminator,
		    bool root, struct as_zone *zone_out);

#endif
