/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_NAME_CHECKS_H
#define ATTACHMENT_NAME_CHECKS_H

#include "name.h"

/*
 * What a file name does to the eye. Everything here is pure: code points in,
 * facts out, linear in the length of the name. Whether a fact is a finding
 * depends on the lists and is decided elsewhere.
 */

/* Deeper nesting of direction has no honest use and is taken for the worst. */
#define ATT_ORDER_DEPTH 8u

enum att_order {
	ATT_ORDER_PLAIN = 0, /* nothing that changes the order */
	ATT_ORDER_MARKED,    /* marks without effect, as copied from a dialog */
	ATT_ORDER_EMBEDDED,  /* right to left without a right-to-left letter */
	ATT_ORDER_REVERSED,  /* what is shown is not what is stored */
};
enum att_order att_check_order(struct att_view view);

enum att_control {
	ATT_CONTROL_NONE = 0,
	ATT_CONTROL_FOLD,    /* TAB, CR, LF: a folded field badly unfolded */
	ATT_CONTROL_C1,	     /* cp1252 text labelled as ISO 8859-1 */
	ATT_CONTROL_NUL_END, /* only NULs behind it */
	ATT_CONTROL_OTHER,
	ATT_CONTROL_NUL,
};
/* The worst that the name holds. */
enum att_control att_check_control(struct att_view view);

/* The longest run of characters that show nothing, and of characters that
 * draw a line (underscores, hyphens, dots), in front of the last dot. */
void att_check_padding(struct att_view view, size_t *blank_out, size_t *line_out);

/* A last extension in the form .{8-4-4-4-12}: Windows hides it and opens the
 * file with the class of that number. */
bool att_check_clsid(struct att_view component);

#endif
