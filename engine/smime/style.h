/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_SMIME_STYLE_H
#define ASSAY_SMIME_STYLE_H

#include "smime/html_text.h"

/*
 * CSS as far as it can hide text, or carry what follows it to a host: of a style
 * attribute, or of a style sheet, where the rules are looked at one by one
 * whatever they select. Comments and escapes are resolved, since they serve to
 * write "display" in other ways. Pure, linear, allocates nothing.
 */

/* Octets of a colour that are compared; names and rgb() are shorter. */
#define AS_STYLE_COLOUR_SIZE 32u

struct as_style {
	const char *hides_how; /* of one declaration or of several together; "" */
	bool zero_font;	       /* hides text, unless something inside sets a size */
	bool sets_font;
	bool pale;	   /* white, and no background of its own */
	bool pushes;	   /* what follows by more than a screen */
	bool refers;	   /* to a cid: address */
	bool open_address; /* ends inside of url( or of a string ... */
	bool open_remote;  /* ... that names a host */
	/* Of the element or rule at hand, judged together at its end. */
	char colour[AS_STYLE_COLOUR_SIZE];
	char background[AS_STYLE_COLOUR_SIZE];
	bool zero_box, clipped;
	bool out_of_flow, moved, far_off, layered, cut_out;
};

void as_style_init(struct as_style *style);
/* The value of a style attribute; adds to what is known of the element. */
void as_style_attribute(struct as_style *style, struct as_span value);
void as_style_sheet(struct as_style *style, struct as_span sheet);
/* One declaration: lower case, without comments, escapes and "!important". */
void as_style_declare(struct as_style *style, const char *property, const char *value);
/* What the declarations since the last call do together. */
void as_style_conclude(struct as_style *style);

#endif
