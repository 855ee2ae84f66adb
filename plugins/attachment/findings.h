/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ATTACHMENT_FINDINGS_H
#define ATTACHMENT_FINDINGS_H

#include "lists.h"

/*
 * The findings of one object. A name has many readings, and most of them say
 * the same: of each code only the gravest is kept, the first among equals.
 */
enum att_code {
	ATT_EXT_EXECUTABLE = 0,
	ATT_EXT_SCRIPT,
	ATT_EXT_SHORTCUT,
	ATT_EXT_INSTALLER,
	ATT_EXT_DISK_IMAGE,
	ATT_EXT_MACRO,
	ATT_EXT_ARCHIVE,
	ATT_EXT_HTML,
	ATT_EXT_HELP,
	ATT_EXT_ACCESS_DB,
	ATT_NAME_DOUBLE_EXT,
	ATT_NAME_RTLO,
	ATT_NAME_HOMOGLYPH,
	ATT_NAME_PADDING,
	ATT_NAME_CONTROL_CHAR,
	ATT_NAME_CLSID,
	ATT_NAME_CONFLICT,
	ATT_NAME_TOO_LONG,
	ATT_CODE_COUNT
};

struct att_finding {
	enum assay_severity severity; /* DEFAULT: nothing found */
	enum assay_action wish;
	char text[768];
};

struct att_findings {
	struct att_finding slots[ATT_CODE_COUNT];
};

/* The code under which policy speaks of the class. */
enum att_code att_code_of(enum assay_class type_class);
const char *att_code_text(enum att_code code);

enum assay_severity att_severity_of(enum att_action action);
enum assay_action att_wish_of(enum att_action action);

void att_findings_init(struct att_findings *findings);
void att_findings_add(struct att_findings *findings, enum att_code code,
		      enum assay_severity severity, enum assay_action wish, const char *format, ...)
	ASSAY_FORMAT(5, 6);
/* In the order of the codes. */
void att_findings_report(const struct att_findings *findings, const struct assay_host *host,
			 struct assay_scan *scan, const struct assay_object *object);

#endif
