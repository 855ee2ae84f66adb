/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_REPORT_COLOUR_H
#define ASSAY_REPORT_COLOUR_H

#include "base/buffer.h"

/* The look of words; the same word looks the same everywhere. */
enum as_colour {
	AS_COLOUR_PLAIN = 0,
	AS_COLOUR_BOLD,
	AS_COLOUR_FAINT,
	AS_COLOUR_GREEN,
	AS_COLOUR_YELLOW,
	AS_COLOUR_RED,
	AS_COLOUR_ALARM,
};

/* Whether a descriptor is a terminal that wants colour (no-color.org). */
bool as_colour_wanted(int fd);

/* Does nothing for PLAIN. */
void as_colour_begin(struct as_buffer *out, enum as_colour colour);
void as_colour_end(struct as_buffer *out, enum as_colour colour);

/* By the words of the verdict; PLAIN for others. */
enum as_colour as_colour_of_action(const char *action);
enum as_colour as_colour_of_severity(const char *severity);

#endif
