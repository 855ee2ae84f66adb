/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/envelope.h"

#include "mime/field.h"
#include "mime/header_text.h"

#include <stdio.h>

static const char *value_of(struct assay_scan *scan, struct as_span block, const char *name)
{
	struct as_field field;
	char *text;

	if (!as_field_find(block, name, &field))
		return "";
	text = as_header_text(&scan->arena, as_span_slice(field.value, 0, AS_HEADER_VALUE_BYTES));
	return text != NULL ? text : "";
}

void as_message_describe(struct assay_scan *scan, const struct as_mime_tree *tree)
{
	struct as_span block = as_span_slice(tree->message, tree->root->header_begin,
					     tree->root->body_begin - tree->root->header_begin);
	struct as_field field;

	scan->message.subject = value_of(scan, block, "Subject");
	scan->message.message_id = value_of(scan, block, "Message-ID");
	scan->date = value_of(scan, block, "Date");
	if (as_field_find(block, "From", &field)) {
		const char **addresses;
		size_t count;

		if (as_header_addresses(&scan->arena, field.value, AS_FROM_MAX, &addresses,
					&count) == 0) {
			scan->from_all = addresses;
			scan->from_count = count;
		}
	}
	if (scan->from_count > 0)
		scan->message.from = scan->from_all[0];
}

void as_recipients_check(struct assay_scan *scan, const struct as_object *message)
{
	uint64_t most = scan->engine->settings.limits.recipients;
	size_t count = scan->message.envelope->rcpt_count;
	char text[96];

	if (count <= most)
		return;
	snprintf(text, sizeof(text), "The message has %zu recipients, more than %llu.", count,
		 (unsigned long long)most);
	as_scan_note(scan, message, "limit.recipients", ASSAY_SEVERITY_DEFAULT, text);
}
