/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_HEADER_VALUES_H
#define ASSAY_SMIME_HEADER_VALUES_H

#include "base/arena.h"

/*
 * What all fields of one name say, in a form in which the way it was written
 * makes no difference: relays fold, quote, encode and write dates anew.
 */
enum as_value_kind {
	AS_VALUE_TEXT = 0,  /* unfolded, encoded words decoded, blanks collapsed */
	AS_VALUE_AUTHORS,   /* addresses with the names that readers show */
	AS_VALUE_ADDRESSES, /* addresses only: directories complete the names */
	AS_VALUE_DATE,	    /* the moment */
	AS_VALUE_IDS,	    /* without blanks */
};

/* Recipients of one field that are compared one by one; with more, the text is. */
#define AS_VALUE_MAILBOXES_MAX 2000u

struct as_value {
	struct as_span key, name;
};
struct as_values {
	struct as_value *items; /* sorted, each once; empty values are left out */
	size_t count;
	size_t fields;
	size_t empty_fields;  /* that say nothing */
	struct as_span first; /* as it stands, of the first field */
};

/* hp_outer: those of that name in the HP-Outer fields of header (RFC 9788 s2.2)
 * in their place. -ENOMEM. */
int as_values_read(struct as_arena *arena, struct as_span header, const char *name,
		   enum as_value_kind kind, bool hp_outer, struct as_values *values_out);

/* seen says what expected does; names that are missing in seen are no
 * difference. */
bool as_values_equal(const struct as_values *expected, const struct as_values *seen);

#endif
