/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_HTML_TEXT_H
#define ASSAY_SMIME_HTML_TEXT_H

#include <assay/span.h>

/*
 * Characters and addresses as a browser reads them from text and attributes
 * (WHATWG HTML s13.2.5.72 for character references, WHATWG URL s4.4 for what is
 * dropped from an address). Pure and linear.
 */

/* The character at offset, references like &nbsp; and &#x68; resolved; answers
 * the octets it took, at least 1. Octets that are no UTF-8 count as they are.
 * offset must be inside. */
size_t as_html_character(struct as_span text, size_t offset, uint32_t *character_out);

/* Blanks, line ends, controls, and characters without a shape. */
bool as_character_blank(uint32_t character);
bool as_html_blank(struct as_span text);

enum as_url_kind {
	AS_URL_EMPTY = 0,
	AS_URL_RELATIVE, /* to the document, or to a base */
	AS_URL_LOCAL,	 /* data:, cid:, a fragment: asks nobody */
	AS_URL_REMOTE,	 /* names a host, or a mailbox */
};
/* resolve: of an attribute, with character references. */
enum as_url_kind as_url_kind(struct as_span address, bool resolve);

/* Without regard to the case of ASCII letters; word is lower case. */
bool as_span_is_word(struct as_span span, const char *word);
/* Copies what fits in lower case, with a NUL; characters over U+007E as '?'.
 * Answers the length. */
size_t as_html_lower(struct as_span span, char *out, size_t size);

#endif
