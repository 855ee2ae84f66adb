/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_MIME_NAMES_H
#define ASSAY_MIME_NAMES_H

#include "base/arena.h"

#include <assay/plugin.h>

/*
 * Every name under which some client would save a part. Clients disagree on
 * which parameter counts, so that a rule on names has to see all of them.
 */

/* A part with more names is an attack that clients do not follow. From
 * AS_NAMES_PLAIN on only names with a new extension are taken, so that a flood
 * of harmless ones cannot push out the one that matters. */
#define AS_NAMES_MAX   32u
#define AS_NAMES_PLAIN 16u

/* Octets of the shell form. NTFS and ext4 end at 255 units or octets; four
 * octets for each of 255 characters fit. The end is kept: it has the type. */
#define AS_NAME_SHELL_MAX 1024u

/* Octets of a reading that may overlap others ("name=a name=b ..."): without
 * a bound a few fields make many times their size. The end has the type. */
#define AS_NAME_RAW_MAX 1024u

/* With the dot and the NUL; a longer one is none. */
#define AS_NAME_EXTENSION_SIZE 32u

/*
 * The names in the Content-Disposition and Content-Type fields of a header
 * block, best first: filename*, filename, name*, name; of repeated ones the
 * first, the last, then the rest. Behind each the other ways to read it
 * (RFC 2047 words, %XX, backslashes and comments as they stood, ':' replaced
 * and NUL dropped, single quotes dropped, continuations up to the first gap), if
 * they differ. Then what only lenient readers find (names_forms.h), and
 * parameters that nobody knows; where there is nothing at all, what
 * Content-Location and Content-Description say. Each text once, with the marks
 * of the reading that most readers share. max_params is for each field.
 * -ENOMEM.
 */
int as_names_collect(struct as_arena *arena, struct as_span header_block, size_t max_params,
		     const struct assay_name **names_out, size_t *count_out);

/*
 * What Windows makes of a name: cut at NUL; last component of the path, without
 * drive and stream suffix; no controls, no invisible or bidirectional
 * characters; full-width ASCII as ASCII (U+FF01-FF5E); no blanks in front, no
 * blanks and dots at the end. Valid UTF-8, at most AS_NAME_SHELL_MAX octets.
 * NULL: no memory.
 */
char *as_name_shell(struct as_arena *arena, struct as_span text);

/* A name from octets of unknown charset: UTF-8 if they are valid, else
 * windows-1252. -ENOMEM. */
int as_name_make(struct as_arena *arena, struct as_span raw, enum assay_name_source source,
		 struct assay_name *name_out);

/* From the last dot on, ASCII in lower case. "" when there is none, when the
 * dot is the last octet, or when it would not fit. */
void as_name_extension(const char *shell, char extension_out[AS_NAME_EXTENSION_SIZE]);

#endif
