/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mailbox that came as an attachment: one object per message, so that each
 * is taken apart. Separators are "From " lines at the start or behind a blank
 * line (RFC 4155); a line of the text that looks like one only makes one
 * object more, and no octet is left out.
 */
#include "inspect/scan.h"

#include <stdio.h>

static bool behind_blank_line(struct as_span octets, size_t at)
{
	if (at == 0)
		return true;
	if (at >= 2 && as_span_has_at(octets, at - 2, "\n\n", 2))
		return true;
	return at >= 3 && as_span_has_at(octets, at - 3, "\n\r\n", 3);
}

/* Where the message that begins at `at` ends. */
static size_t message_end(struct as_span octets, size_t at)
{
	for (;;) {
		at = as_span_find_byte(octets, at, '\n');
		if (at == SIZE_MAX)
			return octets.size;
		at++;
		if (as_span_has_at(octets, at, "From ", 5) && behind_blank_line(octets, at))
			return at;
	}
}

static int inspect_one(struct assay_scan *scan, struct as_object *mbox, struct as_span octets,
		       unsigned int number)
{
	struct as_object *object;
	char label[32];

	if (!as_budget_alive(&scan->budget, as_scan_now(scan))) {
		as_scan_stopped(scan, mbox);
		return ASSAY_E_BUDGET;
	}
	object = as_object_new(scan, mbox, ASSAY_ORIGIN_MEMBER, octets);
	snprintf(label, sizeof(label), "~message-%u", number);
	if (object == NULL || as_object_path(scan, object, as_span_text(label)) != 0)
		return ASSAY_E_BUDGET;
	object->pub.depth = mbox->pub.depth + 1;
	object->pub.via = "mbox";
	object->pub.declared = "message/rfc822";
	return as_object_inspect(scan, object, NULL, NULL);
}

void as_mbox_unpack(struct assay_scan *scan, struct as_object *object, void *context)
{
	struct as_span octets = object->pub.data;
	unsigned int number = 0;

	(void)context;
	if (object->pub.depth >= scan->engine->settings.limits.depth) {
		as_scan_note(scan, object, "limit.depth", ASSAY_SEVERITY_DEFAULT,
			     "Messages are nested deeper than the limit; this mailbox was not "
			     "taken apart.");
		return;
	}
	object->pub.flags |= ASSAY_FLAG_UNPACKED;
	for (size_t at = 0; at < octets.size;) {
		size_t line_end = as_span_find_byte(octets, at, '\n');
		size_t begin = line_end == SIZE_MAX ? octets.size : line_end + 1;
		size_t end = message_end(octets, at);

		/* The separator line itself holds no octets of a message. */
		if (!as_span_has_at(octets, at, "From ", 5) || begin > end)
			begin = at;
		if (inspect_one(scan, object, as_span_slice(octets, begin, end - begin),
				++number) != ASSAY_OK)
			return;
		at = end;
	}
}
