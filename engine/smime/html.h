/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_HTML_H
#define ASSAY_SMIME_HTML_H

#include <assay/span.h>

/*
 * HTML taken into tags, attributes and text as browsers do it (WHATWG HTML
 * s13.2.5), without a tree: what matters here is in which state a part ends, and
 * what it says about other parts. Pure, linear, allocates nothing. The input is
 * UTF-8 or any charset that agrees with ASCII.
 */
struct as_html_events {
	void *context;
	void (*text)(void *context, struct as_span text);
	/* A start tag; its attributes follow, then tag_done unless it is left open. */
	void (*tag)(void *context, struct as_span name);
	/* open: the part ends inside of the value. */
	void (*attribute)(void *context, struct as_span name, struct as_span value, bool open);
	void (*tag_done)(void *context);
	void (*end_tag)(void *context, struct as_span name);
	/* What stands in an element whose content is no markup: "style" ... open: no
	 * end tag follows. */
	void (*raw)(void *context, const char *element, struct as_span text, bool open);
};

struct as_html_rest {
	bool open_tag;	     /* the part ends inside of a tag */
	bool open_start_tag; /* of a start tag: attributes can follow */
	bool open_attribute; /* inside of a value, or behind its '=' */
	bool open_comment;
	const char *open_raw; /* element, or "" */
};
void as_html_read(struct as_span html, const struct as_html_events *events,
		  struct as_html_rest *rest_out);

#endif
