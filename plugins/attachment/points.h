/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_POINTS_H
#define ATTACHMENT_POINTS_H

#include <assay/span.h>

/*
 * Code points of file names: reading them out of UTF-8 and saying what a
 * person sees of them. Pure functions over constant tables.
 */

enum att_script {
	ATT_SCRIPT_NONE = 0, /* digits, marks, everything without an alphabet */
	ATT_SCRIPT_LATIN,
	ATT_SCRIPT_GREEK,
	ATT_SCRIPT_CYRILLIC,
	ATT_SCRIPT_ARMENIAN,
	ATT_SCRIPT_OTHER,
};

/*
 * The code point at *offset, which moves behind it. The most harmful reading
 * wins: overlong forms give the character they stand for, because %c0%ae is a
 * dot to a lenient client; an octet that begins no sequence stands for itself,
 * as in ISO 8859-1.
 */
uint32_t att_point_next(struct as_span text, size_t *offset);

/* Writes at most 4 octets; the count. */
size_t att_point_put(uint32_t point, unsigned char *out);

/* Occupies room and shows nothing: every kind of space, fillers, TAB. */
bool att_point_is_blank(uint32_t point);
/* Occupies no room: joiners, marks of direction, soft hyphen, selectors. */
bool att_point_is_invisible(uint32_t point);
/* C0 without exception, DEL, C1. */
bool att_point_is_control(uint32_t point);
/* U+202A-202E, U+2066-2069: changes the order of what is displayed. LRM, RLM
 * and ALM are not among them: honest Hebrew and Arabic names hold them. */
bool att_point_is_bidi(uint32_t point);
/* A letter of a script that is written from right to left. */
bool att_point_is_rtl_letter(uint32_t point);

uint32_t att_point_lower(uint32_t point);
enum att_script att_point_script(uint32_t point);

/*
 * The ASCII character that the code point is mistaken for, or the code point
 * itself. With weak, also look-alikes that only work among Latin letters
 * (small Cyrillic te for t): in a Russian word they are what they are.
 */
uint32_t att_point_fold(uint32_t point, bool weak);

#endif
