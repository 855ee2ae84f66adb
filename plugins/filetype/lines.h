/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_LINES_H
#define ASSAY_FILETYPE_LINES_H

#include "text.h"

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
