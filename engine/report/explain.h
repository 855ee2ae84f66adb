/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_EXPLAIN_H
#define ASSAY_REPORT_EXPLAIN_H

#include "base/buffer.h"

#include <jansson.h>

/*
 * Draws one verdict with detail: what it is and why, the tree of objects with
 * their ranges, types, names, findings and times, and the MIME structure.
 */
struct as_explain_style {
	bool colour;
	bool unicode; /* lines of the tree; else ASCII */
	size_t width; /* of the terminal; 0: none */
};

/* Entities and regions drawn per message; a flood of delimiters has 20,000.
 * The JSON form has all. */
#define AS_EXPLAIN_ROWS_MAX 500u

/* -ENOMEM. verdict: see report/view.h. */
int as_explain_draw(const json_t *verdict, const struct as_explain_style *style,
		    struct as_buffer *out);

/* What each client would show of the message, side by side, in place of all
 * but the head. -ENOMEM. */
int as_explain_readings(const json_t *verdict, const struct as_explain_style *style,
			struct as_buffer *out);

/* The head, and the two parts in explain_tree.c and explain_mime.c. */
void as_explain_head(const json_t *verdict, const struct as_explain_style *style,
		     struct as_buffer *out);
int as_explain_objects(const json_t *verdict, const struct as_explain_style *style,
		       struct as_buffer *out);
void as_explain_mime(const json_t *verdict, const struct as_explain_style *style,
		     struct as_buffer *out);

/* Text in a look, escaped. */
void as_explain_put(const struct as_explain_style *style, struct as_buffer *out, int colour,
		    const char *text);
void as_explain_finding(const struct as_explain_style *style, struct as_buffer *out,
			const char *indent, const json_t *finding);

#endif
