/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/words.h"

#include "base/assert.h"

#include <string.h>

static const char *const class_words[ASSAY_CLASS_COUNT] = {
	[ASSAY_CLASS_UNKNOWN] = "unknown",
	[ASSAY_CLASS_DATA] = "data",
	[ASSAY_CLASS_TEXT] = "text",
	[ASSAY_CLASS_HTML] = "html",
	[ASSAY_CLASS_SCRIPT] = "script",
	[ASSAY_CLASS_EXECUTABLE] = "executable",
	[ASSAY_CLASS_SHORTCUT] = "shortcut",
	[ASSAY_CLASS_INSTALLER] = "installer",
	[ASSAY_CLASS_DISK_IMAGE] = "disk-image",
	[ASSAY_CLASS_ARCHIVE] = "archive",
	[ASSAY_CLASS_ARCHIVE_UNUSUAL] = "archive-unusual",
	[ASSAY_CLASS_OFFICE] = "office",
	[ASSAY_CLASS_OFFICE_MACRO] = "macro-office",
	[ASSAY_CLASS_ONENOTE] = "onenote",
	[ASSAY_CLASS_PDF] = "pdf",
	[ASSAY_CLASS_IMAGE] = "image",
	[ASSAY_CLASS_MEDIA] = "media",
	[ASSAY_CLASS_FONT] = "font",
	[ASSAY_CLASS_MAIL] = "mail",
	[ASSAY_CLASS_CRYPTO] = "crypto",
	[ASSAY_CLASS_HELP] = "help",
	[ASSAY_CLASS_ACCESS_DB] = "access-db",
	[ASSAY_CLASS_CALENDAR] = "calendar",
};

static const char *const severity_words[] = {
	[ASSAY_SEVERITY_DEFAULT] = "default",
	[ASSAY_INFO] = "info",
	[ASSAY_LOW] = "low",
	[ASSAY_MEDIUM] = "medium",
	[ASSAY_HIGH] = "high",
	[ASSAY_CRITICAL] = "critical",
};

static const char *const action_words[] = {
	[ASSAY_ACTION_NONE] = "none",
	[ASSAY_ACTION_ACCEPT] = "accept",
	[ASSAY_ACTION_TAG] = "tag",
	[ASSAY_ACTION_STRIP] = "strip",
	[ASSAY_ACTION_QUARANTINE] = "quarantine",
	[ASSAY_ACTION_REJECT] = "reject",
	[ASSAY_ACTION_DISCARD] = "discard",
	[ASSAY_ACTION_TEMPFAIL] = "tempfail",
};

static const char *const flag_words[] = {
	"encrypted", "truncated", "inline",  "body",   "duplicate",
	"signed",    "unpacked",  "damaged", "unread",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *as_class_name(enum assay_class type_class)
{
	AS_ASSERT((unsigned int)type_class < COUNT(class_words));
	return class_words[type_class];
}

enum assay_class as_class_find(const char *name)
{
	for (unsigned int i = 0; i < COUNT(class_words); i++)
		if (strcmp(class_words[i], name) == 0)
			return (enum assay_class)i;
	return ASSAY_CLASS_UNKNOWN;
}

const char *as_severity_name(enum assay_severity severity)
{
	AS_ASSERT((unsigned int)severity < COUNT(severity_words));
	return severity_words[severity];
}

bool as_severity_find(const char *name, enum assay_severity *severity_out)
{
	for (unsigned int i = ASSAY_INFO; i < COUNT(severity_words); i++) {
		if (strcmp(severity_words[i], name) == 0) {
			*severity_out = (enum assay_severity)i;
			return true;
		}
	}
	return false;
}

const char *as_action_name(enum assay_action action)
{
	AS_ASSERT((unsigned int)action < COUNT(action_words));
	return action_words[action];
}

bool as_action_find(const char *name, enum assay_action *action_out)
{
	for (unsigned int i = ASSAY_ACTION_ACCEPT; i < COUNT(action_words); i++) {
		if (strcmp(action_words[i], name) == 0) {
			*action_out = (enum assay_action)i;
			return true;
		}
	}
	return false;
}

const char *as_origin_name(enum assay_origin origin)
{
	switch (origin) {
	case ASSAY_ORIGIN_MESSAGE:
		return "message";
	case ASSAY_ORIGIN_HEADERS:
		return "headers";
	case ASSAY_ORIGIN_ENTITY:
		return "entity";
	case ASSAY_ORIGIN_GAP:
		return "gap";
	case ASSAY_ORIGIN_MEMBER:
		return "member";
	case ASSAY_ORIGIN_DERIVED:
		return "derived";
	case ASSAY_ORIGIN_READING:
		return "reading";
	case ASSAY_ORIGIN_FILE:
		return "file";
	}
	abort();
}

const char *as_flag_name(unsigned int bit)
{
	return bit < COUNT(flag_words) ? flag_words[bit] : NULL;
}
