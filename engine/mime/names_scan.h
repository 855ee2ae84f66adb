/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_NAMES_SCAN_H
#define ASSAY_MIME_NAMES_SCAN_H

#include "base/buffer.h"

/*
 * How the names in a Content-Type or Content-Disposition value are written.
 * param.h says what they are to a lenient reader; here each is measured against
 * RFC 2045 s5.1 and RFC 2231, and what only more lenient readers find is added
 * (a comment within the name of the parameter, a value that goes on behind the
 * semicolon, a parameter that nobody knows). Not used outside of names*.c.
 */
enum as_name_param {
	AS_NAME_PARAM_FILENAME = 0,
	AS_NAME_PARAM_NAME,
	AS_NAME_PARAM_UNKNOWN, /* in no registry */
};

struct as_name_piece {
	enum as_name_param param;
	long section;		    /* AS_NO_SECTION: none */
	bool extended;		    /* '*' at the end of the parameter's name */
	bool quoted;		    /* begins with a quote */
	bool closed;		    /* and another ends it */
	bool odd;		    /* blanks or comments between name, '=' and
				       value: legal, and nobody writes them */
	bool loose;		    /* a strict reader gets nothing, or less */
	struct as_span value;	    /* between the quotes, or up to the ';' */
	struct as_span rest;	    /* value with what follows the ';' and is no
				       parameter, quotes included; empty when
				       there is none */
	const unsigned char *begin; /* of the value, the quote included */
	size_t field;		    /* as it was given */
};

/* Octets of a parameter's name that are compared; "filename*999999*" has 16. */
#define AS_NAME_PARAM_SIZE 24u

/* Appends the pieces of value, at most max. Linear. False: out of memory. */
bool as_names_scan(struct as_span value, size_t field, size_t max, struct as_buffer *pieces_out);

#endif
