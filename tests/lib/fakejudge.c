/* SPDX-License-Identifier: BSD-2-Clause */
#include "fakejudge.h"

#include <string.h>

static int identify(const struct assay_host *host, struct assay_scan *scan,
		    const struct assay_object *object)
{
	static const struct {
		const char *octets;
		struct assay_type type;
	} known[] = {
		{"PK", {"application/zip", "ZIP", ASSAY_CLASS_ARCHIVE, 90}},
		{"MZ", {"application/x-dosexec", "PE", ASSAY_CLASS_EXECUTABLE, 90}},
		{"<html", {"text/html", "HTML", ASSAY_CLASS_HTML, 90}},
		{"From:", {"message/rfc822", "EML", ASSAY_CLASS_MAIL, 90}},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (as_span_has_at(object->data, 0, known[i].octets, strlen(known[i].octets)))
			return host->set_type(scan, object, &known[i].type);
	return 0;
}

static bool holds(const struct assay_object *object, const char *word)
{
	return object->data.size > 0 &&
	       memmem(object->data.data, object->data.size, word, strlen(word)) != NULL;
}

static int report(const struct assay_host *host, struct assay_scan *scan,
		  const struct assay_object *object, const char *code)
{
	return host->report(scan, object, &(struct assay_finding){.code = code});
}

int fake_inspect(const struct assay_host *host, struct assay_scan *scan,
		 const struct assay_object *object, enum assay_phase phase)
{
	bool archive = object->type_class == ASSAY_CLASS_ARCHIVE;

	if (phase == ASSAY_IDENTIFY)
		return identify(host, scan, object);
	if (archive && !holds(object, "END"))
		report(host, scan, object, "archive.malformed");
	if (archive && holds(object, "LOCKED"))
		report(host, scan, object, "archive.encrypted");
	if (holds(object, "EVIL"))
		report(host, scan, object, "malware.test");
	return 0;
}
