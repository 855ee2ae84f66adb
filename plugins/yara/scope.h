/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_SCOPE_H
#define ASSAY_PLUGINS_YARA_SCOPE_H

#include <assay/plugin.h>

/*
 * Where a rule looks. An object can be in several scopes at once: a decoded
 * HTML body is a part, a body and html.
 */
enum yp_scope {
	YP_MESSAGE = 1u << 0, /* the raw message */
	YP_HEADERS = 1u << 1, /* unfolded, decoded header block */
	YP_BODY = 1u << 2,    /* text that a mail client displays */
	YP_HTML = 1u << 3,    /* HTML, as body or as file */
	YP_PART = 1u << 4,    /* each decoded leaf of the MIME tree */
	YP_FILE = 1u << 5,    /* attachments and members of containers */
	YP_DERIVED = 1u << 6, /* made from content, and unclaimed octets */
};
/* Third-party rules expect files: base64 blinds them on a raw message. */
#define YP_SCOPES_DEFAULT ((uint32_t)(YP_FILE | YP_DERIVED))
#define YP_SCOPES_ALL	  0x7fu

/* Bits of enum yp_scope; never 0. */
uint32_t yp_scopes_of(const struct assay_object *object);

/* The scope that says most, for the external assay_scope. */
const char *yp_scope_word(uint32_t scopes);

/* The bit of a word as in meta scope; 0 if there is none such. */
uint32_t yp_scope_find(const char *word);

#endif
