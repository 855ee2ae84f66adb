/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_HTML_SNIFF_H
#define ASSAY_HTML_SNIFF_H

#include <assay/span.h>

/*
 * What made octets begin like. Only as far as this plugin has to know it: what
 * an object really is, filetype says when it is inspected.
 */
enum html_kind {
	HTML_KIND_NOISE = 0, /* reads like nothing: what chance decodes to */
	HTML_KIND_PLAIN,     /* text, or a format that starts nothing */
	HTML_KIND_ACTIVE,    /* a program, script, archive or disk image */
};

/* word_out: for a sentence, "a program"; set for ACTIVE only. */
enum html_kind html_sniff(struct as_span octets, const char **word_out);

/* Whether the media type is one of a script or a program: browsers and shells
 * start such without any signature. In any case, with or without parameters. */
bool html_type_active(struct as_span declared);

/* Whether markup may run a script: an element, an attribute or a link. Linear. */
bool html_has_script(struct as_span text);

#endif
