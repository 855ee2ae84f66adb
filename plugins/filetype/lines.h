/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_LINES_H
#define ASSAY_FILETYPE_LINES_H

#include "text.h"

/* How far key lines are looked for. */
#define FT_KEY_LINES 200u
#define FT_KEY_BYTES 16384u
/* The first track of a cue sheet is searched so far behind its FILE line. */
#define FT_CUE_BYTES 1024u
/* Lines compared to see that each has the same number of separators. */
#define FT_TABLE_LINES 6u
/* Header lines looked at before the answer must be clear. Trace fields alone
 * run to 40 lines in real mail. */
#define FT_MAIL_LINES 200u
#define FT_MAIL_BYTES 32768u

/* Formats that a first line or a few key lines give away: shortcuts, registry
 * files, setup files, calendars, armour, RTF, encodings of old. */
bool ft_lines_find(const struct ft_text *text, const struct ft_hints *hints,
		   struct ft_result *result_out);

/* Lists and tables that only a look over some lines shows: CSV, JSON. */
bool ft_table_find(const struct ft_text *text, const struct ft_hints *hints,
		   struct ft_result *result_out);

/* message/rfc822, mbox and MHTML: text that begins with header fields
 * (RFC 5322 s2.2). */
bool ft_mail_find(const struct ft_text *text, const struct ft_hints *hints,
		  struct ft_result *result_out);

#endif
