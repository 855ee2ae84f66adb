/* SPDX-License-Identifier: BSD-2-Clause */
#include "mime/readings_work.h"

#include <errno.h>

/* Views are made and thrown away: their claims cost a few times the headers. */
#define SCRATCH_BYTES_MAX ((size_t)64 * 1024 * 1024)

static int take_part(struct as_reading *reading, const struct as_view_part *part,
		     enum as_client client)
{
	struct as_extra_body body = {
		.begin = part->body_begin,
		.end = part->body_end,
		.encoding = part->encoding,
		.clients = AS_CLIENT_BIT(client),
		.claimed = true,
	};
	bool known;
	int rc;

	as_extra_set_find(&reading->extras, body.begin, body.end, body.encoding, &known);
	if (!known) {
		rc = as_reading_describe(reading,
					 as_span_slice(reading->tree->message, part->header_begin,
						       part->body_begin - part->header_begin),
					 &body);
		if (rc < 0)
			return rc;
	}
	as_extra_set_add(&reading->extras, &body);
	return 0;
}

static int take_view(struct as_reading *reading, enum as_client client, struct as_arena *scratch)
{
	struct as_view view;
	int rc = as_view_outline(scratch, reading->tree->message, reading->limits, client, &view);

	/* The memory of a view is bounded; that it was not enough is a limit of
	 * ours, not a failure. */
	if (rc < 0) {
		reading->cut = true;
		return 0;
	}
	for (size_t i = 0; rc == 0 && i < view.count; i++)
		if (!view.parts[i].composite && view.parts[i].body_end > view.parts[i].body_begin)
			rc = take_part(reading, &view.parts[i], client);
	return rc;
}

int as_reading_clients(struct as_reading *reading)
{
	int rc = 0;

	for (int client = 0; rc == 0 && client < AS_CLIENT_COUNT; client++) {
		struct as_arena scratch;

		as_arena_init(&scratch, SCRATCH_BYTES_MAX);
		rc = take_view(reading, (enum as_client)client, &scratch);
		as_arena_deinit(&scratch);
	}
	return rc;
}
