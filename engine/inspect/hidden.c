/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/hidden.h"

#include "mime/clients.h"

#include <stdio.h>

struct as_hidden_mark as_hidden_begin(const struct assay_scan *scan)
{
	return (struct as_hidden_mark){.findings = scan->finding_count};
}

bool as_hidden_is_file(const struct as_object *object)
{
	switch (object->pub.type_class) {
	case ASSAY_CLASS_SCRIPT:
	case ASSAY_CLASS_EXECUTABLE:
	case ASSAY_CLASS_SHORTCUT:
	case ASSAY_CLASS_INSTALLER:
	case ASSAY_CLASS_DISK_IMAGE:
	case ASSAY_CLASS_ARCHIVE:
	case ASSAY_CLASS_ARCHIVE_UNUSUAL:
	case ASSAY_CLASS_OFFICE:
	case ASSAY_CLASS_OFFICE_MACRO:
	case ASSAY_CLASS_ONENOTE:
	case ASSAY_CLASS_PDF:
	case ASSAY_CLASS_HELP:
	case ASSAY_CLASS_ACCESS_DB:
		return true;
	default:
		return false;
	}
}

/* A ZIP that was cut before its directory. Who reads members in front of that
 * reads what has been inspected. */
static bool is_cut_zip(struct as_span octets)
{
	return as_span_has_at(octets, 0, "PK\003\004", 4) &&
	       memmem(octets.data, octets.size, "PK\005\006", 4) == NULL;
}

/* Clients are known that show files in uuencode. */
static bool is_by_look(const struct as_object *object)
{
	return object->by_look && object->doubted;
}

bool as_hidden_is_by_look(const struct assay_object *object)
{
	for (; object != NULL; object = object->parent)
		if (is_by_look((const struct as_object *)(const void *)object))
			return true;
	return false;
}

bool as_hidden_is_doubtful(const struct assay_object *object, const char *code)
{
	bool damage =
		strcmp(code, "archive.malformed") == 0 || strcmp(code, "archive.unsupported") == 0;
	bool locked = strcmp(code, "archive.encrypted") == 0;

	if (strcmp(code, "archive.header_mismatch") == 0 ||
	    strcmp(code, "archive.concatenated") == 0)
		return as_hidden_is_by_look(object);
	for (; (damage || locked) && object != NULL; object = object->parent) {
		const struct as_object *own = (const struct as_object *)(const void *)object;

		if (own->by_look || (damage && object->origin == ASSAY_ORIGIN_READING) ||
		    (damage && own->cut && is_cut_zip(object->data)))
			return true;
	}
	return false;
}

/* What is wrong with the body that this is a reading of, as a blocked name, is no
 * news of the reading. */
static bool is_known(const struct assay_scan *scan, const struct as_object *object,
		     const char *code)
{
	for (size_t i = 0; i < scan->finding_count; i++)
		if (scan->findings[i]->object == object->pub.parent &&
		    strcmp(scan->findings[i]->code, code) == 0)
			return true;
	return false;
}

/* Whether a plugin found something worth stopping since then: in the object, or
 * in what was unpacked out of it. */
static const char *flagged(const struct assay_scan *scan, const struct as_object *object,
			   struct as_hidden_mark mark)
{
	for (size_t i = mark.findings; i < scan->finding_count; i++) {
		const struct as_finding *finding = scan->findings[i];

		if (finding->severity >= ASSAY_HIGH && finding->plugin[0] != '\0' &&
		    !is_known(scan, object, finding->code))
			return finding->code;
	}
	return NULL;
}

/* What it was made of is a file of this type as well. */
static bool is_of_type(const struct as_object *object)
{
	return object->parent != NULL &&
	       strcmp(object->parent->pub.type_name, object->pub.type_name) == 0;
}

static enum assay_severity weigh(const struct as_object *object,
				 const struct as_hidden_kind *hidden, const char *code)
{
	if (code != NULL)
		return ASSAY_CRITICAL;
	if (hidden->shown && as_hidden_is_file(object) && !(hidden->known && is_of_type(object)) &&
	    !as_hidden_is_by_look(&object->pub))
		return ASSAY_HIGH;
	return ASSAY_INFO;
}

void as_hidden_judge(struct assay_scan *scan, struct as_object *object, struct as_hidden_mark mark,
		     const struct as_hidden_kind *hidden)
{
	const char *code = flagged(scan, object, mark);
	char names[AS_CLIENT_NAMES_SIZE], text[320];
	const struct assay_evidence evidence = {
		.offset = object->body_begin != SIZE_MAX ? object->body_begin : 0,
		.length =
			object->body_begin != SIZE_MAX ? object->body_end - object->body_begin : 0,
		.text = "",
	};
	const struct assay_finding finding = {
		.code = hidden->code,
		.severity = weigh(object, hidden, code),
		.text = text,
		.evidence = &evidence,
		.evidence_count = evidence.length > 0 ? 1 : 0,
	};

	/* The same octets stood in the open; or it is one of many ways to decode
	 * what is no file in any of them, which nobody wants to read about. */
	if ((object->pub.flags & ASSAY_FLAG_DUPLICATE) != 0 ||
	    (finding.severity == ASSAY_INFO && !hidden->part))
		return;
	as_client_names(hidden->clients, names);
	if (hidden->shown)
		snprintf(text, sizeof(text),
			 "%s can show %s here that the ordinary reading lacks%s%s.",
			 names[0] != '\0' ? names : "Some readers", hidden->what,
			 code != NULL ? "; it has " : "", code != NULL ? code : "");
	else
		snprintf(text, sizeof(text), "The text holds %s%s%s.", hidden->what,
			 code != NULL ? ", which has " : "", code != NULL ? code : "");
	as_scan_report(scan, &object->pub, &finding, "");
}
