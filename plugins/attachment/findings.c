/* SPDX-License-Identifier: BSD-2-Clause */
#include "findings.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const codes[ATT_CODE_COUNT] = {
	[ATT_EXT_EXECUTABLE] = "policy.ext.executable",
	[ATT_EXT_SCRIPT] = "policy.ext.script",
	[ATT_EXT_SHORTCUT] = "policy.ext.shortcut",
	[ATT_EXT_INSTALLER] = "policy.ext.installer",
	[ATT_EXT_DISK_IMAGE] = "policy.ext.disk_image",
	[ATT_EXT_MACRO] = "policy.ext.macro",
	[ATT_EXT_ARCHIVE] = "policy.ext.archive",
	[ATT_EXT_HTML] = "policy.ext.html",
	[ATT_EXT_HELP] = "policy.ext.help",
	[ATT_EXT_ACCESS_DB] = "policy.ext.access_db",
	[ATT_NAME_DOUBLE_EXT] = "name.double_ext",
	[ATT_NAME_RTLO] = "name.rtlo",
	[ATT_NAME_HOMOGLYPH] = "name.homoglyph",
	[ATT_NAME_PADDING] = "name.padding",
	[ATT_NAME_CONTROL_CHAR] = "name.control_char",
	[ATT_NAME_CLSID] = "name.clsid",
	[ATT_NAME_CONFLICT] = "name.conflict",
	[ATT_NAME_TOO_LONG] = "name.too_long",
};

enum att_code att_code_of(enum assay_class type_class)
{
	switch (type_class) {
	case ASSAY_CLASS_EXECUTABLE:
		return ATT_EXT_EXECUTABLE;
	case ASSAY_CLASS_SCRIPT:
		return ATT_EXT_SCRIPT;
	case ASSAY_CLASS_INSTALLER:
		return ATT_EXT_INSTALLER;
	case ASSAY_CLASS_DISK_IMAGE:
		return ATT_EXT_DISK_IMAGE;
	case ASSAY_CLASS_OFFICE_MACRO:
	case ASSAY_CLASS_OFFICE:
	case ASSAY_CLASS_ONENOTE:
		return ATT_EXT_MACRO;
	case ASSAY_CLASS_ARCHIVE:
	case ASSAY_CLASS_ARCHIVE_UNUSUAL:
		return ATT_EXT_ARCHIVE;
	case ASSAY_CLASS_HTML:
		return ATT_EXT_HTML;
	case ASSAY_CLASS_HELP:
		return ATT_EXT_HELP;
	case ASSAY_CLASS_ACCESS_DB:
		return ATT_EXT_ACCESS_DB;
	default:
		/* Certificates, media lists, forms, stores: files whose opening
		 * makes a program do something, which is what a shortcut is. */
		return ATT_EXT_SHORTCUT;
	}
}

const char *att_code_text(enum att_code code)
{
	return codes[code];
}

enum assay_severity att_severity_of(enum att_action action)
{
	return action > ATT_FLAG ? ASSAY_HIGH : ASSAY_INFO;
}

enum assay_action att_wish_of(enum att_action action)
{
	switch (action) {
	case ATT_BLOCK:
		return ASSAY_ACTION_REJECT;
	case ATT_QUARANTINE:
		return ASSAY_ACTION_QUARANTINE;
	case ATT_STRIP:
		return ASSAY_ACTION_STRIP;
	case ATT_FLAG:
	case ATT_ALLOW:
		break;
	}
	return ASSAY_ACTION_NONE;
}

void att_findings_init(struct att_findings *findings)
{
	for (size_t i = 0; i < ATT_CODE_COUNT; i++)
		findings->slots[i].severity = ASSAY_SEVERITY_DEFAULT;
}

/* The order of assay_action is no order of gravity beyond these four, which
 * are the only ones that a list can wish for. */
static bool is_graver(const struct att_finding *slot, enum assay_severity severity,
		      enum assay_action wish)
{
	return severity > slot->severity || (severity == slot->severity && wish > slot->wish);
}

void att_findings_add(struct att_findings *findings, enum att_code code,
		      enum assay_severity severity, enum assay_action wish, const char *format, ...)
{
	struct att_finding *slot = &findings->slots[code];
	va_list args;

	if (!is_graver(slot, severity, wish))
		return;
	slot->severity = severity;
	slot->wish = wish;
	va_start(args, format);
	vsnprintf(slot->text, sizeof(slot->text), format, args);
	va_end(args);
}

void att_findings_report(const struct att_findings *findings, const struct assay_host *host,
			 struct assay_scan *scan, const struct assay_object *object)
{
	for (size_t i = 0; i < ATT_CODE_COUNT; i++) {
		const struct att_finding *slot = &findings->slots[i];
		const struct assay_finding finding = {
			.code = codes[i],
			.severity = slot->severity,
			.wish = slot->wish,
			.text = slot->text,
		};

		if (slot->severity != ASSAY_SEVERITY_DEFAULT &&
		    host->report(scan, object, &finding) != ASSAY_OK)
			return;
	}
}
