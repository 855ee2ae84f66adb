/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_CLAIMS_READER_H
#define ASSAY_MIME_CLAIMS_READER_H

#include "base/buffer.h"
#include "mime/claims.h"
#include "mime/octet.h"

/* What the readers of claims.h share: the lists under construction. */

/* Where a claim comes from. */
struct as_claim_site {
	enum as_claim_form form;
	uint32_t field;
	uint32_t order;
	size_t offset; /* in the zone, of the field */
};

struct as_claim_stack {
	struct as_claim items[AS_CLAIMS_MAX];
	size_t count;
};

/* Content-Type fields to which what a search finds is told to belong; with
 * more of them nobody can say what a client does. */
#define AS_CLAIM_FIELDS_MAX 16u

struct as_claim_reader {
	struct as_arena *arena;
	struct as_span zone;
	size_t max_params;
	unsigned char newline; /* '\n', or '\r' when there is none (line.h) */
	size_t work;	       /* octets that loose readings may still touch */
	struct as_claim_stack boundaries, encodings, types;
	size_t type_ends[AS_CLAIM_FIELDS_MAX];
	uint32_t type_fields;
	struct as_buffer scratch;
	bool odd_name; /* a field that some readers do not take for one */
	bool cut;
	bool failed;
};

/* Adds text unless it is there; then the stricter form counts. */
void as_claim_add(struct as_claim_reader *reader, struct as_claim_stack *stack, struct as_span text,
		  const struct as_claim_site *site, enum as_encoding encoding);

/* Takes octets off the budget of loose readings. False, with `cut` set, when
 * there is none left. */
bool as_claim_charge(struct as_claim_reader *reader, size_t octets);

/* The value of a Content-Type field: its types, and the boundaries that a
 * parser of parameters finds. The form of the site is a lower bound. */
void as_claim_type_read(struct as_claim_reader *reader, struct as_span value,
			const struct as_claim_site *site);

/* The value of a Content-Transfer-Encoding field. */
void as_claim_encoding_read(struct as_claim_reader *reader, struct as_span value,
			    const struct as_claim_site *site);

/* Whether a whole value is the name of a mechanism that changes octets. */
bool as_claim_is_mechanism(struct as_span value);

/* Every "boundary=" of the zone, wherever it stands, in all ways to read what
 * is behind it. */
void as_claim_boundaries_search(struct as_claim_reader *reader);

/* The sections of boundary*0, boundary*1* ..., joined as nobody should. */
#define AS_CLAIM_SECTIONS_MAX 16u
struct as_claim_section {
	long number; /* -1: none */
	bool extended;
	struct as_span value;
};
void as_claim_sections_join(struct as_claim_reader *reader, const struct as_claim_section *sections,
			    size_t count, const struct as_claim_site *site);

/* Behind comments and what is_space takes. */
size_t as_claim_skip(struct as_span text, size_t at, bool (*is_space)(unsigned char octet));

static inline bool as_claim_holds(struct as_span text, unsigned char octet)
{
	return as_span_find_byte(text, 0, octet) != SIZE_MAX;
}

enum as_claim_class {
	AS_CLAIM_LEAF,
	AS_CLAIM_MULTIPART,
	AS_CLAIM_MESSAGE,
};
/* What a reader does with a body of this type; text in lower case. */
enum as_claim_class as_claim_class_of(struct as_span text);

#endif
