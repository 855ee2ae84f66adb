/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGINS_CLAMAV_NAMES_H
#define ASSAY_PLUGINS_CLAMAV_NAMES_H

#include <assay/plugin.h>

/*
 * From the names that libclamav gives its alerts to finding codes. Pure: no
 * memory, no library calls.
 */

/* Codes are cut here. The longest official name has 61 octets; a third-party
 * database may hold names of any length. */
#define CLAM_CODE_MAX 128u

struct clam_verdict {
	char code[CLAM_CODE_MAX];
	enum assay_severity severity;
	const char *text; /* NULL: the name of the signature says it */
};

/*
 * signature ends with NUL and comes from a database, which may be hostile to
 * logs but not to memory. type_class is that of the scanned object.
 */
void clam_name_translate(const char *signature, enum assay_class type_class,
			 struct clam_verdict *verdict_out);

/* "CL_TYPE_MSEXE" becomes "pe", "CL_TYPE_TEXT_ASCII" "text-ascii": the word
 * for struct assay_child.via. size of via_out at least CLAM_VIA_MAX. */
#define CLAM_VIA_MAX 24u
void clam_name_via(const char *type, char *via_out);

/*
 * Whether a name that libclamav shows for an inner file is one that a person
 * would see, and not one of its temporary files or a fixed word of a parser.
 */
bool clam_name_is_real(const char *name);

#endif
