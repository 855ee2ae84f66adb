/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_YARA_TYPES_H
#define ASSAY_PLUGINS_YARA_TYPES_H

#include <stdbool.h>

/*
 * The short type names that meta type may use. A word that is not among them
 * is a typing error in a rule of one's own, and in a foreign rule a word with
 * another meaning (type = "webshell"), which must not silence the rule.
 */

/* Whether a type of that name, in upper case, is assigned by filetype. */
bool yp_type_known(const char *name);

/* The names of the group OOXML, OLE or ODF, separated by blanks, or NULL. */
const char *yp_type_group(const char *name);

/* Whether word stands in a list of the form " A B C ". */
bool yp_list_has(const char *list, const char *word);

#endif
